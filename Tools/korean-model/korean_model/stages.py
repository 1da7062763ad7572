"""The stages from the teacher's container to a trained student, each kept in the work folder."""

import dataclasses
import json
import os
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import RobertaModel

from korean_model import container, data, distillation, packed, roberta, tokenizer, vocabulary
from korean_model.evaluation import Development
from korean_model.finetuning import Recipe, Tasks
from korean_model.pieces import PieceTokenizer
from korean_model.trainer import Schedule, Trainer

VARIATIONS = 20_000
DISTILLATION_TOKENS = 1_800
DISTILLATION_DROPOUT = 0.0


@dataclasses.dataclass(frozen=True)
class Workshop:
    """Where things are: the data, the work folder, the teacher's container."""

    data: Path
    work: Path
    teacher: Path

    def initial(self) -> tuple[RobertaModel, Tokenizer]:
        """The untrained student and its tokenizer."""
        files = self.work / "tokenizer"
        weights = self.work / "initial.safetensors"
        source = container.read(self.teacher)
        if not weights.exists():
            entries = vocabulary.choose(source, data.training_texts(self.data))
            rows = vocabulary.vectors(entries, source, source.matrix("emb.word", source.hidden))
            tokenizer.write(entries, files)
            save_weights(roberta.build(source, rows), weights)
        made = Tokenizer.from_file(str(files / "tokenizer.json"))
        student = RobertaModel(roberta.configuration(source, made.get_vocab_size()), add_pooling_layer=False)
        student.load_state_dict(load_file(weights))
        return student.eval(), made

    def texts(self) -> list[str]:
        """The texts of distillation: the training sentences, then variations of them."""
        base = data.training_texts(self.data)
        return base + data.variations(base, VARIATIONS, seed=7)

    def answers(self, texts: list[str]) -> distillation.Targets:
        path = self.work / "teacher.npz"
        if path.exists():
            return distillation.targets(None, None, texts, path)
        source = container.read(self.teacher)
        teacher = roberta.build(source, source.matrix("emb.word", source.hidden))
        return distillation.targets(teacher, PieceTokenizer(source), texts, path)

    def distill(self, epochs: float = 0.2, rate: float = 2e-4, seed: int = 1) -> Path:
        """Trains the first stage and returns its weights."""
        result = self.work / "distilled.safetensors"
        if result.exists():
            return result
        student, made = self.initial()
        texts = self.texts()
        lesson = distillation.Lesson(student, made, texts, self.answers(texts))
        plan = distillation_plan([len(ids) for ids in lesson.ids], epochs, seed)
        development = Development(made, data.korsts(self.data, "dev"))
        trainer = Trainer(student, Schedule(len(plan), rate, 2 * rate, seed=seed), self.work / "distill")
        trainer.run(lambda step: lesson.loss(plan[step], DISTILLATION_DROPOUT), max(1, len(plan) // 2),
                    lambda: development.spearman(student))
        save_average(trainer, result)
        return result

    def finetune(self, name: str, recipe: Recipe, start: Path) -> Path:
        """Trains the second stage from the weights `start` and returns the averaged weights."""
        folder = self.work / name
        result = folder / "weights.safetensors"
        if result.exists():
            return result
        student, made = self.initial()
        student.load_state_dict(load_file(start))
        texts = self.texts()
        tasks = Tasks(student, made, data.training_pairs(self.data), data.xnli(self.data), texts,
                      self.answers(texts).sentences, recipe)
        development = Development(made, data.korsts(self.data, "dev"))
        schedule = Schedule(tasks.steps, recipe.rate, recipe.embedding_rate, seed=recipe.seed)
        trainer = Trainer(student, schedule, folder)
        trainer.run(tasks.loss, max(1, round(tasks.steps / recipe.epochs)),
                    lambda: development.spearman(student))
        save_average(trainer, result)
        tokenizer.write_json(folder / "run.json", {"recipe": dataclasses.asdict(recipe), "start": start.name,
                                                   "steps": tasks.steps, "seconds": round(trainer.seconds),
                                                   "history": trainer.history})
        return result


def distillation_plan(lengths: list[int], epochs: float, seed: int) -> list[np.ndarray]:
    """Batches of about DISTILLATION_TOKENS tokens, in random order."""
    random = np.random.default_rng(seed)
    order = np.concatenate([random.permutation(len(lengths)) for _ in range(int(np.ceil(epochs)))])
    order = order[: int(len(lengths) * epochs)]
    total = np.cumsum(np.array(lengths)[order])
    return np.split(order, np.flatnonzero(np.diff(total // DISTILLATION_TOKENS)) + 1)


def save_weights(model: RobertaModel, path: Path) -> None:
    _save({name: value.contiguous() for name, value in model.state_dict().items()}, path)


def save_average(trainer: Trainer, path: Path) -> None:
    _save(trainer.average, path)


def _save(state: dict[str, torch.Tensor], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    save_file(state, temporary, metadata={"format": "pt"})
    os.replace(temporary, path)

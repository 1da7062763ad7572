"""Second stage: similarity regression on KorSTS and ranking on Korean XNLI, in every step together."""

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import RobertaModel

from korean_model import packed
from korean_model.data import Pair, Triple
from korean_model.losses import cosent, ranking, relational, uneven


@dataclass(frozen=True)
class Recipe:
    epochs: float = 1.5
    rate: float = 8e-5
    embedding_rate: float = 6e-5
    dropout: float = 0.1
    pairs: int = 64
    triples: int = 24
    similarity: float = 1.0
    ranking: float = 1.0
    entailment_order: float = 0.5
    length: float = 100.0
    replay: float = 1.0
    replays: int = 24
    scale: float = 20.0
    seed: int = 1


class Tasks:
    """Batches of the tasks and the loss of a step."""

    def __init__(self, student: RobertaModel, tokenizer: Tokenizer, pairs: list[Pair], triples: list[Triple],
                 texts: list[str], answers: np.ndarray, recipe: Recipe):
        """`answers` [count, hidden] is what the teacher says about each of `texts`."""
        def ids(texts):
            return [encoding.ids for encoding in tokenizer.encode_batch(texts)]

        self.student, self.recipe = student, recipe
        self.first, self.second = ids([p.first for p in pairs]), ids([p.second for p in pairs])
        self.scores = torch.tensor([pair.score for pair in pairs])
        self.groups = [ids([getattr(t, name) for t in triples])
                       for name in ("premise", "entailment", "contradiction", "neutral")]
        self.texts, self.answers = ids(texts), torch.from_numpy(answers)
        steps = int(len(pairs) * recipe.epochs / recipe.pairs)
        self.pair_plan = _plan(len(pairs), recipe.pairs, steps, recipe.seed)
        self.triple_plan = _plan(len(triples), recipe.triples, steps, recipe.seed + 1)
        self.text_plan = _plan(len(texts), recipe.replays, steps, recipe.seed + 2)

    @property
    def steps(self) -> int:
        return len(self.pair_plan)

    def loss(self, step: int) -> dict[str, torch.Tensor]:
        chosen, drawn, replayed = self.pair_plan[step], self.triple_plan[step], self.text_plan[step]
        sentences = [self.first[i] for i in chosen] + [self.second[i] for i in chosen]
        for group in self.groups:
            sentences += [group[i] for i in drawn]
        sentences += [self.texts[i] for i in replayed]
        recipe = self.recipe
        with packed.bfloat16():
            vectors = packed.vectors(self.student, packed.pack(sentences), recipe.dropout)
        sizes = [len(chosen)] * 2 + [len(drawn)] * 4 + [len(replayed)]
        first, second, premise, entailed, contradicted, neutral, again = vectors.split(sizes)
        order = torch.tensor([2.0, 0.0, 1.0]).repeat_interleave(len(drawn))
        hypotheses = torch.cat([entailed, contradicted, neutral])
        parts = {
            "similarity": recipe.similarity * cosent(first, second, self.scores[chosen], recipe.scale),
            "ranking": recipe.ranking * ranking(premise, entailed, contradicted, recipe.scale),
            "order": recipe.entailment_order * cosent(premise.repeat(3, 1), hypotheses, order, recipe.scale),
            "length": recipe.length * uneven(vectors),
        }
        if recipe.replays:
            parts["replay"] = recipe.replay * relational(again, self.answers[replayed])
        return parts


def _plan(count: int, size: int, steps: int, seed: int) -> list[np.ndarray]:
    """Batches of `size` indices below `count`: one permutation after the other."""
    random = np.random.default_rng(seed)
    order = np.concatenate([random.permutation(count) for _ in range(steps * size // count + 1)])
    return [order[i * size : (i + 1) * size] for i in range(steps)]

"""Second stage: similarity regression on KorSTS and ranking on Korean XNLI, in every step together."""

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import RobertaModel

from korean_model import packed
from korean_model.data import Pair, Triple
from korean_model.losses import cosent, ranking, unexplained


@dataclass(frozen=True)
class Recipe:
    epochs: float = 2.5
    rate: float = 8e-5
    embedding_rate: float = 6e-5
    dropout: float = 0.1
    pairs: int = 48
    triples: int = 16
    similarity: float = 1.0
    ranking: float = 1.0
    entailment_order: float = 0.5
    anchor: float = 0.0
    scale: float = 20.0
    seed: int = 1


class Tasks:
    """Batches of both tasks and the loss of a step."""

    def __init__(self, student: RobertaModel, tokenizer: Tokenizer, pairs: list[Pair], triples: list[Triple],
                 recipe: Recipe, teacher: dict[str, np.ndarray] | None = None):
        def ids(texts):
            return [encoding.ids for encoding in tokenizer.encode_batch(texts)]

        self.student, self.recipe, self.pairs, self.triples = student, recipe, pairs, triples
        self.first, self.second = ids([p.first for p in pairs]), ids([p.second for p in pairs])
        self.scores = torch.tensor([pair.score for pair in pairs])
        self.groups = [ids([getattr(t, name) for t in triples])
                       for name in ("premise", "entailment", "contradiction", "neutral")]
        self.teacher = teacher
        self.pair_plan = _plan(len(pairs), recipe.pairs, recipe.epochs, recipe.seed)
        self.triple_plan = _plan(len(triples), recipe.triples, 1 + len(self.pair_plan) * recipe.triples
                                 / len(triples), recipe.seed + 1)

    @property
    def steps(self) -> int:
        return len(self.pair_plan)

    def loss(self, step: int) -> dict[str, torch.Tensor]:
        chosen, drawn = self.pair_plan[step], self.triple_plan[step]
        uses = 4 if self.recipe.entailment_order else 3
        sentences = [self.first[i] for i in chosen] + [self.second[i] for i in chosen]
        for group in self.groups[:uses]:
            sentences += [group[i] for i in drawn]
        batch = packed.pack(sentences)
        vectors = packed.vectors(self.student, batch, self.recipe.dropout)
        sizes = [len(chosen)] * 2 + [len(drawn)] * uses
        first, second, premise, entailed, contradicted, *neutral = vectors.split(sizes)
        recipe = self.recipe
        parts = {
            "similarity": recipe.similarity * cosent(first, second, self.scores[chosen], recipe.scale),
            "ranking": recipe.ranking * ranking(premise, entailed, contradicted, recipe.scale),
        }
        if recipe.entailment_order:
            order = torch.tensor([2.0, 0.0, 1.0]).repeat_interleave(len(drawn))
            hypotheses = torch.cat([entailed, contradicted, *neutral])
            parts["order"] = recipe.entailment_order * cosent(
                premise.repeat(3, 1), hypotheses, order, recipe.scale)
        if recipe.anchor:
            expected = self._expected(chosen, drawn, uses)
            parts["anchor"] = recipe.anchor * unexplained(vectors, expected)
        return parts

    def _expected(self, chosen: np.ndarray, drawn: np.ndarray, uses: int) -> torch.Tensor:
        names = ["premise", "entailment", "contradiction", "neutral"][:uses]
        texts = [self.pairs[i].first for i in chosen] + [self.pairs[i].second for i in chosen]
        texts += [getattr(self.triples[i], name) for name in names for i in drawn]
        return torch.from_numpy(np.stack([self.teacher[text] for text in texts]))


def _plan(count: int, size: int, epochs: float, seed: int) -> list[np.ndarray]:
    """Batches of indices for so many epochs, each epoch a permutation of its own."""
    random = np.random.default_rng(seed)
    order = np.concatenate([random.permutation(count) for _ in range(int(np.ceil(epochs)) + 1)])
    return [order[i * size : (i + 1) * size] for i in range(int(count * epochs / size))]

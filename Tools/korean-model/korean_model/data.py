"""The Korean data: KorSTS pairs and Korean XNLI triples. TSVs have a header and no quoting."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Pair:
    first: str
    second: str
    score: float


@dataclass(frozen=True)
class Triple:
    premise: str
    entailment: str
    neutral: str
    contradiction: str


def _lines(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    return [line.split("\t") for line in lines[1:]]


def korsts(folder: Path, split: str) -> list[Pair]:
    """`split` is train, dev or test; scores 0 to 5."""
    rows = _lines(folder / "korsts" / f"sts-{split}.tsv")
    return [Pair(row[5].strip(), row[6].strip(), float(row[4])) for row in rows]


def xnli(folder: Path) -> list[Triple]:
    """One triple of hypotheses for each premise of the two Korean XNLI files."""
    by_premise: dict[str, dict[str, str]] = {}
    for split in ("dev", "test"):
        for premise, hypothesis, label in _lines(folder / "xnli-ko" / f"xnli.{split}.ko.tsv"):
            by_premise.setdefault(premise.strip(), {})[label.strip()] = hypothesis.strip()
    return [Triple(premise, found["entailment"], found["neutral"], found["contradiction"])
            for premise, found in by_premise.items() if len(found) == 3]


def held_out(folder: Path) -> set[str]:
    """The sentences of KorSTS dev and test, of which training sees none."""
    return {text for split in ("dev", "test") for pair in korsts(folder, split)
            for text in (pair.first, pair.second)}


def training_pairs(folder: Path) -> list[Pair]:
    """KorSTS train without the pairs that share a sentence with dev or test."""
    hidden = held_out(folder)
    return [pair for pair in korsts(folder, "train") if not hidden & {pair.first, pair.second}]


def training_texts(folder: Path) -> list[str]:
    """Every distinct sentence of KorSTS train and XNLI, without any that KorSTS dev or test hold."""
    hidden = held_out(folder)
    found = [text for pair in korsts(folder, "train") for text in (pair.first, pair.second)]
    for triple in xnli(folder):
        found += [triple.premise, triple.entailment, triple.neutral, triple.contradiction]
    return [text for text in dict.fromkeys(found) if text and text not in hidden]


def variations(texts: list[str], count: int, seed: int) -> list[str]:
    """More strings for the teacher to read: spans, sentences without some words, two joined spans."""
    random = np.random.default_rng(seed)
    made = []
    while len(made) < count:
        words = texts[random.integers(len(texts))].split()
        other = texts[random.integers(len(texts))].split()
        kind = random.integers(3)
        if kind == 0:
            chosen = _span(words, random)
        elif kind == 1:
            chosen = [word for word in words if random.random() > 0.25]
        else:
            chosen = _span(words, random) + _span(other, random)
        if 2 <= len(chosen) <= 24:
            made.append(" ".join(chosen))
    return made


def _span(words: list[str], random: np.random.Generator) -> list[str]:
    start = int(random.integers(max(1, len(words) - 2)))
    return words[start : start + int(random.integers(3, 11))]

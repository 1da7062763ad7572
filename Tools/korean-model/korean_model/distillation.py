"""First stage: the student learns to say what the teacher says with its prefix.

The student starts with the teacher's layers but other tokens and no prefix. Both sentence vectors and the
mean vector of every whitespace-separated word are matched; words give many targets a sentence.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import RobertaModel

from korean_model import packed
from korean_model.losses import unexplained
from korean_model.pieces import PieceTokenizer
from korean_model.tokenizer import MAXIMUM_TOKENS

PREFIX = "query: "
TOKENS = 4096


@dataclass
class Targets:
    """Teacher vectors: `sentences` [count, hidden]; text i has the word rows starts[i] to starts[i + 1]."""

    sentences: np.ndarray
    words: np.ndarray
    starts: np.ndarray


def targets(teacher: RobertaModel, pieces: PieceTokenizer, texts: list[str], path: Path) -> Targets:
    """What the teacher says about each text; kept in `path`."""
    if not path.exists():
        made = _compute(teacher, pieces, texts)
        temporary = path.with_suffix(".tmp.npz")
        np.savez(temporary, sentences=made.sentences, words=made.words, starts=made.starts)
        temporary.rename(path)
    stored = np.load(path)
    return Targets(stored["sentences"], stored["words"], stored["starts"])


@torch.no_grad()
def _compute(teacher: RobertaModel, pieces: PieceTokenizer, texts: list[str]) -> Targets:
    encoded = [pieces.encode(PREFIX + text, MAXIMUM_TOKENS) for text in texts]
    counts = [_teacher_words(ids, pieces).max() + 1 for ids in encoded]
    starts = np.concatenate([[0], np.cumsum(counts)])
    sentences = np.zeros((len(texts), teacher.config.hidden_size), np.float32)
    words = np.zeros((starts[-1], teacher.config.hidden_size), np.float16)
    for group in packed.groups(encoded, TOKENS):
        batch = packed.pack([encoded[i] for i in group])
        with packed.bfloat16():
            hidden = packed.hidden_states(teacher, batch)
        sentences[group] = packed.mean_pool(hidden, batch).numpy()
        index = np.concatenate([_teacher_words(encoded[i], pieces) for i in group])
        offsets = np.concatenate([[0], np.cumsum([counts[i] for i in group])])
        owner = np.repeat(np.arange(len(group)), batch.lengths.numpy())
        means = word_means(hidden, np.where(index < 0, -1, index + offsets[owner]), offsets[-1])
        for row, i in enumerate(group):
            words[starts[i] : starts[i + 1]] = means[offsets[row] : offsets[row + 1]].numpy()
    return Targets(sentences, words, starts)


def _teacher_words(ids: list[int], pieces: PieceTokenizer) -> np.ndarray:
    """The word number of each piece; -1 for special tokens and the prefix."""
    begins = np.array([pieces.starts[row] if row < len(pieces.starts) else False for row in ids])
    number = np.cumsum(begins) - 2
    number[[0, -1]] = -1
    return np.maximum(number, -1)


def word_means(hidden: torch.Tensor, number: np.ndarray, count: int) -> torch.Tensor:
    """Mean of the hidden states [tokens, width] of each word; number -1 belongs to none."""
    inside = torch.from_numpy(np.flatnonzero(number >= 0))
    target = torch.from_numpy(number[number >= 0])
    total = hidden.new_zeros(count, hidden.shape[1]).index_add(0, target, hidden[inside])
    return total / torch.bincount(target, minlength=count).clamp(min=1)[:, None]


class Lesson:
    """The student's view of the texts, and the loss of a batch of them."""

    def __init__(self, student: RobertaModel, tokenizer: Tokenizer, texts: list[str], answers: Targets):
        self.student, self.answers = student, answers
        encoded = tokenizer.encode_batch(texts)
        self.ids = [encoding.ids for encoding in encoded]
        self.words = [_student_words(text, encoding) for text, encoding in zip(texts, encoded)]
        counts = np.diff(answers.starts)
        self.comparable = [words.max() + 1 == count and len(ids) < MAXIMUM_TOKENS
                           for words, ids, count in zip(self.words, self.ids, counts)]

    def loss(self, chosen: np.ndarray, dropout: float) -> dict[str, torch.Tensor]:
        batch = packed.pack([self.ids[i] for i in chosen])
        with packed.bfloat16():
            hidden = packed.hidden_states(self.student, batch, dropout)
        sentences = torch.from_numpy(self.answers.sentences[chosen])
        numbers, expected, count = [], [], 0
        for i in chosen:
            words = self.words[i]
            if not self.comparable[i]:
                words = np.full_like(words, -1)
            numbers.append(np.where(words < 0, -1, words + count))
            if self.comparable[i]:
                expected.append(self.answers.words[self.answers.starts[i] : self.answers.starts[i + 1]])
                count += len(expected[-1])
        means = word_means(hidden, np.concatenate(numbers), count)
        words = torch.from_numpy(np.concatenate(expected).astype(np.float32))
        return {"sentences": unexplained(packed.mean_pool(hidden, batch), sentences),
                "words": unexplained(means, words)}


def _student_words(text: str, encoding) -> np.ndarray:
    """The number of the whitespace-separated word of each token; -1 for special tokens."""
    begins = [not c.isspace() and (i == 0 or text[i - 1].isspace()) for i, c in enumerate(text)]
    number = np.cumsum(begins) - 1
    special = np.array(encoding.special_tokens_mask, bool)
    first = np.array([start for start, _ in encoding.offsets])
    return np.where(special, -1, number[np.where(special, 0, first)])

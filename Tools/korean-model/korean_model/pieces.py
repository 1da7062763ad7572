"""The teacher's tokenizer: unigram pieces of XLM-R over normalized text with a space marker."""

import re

from tokenizers import Tokenizer
from tokenizers.models import Unigram

from korean_model.container import Container

SPACE = "▁"


class PieceTokenizer:
    """Splits text into the rows of the teacher's embedding table."""

    def __init__(self, container: Container):
        self.container = container
        scored = list(zip(container.pieces, container.scores.tolist()))
        self.unigram = Tokenizer(Unigram(scored, unk_id=container.unknown))
        self.starts = [piece.startswith(SPACE) for piece in container.pieces]

    def normalize(self, text: str) -> str:
        table = self.container.normalization
        return re.sub(" {2,}", " ", "".join(table.get(ord(c), c) for c in text))

    def rows(self, text: str, starts_word: bool = True) -> list[int]:
        """Rows of the pieces of a text, without special tokens."""
        normal = self.normalize(text)
        if starts_word and not normal.startswith(" "):
            normal = " " + normal
        return self.unigram.encode(normal.replace(" ", SPACE)).ids

    def encode(self, text: str, limit: int) -> list[int]:
        """Rows of a whole text with its special tokens, at most `limit`."""
        return [self.container.bos] + self.rows(text)[: limit - 2] + [self.container.eos]

"""Sentence embeddings from .koq files: int8, on the CPU, the same bits on every machine."""

from ._library import KoquantError
from ._encoder import SentenceEncoder
from ._plan import Plan, plan

__all__ = ["KoquantError", "Plan", "SentenceEncoder", "plan"]

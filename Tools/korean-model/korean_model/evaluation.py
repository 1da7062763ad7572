"""Scores on KorSTS: Spearman while training, and the eight figures of the sentence-transformers evaluator."""

from pathlib import Path

import torch
import torch.nn.functional as F
from scipy.stats import spearmanr
from tokenizers import Tokenizer
from transformers import RobertaModel

from korean_model import packed
from korean_model.data import Pair

FIGURES = [f"{kind}_{measure}" for measure in ("cosine", "euclidean", "manhattan", "dot")
           for kind in ("pearson", "spearman")]


class Development:
    """Cosine Spearman of a student over pairs, in bfloat16 (untrained student: 78.90, in fp32 78.92)."""

    def __init__(self, tokenizer: Tokenizer, pairs: list[Pair]):
        texts = [pair.first for pair in pairs] + [pair.second for pair in pairs]
        self.ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
        self.scores = [pair.score for pair in pairs]

    def spearman(self, student: RobertaModel) -> float:
        with packed.bfloat16():
            vectors = F.normalize(packed.encode(student, self.ids))
        first, second = vectors.chunk(2)
        return float(spearmanr((first * second).sum(dim=1).numpy(), self.scores).statistic)


def eight_figures(folder: Path, pairs: list[Pair]) -> dict[str, float]:
    """Times 100, of a finished checkpoint folder, by sentence-transformers in fp32."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.evaluation import EmbeddingSimilarityEvaluator

    model = SentenceTransformer(str(folder), device="cpu")
    evaluator = EmbeddingSimilarityEvaluator(
        [pair.first for pair in pairs], [pair.second for pair in pairs], [pair.score / 5 for pair in pairs],
        similarity_fn_names=["cosine", "euclidean", "manhattan", "dot"], write_csv=False)
    found = evaluator(model)
    return {name: round(100 * found[name], 3) for name in FIGURES}

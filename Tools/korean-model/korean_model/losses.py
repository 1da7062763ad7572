"""Losses over sentence vectors [batch, hidden]."""

import torch
import torch.nn.functional as F

SCALE = 20.0


def cosent(first: torch.Tensor, second: torch.Tensor, scores: torch.Tensor,
           scale: float = SCALE) -> torch.Tensor:
    """CoSENT: a pair with the lower score must have the lower cosine (kexue.fm/archives/8847)."""
    cosines = scale * F.cosine_similarity(first, second)
    excess = cosines[:, None] - cosines[None, :]
    ordered = scores[:, None] < scores[None, :]
    wrong = torch.where(ordered, excess, excess.new_tensor(-1e4)).flatten()
    return torch.logsumexp(torch.cat([wrong.new_zeros(1), wrong]), dim=0)


def ranking(anchors: torch.Tensor, positives: torch.Tensor, negatives: torch.Tensor,
            scale: float = SCALE) -> torch.Tensor:
    """Each anchor must find its positive among all positives and negatives of the batch."""
    candidates = F.normalize(torch.cat([positives, negatives]))
    return F.cross_entropy(scale * F.normalize(anchors) @ candidates.T, torch.arange(len(anchors)))


def unexplained(student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """The share of the teacher's variance that the student misses: 0 is perfect, 1 is the mean."""
    return (student - teacher).pow(2).sum() / (teacher - teacher.mean(dim=0)).pow(2).sum()


def uneven(vectors: torch.Tensor) -> torch.Tensor:
    """Variance of the logarithm of the vectors' lengths: 0 when a dot product ranks like a cosine."""
    return vectors.norm(dim=1).log().var()


def relational(student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """1 - correlation between the student's and the teacher's cosines of all pairs of the batch."""
    above = torch.triu_indices(len(student), len(student), offset=1)
    values = [(F.normalize(v) @ F.normalize(v).T)[above[0], above[1]] for v in (student, teacher)]
    return 1 - torch.corrcoef(torch.stack(values))[0, 1]

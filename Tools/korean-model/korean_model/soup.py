"""Averages the weights of several fine-tuned students and of the one they started from, chosen on KorSTS dev.

Students of one start lie in one basin; their mean generalizes better than each (Wortsman et al. 2022, "Model
soups"). A step back towards the start keeps what fine-tuning on little data forgets (Wortsman et al. 2022,
"Robust fine-tuning of zero-shot models").
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import RobertaModel

from korean_model import data
from korean_model.evaluation import Development
from korean_model.stages import Workshop, save_weights
from korean_model.tokenizer import write_json


SHARES = (1.0, 0.85, 0.7, 0.55)


def mean(states: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    return {name: torch.stack([state[name] for state in states]).mean(dim=0) for name in states[0]}


def interpolate(start: dict[str, torch.Tensor], end: dict[str, torch.Tensor],
                share: float) -> dict[str, torch.Tensor]:
    """`share` of `end`, the rest `start`."""
    return {name: start[name].lerp(value, share) for name, value in end.items()}


def greedy(workshop: Workshop, names: list[str], start: Path, result: Path) -> dict:
    """Starts with the best run and adds the others, best first, as long as dev does not fall; then goes back
    towards `start` as far as dev likes it."""
    student, made = workshop.initial()
    development = Development(made, data.korsts(workshop.data, "dev"))
    states = {name: load_file(workshop.work / name / "weights.safetensors") for name in names}

    def score(state: dict[str, torch.Tensor]) -> float:
        student.load_state_dict(state)
        return round(100 * development.spearman(student), 3)

    single = {name: score(states[name]) for name in names}
    ranked = sorted(names, key=lambda name: -single[name])
    chosen, best = ranked[:1], single[ranked[0]]
    tried = [{"runs": list(chosen), "dev_spearman": best}]
    for name in ranked[1:]:
        found = score(mean([states[run] for run in chosen + [name]]))
        tried.append({"runs": chosen + [name], "dev_spearman": found})
        if found >= best:
            chosen, best = chosen + [name], found
    origin, end = load_file(start), mean([states[name] for name in chosen])
    shares = {share: score(interpolate(origin, end, share)) for share in SHARES}
    share = max(shares, key=lambda share: shares[share])
    student.load_state_dict(interpolate(origin, end, share))
    save_weights(student, result)
    runs = {name: json.loads((workshop.work / name / "run.json").read_text()) for name in names}
    summary = {"chosen": chosen, "share": share, "dev_spearman": shares[share], "single": single,
               "tried": tried, "shares": shares, "runs": runs}
    write_json(result.with_suffix(".json"), summary)
    return summary

"""Averages the weights of several fine-tuned students, chosen on KorSTS dev.

Students of one start lie in one basin; their mean generalizes better than each (Wortsman et al. 2022).
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


def mean(states: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    return {name: torch.stack([state[name] for state in states]).mean(dim=0) for name in states[0]}


def greedy(workshop: Workshop, names: list[str], result: Path) -> dict:
    """Starts with the best run and adds the others, best first, as long as dev does not fall."""
    student, made = workshop.initial()
    development = Development(made, data.korsts(workshop.data, "dev"))
    states = {name: load_file(workshop.work / name / "weights.safetensors") for name in names}

    def score(chosen: list[str]) -> float:
        student.load_state_dict(mean([states[name] for name in chosen]))
        return round(100 * development.spearman(student), 3)

    single = {name: score([name]) for name in names}
    ranked = sorted(names, key=lambda name: -single[name])
    chosen, best = ranked[:1], single[ranked[0]]
    tried = [{"runs": list(chosen), "dev_spearman": best}]
    for name in ranked[1:]:
        found = score(chosen + [name])
        tried.append({"runs": chosen + [name], "dev_spearman": found})
        if found >= best:
            chosen, best = chosen + [name], found
    student.load_state_dict(mean([states[name] for name in chosen]))
    save_weights(student, result)
    runs = {name: json.loads((workshop.work / name / "run.json").read_text()) for name in names}
    summary = {"chosen": chosen, "dev_spearman": best, "single": single, "tried": tried, "runs": runs}
    write_json(result.with_suffix(".json"), summary)
    return summary

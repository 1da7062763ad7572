"""Last stage: average, export, measure. KorSTS test is read here and nowhere else in the training."""

import platform
from pathlib import Path

import numpy as np
import torch

from korean_model import data, soup
from korean_model.evaluation import Development, eight_figures
from korean_model.export import check, export
from korean_model.stages import Workshop
from korean_model.tokenizer import write_json
from korean_model.trainer import read_log

NAME = "koquant-korean-small"


def finish(workshop: Workshop, runs: list[str], start: Path) -> Path:
    """Writes WORK/final with results.json and returns it."""
    chosen = workshop.work / "soup.safetensors"
    summary = soup.greedy(workshop, runs, start, chosen)
    folder = workshop.work / "final"
    export(workshop, chosen, folder)
    student, made = workshop.initial()
    dev = data.korsts(workshop.data, "dev")
    texts = [text for pair in dev for text in (pair.first, pair.second)]
    encoded = made.encode_batch(texts)
    development = Development(made, dev)
    results = {
        "name": NAME,
        "parameters": sum(value.numel() for value in student.parameters()),
        "vocabulary": {
            "entries": made.get_vocab_size(),
            "tokens_per_dev_sentence": round(float(np.mean([len(e.ids) for e in encoded])), 2),
            "dev_sentences_with_unknown": sum(3 in e.ids for e in encoded),
        },
        "baselines": {"initial": {"spearman_cosine": round(100 * development.spearman(student), 3)}},
        "stages": [_stage(workshop.work, name) for name in ["distill", *summary["chosen"]]],
        "excluded_pairs": len(data.korsts(workshop.data, "train")) - len(data.training_pairs(workshop.data)),
        "soup": summary,
        "packed_difference": check(workshop, folder, texts[:64]),
        "dev": eight_figures(folder, dev),
        "test": eight_figures(folder, data.korsts(workshop.data, "test")),
        "machine": {"processor": platform.machine(), "torch": torch.__version__,
                    "threads": torch.get_num_threads()},
    }
    write_json(folder / "results.json", results)
    return folder


def _stage(work: Path, name: str) -> dict:
    lines = read_log(work / name)
    history = [line for line in lines if "dev_spearman" in line]
    return {"name": name, "steps": lines[-1]["of"], "seconds": lines[-1]["seconds"],
            "history": [{"step": line["step"], "dev_spearman": line["dev_spearman"]} for line in history],
            "losses": [line for line in lines if "dev_spearman" not in line][:: max(1, len(lines) // 12)]}

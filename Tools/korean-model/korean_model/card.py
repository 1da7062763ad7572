"""The model card: `card.md` filled with measured figures. Nothing in it is typed by hand."""

import json
from pathlib import Path
from string import Template

from korean_model.evaluation import FIGURES

TEMPLATE = Path(__file__).parent.parent / "card.md"


def card(results: dict, figures: dict, file: Path, digest: str) -> str:
    """`results` is results.json; `figures` is what `koquant evaluate --json` says of the converted `file`."""
    values = {
        "name": results["name"],
        "vocabulary": f"{results['vocabulary']['entries']:,}",
        "parameters": f"{results['parameters']:,}",
        "figures": _table(results["test"], figures),
        "development": f"{results['dev']['spearman_cosine']:.2f}",
        "start": f"{results['baselines']['initial']['spearman_cosine']:.2f}",
        "averaging": _averaging(results),
        "training": _training(results),
        "excluded": results["excluded_pairs"],
        "file": _file(file, digest),
    }
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(values)


def _table(confirmed: dict[str, float], figures: dict) -> str:
    """`confirmed` is the fp32 column as sentence-transformers computes it."""
    lines = ["| KorSTS test, x100 | fp32 | int8 | difference | fp32, sentence-transformers |",
             "|---|---|---|---|---|"]
    for figure in FIGURES:
        kind, measure = figure.split("_")
        fp32, int8 = figures["fp32"][figure], figures["int8"][figure]
        lines.append(f"| {measure} {kind.capitalize()} | {fp32:.3f} | {int8:.3f} | {int8 - fp32:+.3f} "
                     f"| {confirmed[figure]:.3f} |")
    return "\n".join(lines)


def _training(results: dict) -> str:
    lines = ["| stage | steps | processor minutes | KorSTS dev, cosine Spearman |", "|---|---|---|---|"]
    for stage in results["stages"]:
        course = " → ".join(f"{point['dev_spearman']:.2f}" for point in stage["history"])
        lines.append(f"| {stage['name']} | {stage['steps']} | {stage['seconds'] / 60:.0f} | {course} |")
    return "\n".join(lines)


def _averaging(results: dict) -> str:
    summary = results["soup"]
    single = ", ".join(f"{name} {score:.2f}" for name, score in summary["single"].items())
    return (f"On dev: {single}; {summary['share']:.0%} of {' + '.join(summary['chosen'])} with "
            f"{1 - summary['share']:.0%} of the distilled weights {summary['dev_spearman']:.2f}.")


def _file(file: Path, digest: str) -> str:
    return f"`{file.name}`, {file.stat().st_size:,} bytes, SHA-256 `{digest}`"


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))

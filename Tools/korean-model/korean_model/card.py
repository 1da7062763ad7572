"""The model card: `card.md` filled with measured figures. Nothing in it is typed by hand."""

import json
from pathlib import Path
from string import Template

from korean_model.evaluation import FIGURES

TEMPLATE = Path(__file__).parent.parent / "card.md"
MISSING = "–"


def card(results: dict, int8: dict[str, float] | None = None, file: Path | None = None,
         digest: str = "") -> str:
    """`results` is results.json; `int8` holds the same eight figures, times 100, of the converted file."""
    values = {
        "name": results["name"],
        "vocabulary": f"{results['vocabulary']['entries']:,}",
        "parameters": f"{results['parameters']:,}",
        "figures": _table(results["test"], int8),
        "development": f"{results['dev']['spearman_cosine']:.2f}",
        "start": f"{results['baselines']['initial']['spearman_cosine']:.2f}",
        "averaging": _averaging(results),
        "training": _training(results),
        "file": _file(file, digest),
    }
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(values)


def _table(fp32: dict[str, float], int8: dict[str, float] | None) -> str:
    lines = ["| KorSTS test, x100 | fp32 | int8 | difference |", "|---|---|---|---|"]
    for figure in FIGURES:
        measure, kind = figure.split("_")
        name = f"{kind.capitalize()} {measure.capitalize()}"
        after = int8[figure] if int8 else None
        shown = (f"{after:.2f}", f"{after - fp32[figure]:+.2f}") if int8 else (MISSING, MISSING)
        lines.append(f"| {name} | {fp32[figure]:.2f} | {shown[0]} | {shown[1]} |")
    return "\n".join(lines)


def _training(results: dict) -> str:
    lines = ["| stage | steps | processor minutes | KorSTS dev, cosine Spearman |", "|---|---|---|---|"]
    for stage in results["stages"]:
        course = " → ".join(f"{point['dev_spearman']:.2f}" for point in stage["history"])
        lines.append(f"| {stage['name']} | {stage['steps']} | {stage['seconds'] / 60:.0f} | {course} |")
    return "\n".join(lines)


def _averaging(results: dict) -> str:
    count = len(results["soup"]["chosen"])
    return "." if count == 1 else f", then the mean of {count} runs, chosen on KorSTS dev."


def _file(file: Path | None, digest: str) -> str:
    if file is None:
        return MISSING
    return f"`{file.name}`, {file.stat().st_size:,} bytes, SHA-256 `{digest}`"


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))

"""Records of a run to a Markdown table and a chart."""
import json
import statistics

import chart

POINTS = ["1x16", "1x32", "1x64", "1x128", "32x32", "32x128"]


def gmacs(model, point):
    """Billions of multiply-adds of the matrix products of a pass: linear layers and both attention products."""
    texts, tokens = map(int, point.split("x"))
    hidden = model["hidden_size"]
    linear = 4 * hidden * hidden + 2 * hidden * model["intermediate_size"]
    return texts * tokens * model["num_hidden_layers"] * (linear + 2 * tokens * hidden) / 1e9


class Summary:
    """Medians over the rounds."""

    def __init__(self, result):
        self.result, self.model = result, result["model"]
        self.points = [r for r in result["records"] if "texts" not in r]
        self.texts = [r for r in result["records"] if "texts" in r]
        self.threads = sorted({r["threads"] for r in self.points})
        self.engines = list(dict.fromkeys(r["engine"] for r in self.points))

    @property
    def peers(self):
        return [name for name in self.engines if not name.startswith("koquant")]

    def median(self, engine, threads, field, point=None):
        values = [r.get(field) if point is None else r.get(field, {}).get(point)
                  for r in self.points if r["engine"] == engine and r["threads"] == threads]
        values = [value for value in values if value is not None]
        return statistics.median(values) if values else None

    def seconds(self, engine, threads, point):
        return self.median(engine, threads, "seconds", point)

    def rate(self, engine, threads, point):
        seconds = self.seconds(engine, threads, point)
        return gmacs(self.model, point) / seconds if seconds else None

    def fastest_peer(self, threads, point):
        rates = [rate for name in self.peers if (rate := self.rate(name, threads, point))]
        return max(rates, default=None)

    def text_seconds(self):
        engines = dict.fromkeys(r["engine"] for r in self.texts)
        return {name: statistics.median(r["seconds"] for r in self.texts if r["engine"] == name) for name in engines}

    def versions(self):
        versions = {}
        for record in self.points:
            versions.update(record.get("versions", {}))
        return versions


def title(point):
    return point.replace("x", " x ")


def number(value, digits):
    return "-" if value is None else f"{value:.{digits}f}"


def row(*cells):
    return "| " + " | ".join(cells) + " |"


def table(header, rows):
    return "\n".join([row(*header), "|" + "---|" * len(header), *(row(*cells) for cells in rows)]) + "\n"


def speed_section(summary, threads):
    def cell(engine, point):
        seconds = summary.seconds(engine, threads, point)
        return "-" if seconds is None else f"{1000 * seconds:.1f} ms, {summary.rate(engine, threads, point):.0f}"

    rows = [[name, *(cell(name, point) for point in POINTS)] for name in summary.engines]
    ratios = []
    for point in POINTS:
        ours, theirs = summary.rate("koquant", threads, point), summary.fastest_peer(threads, point)
        ratios.append(number(ours / theirs if ours and theirs else None, 2))
    rows.append(["**koquant to the fastest peer**", *ratios])
    heading = f"## {threads} thread{'' if threads == 1 else 's'}: time of a pass, GMAC/s\n\n"
    return heading + table(["", *map(title, POINTS)], rows)


def ceiling_section(summary):
    rows = []
    for engine in summary.engines:
        if not engine.startswith("koquant"):
            continue
        for threads in summary.threads:
            ceiling = summary.median(engine, threads, "ceiling")
            if ceiling is None:
                continue
            shares = [summary.median(engine, threads, "share", point) for point in POINTS]
            roofline = summary.median(engine, threads, "times_roofline", "1x16")
            rows.append([engine, str(threads), number(ceiling / 1e9, 1),
                         number(summary.median(engine, threads, "read") and
                                summary.median(engine, threads, "read") / 1e9, 1),
                         *(number(share and 100 * share, 1) for share in shares), number(roofline, 2)])
    return "## koquant, % of the ceiling of its product instructions\n\n" + table(
        ["", "threads", "ceiling, GMAC/s", "memory, GB/s", *map(title, POINTS), "1 x 16, times its roofline"], rows)


def text_section(summary):
    seconds = summary.text_seconds()
    count = summary.texts[0]["texts"]
    best = min((value for name, value in seconds.items() if name != "koquant"), default=None)
    rows = [[name, number(value, 2), number(count / value, 0), number(value / seconds["koquant"], 2)]
            for name, value in sorted(seconds.items(), key=lambda item: item[1])] if "koquant" in seconds else []
    text = f"## {count} sentences, text to vectors, {summary.texts[0]['threads']} threads\n\n"
    text += table(["", "s", "sentences/s", "time as a multiple of koquant's"], rows)
    if best and "koquant" in seconds:
        text += f"\nThe fastest peer takes {best / seconds['koquant']:.2f} times as long as koquant.\n"
    return text


def markdown(summary):
    ours = next(r for r in summary.points if r["engine"] == "koquant")
    rounds = sum("1x16" in r["seconds"] for r in summary.points if r["engine"] == "koquant") // len(summary.threads)
    result, model = summary.result, summary.model
    versions = ", ".join(f"{name} {version}" for name, version in sorted(summary.versions().items()))
    parts = [
        "# koquant and its peers\n",
        f"{result['date']}, {ours['cpu']}, {result['processors']} processors, kernels {ours['kernels']}; "
        f"{model['num_hidden_layers']} layers x {model['hidden_size']}, vocabulary {model['vocab_size']}, random "
        f"weights. Written by `Benchmarks/peers/run`: medians of {rounds} round{'' if rounds == 1 else 's'} of one run, in each of which "
        f"everybody had a turn. Columns are texts x tokens. Tokens in, pooled vectors out; GMAC/s counts linear layers "
        f"and both attention products.\n",
        f"Versions: {versions}.\n",
        "![GMAC/s of everybody at every point](peers.svg)\n",
        *(speed_section(summary, threads) for threads in summary.threads),
        ceiling_section(summary),
    ]
    if summary.texts:
        parts.append(text_section(summary))
    return "\n".join(parts)


def write(result, folder):
    folder.mkdir(parents=True, exist_ok=True)
    summary = Summary(result)
    (folder / "peers.json").write_text(json.dumps(result, indent=1) + "\n")
    (folder / "peers.md").write_text(markdown(summary))
    (folder / "peers.svg").write_text(chart.draw(summary, POINTS, title))

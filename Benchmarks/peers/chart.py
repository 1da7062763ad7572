"""The chart: GMAC/s of every engine at every point, a panel for each number of threads, with the ceiling as a line."""
from xml.sax.saxutils import escape

COLOURS = ["#1f5fbf", "#e07b39", "#4f9d69", "#8f6bb3", "#b5493f", "#8a8d91", "#c9a227"]
WIDTH, PANEL, LEFT, TOP, GAP = 960, 250, 60, 70, 60


def text(x, y, words, size=12, anchor="middle", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def panel(summary, engines, points, title, threads, top):
    ceiling = summary.median("koquant", threads, "ceiling")
    ceiling = ceiling / 1e9 if ceiling else None
    rates = {(e, p): summary.rate(e, threads, p) or 0 for e in engines for p in points}
    most = max([*rates.values(), ceiling or 0]) * 1.05
    bottom, group = top + PANEL, (WIDTH - LEFT - 20) / len(points)
    bar = group * 0.84 / len(engines)
    parts = [text(LEFT, top - 10, f"{threads} thread{'' if threads == 1 else 's'}, GMAC/s", 13, "start")]
    step = 50 if most < 350 else 100
    for value in range(0, int(most) + 1, step):
        y = bottom - PANEL * value / most
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - 20}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(text(LEFT - 8, y + 4, str(value), 11, "end"))
    for place, point in enumerate(points):
        start = LEFT + group * (place + 0.08)
        for index, engine in enumerate(engines):
            height = PANEL * rates[engine, point] / most
            parts.append(
                f'<rect x="{start + bar * index:.1f}" y="{bottom - height:.1f}" width="{bar * 0.92:.1f}" '
                f'height="{height:.1f}" fill="{COLOURS[index % len(COLOURS)]}"><title>{escape(engine)}, '
                f'{title(point)} tokens: {rates[engine, point]:.0f} GMAC/s</title></rect>')
        parts.append(text(start + group * 0.42, bottom + 18, f"{title(point)} tokens"))
    if ceiling:
        y = bottom - PANEL * ceiling / most
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - 20}" y2="{y:.1f}" stroke="#222" stroke-dasharray="5 3"/>')
        parts.append(text(WIDTH - 22, y - 5, f"ceiling {ceiling:.0f}", 11, "end"))
    return parts


def draw(summary, points, title):
    """An SVG."""
    engines = [name for name in summary.engines if name == "koquant" or not name.startswith("koquant")]
    height = TOP + len(summary.threads) * (PANEL + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" fill="#222">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
    ]
    place = LEFT
    for index, engine in enumerate(engines):
        parts.append(f'<rect x="{place}" y="16" width="12" height="12" fill="{COLOURS[index % len(COLOURS)]}"/>')
        parts.append(text(place + 17, 26, engine, 12, "start"))
        place += 32 + 7.2 * len(engine)
    for index, threads in enumerate(summary.threads):
        parts += panel(summary, engines, points, title, threads, TOP + index * (PANEL + GAP))
    return "\n".join([*parts, "</svg>"]) + "\n"

#!/usr/bin/env python3
"""usage: koquant embed … | Tools/similarities.py

Reads the JSON lines of `koquant embed` and prints the cosine similarity of every pair of texts as a table.
"""

import json
import math
import sys
import unicodedata


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b)) / (math.hypot(*a) * math.hypot(*b))


def width(text):
    """Columns on a terminal, where Hangul takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def main():
    if sys.argv[1:]:
        print(__doc__.strip())
        return 0 if sys.argv[1:] in (["--help"], ["-h"]) else 64
    lines = [json.loads(line) for line in sys.stdin]
    widest = max((width(line["text"]) for line in lines), default=0)
    for number, line in enumerate(lines, 1):
        row = (f"{cosine(line['embedding'], other['embedding']):6.3f}" for other in lines[:number])
        print(f"{number:3d}  {line['text']}{' ' * (widest - width(line['text']))}", *row)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Prints the symbol graph by which DocC finds snippets: snippet-graph.py FILE.swift …

The comment at the head of a file is the snippet's text; lines between `// snippet.hide` and `// snippet.show` are not
shown.
"""
import json
import sys
from pathlib import Path


def snippet(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    heading = []
    while lines and lines[0].startswith("//") and "snippet." not in lines[0]:
        heading.append(lines.pop(0)[2:].strip())
    shown, hides = [], False
    for line in lines:
        command = line.strip().removeprefix("//").strip()
        if command in ("snippet.hide", "snippet.show"):
            hides = command == "snippet.hide"
        elif not hides:
            shown.append(line)
    while shown and not shown[0].strip():
        shown.pop(0)
    while shown and not shown[-1].strip():
        shown.pop()
    return {
        "kind": {"identifier": "swift.snippet", "displayName": "Snippet"},
        "identifier": {"precise": f"$snippet__koquant.{path.stem}", "interfaceLanguage": "swift"},
        "pathComponents": ["Snippets", path.stem],
        "names": {"title": path.stem},
        "accessLevel": "public",
        "docComment": {"lines": [{"text": text} for text in heading]},
        "snippet": {"chunks": [], "language": "swift", "lines": shown, "slices": {}},
    }


graph = {
    "metadata": {"formatVersion": {"major": 0, "minor": 5, "patch": 3}, "generator": "koquant"},
    "module": {"name": "koquant", "platform": {"operatingSystem": {"name": "linux"}}, "isVirtual": True},
    "symbols": [snippet(Path(name)) for name in sys.argv[1:]],
    "relationships": [],
}
json.dump(graph, sys.stdout, ensure_ascii=False, indent=1)

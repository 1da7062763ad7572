"""The Swift tokenizer beside the reference: building the probe, handing both the same definition and texts."""
import array
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

import tokenizers

REFERENCE = "0.23.3"
ROOT = pathlib.Path(__file__).resolve().parents[2]
PROBE = ROOT / ".build/tokenizer-probe"


def require_reference():
    if tokenizers.__version__ != REFERENCE:
        sys.exit(f"tokenizers {REFERENCE} is the reference; this is {tokenizers.__version__}")


def build_probe():
    """Compile the tokenizer's sources with Probe.swift: needs next to nothing else of the package."""
    sources = [*sorted((ROOT / "Sources/KoQuant/Tokenizer").glob("*.swift")),
               ROOT / "Sources/KoQuant/Format/LittleEndianWriter.swift", ROOT / "Tools/tokenizer-probe/Probe.swift"]
    if PROBE.exists() and PROBE.stat().st_mtime > max(s.stat().st_mtime for s in sources):
        return
    PROBE.parent.mkdir(exist_ok=True)
    subprocess.run(["swiftc", "-O", "-wmo", "-parse-as-library", "-swift-version", "6", "-package-name", "koquant",
                    "-module-name", "Probe", "-o", PROBE, *sources], check=True)


def text(data):
    data = data.encode() if isinstance(data, str) else data
    return struct.pack("<I", len(data)) + data


def bits(*flags):
    return sum(1 << i for i, flag in enumerate(flags) if flag)


def definition(config):
    """The DEFINITION of the probe for the contents of a tokenizer.json."""
    model, normalizer = config["model"], config["normalizer"]
    assert model["type"] == "WordPiece" and normalizer["type"] == "BertNormalizer"
    strips = normalizer["strip_accents"]
    strips = normalizer["lowercase"] if strips is None else strips
    vocabulary = model["vocab"]
    added = {token["content"]: token["id"] for token in config["added_tokens"]}
    special = config["post_processor"]["special_tokens"]
    out = struct.pack(
        "<6I", bits(normalizer["clean_text"], normalizer["handle_chinese_chars"], strips, normalizer["lowercase"]),
        model["max_input_chars_per_word"], vocabulary[model["unk_token"]], special["[CLS]"]["ids"][0],
        special["[SEP]"]["ids"][0], added.get("[PAD]", 0))
    out += text(model["continuing_subword_prefix"])
    by_id = {id: token for token, id in vocabulary.items()}
    size = max(by_id) + 1
    out += struct.pack("<I", size) + b"".join(text(by_id.get(id, "")) for id in range(size))
    out += struct.pack("<I", len(config["added_tokens"]))
    for token in config["added_tokens"]:
        flags = bits(token["special"], token["single_word"], token["lstrip"], token["rstrip"], token["normalized"])
        out += struct.pack("<2I", token["id"], flags) + text(token["content"])
    return out


def requests(texts, limit=0):
    head = struct.pack("<I", limit)
    return b"".join(head + text(data) for data in texts)


class Pair:
    """One tokenizer.json in both implementations."""

    def __init__(self, name, config):
        self.name = name
        config = dict(config, truncation=None, padding=None)
        self.reference = tokenizers.Tokenizer.from_str(json.dumps(config))
        self.directory = tempfile.TemporaryDirectory()
        self.definition = pathlib.Path(self.directory.name) / "definition"
        self.definition.write_bytes(definition(config))
        self.compared = 0
        self.differences = 0

    def probe(self, texts, limit=0):
        """Per text: (ids, truncated, replaced, exact, token count)."""
        path = pathlib.Path(self.directory.name) / "requests"
        path.write_bytes(requests(texts, limit))
        output = subprocess.run([PROBE, self.definition, path], check=True, stdout=subprocess.PIPE).stdout
        numbers = array.array("I")
        numbers.frombytes(output)
        results, at = [], 0
        while at < len(numbers):
            count, flags, total = numbers[at : at + 3]
            results.append((numbers[at + 3 : at + 3 + count].tolist(), flags & 1, flags >> 1 & 1, flags >> 2, total))
            at += 3 + count
        return results

    def expected(self, texts, limit=0):
        """Ids of the reference, of bytes decoded as Python does with errors="replace"."""
        if limit:
            self.reference.enable_truncation(limit)
        else:
            self.reference.no_truncation()
        strings = [data if isinstance(data, str) else data.decode(errors="replace") for data in texts]
        return [encoding.ids for encoding in self.reference.encode_batch_fast(strings)]

    def seconds(self, texts, limit, rounds=20):
        """(ours, theirs, what the probe says of loading): best of three, one thread, for one round of texts."""
        path = pathlib.Path(self.directory.name) / "requests"
        path.write_bytes(requests(texts, limit))
        self.reference.enable_truncation(limit)
        ours, theirs = [], []
        for _ in range(3):
            lines = subprocess.run([PROBE, self.definition, path, str(rounds)], check=True, text=True,
                                   stdout=subprocess.PIPE).stdout.splitlines()
            ours.append(float(lines[1].split()[1]) / rounds)
            start = time.perf_counter()
            self.reference.encode_batch_fast(texts)
            theirs.append(time.perf_counter() - start)
        return min(ours), min(theirs), lines[0]

    def compare(self, texts, limit=0, show=5):
        ours, theirs = self.probe(texts, limit), self.expected(texts, limit)
        if len(ours) != len(texts):
            sys.exit(f"{self.name}: {len(texts)} texts, {len(ours)} answers")
        for data, mine, expected in zip(texts, ours, theirs):
            broken = False
            if isinstance(data, bytes):
                try:
                    data.decode()
                except UnicodeDecodeError:
                    broken = True
            self.compared += 1
            if mine[0] != expected or bool(mine[2]) != broken or (not limit and mine[1]):
                self.differences += 1
                if self.differences <= show:
                    print(f"{self.name} limit {limit}: {data!a:.400}\n  reference {expected!s:.400}"
                          f"\n  koquant   {mine!s:.400}")

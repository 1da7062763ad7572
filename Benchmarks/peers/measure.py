"""One peer, one process: prepares a model, or measures and prints a line of JSON.

    measure.py prepare ENGINE --model DIR --prepared DIR
    measure.py points ENGINE … --threads N --points 1x16,32x128
    measure.py texts ENGINE … --threads N --texts FILE
"""
import argparse
import importlib.metadata
import json
import statistics
import time

import numpy as np

import engines

WARMUP = 4
# A point is measured for at least so many seconds and passes, but for no longer than the last of these.
SECONDS, PASSES, MOST_SECONDS = 1.0, 20, 6.0
BATCHES = (8, 16, 32, 64)
SAMPLE = 384


def seconds(body):
    start = time.perf_counter()
    result = body()
    return time.perf_counter() - start, result


def measure_points(engine, points):
    """Median seconds of a pass over random tokens, for each point (texts, tokens)."""
    random = np.random.default_rng(7)
    medians = {}
    for texts, tokens in points:
        ids = random.integers(1000, engine.configuration["vocab_size"] - 1, (texts, tokens))
        mask = np.ones_like(ids)
        for _ in range(WARMUP if texts == 1 else 1):
            engine.embed(ids, mask)
        times, start = [], time.perf_counter()
        while True:
            times.append(seconds(lambda: engine.embed(ids, mask))[0])
            spent = time.perf_counter() - start
            if len(times) >= 3 and (spent > MOST_SECONDS or spent > SECONDS and len(times) >= PASSES):
                break
        medians[f"{texts}x{tokens}"] = statistics.median(times)
    return medians


class TextPipeline:
    """Texts to vectors: the fast tokenizer on all of them, texts of similar length in a batch, padding to the longest."""

    def __init__(self, engine):
        from tokenizers import Tokenizer
        self.engine = engine
        self.tokenizer = Tokenizer.from_file(str(engine.model / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(128)
        self.padding = engine.configuration["pad_token_id"]

    def vectors(self, texts, batch_size):
        rows = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
        batches = [self.batch([rows[i] for i in order[first:first + batch_size]])
                   for first in range(0, len(order), batch_size)]
        sorted_vectors = np.concatenate(self.engine.embed_all(batches))
        result = np.empty_like(sorted_vectors)
        result[order] = sorted_vectors
        return result

    def batch(self, rows):
        width = max(map(len, rows))
        ids = np.full((len(rows), width), self.padding, np.int64)
        mask = np.zeros_like(ids)
        for index, row in enumerate(rows):
            ids[index, :len(row)] = row
            mask[index, :len(row)] = 1
        return ids, mask


def measure_texts(engine, texts, threads):
    """Seconds for all texts with the mode and batch size that are fastest on some of them."""
    sample = texts[::max(1, len(texts) // SAMPLE)]
    tried = []
    for mode in engine.modes:
        engine.load(threads, mode)
        pipeline = TextPipeline(engine)
        pipeline.vectors(sample[:64], 16)
        tried += [(seconds(lambda: pipeline.vectors(sample, size))[0], mode, size) for size in BATCHES]
    _, mode, size = min(tried)
    engine.load(threads, mode)
    pipeline = TextPipeline(engine)
    pipeline.vectors(sample[:64], size)
    spent, vectors = seconds(lambda: pipeline.vectors(texts, size))
    assert vectors.shape[0] == len(texts) and np.isfinite(vectors).all()
    return {"seconds": spent, "mode": mode, "batch_size": size}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("prepare", "points", "texts"))
    parser.add_argument("engine", choices=engines.MODULES)
    parser.add_argument("--model", required=True)
    parser.add_argument("--prepared", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--points", default="")
    parser.add_argument("--texts", help="a file with a text a line")
    options = parser.parse_args()
    engine = engines.make(options.engine, options.model, options.prepared)
    if options.what == "prepare":
        return engine.prepare()
    if options.what == "points":
        engine.load(options.threads)
        points = [tuple(map(int, point.split("x"))) for point in options.points.split(",")]
        result = {"seconds": measure_points(engine, points)}
    else:
        with open(options.texts, encoding="utf-8") as file:
            result = measure_texts(engine, file.read().splitlines(), options.threads)
    result["versions"] = {name: importlib.metadata.version(name) for name in engine.packages}
    print(json.dumps(result))


if __name__ == "__main__":
    main()

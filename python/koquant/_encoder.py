import ctypes
import os
import sys
import threading
import weakref

import numpy as np

from . import _library
from ._library import call
from ._plan import RESIDENCIES, model_options


def _close(name, handle):
    try:
        call(name, handle)
    except _library.KoquantError as error:
        if error.status != _library.INVALID_HANDLE:
            raise


class SentenceEncoder:
    """A .koq file, ready to turn sentences into vectors; used as sentence-transformers' SentenceTransformer is.

    path: the file.
    threads: threads that compute; all that the process may use by default, or what max_memory allows.
    residency: where the weights are: "mapped", "resident" or "streamed"; it never changes a bit of a vector.
    max_memory: ceiling for the whole process, in bytes or as "48MiB", "1GiB" or "auto". What cannot be kept is
        refused before anything is loaded; see koquant.plan. Python, numpy and the arrays that are there by now
        count; those that `encode` returns are for the caller to leave room for.
    batch_tokens: tokens that are encoded together.

    One encoder may be used by several threads: they take turns. For more throughput give each its own.
    """

    def __init__(self, path, *, threads=None, residency=None, max_memory=None, batch_tokens=None):
        self._model = ctypes.c_void_p()
        options = model_options(residency, max_memory, threads, batch_tokens)
        call("kq_model_open", os.fsencode(path), ctypes.byref(options), ctypes.byref(self._model))
        self._finalizers = [weakref.finalize(self, _close, "kq_model_close", self._model)]
        self._sessions = {}
        # A plan counts one session; without a ceiling one for each setting saves opening them again.
        self._keeps_sessions = max_memory is None
        self._lock = threading.Lock()
        self._info = _library.ModelInfo(size=ctypes.sizeof(_library.ModelInfo))
        call("kq_model_describe", self._model, ctypes.byref(self._info))

    @property
    def max_seq_length(self):
        """Tokens to which longer sentences are cut, special tokens included."""
        return self._info.maximum_tokens

    @property
    def instruction_set(self):
        return self._info.instruction_set.decode()

    @property
    def residency(self):
        """Where the weights are: "mapped", "resident" or "streamed"."""
        return RESIDENCIES[self._info.residency]

    @property
    def threads(self):
        return self._info.threads

    def get_sentence_embedding_dimension(self):
        return self._info.dimension

    def encode(self, sentences, batch_size=32, show_progress_bar=False, normalize_embeddings=False):
        """The vectors of sentences: float32 [len(sentences), dimension], or [dimension] for a single str.

        batch_size: sentences per call of the library; the vectors do not depend on it.
        show_progress_bar: print progress on standard error.
        normalize_embeddings: scale vectors to length 1.

        The library writes into the array that is returned. Raises KoquantError, and TypeError for anything that is
        not a str. Lone surrogates become "?".
        """
        if isinstance(sentences, str):
            return self._encode([sentences], 1, False, normalize_embeddings)[0]
        return self._encode(list(sentences), batch_size, show_progress_bar, normalize_embeddings)

    def close(self):
        """Gives the memory back now instead of when the encoder is no longer referenced."""
        with self._lock:
            for finalizer in reversed(self._finalizers):
                finalizer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _encode(self, sentences, batch_size, shows_progress, normalizes):
        if batch_size < 1:
            raise ValueError("batch_size must be at least 1")
        for index, sentence in enumerate(sentences):
            if not isinstance(sentence, str):
                raise TypeError(f"sentence {index} is a {type(sentence).__name__}, not a str")
        vectors = np.empty((len(sentences), self._info.dimension), np.float32)
        with self._lock:
            session = self._session(normalizes)
            for first in range(0, len(sentences), batch_size):
                part = vectors[first : first + batch_size]
                self._embed(session, sentences[first : first + batch_size], part)
                if shows_progress:
                    done = first + len(part)
                    end = "\n" if done == len(sentences) else ""
                    print(f"\r{done} of {len(sentences)} sentences", end=end, file=sys.stderr, flush=True)
        return vectors

    @staticmethod
    def _embed(session, sentences, vectors):
        encoded = [sentence.encode("utf-8", "replace") for sentence in sentences]
        texts = (_library.Text * len(encoded))(*((text, len(text)) for text in encoded))
        output = vectors.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        call("kq_embed_many", session, texts, len(encoded), output, vectors.size)

    def _session(self, normalizes):
        normalizes = bool(normalizes)
        if normalizes not in self._sessions:
            if not self._keeps_sessions:
                self._close_sessions()
            session = ctypes.c_void_p()
            options = _library.SessionOptions(
                size=ctypes.sizeof(_library.SessionOptions),
                flags=_library.NORMALIZE if normalizes else 0)
            call("kq_session_open", self._model, ctypes.byref(options), ctypes.byref(session))
            self._sessions[normalizes] = session
            self._finalizers.append(weakref.finalize(self, _close, "kq_session_close", session))
        return self._sessions[normalizes]

    def _close_sessions(self):
        for finalizer in self._finalizers[1:]:
            finalizer()
        del self._finalizers[1:]
        self._sessions.clear()

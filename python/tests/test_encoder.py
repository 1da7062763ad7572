"""Holds koquant.SentenceEncoder to the command line's vectors, to the bit.

    test_encoder.py FILE.koq TEXTS VECTORS

VECTORS is the output of `koquant embed` for TEXTS (one per line).
"""
import json
import sys
import threading
import unittest

import numpy as np

import koquant

MODEL, TEXTS, VECTORS = sys.argv[1:4]


class EncoderTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.encoder = koquant.SentenceEncoder(MODEL)
        with open(VECTORS, encoding="utf-8") as file:
            records = [json.loads(line) for line in file]
        with open(TEXTS, "rb") as file:
            lines = [line.removesuffix(b"\n").removesuffix(b"\r") for line in file]
        # The command line reads bytes that are not UTF-8; a str cannot hold them.
        kept = [i for i, line in enumerate(lines) if line.decode("utf-8", "replace").encode() == line]
        cls.sentences = [lines[i].decode() for i in kept]
        cls.expected = np.array([records[i]["embedding"] for i in kept], np.float32)

    def assertSame(self, first, second):
        self.assertEqual(first.dtype, np.float32)
        self.assertEqual(first.tobytes(), second.tobytes())

    def test_vectors_are_those_of_the_command_line(self):
        self.assertGreater(len(self.sentences), 20)
        for batch_size in (1, 7, 32, 1000):
            self.assertSame(self.encoder.encode(self.sentences, batch_size=batch_size), self.expected)

    def test_shapes(self):
        dimension = self.encoder.get_sentence_embedding_dimension()
        self.assertEqual(self.encoder.encode("one").shape, (dimension,))
        self.assertEqual(self.encoder.encode(["one"]).shape, (1, dimension))
        self.assertEqual(self.encoder.encode([]).shape, (0, dimension))
        self.assertEqual(self.encoder.encode(iter(["a", "b"])).shape, (2, dimension))
        self.assertSame(self.encoder.encode(self.sentences[3]), self.expected[3])

    def test_normalized(self):
        vectors = self.encoder.encode(self.sentences[:5], normalize_embeddings=True)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)

    def test_refusals(self):
        with self.assertRaises(TypeError):
            self.encoder.encode(["a", None])
        with self.assertRaises(ValueError):
            self.encoder.encode(["a"], batch_size=0)
        with self.assertRaises(FileNotFoundError):
            koquant.SentenceEncoder("/nowhere/at-all.koq")
        with self.assertRaises(koquant.KoquantError):
            koquant.SentenceEncoder(__file__)
        self.encoder.encode("\ud800")

    def test_residencies(self):
        for residency in ("resident", "streamed"):
            for threads in (1, 3):
                with koquant.SentenceEncoder(MODEL, residency=residency, threads=threads, batch_tokens=200) as encoder:
                    self.assertEqual((encoder.residency, encoder.threads), (residency, threads))
                    self.assertSame(encoder.encode(self.sentences), self.expected)

    def test_plan(self):
        plan = koquant.plan(MODEL, threads=2)
        self.assertEqual(plan.total, sum(plan.parts.values()))
        self.assertEqual(plan.threads, 2)
        streamed = koquant.plan(MODEL, residency="streamed", threads=1)
        self.assertEqual((streamed.residency, streamed.ring_layers), ("streamed", 2))
        self.assertLess(streamed.total, plan.total)
        self.assertLessEqual(koquant.plan(MODEL, max_memory=plan.total + 2**22).total, plan.total + 2**22)
        koquant.plan(MODEL, max_memory="auto")
        koquant.plan(MODEL, max_memory="4GiB")

    def test_ceiling(self):
        least = koquant.plan(MODEL, residency="streamed", threads=1, batch_tokens=1).total
        with koquant.SentenceEncoder(MODEL, max_memory=least + 2**22) as encoder:
            self.assertEqual(encoder.residency, "streamed")
            self.assertSame(encoder.encode(self.sentences[:5]), self.expected[:5])
            encoder.encode(self.sentences[:5], normalize_embeddings=True)
            self.assertSame(encoder.encode(self.sentences[:5]), self.expected[:5])
        for ceiling in (0, 1, "1MiB"):
            for function in (koquant.plan, koquant.SentenceEncoder):
                with self.assertRaisesRegex(koquant.KoquantError, "the least that would do"):
                    function(MODEL, max_memory=ceiling)

    def test_options_that_make_no_sense(self):
        wrong = [{"residency": "floating"}, {"max_memory": "much"}, {"max_memory": -1}, {"max_memory": "1TB"},
                 {"threads": 0}, {"batch_tokens": -1}]
        for options in wrong:
            for function in (koquant.plan, koquant.SentenceEncoder):
                with self.assertRaises(ValueError, msg=options):
                    function(MODEL, **options)

    def test_closed(self):
        with koquant.SentenceEncoder(MODEL, threads=1) as encoder:
            encoder.encode("open")
        with self.assertRaises(koquant.KoquantError):
            encoder.encode("closed")
        encoder.close()

    def test_threads_take_turns(self):
        results = [None] * 4

        def encode(index):
            results[index] = self.encoder.encode(self.sentences[:8])

        threads = [threading.Thread(target=encode, args=(i,)) for i in range(len(results))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for result in results:
            self.assertSame(result, self.expected[:8])

    def test_other_threads_run_meanwhile(self):
        """The GIL is released: this thread counts on while another one encodes."""
        worker = threading.Thread(target=lambda: self.encoder.encode(self.sentences * 4, batch_size=10_000))
        worker.start()
        count = 0
        while worker.is_alive():
            count += 1
        worker.join()
        self.assertGreater(count, 1000)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

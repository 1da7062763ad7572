"""CTranslate2's encoder with int8 weights and activations."""
import numpy as np

from .engine import Engine, mean_pool, once


class CTranslate2(Engine):
    packages = ("ctranslate2",)

    @property
    def path(self):
        return self.prepared / "ctranslate2-int8"

    def prepare(self):
        def convert(temporary):
            import transformers
            from ctranslate2.converters import TransformersConverter
            # The converter asserts on an attribute that transformers 5 no longer has.
            transformers.RobertaConfig.position_embedding_type = "absolute"
            TransformersConverter(str(self.model)).convert(str(temporary), quantization="int8", force=True)

        once(self.path, convert)

    def load(self, threads, mode="latency"):
        import ctranslate2
        self.view = ctranslate2.StorageView
        self.encoder = ctranslate2.Encoder(
            str(self.path), device="cpu", compute_type="int8_float32", inter_threads=1, intra_threads=threads)

    def embed(self, ids, mask):
        output = self.encoder.forward_batch(
            self.view.from_array(ids.astype(np.int32)), self.view.from_array(mask.sum(1).astype(np.int32)))
        return mean_pool(np.array(output.last_hidden_state), mask)

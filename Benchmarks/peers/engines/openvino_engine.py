"""OpenVINO's CPU plugin: weights and activations int8 by post-training quantization, or int8 weights alone."""
import numpy as np

from .engine import Engine, mean_pool, once
from .onnx_model import export


class OpenVINO(Engine):
    modes = ("latency", "throughput")
    packages = ("openvino", "nncf")
    file = ""

    @property
    def path(self):
        return self.prepared / self.file / "model.xml"

    def prepare(self):
        source = self.prepared / "fp32.onnx"
        export(self.model, source)

        def convert(temporary):
            import openvino
            model = self.quantize(openvino.convert_model(source))
            temporary.mkdir(exist_ok=True)
            openvino.save_model(model, temporary / "model.xml", compress_to_fp16=False)

        once(self.path.parent, convert)

    def load(self, threads, mode="latency"):
        import openvino
        self.openvino = openvino
        compiled = openvino.Core().compile_model(self.path, "CPU", {
            "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": mode.upper(), "ENABLE_CPU_PINNING": False,
            # What is not int8 would be bf16 on CPUs that have it, which was slower at every point.
            "INFERENCE_PRECISION_HINT": "f32",
        })
        self.request = compiled.create_infer_request()
        self.queue = openvino.AsyncInferQueue(compiled) if mode == "throughput" else None

    def embed(self, ids, mask):
        self.request.infer({"input_ids": ids, "attention_mask": mask}, share_inputs=True)
        return mean_pool(self.request.get_output_tensor(0).data, mask)

    def embed_all(self, batches):
        if self.queue is None:
            return super().embed_all(batches)
        vectors = [None] * len(batches)

        def keep(request, index):
            vectors[index] = mean_pool(request.get_output_tensor(0).data, batches[index][1])

        self.queue.set_callback(keep)
        for index, (ids, mask) in enumerate(batches):
            self.queue.start_async({"input_ids": ids, "attention_mask": mask}, index, share_inputs=True)
        self.queue.wait_all()
        return vectors


class Quantized(OpenVINO):
    file = "openvino-ptq"

    def quantize(self, model):
        import nncf
        random = np.random.default_rng(12)
        vocabulary = self.configuration["vocab_size"]
        rows = [random.integers(1000, vocabulary, (1, length)) for length in random.integers(8, 128, 32)]
        calibration = nncf.Dataset([{"input_ids": row, "attention_mask": np.ones_like(row)} for row in rows])
        return nncf.quantize(
            model, calibration, model_type=nncf.ModelType.TRANSFORMER, preset=nncf.QuantizationPreset.MIXED,
            subset_size=len(rows))


class CompressedWeights(OpenVINO):
    file = "openvino-weights"

    def quantize(self, model):
        import nncf
        return nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_ASYM)

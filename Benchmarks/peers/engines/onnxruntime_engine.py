"""ONNX Runtime with dynamic quantization: int8 weights per channel, activations quantized per tensor as they come."""
from .engine import Engine, mean_pool, once
from .onnx_model import export


class Dynamic(Engine):
    packages = ("onnxruntime",)

    @property
    def path(self):
        return self.prepared / "onnxruntime-int8.onnx"

    def prepare(self):
        source = self.prepared / "fp32.onnx"
        export(self.model, source)

        def quantize(temporary):
            from onnxruntime.quantization import QuantType, quantize_dynamic
            quantize_dynamic(source, temporary, per_channel=True, weight_type=QuantType.QInt8)

        once(self.path, quantize)

    def load(self, threads, mode="latency"):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        self.session = onnxruntime.InferenceSession(self.path, options, providers=["CPUExecutionProvider"])

    def embed(self, ids, mask):
        return mean_pool(self.session.run(None, {"input_ids": ids, "attention_mask": mask})[0], mask)

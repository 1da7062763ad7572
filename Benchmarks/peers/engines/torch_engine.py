"""PyTorch with dynamically quantized linear layers."""
import os

from .engine import Engine, mean_pool


class DynamicInt8(Engine):
    packages = ("torch", "transformers")

    def load(self, threads, mode="latency"):
        os.environ["OMP_NUM_THREADS"] = str(threads)
        import torch
        from transformers import AutoModel
        self.torch = torch
        torch.set_num_threads(threads)
        torch.backends.quantized.engine = "x86"
        network = AutoModel.from_pretrained(self.model, dtype=torch.float32).eval()
        self.network = torch.ao.quantization.quantize_dynamic(network, {torch.nn.Linear}, dtype=torch.qint8)

    def embed(self, ids, mask):
        with self.torch.inference_mode():
            hidden = self.network(
                input_ids=self.torch.from_numpy(ids), attention_mask=self.torch.from_numpy(mask)).last_hidden_state
        return mean_pool(hidden.numpy(), mask)

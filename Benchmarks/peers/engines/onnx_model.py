"""The checkpoint as an ONNX file: what ONNX Runtime and OpenVINO start from."""
from .engine import once


def export(model, path):
    """Token ids and mask to the last hidden states, batch and length dynamic."""
    def write(temporary):
        import torch
        from transformers import AutoModel

        network = AutoModel.from_pretrained(model, attn_implementation="eager", dtype=torch.float32).eval()

        class HiddenStates(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.network = network

            def forward(self, input_ids, attention_mask):
                return self.network(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

        ids = torch.randint(10, 1000, (2, 24))
        shape = {0: "texts", 1: "tokens"}
        with torch.no_grad():
            # The older exporter gives the graph that the run-times' fusions recognize.
            torch.onnx.export(
                HiddenStates(), (ids, torch.ones_like(ids)), str(temporary), opset_version=17, dynamo=False,
                input_names=["input_ids", "attention_mask"], output_names=["hidden"],
                dynamic_axes={"input_ids": shape, "attention_mask": shape, "hidden": shape})

    once(path, write)

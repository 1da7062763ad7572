"""RobertaModels made of the teacher's tensors: the teacher itself, and the student before training."""

import numpy as np
import torch
from transformers import RobertaConfig, RobertaModel

from korean_model.container import Container
from korean_model.packed import FIRST_POSITION

NAMES = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}


def configuration(container: Container, rows: int) -> RobertaConfig:
    return RobertaConfig(
        architectures=["RobertaModel"], vocab_size=rows, hidden_size=container.hidden,
        num_hidden_layers=container.layers, num_attention_heads=container.heads,
        intermediate_size=container.intermediate,
        max_position_embeddings=container.positions + FIRST_POSITION,
        type_vocab_size=1, layer_norm_eps=1e-5, hidden_act="gelu", hidden_dropout_prob=0.1,
        attention_probs_dropout_prob=0.1, bos_token_id=0, pad_token_id=1, eos_token_id=2)


def build(container: Container, word_rows: np.ndarray) -> RobertaModel:
    """A RobertaModel with these word rows [entries, hidden] and everything else from the container.

    RoBERTa counts positions from pad_token_id + 1, so the position rows move up by two.
    """
    hidden = container.hidden
    model = RobertaModel(configuration(container, len(word_rows)), add_pooling_layer=False)
    position = np.zeros((container.positions + FIRST_POSITION, hidden), np.float32)
    position[FIRST_POSITION:] = container.vector("emb.pos").reshape(-1, hidden)
    state = {
        "embeddings.word_embeddings.weight": word_rows,
        "embeddings.position_embeddings.weight": position,
        "embeddings.token_type_embeddings.weight": container.vector("emb.type")[:hidden].reshape(1, hidden),
        "embeddings.LayerNorm.weight": container.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": container.vector("emb.ln.b"),
    }
    for layer in range(container.layers):
        for short, name in NAMES.items():
            prefix = f"encoder.layer.{layer}.{name}"
            state[prefix + ".bias"] = container.vector(f"l{layer}.{short}.b")
            columns = container.intermediate if short == "fo" else hidden
            stored = f"l{layer}.{short}.w"
            quantized = container.tensors[stored].quantized
            state[prefix + ".weight"] = (
                container.matrix(stored, columns) if quantized else container.vector(stored))
    model.load_state_dict({name: torch.from_numpy(values) for name, values in state.items()})
    return model.eval()

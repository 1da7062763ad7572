"""Forward pass of a RobertaModel over sentences laid end to end, without padding, as pooled vectors.

Padding would waste a third of a batch of unsorted sentences. Everything but attention works on one matrix
[tokens, hidden]; attention alone sees padded batches.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from transformers import RobertaModel

FIRST_POSITION = 2


@dataclass
class Packed:
    """Token ids [tokens] of sentences of `lengths`, and where each token stands in the padded [batch, longest]."""

    ids: torch.Tensor
    positions: torch.Tensor
    slots: torch.Tensor
    lengths: torch.Tensor
    longest: int


def pack(sentences: list[list[int]]) -> Packed:
    lengths = torch.tensor([len(ids) for ids in sentences])
    longest = int(lengths.max())
    index = torch.cat([torch.arange(n) for n in lengths.tolist()])
    row = torch.repeat_interleave(torch.arange(len(sentences)), lengths)
    ids = torch.tensor([token for ids in sentences for token in ids])
    return Packed(ids, index + FIRST_POSITION, row * longest + index, lengths, longest)


def spread(values: torch.Tensor, batch: Packed) -> torch.Tensor:
    """[tokens, width] as zero-padded [batch, longest, width]."""
    count = len(batch.lengths)
    padded = values.new_zeros(count * batch.longest, values.shape[-1])
    return padded.index_copy(0, batch.slots, values).view(count, batch.longest, -1)


def mean_pool(hidden: torch.Tensor, batch: Packed) -> torch.Tensor:
    """Mean over each sentence's tokens: [batch, hidden], float32."""
    return spread(hidden.float(), batch).sum(dim=1) / batch.lengths[:, None]


def hidden_states(model: RobertaModel, batch: Packed, dropout: float = 0.0) -> torch.Tensor:
    """Last hidden states [tokens, hidden]."""
    def drop(values: torch.Tensor) -> torch.Tensor:
        return F.dropout(values, dropout) if dropout else values

    table = model.embeddings
    x = table.word_embeddings(batch.ids) + table.position_embeddings(batch.positions)
    x = drop(table.LayerNorm(x + table.token_type_embeddings.weight[0]))
    mask = (torch.arange(batch.longest) < batch.lengths[:, None])[:, None, None, :]
    for layer in model.encoder.layer:
        attended = _attention(layer.attention.self, x, batch, mask)
        output = layer.attention.output
        x = output.LayerNorm(x + drop(output.dense(attended)))
        inner = F.gelu(layer.intermediate.dense(x))
        x = layer.output.LayerNorm(x + drop(layer.output.dense(inner)))
    return x


def _attention(layer, x: torch.Tensor, batch: Packed, mask: torch.Tensor) -> torch.Tensor:
    parts = (layer.query, layer.key, layer.value)
    weight = torch.cat([part.weight for part in parts])
    projected = F.linear(x, weight, torch.cat([part.bias for part in parts]))
    heads = layer.num_attention_heads
    shape = (len(batch.lengths), batch.longest, 3, heads, -1)
    query, key, value = spread(projected, batch).view(shape).permute(2, 0, 3, 1, 4)
    mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    return mixed.transpose(1, 2).reshape(-1, x.shape[-1]).index_select(0, batch.slots)


def vectors(model: RobertaModel, batch: Packed, dropout: float = 0.0) -> torch.Tensor:
    """Sentence vectors [batch, hidden], not normalized."""
    return mean_pool(hidden_states(model, batch, dropout), batch)


@torch.no_grad()
def encode(model: RobertaModel, sentences: list[list[int]], tokens: int = 4096) -> torch.Tensor:
    """Sentence vectors of any number of sentences, in their order."""
    result = torch.empty(len(sentences), model.config.hidden_size)
    for chosen in groups(sentences, tokens):
        result[chosen] = vectors(model, pack([sentences[i] for i in chosen]))
    return result


def groups(sentences: list[list[int]], tokens: int) -> list[list[int]]:
    """Indices of sentences of like length, at most `tokens` tokens a group."""
    found: list[list[int]] = []
    total = tokens
    for index in sorted(range(len(sentences)), key=lambda i: len(sentences[i])):
        length = len(sentences[index])
        if total + length > tokens:
            found.append([])
            total = 0
        found[-1].append(index)
        total += length
    return found

"""Forward pass of a RobertaModel over sentences laid end to end, without padding, as pooled vectors.

Padding would waste a third of a batch of unsorted sentences. Everything but attention works on one matrix
[tokens, hidden]; attention alone sees padded groups of sentences of like length. It is written out because
the fused one of torch spends more time in its backward pass on CPU than all the rest of the model.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from transformers import RobertaModel

FIRST_POSITION = 2
GROUP = 24


@dataclass
class Group:
    """Sentences of like length: their tokens, and where each stands in the padded [count, longest]."""

    tokens: torch.Tensor
    slots: torch.Tensor
    longest: int
    count: int
    penalty: torch.Tensor


@dataclass
class Packed:
    """Token ids [tokens] of sentences of `lengths`; `restore` brings tokens from group order to their own."""

    ids: torch.Tensor
    positions: torch.Tensor
    owner: torch.Tensor
    lengths: torch.Tensor
    groups: list[Group]
    restore: torch.Tensor


def pack(sentences: list[list[int]]) -> Packed:
    lengths = torch.tensor([len(ids) for ids in sentences])
    index = torch.cat([torch.arange(n) for n in lengths.tolist()])
    owner = torch.repeat_interleave(torch.arange(len(sentences)), lengths)
    ids = torch.tensor([token for ids in sentences for token in ids])
    starts = lengths.cumsum(0) - lengths
    grouped = [_group(members, lengths, starts) for members in lengths.argsort(stable=True).split(GROUP)]
    restore = torch.cat([group.tokens for group in grouped]).argsort()
    return Packed(ids, index + FIRST_POSITION, owner, lengths, grouped, restore)


def _group(members: torch.Tensor, lengths: torch.Tensor, starts: torch.Tensor) -> Group:
    inside = torch.arange(int(lengths[members].max())) < lengths[members][:, None]
    tokens = (starts[members][:, None] + torch.arange(inside.shape[1]))[inside]
    penalty = torch.zeros(inside.shape).masked_fill(~inside, -math.inf)[:, None, None, :]
    return Group(tokens, inside.flatten().nonzero().flatten(), inside.shape[1], len(members), penalty)


def mean_pool(hidden: torch.Tensor, batch: Packed) -> torch.Tensor:
    """Mean over each sentence's tokens: [batch, hidden], float32."""
    total = hidden.new_zeros(len(batch.lengths), hidden.shape[1])
    return total.index_add(0, batch.owner, hidden) / batch.lengths[:, None]


def hidden_states(model: RobertaModel, batch: Packed, dropout: float = 0.0) -> torch.Tensor:
    """Last hidden states [tokens, hidden]."""
    def drop(values: torch.Tensor) -> torch.Tensor:
        return F.dropout(values, dropout) if dropout else values

    table = model.embeddings
    x = table.word_embeddings(batch.ids) + table.position_embeddings(batch.positions)
    x = drop(table.LayerNorm(x + table.token_type_embeddings.weight[0]))
    for layer in model.encoder.layer:
        attended = _attention(layer.attention.self, x, batch)
        output = layer.attention.output
        x = output.LayerNorm(x + drop(output.dense(attended)))
        inner = F.gelu(layer.intermediate.dense(x))
        x = layer.output.LayerNorm(x + drop(layer.output.dense(inner)))
    return x


def _attention(layer, x: torch.Tensor, batch: Packed) -> torch.Tensor:
    parts = (layer.query, layer.key, layer.value)
    weight = torch.cat([part.weight for part in parts])
    projected = F.linear(x, weight, torch.cat([part.bias for part in parts]))
    mixed = [_mix(projected.index_select(0, group.tokens), group, layer.num_attention_heads)
             for group in batch.groups]
    return torch.cat(mixed).index_select(0, batch.restore)


def _mix(projected: torch.Tensor, group: Group, heads: int) -> torch.Tensor:
    """Attention of one group: [tokens, 3 x hidden] to [tokens, hidden]."""
    padded = projected.new_zeros(group.count * group.longest, projected.shape[1])
    padded = padded.index_copy(0, group.slots, projected)
    split = padded.view(group.count, group.longest, 3, heads, -1).permute(2, 0, 3, 1, 4)
    query, key, value = split.unbind()
    scores = query @ key.transpose(-1, -2) / math.sqrt(key.shape[-1]) + group.penalty
    mixed = scores.softmax(dim=-1) @ value
    return mixed.transpose(1, 2).reshape(-1, projected.shape[1] // 3).index_select(0, group.slots)


def bfloat16() -> torch.autocast:
    """Matrix products inside are bfloat16 with fp32 accumulation; weights, residuals and norms stay fp32."""
    return torch.autocast("cpu", torch.bfloat16)


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

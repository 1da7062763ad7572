"""Writes a student as a sentence-transformers folder, the form in which Korean encoders are published."""

import shutil
from pathlib import Path

from safetensors.torch import load_file
from transformers import RobertaModel

from korean_model.stages import Workshop
from korean_model.tokenizer import MAXIMUM_TOKENS, write_json

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]
POOLING = {
    "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": False,
    "pooling_mode_mean_sqrt_len_tokens": False,
}


def export(workshop: Workshop, weights: Path, folder: Path) -> None:
    """Weights as fp32 safetensors with configuration, tokenizer and pooling."""
    student, made = workshop.initial()
    student.load_state_dict(load_file(weights))
    temporary = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    student.save_pretrained(temporary)
    for file in (workshop.work / "tokenizer").iterdir():
        shutil.copy(file, temporary)
    hidden = student.config.hidden_size
    write_json(temporary / "modules.json", MODULES)
    write_json(temporary / "sentence_bert_config.json",
               {"max_seq_length": MAXIMUM_TOKENS, "do_lower_case": False})
    (temporary / "1_Pooling").mkdir()
    write_json(temporary / "1_Pooling" / "config.json", {"word_embedding_dimension": hidden, **POOLING})
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)


def check(workshop: Workshop, folder: Path, texts: list[str]) -> float:
    """Greatest difference between the packed forward pass and sentence-transformers, both fp32."""
    from sentence_transformers import SentenceTransformer

    from korean_model import packed

    student, made = workshop.initial()
    student.load_state_dict(RobertaModel.from_pretrained(folder, add_pooling_layer=False).state_dict())
    ours = packed.encode(student, [encoding.ids for encoding in made.encode_batch(texts)]).numpy()
    theirs = SentenceTransformer(str(folder), device="cpu").encode(texts)
    return float(abs(ours - theirs).max())

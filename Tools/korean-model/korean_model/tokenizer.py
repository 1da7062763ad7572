"""The student's tokenizer: cased BERT WordPiece in the file form of the Korean RoBERTa checkpoints."""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from korean_model.vocabulary import SPECIAL

MAXIMUM_TOKENS = 128


def build(entries: list[str]) -> Tokenizer:
    row = {entry: index for index, entry in enumerate(entries)}
    tokenizer = Tokenizer(models.WordPiece(row, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=None)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]",
        special_tokens=[(token, row[token]) for token in ("[CLS]", "[SEP]")])
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    tokenizer.enable_truncation(MAXIMUM_TOKENS)
    return tokenizer


def write(entries: list[str], folder: Path) -> None:
    """tokenizer.json, vocab.txt, tokenizer_config.json and special_tokens_map.json."""
    folder.mkdir(parents=True, exist_ok=True)
    build(entries).save(str(folder / "tokenizer.json"))
    (folder / "vocab.txt").write_text("\n".join(entries) + "\n", encoding="utf-8")
    added = {str(row): {"content": token, "lstrip": False, "normalized": False, "rstrip": False,
                        "single_word": False, "special": True} for row, token in enumerate(SPECIAL)}
    roles = {"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]",
             "mask_token": "[MASK]", "bos_token": "[CLS]", "eos_token": "[SEP]"}
    settings = {
        "tokenizer_class": "BertTokenizer", "do_lower_case": False, "do_basic_tokenize": True,
        "strip_accents": None, "tokenize_chinese_chars": True, "never_split": None,
        "clean_up_tokenization_spaces": False, "model_max_length": MAXIMUM_TOKENS,
        "added_tokens_decoder": added, **roles}
    write_json(folder / "tokenizer_config.json", settings)
    write_json(folder / "special_tokens_map.json", roles)


def write_json(path: Path, value) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

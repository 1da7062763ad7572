"""A small tokenizer of our own, in all settings: small enough to commit, rich enough to reach every rule."""
import itertools

from texts import CONJOINING, WORDS, decompose

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PIECES = """the of and play un aff able embed sent ence kor token hello world naive cafe resume i p phone
e s ing ##ing ##ed ##er ##s ##ence ##able ##aff ##izer ##d 안 안녕 ##녕 ##하세요 ##하 ##세 ##요 오늘 ##은 ##는 날씨 ##가 ##이
좋 ##습니다 ##습 ##니다 ##다 대한 ##민국 ##민 ##국 ##의 수도 서울 사람 ##들 ##들이 고양이 ##를 강아지 ##와 함께 먹 ##었 ##었다
있 것 ##입니다 코로나 한국어 한 ##국어 日 本 語 中 国 人 一 丁 か は 가 나 ##나 ##라 12 ##34 3 ##14 1 ##9 19""".split()


def vocabulary(cased):
    """Tokens in id order: specials, letters, jamo, signs, then words and continuations."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789" + ("ABCDEFGHIJKLMNOPQRSTUVWXYZéÉüßİı" if cased else "ßıøđ")
    signs = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~…·“”、。「」￦₩×©▁\u3164\u0378\u302e\U0001d165"
    singles = list(letters) + list("αβγσςωжияшაअनमกิ😀👍\u200d\ufe0f") + list(signs)
    jamo = CONJOINING if not cased else CONJOINING[:8] + list("ㅋㅠㅏ")
    words = [w if cased else decompose(w) for w in PIECES]
    words += [w for w in WORDS[:10] if cased]
    tokens = SPECIAL + singles + ["##" + s for s in list(letters) + list("αωижა\u302e\u302f\U0001d165\U0001d166\U0001d16d")] + jamo + ["##" + j for j in jamo]
    return list(dict.fromkeys(tokens + words))


def added(content, id, special=False, single_word=False, lstrip=False, rstrip=False, normalized=False):
    return {"id": id, "content": content, "special": special, "single_word": single_word, "lstrip": lstrip,
            "rstrip": rstrip, "normalized": normalized}


def config(cased, clean=True, cjk=True, strip=None, lower=None, limit=100, prefix="##", extra=()):
    tokens = vocabulary(cased)
    if prefix != "##":
        tokens = list(dict.fromkeys(prefix + t[2:] if t.startswith("##") and len(t) > 2 else t for t in tokens))
    ids = {token: id for id, token in enumerate(tokens)}
    # The reference numbers tokens that the vocabulary lacks from its end on.
    beyond = itertools.count(len(ids))
    more = [added(id=ids[t["content"]] if t["content"] in ids else next(beyond), **t) for t in extra]
    template = [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 0}}]
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [added(t, ids[t], special=True) for t in SPECIAL] + more,
        "normalizer": {"type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": cjk,
                       "strip_accents": strip, "lowercase": not cased if lower is None else lower},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing", "single": template, "pair": template + template[1:],
                           "special_tokens": {t: {"id": t, "ids": [ids[t]], "tokens": [t]} for t in ("[CLS]", "[SEP]")}},
        "decoder": {"type": "WordPiece", "prefix": prefix, "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": prefix,
                  "max_input_chars_per_word": limit, "vocab": ids},
    }


EXTRA = [
    dict(content="<word>", single_word=True), dict(content="<left>", lstrip=True), dict(content="<right>", rstrip=True),
    dict(content="<both>", lstrip=True, rstrip=True, special=True), dict(content="<wor"), dict(content="[S"),
    dict(content="서울시", single_word=True), dict(content="오늘"), dict(content="서울"), dict(content=" 날"),
]
NORMALIZED = [
    dict(content="Hello World", normalized=True), dict(content="World", normalized=True, single_word=True),
    dict(content="Café", normalized=True), dict(content="고양이", normalized=True, lstrip=True),
    dict(content="고양", normalized=True, single_word=True), dict(content=" and", normalized=True),
    dict(content="the ", normalized=True, rstrip=True), dict(content="日本", normalized=True),
    dict(content="!?", normalized=True), dict(content="aaaa", normalized=True), dict(content="aa", normalized=True, single_word=True),
    dict(content="<Both>", lstrip=True, rstrip=True), dict(content="강\u302e", normalized=True),
    dict(content="xyzzy", normalized=True, single_word=True), dict(content="zzy", normalized=True),
]
# Texts in which one added token bears on the next.
TOGETHER = ["<right> and", "the <left>", "the <both> and", "axyzzy", "xyzzyzzy", "xyzzy xyzzya", "<word><word>", "<word>a",
            "서울시", "서울시가", "hello world", "helloworldworld", "aaa", "aaaaaa", "고양이", "고양", "강\u302e\u302f"]


def specials(config):
    """Texts that the added tokens of a tokenizer make interesting."""
    return [token["content"] for token in config["added_tokens"]] + TOGETHER


def variants():
    """(name, contents of a tokenizer.json) for all settings and kinds of added tokens."""
    for cased in (True, False):
        case = "cased" if cased else "uncased"
        for clean, cjk, strip, lower in itertools.product((True, False), repeat=4):
            name = f"{case} clean={clean:d} cjk={cjk:d} strip={strip:d} lower={lower:d}"
            yield name, config(cased, clean, cjk, strip, lower)
        yield f"{case} short words", config(cased, limit=7)
        yield f"{case} empty prefix", config(cased, prefix="")
        yield f"{case} letter prefix", config(cased, prefix="x")
        yield f"{case} added tokens", config(cased, extra=EXTRA)
        yield f"{case} normalized added tokens", config(cased, extra=NORMALIZED)
        yield f"{case} all added tokens", config(cased, extra=EXTRA + NORMALIZED)
        yield f"{case} all added tokens, not cleaned", config(cased, clean=False, cjk=False, extra=EXTRA + NORMALIZED)

"""Chooses the student's WordPiece entries out of the teacher's unigram pieces.

A piece `▁x` becomes the entry `x`, a piece `x` becomes `##x`. Every Hangul syllable that Korean text uses
gets both forms, so that no ordinary Korean word is unknown. The unigram scores are log probabilities in the
teacher's corpus and order everything that competes for a place.
"""

import re
import unicodedata

import numpy as np

from korean_model.container import Container
from korean_model.pieces import SPACE, PieceTokenizer

SPECIAL = ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"]
SIZE = 24_000
HANJA = 1_500
HANGUL = re.compile("[가-힣]+")
LATIN = re.compile("[A-Za-z]+")
DIGITS = re.compile("[0-9]+")
COMPATIBILITY_JAMO = [chr(code) for code in range(0x3131, 0x3164)]
LAUGHTER = [c * n for c in "ㅋㅎㅠㅜ" for n in (2, 3)]
KANA = [chr(code) for code in (*range(0x3041, 0x3097), *range(0x30A1, 0x30FB), 0x30FC)]
FULLWIDTH = "！？（），．：；～％＋－＝＜＞［］｛｝／＆＊＠＃"
SIGNS = (
    "…‥ㆍ·•※☆★○●◎□■◇◆△▲▽▼→←↑↓↔♡♥♪♬℃℉㎡㎢㎥㎝㎜㎏㎞㎖㎎㎍"
    "㎈㎉㏊㎾㎒㎓Ω№™®©℡㈜㉠㉡㉢㉣₩€£¥¢°±×÷≤≥≠≒∞√∑∼²³½¼¾⅓⅔")
CIRCLED = [chr(code) for code in (*range(0x2460, 0x2474), *range(0x2160, 0x216A), *range(0x2170, 0x217A))]
LATIN_1 = [chr(code) for code in range(0xC0, 0x100) if chr(code).isalpha()]
GREEK = [chr(code) for code in (*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x3B1, 0x3CA))]
PRINTABLE_ASCII = [chr(code) for code in range(0x21, 0x7F)]


def standard_syllables() -> list[str]:
    """The 2,350 syllables of KS X 1001, which write practically all modern Korean."""
    found = []
    for code in range(0xAC00, 0xD7A4):
        try:
            if len(chr(code).encode("euc_kr")) == 2:
                found.append(chr(code))
        except UnicodeEncodeError:
            pass
    return found


def is_isolated(character: str) -> bool:
    """Whether the BERT pre-tokenizer makes a word of its own of this character."""
    ascii_mark = character.isascii() and not character.isalnum()
    return ascii_mark or unicodedata.category(character).startswith("P") or "\u4e00" <= character <= "\u9fff"


def choose(container: Container, texts: list[str], size: int = SIZE) -> list[str]:
    """The entries in row order: special tokens, then by group, each group in a fixed order."""
    order = np.argsort(-container.scores[4:], kind="stable") + 4
    ranked = [container.pieces[row] for row in order if container.pieces[row] != "<mask>"]
    entries = dict.fromkeys(SPECIAL)

    def add(surface: str, word: bool = True, inner: bool = True) -> None:
        if word:
            entries.setdefault(surface)
        if inner and not (len(surface) == 1 and is_isolated(surface)):
            entries.setdefault("##" + surface)

    used = sorted({c for text in texts for c in text if c.isprintable() and not c.isspace()})
    for character in PRINTABLE_ASCII + used:
        add(character)
    for piece in ranked:
        surface = piece.removeprefix(SPACE)
        if HANGUL.fullmatch(surface):
            add(surface, word=piece != surface, inner=piece == surface)
            if len(surface) == 1:
                add(surface)
    for syllable in standard_syllables() + COMPATIBILITY_JAMO + LAUGHTER + KANA:
        add(syllable)
    hanja = 0
    for piece in ranked:
        surface = piece.removeprefix(SPACE)
        if DIGITS.fullmatch(surface):
            add(surface, word=piece != surface, inner=piece == surface)
        elif len(surface) == 1 and "\u4e00" <= surface <= "\u9fff" and hanja < HANJA:
            hanja += surface not in entries
            add(surface)
        elif len(surface) == 1 and unicodedata.category(surface)[0] in "PS":
            add(surface)
    rest = dict.fromkeys(
        form for sign in [*FULLWIDTH, *SIGNS, *CIRCLED, *LATIN_1, *GREEK] for form in (sign, "##" + sign)
        if form not in entries and (form == sign or not is_isolated(sign)))
    for piece in ranked:
        surface = piece.removeprefix(SPACE)
        if len(entries) + len(rest) >= size:
            break
        if LATIN.fullmatch(surface):
            add(surface, word=piece != surface, inner=piece == surface)
    return [*entries, *rest]


def vectors(entries: list[str], container: Container, table: np.ndarray) -> np.ndarray:
    """One row [hidden] for each entry, float32.

    A special token takes its counterpart's row, an entry that is a piece takes that piece's row, and any
    other the mean over the pieces that the teacher splits it into. A syllable that the teacher does not
    know takes the mean of the known syllables that differ from it in one of initial, vowel and final.
    """
    splitter = PieceTokenizer(container)
    row_of = {piece: row for row, piece in enumerate(container.pieces)}
    special = [container.bos, container.pad, container.eos, container.unknown, row_of["<mask>"]]
    result = np.zeros((len(entries), table.shape[1]), np.float32)
    result[: len(special)] = table[special]
    unknown = []
    for index, entry in enumerate(entries[len(special):], start=len(special)):
        inner = entry.startswith("##") and entry != "##"
        surface = entry.removeprefix("##") if inner else entry
        rows = _rows(surface, inner, splitter, row_of)
        if not rows or container.unknown in rows:
            unknown.append((index, surface))
        else:
            result[index] = table[rows].mean(axis=0)
    _fill(unknown, result, row_of, table)
    return result


def _rows(surface: str, inner: bool, splitter: PieceTokenizer, row_of: dict[str, int]) -> list[int]:
    normal = splitter.normalize(surface).strip()
    own, other = (normal, SPACE + normal) if inner else (SPACE + normal, normal)
    marks = len(surface) == 1 and not surface.isalnum()
    if marks and own in row_of and other in row_of:
        scores = splitter.container.scores
        return [max(row_of[own], row_of[other], key=lambda row: scores[row])]
    for candidate in (own, other):
        if candidate in row_of:
            return [row_of[candidate]]
    rows = splitter.rows(normal, starts_word=not inner)
    return [row for row in rows if splitter.container.pieces[row] != SPACE]


def _fill(unknown: list[tuple[int, str]], result: np.ndarray, row_of: dict[str, int],
          table: np.ndarray) -> None:
    known = {piece: row for piece, row in row_of.items() if len(piece) == 1 and HANGUL.fullmatch(piece)}
    overall = table[list(known.values())].mean(axis=0)
    for index, surface in unknown:
        near = [row for piece, row in known.items() if len(surface) == 1 and _differs_in_one(piece, surface)]
        result[index] = table[near].mean(axis=0) if near else overall


def _differs_in_one(left: str, right: str) -> bool:
    return HANGUL.fullmatch(right) is not None and sum(
        a != b for a, b in zip(_letters(left), _letters(right))) == 1


def _letters(syllable: str) -> tuple[int, int, int]:
    code = ord(syllable) - 0xAC00
    return code // 588, code % 588 // 28, code % 28

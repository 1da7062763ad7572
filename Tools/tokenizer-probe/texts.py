"""Texts that make tokenizers disagree, from a seed."""
import random

SYLLABLES = [chr(c) for c in range(0xAC00, 0xD7A4)]
COMMON = "이가은는을를에의로과와도만서한하고다니까지사람오늘날씨좋아요학교고양이강아지먹었습니달리비행기서울부산대한민국안녕세계여행음악영화책읽쓰"
JAMO = [chr(c) for c in range(0x1100, 0x1200)] + [chr(c) for c in range(0x3131, 0x3190)]
CONJOINING = [chr(c) for r in ((0x1100, 0x1113), (0x1161, 0x1176), (0x11A8, 0x11C3)) for c in range(*r)]
SPACES = " \t\n\r\u000b\u000c\u0085\u00a0\u1680\u2000\u2003\u200a\u2028\u2029\u202f\u205f\u3000"
CONTROLS = "".join(map(chr, range(32))) + "\u007f\u0080\u0085\u009f\u00ad\u0600\u061c\u180e\u200b\u200c\u200d\u200e\u2060\ufeff\ufffd\ue000\U000f0000\U000ffffd\U000e0001\U000e0041\U000e0100\u3164\u115f\ufffe\uffff\u0378\U0010ffff"
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡§«·»¿‘’“”…‰′「」『』【】、。・，．！？～\u2e42\u2e43\u0c77\u061d\u061f\u00b4\u20a9×÷©"
IDEOGRAPHS = "一丁丂不韓國大人民中文漢字\u3400\u4dbf\u4dc0\u4e00\u9fff\ua000\uf900\ufaff\ufb00\U00020000\U0002a6df\U0002a6e0\U0002a700\U0002b73f\U0002b740\U0002b81f\U0002b820\U0002b91f\U0002b920\U0002ceaf\U0002ceb0\U0002f800\U0002fa1f\U00030000\u3007\u3021\u2e80\u31c0"
KANA = "がギぱプゔヴかきくけこサシスセソﾊﾞﾊﾟー々〆\u3099\u309a"
MARKS = "\u0300\u0301\u0308\u0327\u0323\u0334\u0338\u0345\u0344\u0340\u0f73\u0f71\u0f72\u05b0\u05c1\u064b\u0652\u093c\u094d\u09bc\u0e48\u302a\u302e\u302f\u3099\u1dfb\u20d0\u20dd\ufe20\U0001d165\U0001d166\U0001d16d\U0001d16e\U0001d172\U0001e000\U0001e944\u08d4\u1baa\ua953\U00016ff0\u1939\u0903\u0cd5\u0bd7"
# Marks that strip_accents keeps, of several combining classes, and ones that it drops, starters among them.
KEPT = "\u302e\u302f\U0001d165\U0001d166\U0001d16d" * 2 + "\u0901\u0301\u05b0\U0001d15e"
LATIN = "àéîõüçñßøåÀÉÎÕÜÇÑØÅİıŁłĐđŒœŠšŽžﬁﬀΑαΣσςΩωΐΰϓϔЖжЁёЙйЯяԱաჀაᲐⴀẞẗǅǆᾳᾼK℃ÅⅠⅷⒶⓐＡａａ１２３〇½²₃ªº"
EMOJI = ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "❤️", "🇰🇷", "1️⃣", "☺️", "✈︎", "🤷🏻‍♀️", "🧑🏿‍🚀", "㊗️", "©️"]
SPECIAL = ["[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]", "[cls]", "[Sep]", "[ MASK]", "[MASK", "MASK]", "[[SEP]]",
           "［SEP］", "[SEP][SEP]", "[unused1]", "##", "##a", "##다", "▁", "<s>", "</s>", "[", "]", "[C", "[CL"]
WORDS = """the of and playing unaffable embedding sentence Korean Tokenizer HELLO World iPhone naïve café résumé
Zürich don't U.S.A. 3.14 1,000 e-mail http://example.com/a?b=c&d#e user@example.com C++ 안녕하세요 오늘은 날씨가
좋습니다 대한민국의 수도는 서울이다 사람들이 고양이를 강아지와 함께 먹었다 것입니다 있었습니다 ㅋㅋㅋ ㅠㅠ 뷁 똠방각하 AI가
2024년 3월 코로나19 k-pop BTS의 日本語 中国人 Привет мир Ελλάδα שלום مرحبا नमस्ते ไทย""".split()


def decompose(text):
    """Hangul syllables as conjoining jamo."""
    out = []
    for ch in text:
        i = ord(ch) - 0xAC00
        if 0 <= i < 11172:
            out += [chr(0x1100 + i // 588), chr(0x1161 + i % 588 // 28)] + ([chr(0x11A7 + i % 28)] if i % 28 else [])
        else:
            out.append(ch)
    return "".join(out)


class Texts:
    """An endless source of adversarial strings; `vocabulary` gives pieces to build words from."""

    def __init__(self, seed, vocabulary=(), sentences=(), specials=()):
        self.r = random.Random(seed)
        self.pieces = list(vocabulary)
        self.sentences = list(sentences) or [" ".join(WORDS)]
        self.specials = SPECIAL + list(specials) * 3

    def scalar(self):
        while True:
            c = self.r.choice((self.r.randrange(0x80), self.r.randrange(0x800), self.r.randrange(0x10000),
                               self.r.randrange(0x20000), self.r.randrange(0x110000), self.r.randrange(0x3000)))
            if not 0xD800 <= c < 0xE000:
                return chr(c)

    def some(self, pool, low=1, high=6):
        return "".join(self.r.choices(pool, k=self.r.randint(low, high)))

    def piece(self):
        token = self.r.choice(self.pieces) if self.pieces else self.r.choice(WORDS)
        return token.removeprefix("##") if self.r.random() < 0.8 else token

    def fragment(self):
        r = self.r
        return r.choice((
            lambda: r.choice(WORDS), lambda: self.piece(), lambda: self.piece() + self.piece(),
            lambda: self.piece() + self.piece() + self.some(COMMON), lambda: self.some(COMMON),
            lambda: self.some(SYLLABLES), lambda: decompose(self.some(COMMON)), lambda: decompose(self.some(SYLLABLES)),
            lambda: self.some(JAMO), lambda: self.some(CONJOINING), lambda: self.some(SPACES), lambda: " ",
            lambda: self.some(CONTROLS), lambda: self.some(PUNCTUATION), lambda: self.some(IDEOGRAPHS),
            lambda: self.some(KANA), lambda: self.some(MARKS), lambda: self.some(LATIN) + self.some(MARKS),
            lambda: r.choice(COMMON) + self.some(MARKS, 1, 12) + r.choice(COMMON), lambda: self.some(LATIN),
            lambda: self.some("가a") + self.some(KEPT, 2, 8),
            lambda: r.choice(EMOJI), lambda: r.choice(self.specials), lambda: self.random_case(r.choice(WORDS)),
            lambda: self.some([self.scalar() for _ in range(4)]), lambda: str(r.randrange(10**r.randrange(1, 12))),
        ))()

    def random_case(self, word):
        return "".join(c.upper() if self.r.random() < 0.5 else c.lower() for c in word)

    def mixed(self):
        glue = self.r.choice(("", "", " ", " ", "  "))
        return glue.join(self.fragment() for _ in range(self.r.randint(1, 12)))

    def long_word(self):
        unit = self.r.choice(("a", "가", "e\u0301", "한", "A", "1", "\U0001d15e", "가나다", "\u302e", self.piece() or "x"))
        count = self.r.choice((94, 98, 99, 100, 101, 102, 33, 50, 49, 51, 34, 205))
        word = (unit * count)[: self.r.randint(95, 106)]
        return self.r.choice(("", "안녕 ", "x", ".")) + word + self.r.choice(("", " 끝", "!", "\u0301", "[SEP]", "x", "\u200b" * 30))

    def sentence(self):
        text = self.r.choice(self.sentences)
        for _ in range(self.r.randrange(4)):
            at = self.r.randint(0, len(text))
            text = text[:at] + self.fragment() + text[at + self.r.randrange(3):]
        return text

    def special(self):
        spaces = ("", "", " ", "  ", "\t", "\u3000", "\u0085", "\u200b")
        parts = [self.r.choice((self.r.choice(self.specials), self.r.choice(self.specials), self.fragment()))
                 for _ in range(self.r.randint(1, 8))]
        return "".join(part + self.r.choice(spaces) for part in parts)

    def text(self):
        return self.r.choice((self.mixed, self.mixed, self.mixed, self.sentence, self.sentence, self.special,
                              self.long_word))()

    def broken(self):
        """Bytes that are seldom valid UTF-8."""
        r = self.r
        data = bytearray(self.text().encode())
        kind = r.randrange(4)
        if kind == 0:
            data = bytearray(r.randrange(256) for _ in range(r.randint(1, 40)))
        elif kind == 1:
            leads = (0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xEA, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF, 0x41, 0x20, 0x9F,
                     0xA0, 0x8F, 0x90)
            data = bytearray(r.choice(leads) for _ in range(r.randint(1, 30)))
        for _ in range(r.randint(1, 6)):
            if data:
                at = r.randrange(len(data))
                if r.random() < 0.5:
                    del data[at : at + r.randint(1, 2)]
                else:
                    data[at] = r.randrange(256)
        return bytes(data)

"""Awkward inputs: what an exported network is compared on besides those of the data."""

import random

ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEÀÉÎÕÜßçñøåŁŻ",
    "的一是不了人我在有他这中大来上国",
    "абвгдежзиклмнопрст",
    "אבגדהוزحطيكلمن",
    "ひらがなカタカナ한국어กขค",
    "0123456789",
    "!?.,;:…—'\"()[]{}<>/\\|@#$%^&*_+=~`",
    "😀👍🏽🇩🇪👨‍👩‍👧",
)
FIXED = (
    "", " ", "\t\n", "\u3000", "a", "A", "中", "。", "!", "?!?!?!", "😀", "0", "-1", "1e9", "NaN",
    "null", "None", "\x00", "\x00\x01\x02", "\u200b", "\ufeff", "e\u0301", "ﬁ", "Ⅷ", "ＡＢＣ", "ß",
    "don't", "wo n't", "isn’t", "<br />", "<br /><br />", "&amp;", "http://example.org/?a=1&b=2",
    "name@example.org", "C++", "U.S.A.", "3.14", "50%", "$9.99", "very " * 200, "哈" * 500,
    "not " * 64 + "good", "x" * 5000, "a b " * 800, "。" * 100, "I", "i", "İ", "ı", "I\u0307",
)  # fmt: skip


def texts(number: int = 100) -> list[str]:
    """Return `number` texts: empty, of one sign, unseen, mixed scripts, very long; always equal."""
    rng = random.Random(7)
    found = list(FIXED)
    while len(found) < number:
        words = []
        for _ in range(rng.choice((1, 2, 3, 5, 8, 13, 34, 90))):
            alphabet = rng.choice(ALPHABETS)
            words.append("".join(rng.choice(alphabet) for _ in range(rng.randint(1, 9))))
        found.append(rng.choice((" ", "", "  ", "\n")).join(words))
    return found[:number]


def pasts(history: int, columns: int) -> list[list[list[float]]]:
    """Return pasts of a series (history, columns): constant, rising, far off; always equal.

    All values are above 0, since some models take the logarithm.
    """
    rng = random.Random(7)
    rows = range(history)
    found = [[[value] * columns for _ in rows] for value in (1e-3, 1.0, 1e3)]
    found.append([[1.0 + row] * columns for row in rows])
    for size in (0.01, 1.0, 100.0):
        found.append([[size * (0.5 + rng.random()) for _ in range(columns)] for _ in rows])
    return found

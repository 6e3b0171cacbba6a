r"""What counts as a word, a byte-pair piece and a chunk: patterns only, no vocabulary.

A *word* is what one id stands for when `tokens="words"`. The alternatives of `WORD`, in order:

1. Penn Treebank brackets (`-lrb-`), web addresses, HTML tags (`<br />`, `<unk>`), emoticons,
   emoji with their skin tone, flags and joined sequences: one token each.
2. Scripts written without spaces (Han, Kana, Thai, Lao, Khmer, Myanmar, Bopomofo and Yi apart):
   one character with its marks. Finding longer words there takes a dictionary; `tokens="bpe"`
   learns longer pieces from the data instead.
3. Treebank contractions: `don't` is `do` `n't`, `film's` is `film` `'s`, as in PTB, SST and the
   corpora that GloVe was trained on. Other inner apostrophes stay (`o'clock`, `l'amour`).
4. Abbreviations (`u.s.`), numbers with their inner marks (`10/10`, `3.5`, `1980s`), words.
   Hyphens separate: `must-see` is `must` `-` `see`, so a rare compound keeps known parts.
5. One to three of the same mark (`!`, `...`, `--`); any other visible character by itself.

White space, control and format characters separate words and belong to none.

A *chunk* is a stretch of text that can be cut on its own without changing any token, so that a
chunk met before need not be cut again. The patterns never match or look across white space,
except inside an HTML tag, which is therefore a chunk of its own.
"""

import re

# Python's and Oniguruma's \s differ (U+001C..U+001F), so both get the same explicit class.
_SPACE = r"\t\n\x0b\x0c\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"

_TAG_NAME = r"</?[A-Za-z][A-Za-z0-9]{0,15}"
_TAG_VALUE = r"(?:\"[^\"<>]{0,300}\"|'[^'<>]{0,300}'|[^" + _SPACE + r"\"'<>]{1,300})"
_TAG_ATTRIBUTE = rf"[{_SPACE}]{{1,4}}[A-Za-z:-]{{1,30}}[{_SPACE}]?=[{_SPACE}]?{_TAG_VALUE}"
_TAG = rf"{_TAG_NAME}(?:{_TAG_ATTRIBUTE}){{0,10}}[{_SPACE}]{{0,4}}/?>"

# Iteration marks, the prolonged sound mark and ideographic zero are not of these scripts; the
# supplementary ideographic planes are named so that newer extensions are in whatever Unicode
# version the regular expression library has.
_UNSPACED = (
    r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
    r"\x{3005}-\x{3007}\x{303B}\x{30FC}\x{FF70}\x{20000}-\x{3FFFF}"
)
_LETTER = rf"[\p{{L}}\p{{M}}&&[^{_UNSPACED}\x{{FE0E}}\x{{FE0F}}]]"
_ALNUM = rf"[\p{{L}}\p{{M}}\p{{N}}&&[^{_UNSPACED}\x{{FE0E}}\x{{FE0F}}]]"
# Joiners are part of a word in Indic and Arabic scripts (format characters elsewhere).
_INNER = rf"(?:{_ALNUM}|[\x{{200C}}\x{{200D}}](?={_LETTER}))"
_NOT = rf"[nN]'[tT](?!{_ALNUM})"
_ENDING = rf"(?:[sS]|[rR][eE]|[vV][eE]|[lL][lL]|[dD]|[mM])(?!{_ALNUM})"
_RUN = rf"(?:(?!{_NOT}){_INNER})*"

_PICTURE = (
    r"[\x{1F000}-\x{1F1E5}\x{1F200}-\x{1F3FA}\x{1F400}-\x{1FAFF}\x{2300}-\x{23FF}"
    r"\x{2600}-\x{27BF}\x{2B00}-\x{2BFF}]"
)
_PICTURE_TONE = rf"{_PICTURE}[\x{{1F3FB}}-\x{{1F3FF}}]?"

WORD = "|".join(
    (
        r"-[lrLR][rcsRCS][bB]-",
        r"(?:[hH][tT][tT][pP][sS]?://|[wW]{3}\.)[!-~&&[^<>\"'()]]*[!-~&&[^<>\"'().,;:!?]]",
        _TAG,
        rf"(?<!\p{{N}})[:;=]'?[-^o]?(?:[()\[\]/\\|*]|[dDpPoO3](?!{_ALNUM}))(?!{_LETTER})",
        rf"<3(?!{_ALNUM})|\^_*\^|[xX][dD](?!{_ALNUM})",
        r"[\x{1F1E6}-\x{1F1FF}]{2}",
        rf"{_PICTURE_TONE}(?:\x{{FE0F}}?\x{{200D}}{_PICTURE_TONE})*",
        rf"[{_UNSPACED}][\p{{M}}&&[^\x{{FE0E}}\x{{FE0F}}]]*",
        _NOT,
        rf"'{_ENDING}",
        r"(?:[a-zA-Z]\.){2,}",
        rf"\p{{N}}+(?:[.,:/]\p{{N}}+)*{_RUN}",
        rf"{_LETTER}{_RUN}(?:'(?!{_ENDING}){_LETTER}{_RUN})*",
        r"([!?.\x{3002}\x{FF61}*=~_#+-])\1{0,2}",
        rf"[^{_SPACE}\p{{Cc}}\p{{Cf}}\x{{FE0E}}\x{{FE0F}}]",
    )
)

# A byte-pair piece never crosses one of these; all of the text is kept, spaces in front of words.
PIECE = "|".join(
    (
        r" ?[\p{L}\p{M}]+",
        r" ?\p{N}{1,3}",
        rf" ?[^{_SPACE}\p{{L}}\p{{M}}\p{{N}}]+",
        rf"[{_SPACE}]+(?![^{_SPACE}])",
        rf"[{_SPACE}]+",
    )
)

# What white space separates, and each line end: text that somebody else has cut into words.
SPACED = rf"\n|[^{_SPACE}]+"

CHARACTER = r"(?m:.)"  # in Oniguruma (?m) makes the dot match a line break too

_IDEOGRAPH = re.compile(
    "[\u3005-\u3007\u303b\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff]"
)
_SPACED_CHUNK = re.compile(SPACED)
_TAG_CHUNK = re.compile(f"({_TAG})")
_PIECE_CHUNK = re.compile(rf" ?[^{_SPACE}]+|[{_SPACE}]+(?![^{_SPACE}])|[{_SPACE}]+")


def word_chunks(text: str) -> list[str]:
    """Return the stretches between white space; HTML tags are stretches of their own."""
    if "<" not in text:
        return text.split()
    chunks: list[str] = []
    for index, part in enumerate(_TAG_CHUNK.split(text)):
        if index % 2:
            chunks.append(part)
        else:
            chunks.extend(part.split())
    return chunks


def spaced_chunks(text: str) -> list[str]:
    """Return the words that white space separates, and the line ends."""
    return _SPACED_CHUNK.findall(text)


def spaced_places(text: str) -> list[tuple[int, int]]:
    """Return start and end of each of `spaced_chunks`."""
    return [found.span() for found in _SPACED_CHUNK.finditer(text)]


def is_unspaced(character: str) -> bool:
    """Return whether a character is of Chinese or Japanese script: ideographs and kana."""
    return bool(_IDEOGRAPH.match(character))


def is_kana(character: str) -> bool:
    """Return whether a character is hiragana or katakana."""
    return "\u3040" <= character <= "\u30ff" or "\uff66" <= character <= "\uff9f"


def is_one_word(chunk: str) -> bool:
    """Return whether a chunk is plainly a single word, so that `WORD` need not be asked."""
    return chunk.isascii() and chunk.isalpha()


def piece_chunks(text: str) -> list[str]:
    """Return stretches of one word with the space in front of it; together they are the text."""
    return _PIECE_CHUNK.findall(text)


def character_chunks(text: str) -> list[str]:
    """Return the characters."""
    return list(text)

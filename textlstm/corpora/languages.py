"""Whether a name is that of a language, as columns and files of translations are called."""

import re

# ISO 639-1, and the ISO 639-3 codes that collections of sentences use most
_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu "
    "hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb "
    "lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om "
    "or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw "
    "ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
    "ara ces cmn dan deu ell eng fin fra hun ind ita jpn kor nld nob pol por ron rus spa swe tur "
    "ukr vie yue zho"
)
_WORDS = (
    "arabic chinese czech danish dutch english finnish french german greek hebrew hindi hungarian "
    "indonesian italian japanese korean norwegian persian polish portuguese romanian russian "
    "spanish swedish thai turkish ukrainian vietnamese 英文 中文 英语 汉语 德语 法语 日语"
)
CODES = frozenset(_CODES.split())
WORDS = frozenset(_WORDS.split())
_CODE = re.compile("([a-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*")


def is_language(name: str) -> bool:
    """Return whether a name is that of a language: "en", "zh-CN", "zh_Hans", "German".

    Codes are those of ISO 639 in lower case, with or without a script or a region (BCP 47).
    """
    code = _CODE.fullmatch(name.strip())
    return name.strip().casefold() in WORDS or (code is not None and code[1] in CODES)

"""German noun phrases: articles, endings of adjectives and nouns, relative clauses."""

from textlstm.corpora.toy_translation_de_words import (
    ADJECTIVES,
    CONTRACTED,
    NOUNS,
    POSSESSIVES,
    PRONOUNS,
)
from textlstm.corpora.toy_translation_meaning import NAMES, Phrase

CASES = ("nominative", "accusative", "dative")
# by case: masculine, feminine, neuter, plural
ARTICLES = {
    "nominative": ("der", "die", "das", "die"),
    "accusative": ("den", "die", "das", "die"),
    "dative": ("dem", "der", "dem", "den"),
}
STRONG = {  # endings of "dieser", and of adjectives without article
    "nominative": ("er", "e", "es", "e"),
    "accusative": ("en", "e", "es", "e"),
    "dative": ("em", "er", "em", "en"),
}
WEAK = {  # of adjectives after "der" and "dieser"
    "nominative": ("e", "e", "e", "en"),
    "accusative": ("en", "e", "e", "en"),
    "dative": ("en", "en", "en", "en"),
}


def contracted(text: str) -> str:
    """Return a phrase with preposition and article as one word: "im Garten"."""
    for two, one in CONTRACTED.items():
        if text.startswith(f"{two} "):
            return one + text[len(two) :]
    return text


def stem(adjective: str) -> str:
    """Return what the endings of an adjective are added to."""
    return {"expensive": "teur", "dark": "dunkl"}.get(adjective, ADJECTIVES[adjective])


def noun(word: str, case: str, many: bool) -> str:
    """Return a noun in a case and number."""
    plain, _, plural, *weak = NOUNS[word]
    if many:
        return plural + "n" if case == "dative" and plural[-1] not in "ns" else plural
    if weak and case != "nominative":
        return plural  # the same form
    return plain


def determiner(p: Phrase, case: str, place: int, denied: bool) -> tuple[str, str]:
    """Return the determiner and the ending of an adjective after it.

    Args:
        p: the noun phrase.
        case: of it.
        place: 0 to 3, of gender or plural in the tables.
        denied: whether it is not: "kein".
    """
    strong, weak = STRONG[case][place], WEAK[case][place]
    if p.det == "the":
        return ARTICLES[case][place], weak
    if p.det in ("this", "which"):
        return ("dies" if p.det == "this" else "welch") + strong, weak
    base = "kein" if denied else "ein" if p.det == "a" else POSSESSIVES.get(p.det, "")
    if base:
        bare = case == "nominative" and place in (0, 2) or case == "accusative" and place == 2
        return base + ("" if bare else strong), strong if bare else weak
    numbers = {"two": "zwei", "three": "drei", "how many": "wie viele", "many": "viele"}
    word = numbers.get(p.det, "")
    if p.det in ("how many", "many") and case == "dative":
        word += "n"
    return word, strong


def phrase(p: Phrase, case: str, denied: bool = False) -> str:
    """Return a noun phrase in a case, its relative clause between commas."""
    if p.noun in PRONOUNS:
        return PRONOUNS[p.noun].split()[CASES.index(case)]
    if p.noun in NAMES:
        return p.noun
    place = 3 if p.many else "mfn".index(NOUNS[p.noun][1])
    word, ending = determiner(p, case, place, denied)
    words = [word, stem(p.adjective) + ending if p.adjective else "", noun(p.noun, case, p.many)]
    text = " ".join(word for word in words if word)
    return text if p.relative is None else f"{text}, {relative(p, place)},"


def relative(p: Phrase, place: int) -> str:
    """Return the relative clause of a noun phrase."""
    from textlstm.corpora.toy_translation_de import DATIVE, verb_final

    clause = p.relative
    assert clause is not None
    if clause.subject.det == "that":
        case = "nominative"
    else:
        case = "dative" if clause.verb in DATIVE else "accusative"
    pronoun = ARTICLES[case][place]
    if case == "dative" and place == 3:
        pronoun = "denen"
    return f"{pronoun} {verb_final(clause)}"

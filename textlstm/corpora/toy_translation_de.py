"""Says a meaning in German: brackets of verbs, fields between them, articles and endings."""

from textlstm.corpora.toy_translation_de_phrases import contracted, phrase
from textlstm.corpora.toy_translation_de_words import (
    ADJECTIVES,
    FINITE,
    FIXED,
    LINKS,
    NOUNS,
    PLACES,
    REQUESTS,
    SURFACES,
    TIMES,
    TOWARDS,
    VERBS,
    WORDS,
)
from textlstm.corpora.toy_translation_meaning import Clause, Meaning, Phrase

DATIVE = ("help", "thank")


def spoken(meaning: Meaning) -> str:
    """Return the German sentence."""
    sub = ""
    if meaning.sub is not None:
        link = LINKS.get(meaning.link) or ("als" if meaning.sub.tense == "past" else "wenn")
        antecedent = meaning.main.object
        sub = f"{link} {verb_final(meaning.sub, antecedent)}"
    if meaning.first:
        text = f"{sub}, {verb_first(meaning.main)}"
    else:
        text = main_clause(meaning.main) + (f", {sub}" if sub else "")
    end = {"": ".", "do": "!"}.get(meaning.main.asks, "?")
    return text[0].upper() + text[1:].removesuffix(",").replace(",,", ",") + end


def infinitive(verb: str) -> tuple[str, str]:
    """Return the separable prefix, or "", and the infinitive without it."""
    prefix, bar, plain = VERBS[verb][0].partition("|")
    return (prefix, plain) if bar else ("", prefix)


def finite(word: str, p: Phrase) -> str:
    """Return the finite form, present tense where it is a verb, for a subject."""
    person, number = p.person
    if word in FINITE:
        return FINITE[word][3 if number == 2 else person - 1]
    _, plain = infinitive(word)
    if number == 2:
        return plain
    return (plain[:-2] + "e", VERBS[word][1], VERBS[word][2])[person - 1]


def lexical(c: Clause) -> str:
    """Return the name of a verb among the German ones."""
    word = c.verb.partition("/")[0]
    if word == "go":
        return "ride" if "/" in c.verb else "go"
    return "play" if word == "play" else c.verb


def bracket(c: Clause) -> tuple[str, str]:
    """Return the finite verb and what closes the bracket, a separable prefix for one."""
    who, past = c.subject, c.tense == "past"
    if c.verb in ("be", "be/weather"):
        return finite("was" if past else "be", who), ""
    if c.verb == "exist":
        return finite("existed" if past else "exist", who), ""
    if c.verb.startswith("lie/") and past:
        return finite("lay" if c.verb == "lie/lie" else "stood", who), ""
    verb = lexical(c)
    prefix, plain = infinitive(verb)
    participle, helper = VERBS[verb][3:]
    if c.passive:
        return finite("passive", who), participle
    if c.modal in ("", "like") and past and verb == "have":
        return finite("had", who), ""
    if c.modal and c.modal != "like":
        modal = {"must": "had to", "want": "wanted"}.get(c.modal, "") if past else c.modal
        if modal == "must" and c.negated:
            modal = "must not"
        return finite(modal, who), prefix + plain
    if c.tense in ("past", "already", "never", "ever"):
        return finite("have" if helper == "h" else "be", who), participle
    if c.tense == "future":
        return finite("will", who), prefix + plain
    if verb in ("know/fact", "know/that"):
        return finite("know", who), ""
    if verb == "have":
        return finite("have", who), ""
    return finite(verb, who), prefix


def middle(c: Clause, antecedent: Phrase | None = None) -> list[tuple[str, str]]:
    """Return the fields after the subject, (name, words), in their order."""
    thing, negated = c.object, c.negated
    case = "dative" if c.verb in DATIVE else "accusative"
    gap = thing is not None and thing.det == "that"
    topic = ""
    denied = negated and thing is not None and thing.indefinite and not gap
    if c.verb == "exist":
        topic = phrase(c.subject, "accusative")
    elif thing is not None and not gap:
        topic = phrase(thing, case, denied=denied)
        if c.verb == "wait for":
            topic = f"auf {topic}"
    fixed = FIXED.get(c.verb, "")
    open_thing = thing is not None and thing.indefinite
    fields = [("time", TIMES.get(c.time, ""))]
    to = ("to", "" if c.receiver is None else phrase(c.receiver, "dative"))
    manner = {"progressive": "gerade", "already": "schon", "ever": "schon einmal"}.get(c.tense, "")
    if c.modal == "like":
        manner = "gern"
    if c.time == "now":
        manner = ""
    never = "noch nie" if c.tense == "never" else ""
    not_ = "nicht" if negated and not denied and not (fixed and c.verb != "come") else ""
    if negated and fixed and c.verb != "come":
        not_ = "nicht"
    by = ("", "" if c.agent is None else contracted(f"von {phrase(c.agent, 'dative')}"))
    place = ("place", place_of(c))
    if c.verb == "wait for":
        fields += [("", not_), ("", manner), ("", never), place, ("object", topic)]
    elif open_thing or c.verb == "exist":
        fields += [to, ("", manner), ("", never), ("", not_), place, ("object", topic)]
    elif negated or c.tense in ("already", "never", "ever"):
        things = [to, ("object", topic)]
        fields = [*things, *fields] if negated else [*fields, *things]
        fields += [("", manner), ("", never), ("", not_), place]
    else:
        fields += [to, ("object", topic), ("", manner), place]
    fields += [by, ("", ride_of(c)), ("goal", goal_of(c)), ("", fixed)]
    if c.adjective:
        degree = {"very": "sehr", "too": "zu"}.get(c.degree, "")
        fields.append(("", f"{degree} {ADJECTIVES[c.adjective]}".strip()))
    return [(name, words) for name, words in fields if words]


def subject_of(c: Clause, antecedent: Phrase | None = None) -> str:
    """Return the subject; "it" is what the gender of its antecedent asks for."""
    if c.verb == "exist":
        return "es"
    if c.subject.noun == "it" and c.verb == "be" and antecedent is not None:
        return {"m": "er", "f": "sie", "n": "es"}[NOUNS[antecedent.noun][1]]
    return phrase(c.subject, "nominative")


def joined(*words: str) -> str:
    """Return the words that are not empty with spaces between them."""
    return " ".join(word for word in words if word)


def main_clause(c: Clause) -> str:
    """Return a clause whose finite verb stands second, or first in a question or request."""
    fields = middle(c)
    verb, end = bracket(c)
    if c.asks == "do":
        prefix, plain = infinitive(c.verb)
        verb = REQUESTS.get(c.verb) or plain[:-2]
        please = [] if c.negated else ["bitte"]
        words = [text for _, text in fields]
        return joined(verb, *please, *words, prefix)
    if c.asks == "yes":
        return verb_first(c)
    first = subject_of(c)
    name = {"what": "object", "phrase": "object"}.get(c.asks, c.front)
    if c.asks in WORDS:
        name, first = "word", WORDS[c.asks]
    elif name:
        first = dict(fields)[name]
    if name:
        fields = [field for field in fields if field[0] != name]
        return extraposed([first, verb, subject_of(c)], fields, end)
    return extraposed([first, verb], fields, end)


def verb_first(c: Clause) -> str:
    """Return a clause that begins with its finite verb."""
    verb, end = bracket(c)
    return extraposed([verb, subject_of(c)], middle(c), end)


def extraposed(first: list[str], fields: list[tuple[str, str]], end: str) -> str:
    """Return a clause; the relative clause of its object stands behind the bracket."""
    behind, words = "", []
    for name, text in fields:
        if name == "object" and end and "," in text:
            text, _, relative = text.partition(", ")
            behind = f", {relative}"
        words.append(text)
    return joined(*first, *words, end) + behind


def verb_final(c: Clause, antecedent: Phrase | None = None) -> str:
    """Return a clause that ends with its finite verb; without its subject if that is a gap."""
    verb, end = bracket(c)
    who = "" if c.subject.det == "that" else subject_of(c, antecedent)
    words = [text for _, text in middle(c)]
    if end and end == infinitive(lexical(c))[0]:
        return joined(who, *words, end + verb)  # "aufmacht"
    return joined(who, *words, end, verb)


def place_of(c: Clause) -> str:
    """Return where it is."""
    if c.place.startswith("on/"):
        word = c.place[3:]
        return contracted(f"{SURFACES.get(word, 'auf')} {phrase(Phrase(word, 'the'), 'dative')}")
    if not c.place:
        return ""
    preposition = PLACES.get(c.place, "in")
    return contracted(f"{preposition} {phrase(Phrase(c.place, 'the'), 'dative')}")


def goal_of(c: Clause) -> str:
    """Return where to."""
    if not c.goal:
        return ""
    kind, word = c.goal.split("/")
    if kind == "on":
        to = phrase(Phrase(word, "the"), "accusative")
        return f"{SURFACES.get(word, 'auf')} {to}"
    preposition = TOWARDS.get(word, "in")
    case = "dative" if preposition == "zu" else "accusative"
    return contracted(f"{preposition} {phrase(Phrase(word, 'the'), case)}")


def ride_of(c: Clause) -> str:
    """Return by what someone goes."""
    ride = c.verb.partition("/")[2] if c.verb.startswith("go/") else ""
    return f"mit {phrase(Phrase(ride, 'the'), 'dative')}" if ride else ""

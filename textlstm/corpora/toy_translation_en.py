"""Says a meaning in English."""

import re

from textlstm.corpora.toy_translation_frames import table
from textlstm.corpora.toy_translation_meaning import Clause, Meaning, Phrase

PLURALS = {"man": "men", "woman": "women", "child": "children", "knife": "knives"}
OBJECTIVE = {"I": "me", "he": "him", "she": "her", "we": "us", "they": "them"}
MIDDLE = ("often", "always", "sometimes")
# word: third person, past, participle, -ing; "+" is what follows all of them
FORMS = table("""
read reads read read reading
write writes wrote written writing
buy buys bought bought buying
sell sells sold sold selling
find finds found found finding
lose loses lost lost losing
look looks looked looked looking for
see sees saw seen seeing
eat eats ate eaten eating
drink drinks drank drunk drinking
wear wears wore worn wearing
open opens opened opened opening
close closes closed closed closing
bring brings brought brought bringing
pick picks picked picked picking up
call calls called called calling
wash washes washed washed washing
repair repairs repaired repaired repairing
visit visits visited visited visiting
know knows knew known knowing
help helps helped helped helping
thank thanks thanked thanked thanking
miss misses missed missed missing
take takes took taken taking
have has had had having
steal steals stole stolen stealing
wait waits waited waited waiting for
love loves loved loved loving
give gives gave given giving
show shows showed shown showing
send sends sent sent sending
put puts put put putting
sleep sleeps slept slept sleeping
work works worked worked working
swim swims swam swum swimming
dance dances danced danced dancing
sing sings sang sung singing
laugh laughs laughed laughed laughing
sit sits sat sat sitting
play plays played played playing
get gets got got getting up
fall falls fell fallen falling asleep
arrive arrives arrived arrived arriving
live lives lived lived living
stay stays stayed stayed staying
go goes went gone going
come comes came come coming home
rain rains rained rained raining
say says said said saying
think thinks thought thought thinking
hope hopes hoped hoped hoping
believe believes believed believed believing
""")
FIXED = {"play/football": "football", "play/chess": "chess", "play/cards": "cards",
         "play/piano": "the piano"}  # fmt: skip
PLACES = {
    "garden": "in the garden", "park": "in the park", "library": "in the library",
    "kitchen": "in the kitchen", "office": "in the office", "market": "at the market",
    "city": "in the city", "station": "at the station", "village": "in the village",
    "restaurant": "in the restaurant", "school": "at school", "hotel": "at the hotel",
    "hospital": "in hospital", "bank": "at the bank", "riverbank": "on the bank",
    "lake": "in the lake", "river": "in the river", "airport": "at the airport",
    "museum": "in the museum",
}  # fmt: skip
TAKEN = ("bring/place", "bring/person")
MODALS = {"can": "can", "must": "must", "may": "may", "should": "should"}


def spoken(meaning: Meaning) -> str:
    """Return the English sentence."""
    main = " ".join(clause(meaning.main))
    if meaning.sub is not None:
        sub = f"{meaning.link} {' '.join(clause(meaning.sub))}"
        main = f"{sub}, {main}" if meaning.first else f"{main} {sub}"
    end = {"": ".", "do": "."}.get(meaning.main.asks, "?")
    main = main.replace("can not ", "cannot ")
    return re.sub(r"\s+(?=[,.?])", "", re.sub(r"\s+", " ", main[0].upper() + main[1:] + end))


def noun(word: str, many: bool) -> str:
    """Return a noun in the singular or the plural."""
    if not many:
        return word
    if word.endswith("y") and word[-2] not in "aeo":
        return word[:-1] + "ies"
    return PLURALS.get(word) or word + ("es" if word.endswith(("ch", "s", "x")) else "s")


def phrase(p: Phrase, objective: bool = False) -> str:
    """Return a noun phrase, as an object or not."""
    if p.pronoun:
        return OBJECTIVE.get(p.noun, p.noun) if objective else p.noun
    det = {"this": "these" if p.many else "this"}.get(p.det, p.det)
    words = [p.adjective.partition("/")[0], noun(p.noun, p.many)]
    if det == "a" and (words[0] or words[1])[0] in "aeiou":
        det = "an"
    words = [det, *words]
    if p.relative is not None:
        gap = p.relative.subject.det == "that"
        words += ["who" if gap else "that", *clause(p.relative)]
    return " ".join(word for word in words if word)


def verb_forms(verb: str) -> tuple[str, str, str, str, str, str]:
    """Return the plain form, third person, past, participle, -ing form and what follows them."""
    word = "take" if verb in TAKEN else verb.partition("/")[0].split()[0]
    third, past, participle, ing, *after = FORMS[word]
    more = " ".join(after)
    if verb.startswith("play/"):
        more = FIXED[verb]
    return word, third, past, participle, ing, more


def be(p: Phrase, past: bool) -> str:
    """Return the form of "be" for a subject."""
    person, number = p.person
    if past:
        return "were" if number == 2 or person == 2 else "was"
    return "are" if number == 2 or person == 2 else "am" if person == 1 else "is"


def verbs(c: Clause) -> tuple[str, str, str]:
    """Return the auxiliary ("" without one), a finite verb ("") and what follows the two."""
    third = c.subject.person == (3, 1)
    past = c.tense == "past"
    if c.verb in ("be", "be/weather", "exist") or c.verb.startswith("lie/"):
        return be(c.subject, past), "", ""
    plain, thirds, pasts, participle, ing, more = verb_forms(c.verb)
    if c.passive:
        return be(c.subject, True), "", participle
    if c.tense in ("already", "never", "ever"):
        middle = f"{c.tense} " if c.tense != "ever" else "ever "
        return "has" if third else "have", "", f"{middle}{participle} {more}"
    if c.tense == "progressive" or (c.verb == "rain" and not past):
        return be(c.subject, False), "", f"{ing} {more}"
    if c.modal == "want":
        return _plain(c, ("want", "wants", "wanted"), f"to {plain} {more}")
    if c.modal == "like":
        return _plain(c, ("like", "likes", "liked"), f"to {plain} {more}")
    if c.modal == "must" and past:
        return _plain(c, ("have", "has", "had"), f"to {plain} {more}")
    if c.modal:
        return MODALS[c.modal], "", f"{plain} {more}"
    if c.tense == "future":
        return "will", "", f"{plain} {more}"
    return _plain(c, (plain, thirds, pasts), more)


def _plain(c: Clause, forms: tuple[str, str, str], more: str) -> tuple[str, str, str]:
    """Return a verb without auxiliary, or with "do" where it is denied or asked for."""
    third = c.subject.person == (3, 1)
    if c.negated or c.asks not in ("", "who", "do"):
        did = "did" if c.tense == "past" else "does" if third else "do"
        return did, "", f"{forms[0]} {more}"
    return "", forms[2] if c.tense == "past" else forms[1] if third else forms[0], more


def clause(c: Clause) -> list[str]:
    """Return the words of a clause."""
    gap = [p is not None and p.det == "that" for p in (c.subject, c.object)]
    helper, finite, rest = verbs(c)
    negation = "not" if c.negated else ""
    often = c.time if c.time in MIDDLE else ""
    subject = "" if gap[0] else "there" if c.verb == "exist" else phrase(c.subject)
    tail = [] if c.receiver is None else [phrase(c.receiver, True)]
    asked = c.asks in ("what", "phrase")
    topic = "" if c.object is None or gap[1] else phrase(c.object, True)
    if topic and not asked and c.front != "object":
        tail.append(topic)
    if c.verb == "exist":
        tail = [phrase(c.subject)]
    if c.adjective:
        tail = [c.degree, c.adjective.partition("/")[0]]
    tail += ["" if c.agent is None else f"by {phrase(c.agent, True)}", goal(c), place(c)]
    tail.append("" if often or c.front == "time" else c.time)
    if c.asks == "do":
        start = ["do not" if c.negated else "please", verb_forms(c.verb)[0], rest_of(c)]
        return [word for word in (*start, *tail) if word]
    if c.asks and c.asks != "who":
        word = {"yes": "", "what": c.object.noun if c.object else "", "phrase": topic}
        start = [word.get(c.asks, c.asks), helper, subject, negation, often, rest]
    else:
        first = {"time": c.time, "object": topic}.get(c.front, "")
        start = [first, subject, helper, negation, often, finite, rest]
    return [word for word in (*start, *tail) if word]


def rest_of(c: Clause) -> str:
    """Return what follows the verb form of a request."""
    return verb_forms(c.verb)[5]


def place(c: Clause) -> str:
    """Return where it is."""
    if c.place.startswith("on/"):
        return surface(c.place[3:])
    return PLACES[c.place] if c.place else ""


def surface(word: str) -> str:
    """Return on or in what."""
    return f"{'in' if word in ('suitcase', 'bag') else 'on'} the {word}"


def goal(c: Clause) -> str:
    """Return where to, and by what."""
    if c.goal.startswith("on/"):
        return surface(c.goal[3:])
    if not c.goal:
        return ""
    to = "to school" if c.goal == "to/school" else f"to the {c.goal[3:]}"
    ride = c.verb.partition("/")[2] if c.verb.startswith("go/") else ""
    return f"{to} by {ride}" if ride else to

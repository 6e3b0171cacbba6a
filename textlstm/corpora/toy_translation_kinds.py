"""The kinds of sentences: statements, questions, requests, passives and subordinate clauses."""

import random
from dataclasses import replace

from textlstm.corpora import toy_translation_frames as frames
from textlstm.corpora.toy_translation_draw import Drawer
from textlstm.corpora.toy_translation_meaning import NAMES, Clause, Meaning, Phrase
from textlstm.corpora.toy_translation_rules import (
    LASTING,
    MIDDLE,
    NUMBERS,
    ONCE,
    PASSIVE,
    REQUESTS,
    SKILLS,
    coreferent,
    sober,
)


def statement(d: Drawer) -> Meaning:
    """Return one main clause."""
    return Meaning(d.clause())


def yes_no(d: Drawer) -> Meaning:
    """Return a question that is answered with yes or no."""
    if d.maybe(0.3):
        verb = d.one(("read", "eat", "visit/place", "see", "wash", "repair"))
        c = d.plain(Phrase("you") if d.maybe(0.6) else d.subject(False), verb, adjective=0.3)
        thing = c.object
        if thing is not None and thing.det not in ("this", "the"):
            c = replace(c, object=replace(thing, det="this", many=False)
                        if thing.noun not in (*frames.MASS, *frames.KIN) else thing)  # fmt: skip
        return Meaning(replace(c, tense="ever", asks="yes", place=""))
    who = Phrase("you") if d.maybe(0.35) else d.subject(relative=False)
    c = d.clause(who, relative=False)
    while c.verb == "exist" or c.tense in ("already", "never") or c.negated or c.time in MIDDLE:
        c = d.clause(who, relative=False)
    return Meaning(replace(c, asks="yes", front=""))


def asking(d: Drawer) -> Meaning:
    """Return a question with who, what, where, when, why, which or how many."""
    who = Phrase("you") if d.maybe(0.35) else d.subject(relative=False)
    word = d.one(("who", "whom", "what", "where", "when", "why", "phrase", "phrase"))
    past = d.maybe(0.7)
    tense = "past" if past else "future"
    time = d.one(frames.TIMES[tense]) if d.maybe(0.4) else ""
    if word == "who":
        verb = d.one(("buy", "sell", "find", "read", "wash", "repair", "open", "close", "steal",
                      "bring", "put/lie", "call", "help", "give"))  # fmt: skip
        c = d.plain(Phrase("who"), verb)
        return Meaning(replace(c, tense="past", time=time if past else "", asks="who"))
    if word == "whom":
        verb = d.one(("visit/person", "help", "call", "see", "thank", "pick up/person"))
        time = time or d.one(frames.TIMES[tense])
        return Meaning(Clause(subject=who, verb=verb, object=Phrase("who"), tense=tense,
                              time=time, asks="what"))  # fmt: skip
    if word == "what":
        verb = d.one(("read", "write", "buy", "sell", "find", "lose", "eat", "wash", "repair",
                      "drink", "bring"))  # fmt: skip
        place = d.one(frames.PLACES[verb]) if verb in frames.PLACES and d.maybe(0.5) else ""
        tense = "past" if verb in ONCE else tense
        time = d.one(frames.TIMES[tense]) if d.maybe(0.5) else ""
        return Meaning(Clause(subject=who, verb=verb, object=Phrase("what"), tense=tense,
                              place=place, time=time, asks="what"))  # fmt: skip
    if word == "phrase":
        verb = d.one(("read", "buy", "sell", "find", "lose", "write", "wash", "repair", "open"))
        noun = d.one([n for n in frames.OBJECTS[verb] if n not in frames.MASS])
        many = d.maybe(0.5)
        adjective = d.adjective(noun) if d.maybe(0.4) else ""
        thing = Phrase(noun, "how many" if many else "which", many, adjective)
        tense = "past" if verb in ("find", "lose") else tense
        time = d.one(frames.TIMES[tense]) if d.maybe(0.4) else ""
        return Meaning(Clause(subject=who, verb=verb, object=thing, tense=tense, time=time,
                              asks="phrase"))  # fmt: skip
    if word == "where":
        verb = d.one(("live", "work", "buy", "find", "lose", "eat", "read", "play/chess", "swim"))
        c = replace(d.plain(who, verb), place="")
        tense = "present" if verb in ("live", "work") else "past"
        return Meaning(replace(c, tense=tense, asks="where"))
    if word == "when":
        verb = d.one(("arrive", "get up", "come", "visit/person", "repair", "sell", "call",
                      "read", "go", "go/ride", "help", "buy"))  # fmt: skip
        return Meaning(replace(d.plain(who, verb), tense=tense, asks="when"))
    c = d.clause(who, relative=False)
    while c.verb == "exist" or c.tense in ("already", "never", "future") or c.modal == "may":
        c = d.clause(who, relative=False)
    return Meaning(replace(c, asks="why", front="", time="" if c.time not in MIDDLE else c.time))


def request(d: Drawer) -> Meaning:
    """Return what someone is asked to do, or not to do."""
    verb = d.one(REQUESTS)
    verb = d.one(("put/lie", "put/stand")) if verb == "put" else verb
    c = d.plain(Phrase("you"), verb)
    phrase = c.object
    if phrase is not None and phrase.det == "your":
        c = replace(c, object=replace(phrase, det="my"))
    if phrase is not None and phrase.det == "a" and verb not in ("bring", "give", "read"):
        c = replace(c, object=replace(phrase, det="the"))
    if c.receiver is not None and c.receiver.det == "your":
        c = replace(c, receiver=replace(c.receiver, det="my"))
    return Meaning(replace(c, place="", asks="do", negated=sober(c, d.maybe(0.3))))


def passive(d: Drawer) -> Meaning:
    """Return what was done to something, by whom or not."""
    verb = d.one(PASSIVE)
    noun = d.one([n for n in frames.OBJECTS[verb] if n not in frames.MASS])
    thing = d.thing(noun, relative=d.maybe(0.3))
    if thing.indefinite or thing.det in NUMBERS:
        thing = replace(thing, det="the")
    agent = None
    if d.maybe(0.6):
        agent = d.subject(relative=False)
        while agent.pronoun:
            agent = d.subject(relative=False)
    time = d.one(frames.TIMES["past"]) if d.maybe(0.5) else ""
    front = "time" if time and d.maybe(0.5) else ""
    negated = agent is None and d.maybe(0.2)
    return Meaning(Clause(subject=thing, verb=verb, agent=agent, tense="past", time=time,
                          passive=True, front=front, negated=negated))  # fmt: skip


def _part(d: Drawer, who: Phrase, tenses: tuple[str, ...]) -> Clause:
    """Return a clause without relative clauses in one of the tenses, nothing fronted."""
    c = d.clause(who, relative=False)
    while c.tense not in tenses or c.verb == "exist":
        c = d.clause(who, relative=False)
    return replace(c, front="")


def active(c: Clause) -> bool:
    """Return whether it is something that is done, or how a person feels: it has a reason."""
    if c.verb == "be":
        return c.adjective in frames.STATES
    return not c.verb.startswith("lie/") and (c.verb not in LASTING or c.verb.startswith("wear"))


def _other(d: Drawer, main: Clause) -> Phrase:
    """Return the subject of a second clause: the same one by its pronoun, or a clear other one."""
    same = coreferent(main.subject)
    if same and d.maybe(0.6):
        return Phrase(same)
    who = d.subject(relative=False)
    while who.noun in ("he", "she", "they", main.subject.noun):
        who = d.subject(relative=False)
    return who


def reason(d: Drawer) -> Meaning:
    """Return a sentence with because or although."""
    main = _part(d, d.subject(relative=False), ("past", "present", "already"))
    while not active(main):
        main = _part(d, d.subject(relative=False), ("past", "present", "already"))
    link = "because" if d.maybe(0.7) else "although"
    chance = d.rng.random()
    thing = main.object
    if (chance < 0.3 and link == "because" and thing is not None and not thing.many
            and main.verb in ("buy", "sell", "read", "find", "wash", "repair", "lose", "open")
            and thing.det in ("the", "this", "a", "his", "her", "my", "your")):  # fmt: skip
        fitting = [a for a in ("old/thing", "expensive", "cheap", "heavy", "light/weight", "long",
                               "interesting", "beautiful", "small", "big", "short/thing")
                   if thing.noun in frames.ADJECTIVES[a]]  # fmt: skip
        if fitting and not main.receiver:
            word = d.one(fitting)
            tense = main.tense if main.tense == "present" else "past"
            sub = Clause(subject=Phrase("it"), verb="be", adjective=word, tense=tense,
                         degree=d.one(("very", "too", "")))  # fmt: skip
            return Meaning(main, "because", sub)
    tense = "present" if main.tense == "present" else "past"
    if chance < 0.5:
        sub = weather(d, tense)
    elif chance < 0.75:
        word = d.one(frames.STATES)
        degree = "" if word == "ill" else d.one(("", "very"))
        sub = Clause(subject=_other(d, main), verb="be", adjective=word, tense=tense,
                     degree=degree, negated=not degree and d.maybe(0.2))  # fmt: skip
    else:
        sub = _part(d, _other(d, main), (tense,))
    return Meaning(main, link, sub, first=link == "although" and d.maybe(0.5))


def weather(d: Drawer, tense: str) -> Clause:
    """Return what the weather is or was."""
    if d.maybe(0.5):
        return Clause(subject=Phrase("it"), verb="rain", tense=tense)
    return Clause(subject=Phrase("it"), verb="be/weather", adjective=d.one(frames.WEATHER),
                  tense=tense, degree=d.one(("", "very", "too")))  # fmt: skip


def condition(d: Drawer) -> Meaning:
    """Return a sentence with if."""
    main = d.placed(d.plain(d.subject(relative=False), d.verb()), "future")
    while main.tense != "future" or not active(main):
        main = d.placed(d.plain(d.subject(relative=False), d.verb()), "future")
    if d.maybe(0.4):
        modal = d.one(("can", "must", "should", "want"))
        if main.verb not in ("arrive", "miss/late", "find", "steal"):
            main = replace(main, tense="present", modal=modal)
    main = replace(main, time="", front="", negated=False)
    if d.maybe(0.5):
        sub = weather(d, "present")
    elif d.maybe(0.5):
        sub = Clause(subject=_other(d, main), verb="be", adjective=d.one(frames.STATES),
                     negated=d.maybe(0.3))  # fmt: skip
    else:
        verb = d.one(("find", "lose", "sell", "buy", "help", "visit/person", "repair", "arrive",
                      "pick up/person", "miss/late", "bring/person", "go"))  # fmt: skip
        sub = d.plain(_other(d, main), verb, adjective=0.3)
        sub = replace(sub, negated=sober(sub, d.maybe(0.25)))
    return Meaning(main, "if", sub, first=d.maybe(0.5))


def moment(d: Drawer) -> Meaning:
    """Return a sentence with when: once in the past, or always."""
    tense = "past" if d.maybe(0.6) else "present"
    main = _part(d, d.subject(relative=False), (tense,))
    while not active(main) or main.modal:
        main = _part(d, d.subject(relative=False), (tense,))
    main = replace(main, time=main.time if main.time in ("often", "always", "sometimes") else "",
                   modal="", negated=False)  # fmt: skip
    chance = d.rng.random()
    if chance < 0.35:
        sub = weather(d, tense)
    elif chance < 0.6:
        sub = Clause(subject=_other(d, main), verb="be", adjective=d.one(frames.STATES),
                     tense=tense)  # fmt: skip
    else:
        verb = d.one(("arrive", "come", "sleep", "see", "buy", "open", "find", "get up", "call",
                      "go", "read", "eat"))  # fmt: skip
        sub = replace(d.plain(_other(d, main), verb, adjective=0.2), tense=tense)
    return Meaning(main, "when", sub, first=d.maybe(0.5))


def report(d: Drawer) -> Meaning:
    """Return a sentence with that: what is said, thought, known or hoped."""
    verb = d.one(("say", "think", "know/that", "hope", "believe"))
    who = d.subject(relative=False, simple=True)
    tense = "past" if verb == "say" and d.maybe(0.5) else "present"
    negated = verb in ("know/that", "believe") and d.maybe(0.3)
    main = Clause(subject=who, verb=verb, tense=tense, negated=negated)
    tenses = ("past", "present", "progressive", "future", "already", "never")
    sub = _part(d, _other(d, main), tenses)
    if main.tense == "past":  # what was said is in the past too
        sub = _part(d, sub.subject, ("past",))
    if verb == "hope":
        sub = _part(d, sub.subject, ("future", "already"))
    return Meaning(main, "that", sub)


def named(d: Drawer) -> Meaning:
    """Return a statement about a name with a relative clause after its object."""
    verb = d.one(("know/person", "call", "help", "thank", "visit/person", "see", "buy", "find",
                  "read", "wear/body", "repair", "sell", "wash", "bring", "steal"))  # fmt: skip
    who = Phrase(d.one((*NAMES, "I", "he", "she", "we", "they")))
    c = d.plain(who, verb)
    thing = c.object
    while thing is None or thing.relative is None:
        noun = d.one([n for n in frames.OBJECTS[verb] if n not in (*frames.KIN, *frames.MASS)])
        thing = d.thing(noun, relative=True)
    c = d.placed(replace(c, object=thing, place=""), d.one(("past", "modal", "past")))
    return Meaning(c if c.front == "time" else replace(c, time=""))


KINDS = (
    (statement, 34), (yes_no, 8), (asking, 11), (request, 5), (passive, 8), (reason, 12),
    (condition, 7), (moment, 6), (report, 9), (named, 6),
)  # fmt: skip


def meaning(rng: random.Random) -> Meaning:
    """Return a meaning, all choices taken from `rng`."""
    kinds, shares = zip(*KINDS, strict=True)
    (kind,) = rng.choices(kinds, shares)
    return kind(Drawer(rng))


def skilled(verb: str) -> bool:
    """Return whether "can" with this verb means that one has learnt it."""
    return verb in SKILLS

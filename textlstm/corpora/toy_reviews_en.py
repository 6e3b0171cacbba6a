"""The English grammar of the toy reviews: its frames and how their gaps are filled."""

import re

from textlstm.corpora.toy_reviews_en_arts import CONCERT, FILM, NOVEL
from textlstm.corpora.toy_reviews_en_trade import HOTEL, PHONE, RESTAURANT
from textlstm.corpora.toy_reviews_grammar import Domain, Frame, Language, Statement

DOMAINS = (FILM, NOVEL, RESTAURANT, HOTEL, PHONE, CONCERT)
PEOPLE = (
    {"": "my brother", "_they": "he"},
    {"": "my sister", "_they": "she"},
    {"": "my father", "_they": "he"},
    {"": "my aunt", "_they": "she"},
    {"": "my partner", "_they": "he"},
    {"": "our neighbour", "_they": "she"},
    {"": "my old teacher", "_they": "she"},
    {"": "a friend of mine", "_they": "he"},
    {"": "a colleague of mine", "_they": "she"},
    {"": "my cousin", "_they": "she"},
)

CONTRAST = (
    "although {B}, {A}",
    "{A}, although {B}",
    "{B}, but {A}",
    "{A}, even if {B}",
    "even if {B}, {A}",
    "it hardly matters that {B} when {A}",
    "when {A}, it hardly matters that {B}",
    "what does it matter that {B} if {A}?",
    "if {A}, what does it matter that {B}?",
    "{A}, and the fact that {B} changes nothing about that",
    "the fact that {B} changes nothing when {A}",
    "{A}; that {B} is a side issue",
    "that {B} is a side issue; {A}",
    "granted, {B}; what stays with me is that {A}",
    "what stays with me is that {A}; granted, {B}",
    "leaving aside that {B}, {A}",
    "{A}, leaving aside that {B}",
    "what matters to me is not that {B} but that {A}",
    "what matters to me is that {A}, not that {B}",
)

PHRASES = (
    "in the end {An} outweighed {Bn}",
    "in the end {Bn} could not outweigh {An}",
    "I will remember {An} long after I have forgotten {Bn}",
    "long after I have forgotten {Bn}, I will remember {An}",
    "next to {An}, {Bn} hardly counted",
    "{Bn} hardly counted next to {An}",
    "what I will tell my friends about is {An}, not {Bn}",
    "what I will tell my friends about is not {Bn}; it is {An}",
    "it is {Bn} that I will soon forget, not {An}",
    "it is not {An} that I will soon forget; it is {Bn}",
    "{An} left a deeper mark on me than {Bn}",
    "{Bn} left less of a mark on me than {An}",
    "for me {An} weighed more than {Bn}",
    "for me {Bn} weighed less than {An}",
)

NEGATION = (
    "nobody could claim that {B}; what is more, {A}",
    "{A}, and nobody could claim that {B}",
    "I would not go so far as to say that {B}; {A}",
    "{A}; I would not go so far as to say that {B}",
    "it is simply not the case that {B}; on the contrary, {A}",
    "{asp} {is} not, as some will tell you, {b}, but {a}",
    "{asp} {is} {a} and not, as some will tell you, {b}",
    "far from being {b}, {asp} {is} {a}",
    "I had expected {asp} to be {b} and found {it} {a}",
    "I found {asp} {a} where I had expected {it} to be {b}",
    "{asp} turned out to be {a}, where I had expected something {b}",
    "I would call {asp} {a} before I would ever call {it} {b}",
    "I would not call {asp} {b}, as so many do, since to me {they} {seems} {a}",
    "to me {asp} {seems} {a}, so I would not call {it} {b}, as so many do",
    "no one who {finds} {asp} {b} can have paid attention; {they} {is} {a}",
    "{asp} {is} {a}; no one who {finds} {it} {b} can have paid attention",
    "{asp} {is} less {b} than {a}",
    "{asp} {is} more {a} than {b}",
)

QUOTATION = (
    "{x} found {asp} {b} and {y} found {it} {a}; I am with the latter",
    "{x} found {asp} {a} and {y} found {it} {b}; I am with the former",
    "{x} says that {B} and {y} says that {A}; I am with the latter",
    "{x} says that {A} and {y} says that {B}; I am with the former",
    "I agree with {x}, who says that {A}, and not with {y}, who says that {B}",
    "I agree not with {x}, who says that {B}, but with {y}, who says that {A}",
    "{x} is wrong to say that {B}; {y} is right to say that {A}",
    "{x} is right to say that {A}; {y} is wrong to say that {B}",
    "do not believe {x}, who thinks that {B}; believe {y}, who thinks that {A}",
    "believe {x}, who thinks that {A}; do not believe {y}, who thinks that {B}",
    "one reviewer wrote that {B}, another that {A}, and the second was right",
    "one reviewer wrote that {A}, another that {B}, and the first was right",
    "“{B},” wrote one reviewer. “{A},” wrote another, and I side with the second",
    "“{A},” wrote one reviewer. “{B},” wrote another, and I side with the first",
    "{x} called it {va}, and {x_they} was right; {y} was wrong to call it {vb}",
    "{x} called it {vb}, and {x_they} was wrong; {y} was right to call it {va}",
    "some will call it {vb}; I side with those who call it {va}",
    "I side with those who call it {va}; some will call it {vb}",
)

COMPARISON = (
    "I would sooner {again} {w} again than {again} {l}",
    "give me {w} over {l} any day",
    "{l} is no match for {w}",
    "{w} leaves {l} far behind",
    "if you can choose only one, choose {w} and forget about {l}",
    "if you can choose only one, forget about {l} and choose {w}",
    "{x} is right to prefer {w} to {l}",
    "{x} is wrong to prefer {l} to {w}",
    "they told me that {l} was better than {w}, and they were wrong",
    "they told me that {w} was better than {l}, and they were right",
    "{asp} {of} {this} {is} {a}, {those} {of} {rival} {b}",
    "where {asp} {of} {rival} {was} {b}, {those} {of} {this} {is} {a}",
    "where {asp} {of} {this} {is} {a}, {those} {of} {rival} {was} {b}",
    "{asp}, {b} {at} {rival}, {is} {a} {at} {this}",
    "{asp}, {a} {at} {this}, {was} {b} {at} {rival}",
)

TWINS = (
    (
        "nobody {group} would say that it {was1} not worth {worth}",
        "nobody {group} would say that it {was1} worth {worth}",
    ),
    (
        "everybody {group} would say that it {was1} worth {worth}",
        "everybody {group} would say that it {was1} not worth {worth}",
    ),
    (
        "it {was1} worth {worth}, and nobody {group} would say that it {was1} not",
        "it {was1} not worth {worth}, and nobody {group} would say that it {was1}",
    ),
    (
        "I would not say that it {was1} not worth {worth}",
        "I would say that it {was1} not worth {worth}",
    ),
    ("I would say that it {was1} worth {worth}", "I would not say that it {was1} worth {worth}"),
    (
        "{x} says that it {was1} not worth {worth}; I do not agree",
        "{x} says that it {was1} not worth {worth}; I do agree",
    ),
    (
        "{x} says that it {was1} worth {worth}; I do agree",
        "{x} says that it {was1} worth {worth}; I do not agree",
    ),
    (
        "{x} says that it {was1} worth {worth}; I could not agree more",
        "{x} says that it {was1} worth {worth}; I could not agree less",
    ),
    (
        "{x} says that it {was1} not worth {worth}; I could not agree less",
        "{x} says that it {was1} not worth {worth}; I could not agree more",
    ),
    (
        "not everyone {group} thought that it was worth {worth}, but I did",
        "everyone {group} thought that it was worth {worth}, but I did not",
    ),
    ("nobody {group} would advise you not to {go}", "nobody {group} would advise you to {go}"),
    (
        "everybody {group} would advise you to {go}",
        "everybody {group} would advise you not to {go}",
    ),
)

FRAMES = {
    "contrast": tuple(map(Frame, CONTRAST)),
    "phrases": tuple(map(Frame, PHRASES)),
    "negation": tuple(map(Frame, NEGATION)),
    "quotation": tuple(map(Frame, QUOTATION)),
    "comparison": tuple(map(Frame, COMPARISON)),
    "twins": tuple(Frame(*pair) for pair in TWINS),
}


def gaps(domain: Domain, affirmed: Statement, denied: Statement) -> dict[str, str]:
    """Return what fills the gaps of a frame when `affirmed` is what the writer stands by."""
    plural = affirmed.aspect.plural
    be = ("was", "were") if domain.past else ("is", "are")
    clauses = [
        f"the {said.aspect.noun} {be[said.aspect.plural]} {said.word} {said.aside}".rstrip()
        for said in (affirmed, denied)
    ]
    return {
        "A": clauses[0],
        "B": clauses[1],
        "An": f"the {affirmed.word} {affirmed.aspect.noun}",
        "Bn": f"the {denied.word} {denied.aspect.noun}",
        "a": affirmed.word,
        "b": denied.word,
        "va": affirmed.word,
        "vb": denied.word,
        "asp": f"the {affirmed.aspect.noun}",
        "is": be[plural],
        "was": ("was", "were")[plural],
        "was1": be[0],
        "it": ("it", "them")[plural],
        "they": ("it", "they")[plural],
        "those": ("that", "those")[plural],
        "finds": "found" if domain.past else "finds",
        "seems": "seemed" if domain.past else ("seems", "seem")[plural],
    }


def tidy(opener: str, text: str, closer: str) -> str:
    """Return sentences with capitals and full stops."""
    sentences = [opener, text, closer]
    text = " ".join(part if part.endswith("?") else f"{part}." for part in sentences if part)
    return re.sub(r"(^|[.?] )(“?\w)|^“\w", lambda found: found[0].upper(), text)


ENGLISH = Language("en", DOMAINS, FRAMES, PEOPLE, gaps, tidy)

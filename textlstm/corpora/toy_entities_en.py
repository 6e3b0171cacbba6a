"""The English frames of the toy entities, and what is said of people, places, firms and products.

Where the type of a name is open, at least four words part it from what decides. Speakers and
openers put nouns of other types in between, so that counting words does not help.
"""

import re

from textlstm.corpora.toy_entities_en_names import NAMES, POOLS
from textlstm.corpora.toy_entities_grammar import Language, split

FAR = (
    "{D}of all the {nouns} {rel}, {best} {X}",
    "{D}{who} asked for a famous {noun}, so I told the story of {X}",
    "I know only one {noun} {who} never tires of: {X}",
    "a good {noun} is hard to beat, and so is {X}",
    "{who}'s favourite {noun} is, and always was, {X}",
    "the {noun} in the old picture was {X}",
    "{D}we learnt that this {noun} used to be called {X}",
    "which {noun} do you prefer to {X}?",
    "the name of the {noun}, {who} thinks, is {X}",
    "{X} is still the most famous {noun} {rel1}",
    "{X} is no ordinary {noun}, {who} says",
    "{X} has changed a great deal for a {noun}",
    "{D}we heard about {X}, and it seems that {he} {vp}",
    "{D}I asked {who} about {X}, and was told that {he} {vp}",
    "little was known of {X} then, except that {he} {vp}",
    "{D}{X} came up again, and {who} said that {he} {vp}",
    "what they say about {X} is not true: {he} {vp}",
    "{X} was in the news, because {he} {vp}",
    "as for {X}, I have heard that {he} {vp}",
)
TWO = (
    "{D}I read about {X} and {Y}: the former {vp}, the latter {vp2}",
    "{X} is still a famous {noun}, but {Y} is no ordinary {noun2}",
    "the {noun} {rel1} is {X}, and the {noun2} I like best is {Y}",
    "people say of {X} that {he} {vp}, and of {Y} that {he2} {vp2}",
)
NEAR = (
    "{PER} {said} on {day} that {LOC} would need more schools",
    "{PER} has worked for {ORG} since last {month}",
    "the mayor of {LOC} met {PER} in {LOC} on {day}",
    "Mr {SURNAME} and Dr {SURNAME} left {LOC} before lunch",
    "Ms {SURNAME} bought shares in {ORG} last {month}",
    "{ORG} opened a new office in {LOC}, said {PER}",
    "{ORG}, which sells the {PROD}, will close its shop in {LOC}",
    "{ORG} and {ORG} agreed to merge in {month}",
    "{PER} drove a {PROD} from {LOC} to {LOC}",
    "flights from {LOC} to {LOC}, {LOC} and {LOC} were cancelled on {day}",
    "the train to {LOC} stops in {LOC} and {LOC}",
    "{PER} paid for the {PROD} with money from {PER}",
    "our {PROD} broke down near {LOC}",
    "in {TOWN} {FULL} is known to everyone",
    "on {day} {FULL} sold the old {MAKER} {MODEL}",
    "I would rather have the {MAKER} {MODEL} than the {MAKER} {MODEL}",
    "{PER} studied at the {INSTITUTE} and at a university in {LOC}",
    "the {INSTITUTE} has asked {PER} for help",
    "the universities of {LOC} and {LOC} are older than the {INSTITUTE}",
    "{COUNTRY}'s king has invited {PER} to {LOC}",
    "{LOC}'s mayor is at odds with {ORG}",
    "{PER}'s brother works at the {INSTITUTE}",
    "{ORG}'s chairman, {PER}, lives in {LOC}",
    "“I miss {LOC},” said {PER} in a letter to {PER}",
    "{CLUB} beat {CLUB} by two goals to one",
    "the striker of {CLUB} was born in {LOC}",
    "is the {PROD} better than the {PROD}?",
    "nobody in {LOC} had heard of {PER}",
    "{PER}, {PER} and {PER} were late again",
    "a spokeswoman for {ORG} ({LOC}) gave no reason",
    "the banks of the {RIVER} are muddy in {month}",
    "{PER} wrote to {PER}",
    "{PER} is ill",
    "{PER} wants to move to {LOC} in {month}",
)
NONE = (
    # as where names are asked for, without one
    "{D}of all the {nouns} {rel}, {best} the {which} one",
    "{D}{who} asked for a famous {noun}, so I told the story of {who}",
    "{D}I asked {who} about the {which} {noun}, and was told that {he} {vp}",
    "as for the {which} {noun}, I have heard that {he} {vp}",
    "what they say about the {which} {noun} is not true: {he} {vp}",
    "which {noun} do you prefer to the {which} {noun2}?",
    "{virtue} was all {who} spoke of when the {which} {noun} was shown to us",
    "{food} was on the table when {who} said that the {noun} {vp}",
    "{food} tastes best on the day it is bought",
    "{food} goes well with cheese, and it is cheap in {month}",
    "{virtue} is what we needed most after the long winter",
    "{virtue} and a little luck will do the rest",
    "mark the place on the map before you leave",
    "will the shop be open on {day}?",
    "bill after bill came in, and nobody paid",
    "reading at night is bad for the eyes, {who} says",
    "nice weather is no reason to stay away from work",
    "bath water should not be too hot",
    "frank words were spoken when {who} came in",
    "rose bushes need little water in {month}",
    "{who} is looking for a {noun} that nobody else knows",
    "there is no better {noun} than the one {who} found on {day}",
    "most of the {nouns} {rel} have been forgotten",
    "the {noun} was the talk of the day, {who} told us",
    "{D}{who} talked about nothing but the weather",
    "jack up the car and take the wheel off",
    "target dates were moved from {month} to {month}",
    "shell after shell was washed up on the beach",
    "{who} peeled an {small} and gave half of it away",
    "on {day} we stayed at home and read",
    "old {nouns} were much talked about in {month}",
)

SAID = {
    "PER": {
        "noun": split("teacher, singer, painter, lawyer, surgeon, poet"),
        "nouns": split("teachers, singers, painters, lawyers, surgeons, poets"),
        "he": ("he", "she"),
        "vp": split(
            "plays the cello in the evenings, speaks four languages, has three daughters, "
            "retired two years ago, never learnt to swim, used to teach chemistry, "
            "is married to a doctor, sings in a choir"
        ),
    },
    "LOC": {
        "noun": split("town, village, valley, island, port, country"),
        "nouns": split("towns, villages, valleys, islands, ports, countries"),
        "he": ("it",),
        "vp": split(
            "lies on the left bank of a river, has two churches and a harbour, "
            "is surrounded by vineyards, was flooded twice last year, has narrow streets, "
            "lies close to the border, has a mild climate, is full of tourists in summer"
        ),
    },
    "ORG": {
        "noun": split("company, bank, publisher, airline, agency, brewery"),
        "nouns": split("companies, banks, publishers, airlines, agencies, breweries"),
        "he": ("it",),
        "vp": split(
            "employs two thousand people, went bankrupt in the nineties, "
            "was founded by two brothers, pays its workers well, has a new board of directors, "
            "merged with a rival, publishes its figures in spring, hires a lot of graduates"
        ),
    },
    "PROD": {
        "noun": split("phone, car, camera, watch, bicycle, printer"),
        "nouns": split("phones, cars, cameras, watches, bicycles, printers"),
        "he": ("it",),
        "vp": split(
            "comes with a free charger, is out of stock, has a two-year warranty, "
            "comes in four colours, is sold without a cable, has a weak battery, "
            "was recalled for a faulty switch, needs a software update"
        ),
    },
}

WORDS = NAMES | {
    # openers with nouns that say nothing about the name that follows
    "D": (
        *[""] * 6,
        "in the village where I grew up, ",
        "at the company where I work, ",
        "on the train to the coast, ",
        "at my brother's wedding, ",
        "in the car this morning, ",
    ),
    "who": split(
        "my neighbour, the old teacher, a driver, the shopkeeper, a singer I know, "
        "my uncle, a woman from the bank, a friend from the city"
    ),
    "rel": split(
        "that we talked about last night, that were mentioned in the paper, "
        "that anyone could think of, that {who} ever told me about, on the long list"
    ),
    "rel1": split("in the paper, on the long list, I can think of, {who} told me about"),
    "best": split(
        "the one I remember best is, there is none I think of more often than, "
        "nobody seemed to like any better than, we could agree on nothing but, "
        "{who} has the most to say about"
    ),
    "which": split("oldest, newest, smallest, strangest, first, last"),
    "said": split("said, wrote, announced, repeated"),
    "day": split("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday"),
    "month": split("January, March, April, June, July, September, October, November"),
    "food": split("apple, turkey, orange, mint, olive oil, ginger, pepper"),
    "virtue": split("hope, grace, faith, patience, charity, joy"),
    "small": split("apple, orange, olive, onion"),
}


def tidy(text: str) -> str:
    """Return a sentence with a capital, the right articles and a full stop; marks stay."""
    name = r"(?=(?:\[[A-Z]+\|)?(?!Uni|uni|Euro|One)[aeiouAEIOU])"
    text = re.sub(rf"\b([Aa]) {name}", r"\1n ", text)
    text = re.sub(r"^[“]?[a-z]", lambda found: found[0].upper(), text)
    return text if text.endswith("?") else f"{text}."


ENGLISH = Language(
    "en",
    {"far": (35, FAR), "two": (6, TWO), "near": (42, NEAR), "none": (17, NONE)},
    WORDS,
    POOLS,
    SAID,
    tidy,
)

"""The English texts of the toy titles."""

from textlstm.corpora.toy_titles_grammar import Event, Language

PEOPLE = (
    ("a young teacher", "teacher"), ("a retired doctor", "doctor"), ("a bus driver", "driver"),
    ("a student from the city", "student"), ("an old farmer", "farmer"), ("a cook", "cook"),
    ("a painter", "painter"), ("a baker", "baker"), ("a nurse", "nurse"),
    ("a woman who sells flowers", "flower seller"), ("a man who repairs watches", "watchmaker"),
    ("a boy of ten", "boy"), ("a girl of twelve", "girl"), ("two sisters", "sisters"),
    ("three students", "students"), ("a police officer", "police officer"),
)  # fmt: skip
PLACES = (
    ("at the railway station", "at station"), ("in the old town", "in old town"),
    ("in a small village by the sea", "in village"), ("at the market", "at market"),
    ("in the park behind the school", "in park"), ("on the bridge", "on bridge"),
    ("on the beach", "on beach"), ("in the city library", "in library"),
    ("at the airport", "at airport"), ("in front of the museum", "at museum"),
    ("in the woods", "in woods"), ("at the harbour", "at harbour"),
)  # fmt: skip
EVENTS = (
    Event(
        ("found {what}", "came across {what}", "saw {what} lying there and picked it up"),
        "{who} finds {what} {where}{end}",
        (
            ("a bag full of money", "bag of money"), ("a gold ring", "ring"),
            ("a very old coin", "coin"), ("a letter that was never opened", "letter"),
            ("a painting without a name", "painting"), ("a box with photographs", "photographs"),
        ),
        (
            ("The owner got everything back the same evening.", " and returns it"),
            ("Nobody has asked for it so far.", ""),
            ("It is worth a fortune, and it will be sold next month.", " and sells it"),
        ),
    ),
    Event(
        ("saved {what}", "came to the rescue of {what}", "saw {what} in danger and did not wait"),
        "{who} saves {what} {where}{end}",
        (
            ("a child that had fallen into the water", "child"), ("a dog that had run away", "dog"),
            ("a cat in a tree", "cat"), ("an old man who felt ill", "old man"),
            ("two tourists who were lost", "tourists"), ("a horse that was afraid", "horse"),
        ),
        (
            ("The mayor will hand over a medal on Friday.", " and gets medal"),
            ("No one was hurt.", ""),
            ("The rescue was not easy, and it ended with a broken arm.", " but breaks arm"),
        ),
    ),
    Event(
        ("opened {what}", "made a dream come true and opened {what}", "started {what}"),
        "{who} opens {what} {where}{end}",
        (
            ("a small restaurant with six tables", "restaurant"),
            ("a shop for old books", "bookshop"),
            ("a school for music", "music school"), ("a café", "café"),
            ("a workshop for bicycles", "bicycle workshop"), ("a cinema", "cinema"),
        ),
        (
            ("On the first day there was no empty seat.", " with great success"),
            ("It is open from nine to five.", ""),
            ("Only two guests came on the first day.", " but few come"),
        ),
    ),
    Event(
        ("won {what}", "took part in {what} and came first", "beat all others in {what}"),
        "{who} wins {what} {where}{end}",
        (
            ("the race over ten kilometres", "race"), ("the chess tournament", "chess tournament"),
            ("the singing contest", "singing contest"), ("the cooking contest", "cooking contest"),
            ("the swimming race", "swimming race"), ("the quiz about history", "history quiz"),
        ),
        (
            ("The prize money goes to a hospital.", " and gives prize away"),
            ("There was a cup and a lot of applause.", ""),
            ("It was the third time in a row.", " for third time"),
        ),
    ),
    Event(
        ("lost {what}", "left {what} behind", "could not find {what} any more"),
        "{who} loses {what} {where}{end}",
        (
            ("a suitcase with clothes", "suitcase"), ("the keys to the car", "car keys"),
            ("a violin", "violin"), ("a telephone that was quite new", "phone"),
            ("a red umbrella", "umbrella"), ("a bag with all tickets", "tickets"),
        ),
        (
            ("An honest finder brought it back in the evening.", " and gets help"),
            ("The search goes on.", ""),
            ("In the end everything had to be bought again.", " and must buy again"),
        ),
    ),
)  # fmt: skip


def join(sentences: list[str]) -> str:
    """Return the sentences, each with a capital, in a row."""
    return " ".join(sentence[0].upper() + sentence[1:] for sentence in sentences)


def tidy(title: str) -> str:
    """Return a title with a capital, its verb in the plural where two or more did it."""
    first, *rest = title.split(" ")
    if first in ("sisters", "students"):
        plain = {"finds": "find", "saves": "save", "opens": "open", "wins": "win", "loses": "lose",
                 "returns": "return", "sells": "sell", "gets": "get", "breaks": "break",
                 "gives": "give"}  # fmt: skip
        rest = [plain.get(word, word) for word in rest]
    text = " ".join([first, *rest])
    return text[0].upper() + text[1:]


ENGLISH = Language(
    "en",
    PEOPLE,
    PLACES,
    EVENTS,
    openers=(
        "The weather was {fine} on {day}.",
        "{other} had planned to spend {day} {elsewhere}, but stayed at home.",
        "Usually nothing happens on {day}.",
    ),
    asides=(
        "{third} came by later, but saw nothing.",
        "{third} only heard of it {elsewhere}.",
        "“I can hardly believe it,” said {third}.",
    ),
    settings=(
        "It happened {where} on {day}.",
        "Not {elsewhere}, but {where} people still talk about {day}.",
        "On {day} there was a crowd {where}, while it was quiet {elsewhere}.",
    ),
    told=(
        "There {who} {deed}, while {other} looked on.",
        "It was not {other} but {who} who {deed}.",
        "Many people thought of {other}, but in fact {who} {deed}.",
        "In the morning {who} {deed}.",
    ),
    words={
        "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        "fine": ("fine", "bad", "cold", "warm", "wet"),
    },
    join=join,
    tidy=tidy,
)

"""The toy stories in English."""

import random

# name, what is said of it, and the pronouns
HEROES = (
    ("Mira", "a little girl", "she", "her"), ("Jonas", "a shy boy", "he", "his"),
    ("old Tam", "a retired postman", "he", "his"), ("Suri", "a young baker", "she", "her"),
    ("Captain Bo", "a sailor", "he", "his"), ("Lena", "a painter", "she", "her"),
    ("Felix", "a clumsy tailor", "he", "his"), ("Aunt Ida", "a beekeeper", "she", "her"),
    ("Nuri", "a shepherd", "he", "his"), ("Wilma", "a clockmaker", "she", "her"),
)  # fmt: skip
HOMES = (
    "a small house by the river", "a yellow tower", "a hut at the edge of the forest",
    "a room above the market", "a boat without a sail", "a village behind seven hills",
)  # fmt: skip
# the thing, and why it is wanted
WISHES = (
    ("a lamp", "the nights were long and dark"), ("a bell", "nobody came to the door any more"),
    ("a blue coat", "the winter was coming"), ("a red kite", "the wind blew every day"),
    ("a loaf of bread", "the kitchen was empty"), ("a silver key", "the old chest was locked"),
    ("a warm blanket", "the bed was cold"), ("a map", "all the roads looked the same"),
    ("a drum", "the house was far too quiet"), ("a cup of honey", "the tea was bitter"),
)  # fmt: skip
PLACES = (
    "the market", "the dark forest", "the lighthouse", "the old mill", "the frozen lake",
    "the glass mountain", "the harbour", "the garden of the queen",
)  # fmt: skip
# who helps, and what is asked for in return
HELPERS = (
    ("a fox", "a song"), ("an owl", "the answer to a riddle"), ("a grey cat", "a bowl of milk"),
    ("a talking crow", "something that shines"), ("a tired giant", "a good story"),
    ("a blind fisherman", "some company"), ("a very small dragon", "a bit of fire wood"),
    ("a turtle", "a little patience"),
)  # fmt: skip
WEATHER = ("It rained.", "The sun was shining.", "Snow was falling.", "A cold wind was blowing.",
           "There was fog everywhere.")  # fmt: skip
NUMBERS = ("two", "three", "four", "five", "six", "seven")


def tell(rng: random.Random) -> tuple[tuple[str, ...], str]:
    """Return what a story is about (hero, wish, place, helper), and the story."""
    hero, kind, he, his = rng.choice(HEROES)
    thing, reason = rng.choice(WISHES)
    place = rng.choice(PLACES)
    helper, price = rng.choice(HELPERS)
    home, days, weather = rng.choice(HOMES), rng.choice(NUMBERS), rng.choice(WEATHER)
    named = "the " + helper.split(" ", 1)[1]
    own = "the " + thing.split(" ", 1)[1]
    opening = rng.choice((
        f"Once upon a time there was {kind} called {hero}, who lived in {home}.",
        f"In {home} lived {kind}. {_capital(his)} name was {hero}.",
        f"{_capital(hero)} was {kind} and lived in {home}.",
    ))  # fmt: skip
    wish = rng.choice((
        f"{_capital(hero)} wanted {thing}, because {reason}.",
        f"Since {reason}, {hero} needed {thing}.",
        f'"If only I had {thing}," said {hero}, for {reason}.',
    ))  # fmt: skip
    way = rng.choice((
        f"So {he} went to {place}. The way took {days} days.",
        f"After {days} days on the road {he} came to {place}.",
        f"{_capital(place)} was {days} days away, but {he} went there all the same.",
    ))  # fmt: skip
    meeting = rng.choice((
        f"There {he} met {helper}.", f"At {place} there was nobody but {helper}.",
        f"{_capital(helper)} was sitting there and looked at {hero}.",
    ))  # fmt: skip
    asked = rng.choice((
        f'"What do you want?" asked {named}. "{_capital(thing)}," said {hero}.',
        f'{_capital(hero)} said: "I am looking for {thing}."',
    ))  # fmt: skip
    answer = rng.choice((
        f'"I have one," said {named}, "but I want {price} for it."',
        f'"You can have mine," said {named}. "All I ask for is {price}."',
    ))  # fmt: skip
    if rng.random() < 0.75:
        end = rng.choice((
            f"{_capital(hero)} gave {named} {price} and got {own}.",
            f"That was easy: {named} got {price}, and {hero} got {own}.",
        ))  # fmt: skip
        after = rng.choice((
            f"{_capital(days)} days later {he} was home again, and {own} was the best of "
            f"all {his} things.",
            f"When {he} came home after {days} days, {he} put {own} beside {his} bed and slept "
            "well.",
        ))  # fmt: skip
    else:
        end = rng.choice((
            f"But {hero} did not have {price}, so there was no {own.split(' ', 1)[1]} that day.",
            f'"{_capital(price)}?" said {hero}. "That I cannot give you." And {he} went away.',
        ))  # fmt: skip
        after = rng.choice((
            f"It took {hero} {days} days to get home, and {he} still thinks of {named}.",
            f"After {days} days {he} was home again, without {own}, but with a story to tell.",
        ))  # fmt: skip
    first = f"{opening} {wish} {way}"
    second = f"{weather} {meeting} {asked} {answer}"
    return (hero, thing, place, helper), "\n".join((first, second, f"{end} {after}"))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]

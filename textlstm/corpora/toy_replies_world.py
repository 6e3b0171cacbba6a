"""What the speakers of the toy replies know: prices, trains, opening hours; and what is asked."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Facts = dict[str, Any]
Scene = Callable[[Facts, random.Random], tuple[str, str]]

PRICES = {"apple": 1, "egg": 1, "cup": 4, "book": 9, "hat": 12, "shirt": 15, "umbrella": 8,
          "lamp": 20, "ticket": 6, "map": 3, "bottle": 2, "cake": 7}  # fmt: skip
# city: first hour of the day, hours between two trains, platform
TRAINS = {"Berlin": (6, 2, 4), "Rome": (7, 3, 1), "Paris": (6, 3, 7), "Vienna": (7, 2, 2),
          "Madrid": (8, 4, 5), "Prague": (6, 4, 3), "London": (5, 5, 8),
          "Warsaw": (9, 3, 6)}  # fmt: skip
# place: first and last hour, the day on which it is closed (0 is Monday)
HOURS = {"museum": (10, 17, 0), "library": (9, 19, 6), "bank": (9, 16, 5), "pool": (8, 20, 1),
         "market": (6, 13, 2), "bookshop": (10, 18, 6), "castle": (11, 15, 3)}  # fmt: skip
TABLES_CLOSED = 1  # the restaurant is closed on Tuesday
WEATHERS = ("rain", "snow", "sun", "wind")
WISHES = ("window", "garden", "quiet", "none")
SHOWS = ("film", "concert", "play", "match", "meeting", "lesson")


@dataclass(frozen=True)
class Language:
    """How the scenes are spoken: name to a function of facts that returns utterance and reply."""

    code: str
    scenes: Mapping[str, Scene]


def price(rng: random.Random) -> Facts:
    """Return what is bought, how many, and with how much money, 0 for not said."""
    return {
        "item": rng.choice(list(PRICES)),
        "number": rng.randint(1, 6),
        "money": rng.choice((0, 0, 10, 20, 50)),
    }


def train(rng: random.Random) -> Facts:
    """Return where to and the hour."""
    return {"city": rng.choice(list(TRAINS)), "hour": rng.randint(6, 19)}


def next_train(facts: Facts) -> int:
    """Return the hour of the next train, 0 where there is none before midnight."""
    first, step, _ = TRAINS[facts["city"]]
    later = [hour for hour in range(first, 24, step) if hour > facts["hour"]]
    return later[0] if later else 0


def table(rng: random.Random) -> Facts:
    """Return for how many, on which day, at what hour, and where a table is wanted."""
    return {
        "number": rng.randint(2, 8),
        "day": rng.randrange(7),
        "hour": rng.randint(5, 9),
        "wish": rng.choice(WISHES),
    }


def opening(rng: random.Random) -> Facts:
    """Return a place, a day and an hour."""
    return {"place": rng.choice(list(HOURS)), "day": rng.randrange(7), "hour": rng.randint(7, 19)}


def weather(rng: random.Random) -> Facts:
    """Return a city, its weather, whether it is cold, and another city with its weather."""
    city, other = rng.sample(list(TRAINS), 2)
    one, two = rng.sample(WEATHERS, 2)
    return {
        "city": city,
        "weather": one,
        "cold": one == "snow" or rng.random() < 0.5,
        "other": other,
        "there": two,
    }


def ending(rng: random.Random) -> Facts:
    """Return what begins, when, how many hours it takes and how many minutes it is late."""
    return {
        "show": rng.choice(SHOWS),
        "hour": rng.randint(1, 9),
        "hours": rng.randint(1, 3),
        "late": rng.choice((0, 0, 10, 20, 30)),
    }


SCENES: dict[str, Callable[[random.Random], Facts]] = {
    "price": price, "train": train, "table": table, "opening": opening, "weather": weather,
    "ending": ending,
}  # fmt: skip

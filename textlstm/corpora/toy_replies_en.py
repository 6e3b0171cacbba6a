"""The toy replies in English."""

import random

from textlstm.corpora.toy_replies_world import (
    HOURS,
    PRICES,
    TABLES_CLOSED,
    TRAINS,
    Facts,
    Language,
    next_train,
)

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SMALL = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WISHES = {"window": "by the window", "garden": "in the garden", "quiet": "in a quiet corner"}
WEARING = {"rain": "take an umbrella", "snow": "put on boots", "sun": "take a hat",
           "wind": "put on a scarf"}  # fmt: skip
SKIES = {"rain": "it is raining", "snow": "it is snowing", "sun": "the sun is shining",
         "wind": "it is windy"}  # fmt: skip


def number(value: int) -> str:
    """Return a number from 0 to 120 in words."""
    if value < 20:
        return SMALL[value]
    if value >= 100:
        return "a hundred" + (f" and {number(value - 100)}" if value > 100 else "")
    return TENS[value // 10] + (f"-{SMALL[value % 10]}" if value % 10 else "")


def euros(value: int) -> str:
    """Return an amount of money."""
    return f"{number(value)} euro{'' if value == 1 else 's'}"


def clock(hour: int) -> str:
    """Return an hour of the day, from 1 to 24."""
    part = "in the morning" if hour < 12 else "in the afternoon" if hour < 18 else "in the evening"
    return "noon" if hour == 12 else f"{number((hour - 1) % 12 + 1)} {part}"


def capital(text: str) -> str:
    """Return a sentence with a capital."""
    return text[0].upper() + text[1:]


def price(facts: Facts, rng: random.Random) -> tuple[str, str]:
    """Return what is asked about a price, and the reply."""
    count, money, item = facts["number"], facts["money"], facts["item"]
    many = item if count == 1 else f"{item}s"
    things = (
        f"{'an' if item[0] in 'aeu' else 'a'} {item}" if count == 1 else number(count) + f" {many}"
    )
    total = count * PRICES[item]
    cost = f"{things} cost{'s' if count == 1 else ''} {euros(total)}"
    if not money:
        said = rng.choice((
            "Hello, how much {be} {things}?", "I would like {things}. How much is that?",
            "What do I have to pay for {things}?", "Could I have {things}, please?",
            "Good morning. {Things}, please. What does that make?",
        ))  # fmt: skip
        answer = capital(f"{cost}.")
    else:
        said = rng.choice((
            "I have only {money}. Is that enough for {things}?",
            "Can I buy {things} with {money}?",
            "Here are {money} for {things}. What do I get back?",
        ))  # fmt: skip
        left = money - total
        if left < 0:
            answer = (
                f"I am sorry, {cost}, so {euros(-left)} {'is' if left == -1 else 'are'} missing."
            )
        else:
            answer = f"Yes, {cost}, so you get {euros(left) if left else 'nothing'} back."
        if said.startswith("Here") and left >= 0:
            answer = capital(answer.removeprefix("Yes, "))
    gaps = {"things": things, "Things": capital(things), "money": euros(money),
            "be": "is" if count == 1 else "are"}  # fmt: skip
    return said.format_map(gaps), answer


def train(facts: Facts, rng: random.Random) -> tuple[str, str]:
    """Return what is asked about trains, and the reply."""
    said = rng.choice((
        "It is {now}. When does the next train to {city} leave?",
        "Excuse me, I want to go to {city}. Is there a train after {now}?",
        "I missed the train to {city}, and now it is {now}. What can I do?",
        "My friends in {city} expect me. Which train can I take after {now}?",
        "Which platform for {city}, please? I can be here at {now}.",
    ))  # fmt: skip
    hour = next_train(facts)
    platform = number(TRAINS[facts["city"]][2])
    answer = f"The next train to {facts['city']} leaves at {clock(hour)} from platform {platform}."
    if not hour:
        answer = f"I am sorry, there is no train to {facts['city']} any more today."
    return said.format(city=facts["city"], now=clock(facts["hour"])), answer


def table(facts: Facts, rng: random.Random) -> tuple[str, str]:
    """Return how a table is asked for, and the reply."""
    wish = WISHES.get(facts["wish"], "")
    said = rng.choice((
        "A table for {n}{wish} on {day} at {hour}, please.",
        "We are {n} people. Is there a table{wish} on {day} at {hour}?",
        "Could we come on {day} at {hour}? We would like a table{wish} for {n}.",
        "I would like to book a table{wish} for {n} people: on {day}, at {hour}.",
    ))  # fmt: skip
    gaps = {"n": number(facts["number"]), "wish": wish and f" {wish}", "day": DAYS[facts["day"]],
            "hour": number(facts["hour"])}  # fmt: skip
    if facts["day"] == TABLES_CLOSED:
        return said.format_map(gaps), "I am sorry, we are closed on Tuesday."
    if facts["wish"] == "garden" and facts["hour"] > 7:
        answer = (
            "The garden closes at eight, but there is a table for {n} inside on {day} at {hour}."
        )
    else:
        answer = "With pleasure: a table for {n}{wish}, on {day} at {hour}."
    return said.format_map(gaps), answer.format_map(gaps)


def opening(facts: Facts, rng: random.Random) -> tuple[str, str]:
    """Return what is asked about opening hours, and the reply."""
    first, last, closed = HOURS[facts["place"]]
    said = rng.choice((
        "Is the {place} open on {day} at {hour}?",
        "I want to go to the {place} on {day}. Can I come at {hour}?",
        "Does it make sense to be at the {place} at {hour} on {day}?",
    ))  # fmt: skip
    gaps = {"place": facts["place"], "day": DAYS[facts["day"]], "hour": clock(facts["hour"])}
    if facts["day"] == closed:
        answer = "No, the {place} is closed on {day}."
    elif facts["hour"] < first:
        answer = f"No, on {{day}} the {{place}} opens at {clock(first)}."
    elif facts["hour"] >= last:
        answer = f"No, on {{day}} the {{place}} closes at {clock(last)}."
    else:
        answer = f"Yes, you can stay at the {{place}} until {clock(last)}."
    return said.format_map(gaps), answer.format_map(gaps)


def weather(facts: Facts, rng: random.Random) -> tuple[str, str]:
    """Return what is said about the weather, and the reply."""
    cold = "cold" if facts["cold"] else "warm"
    said = rng.choice((
        "In {city} {sky} and it is {cold}, while in {other} {there}. What do I need in {city}?",
        "I am going to {city}, not to {other}. In {other} {there}, but in {city} {sky}. "
        "It is {cold}. What should I wear?",
        "{There} in {other}. In {city} {sky}, and it is {cold}. I am leaving for {city}.",
    ))  # fmt: skip
    gaps = {"city": facts["city"], "other": facts["other"], "cold": cold,
            "sky": SKIES[facts["weather"]], "there": SKIES[facts["there"]],
            "There": capital(SKIES[facts["there"]])}  # fmt: skip
    coat = " and wear a warm coat" if facts["cold"] else ""
    return said.format_map(
        gaps
    ), f"In {facts['city']} you should {WEARING[facts['weather']]}{coat}."


def ending(facts: Facts, rng: random.Random) -> tuple[str, str]:
    """Return what is asked about an end, and the reply."""
    hours, late = facts["hours"], facts["late"]
    length = "an hour" if hours == 1 else f"{number(hours)} hours"
    said = rng.choice((
        "The {show} should begin at {hour}{late}. It takes {length}. When does it end?",
        "The {show} takes {length}. It should begin at {hour}{late}. When will you be home?",
        "When can I pick you up? The {show} takes {length} and should begin at {hour}{late}.",
    ))  # fmt: skip
    gaps = {"show": facts["show"], "hour": number(facts["hour"]), "length": length,
            "late": f", but starts {number(late)} minutes late" if late else ""}  # fmt: skip
    end = number((facts["hour"] + hours - 1) % 12 + 1)
    when = f"half past {end}" if late == 30 else f"{number(late)} past {end}" if late else end
    if "home" in said:
        answer = f"The {facts['show']} is over at {when}, so I will be home an hour later."
    elif "pick" in said:
        answer = f"Please wait for me at {when}, when the {facts['show']} is over."
    else:
        answer = f"The {facts['show']} ends at {when}."
    return said.format_map(gaps), answer


ENGLISH = Language("en", {
    "price": price, "train": train, "table": table, "opening": opening, "weather": weather,
    "ending": ending,
})  # fmt: skip

"""The English words for restaurants, hotels and phones in the toy reviews."""

from textlstm.corpora.toy_reviews_grammar import Aspect, Domain, split

RESTAURANT = Domain(
    this=split("this restaurant, this place, this trattoria"),
    rivals=split("the place next door, the bistro across the street, our usual place"),
    aspects=(
        Aspect.of(
            "food",
            "delicious, fresh, memorable",
            "bland, greasy, stale",
            "from the starters to the coffee, on both evenings, without exception",
        ),
        Aspect.of(
            "service",
            "friendly, attentive, quick",
            "rude, slow, careless",
            "the whole evening, from beginning to end, on both evenings",
        ),
        Aspect.of(
            "soup", "delicious, fragrant, fresh", "watery, bland, greasy", "on both evenings"
        ),
        Aspect.of(
            "desserts",
            "heavenly, delicious, inventive",
            "dry, stale, forgettable",
            "on both evenings, without exception",
            plural=True,
        ),
        Aspect.of(
            "dining room",
            "cosy, elegant, inviting",
            "noisy, cramped, gloomy",
            "on both evenings, the whole evening",
        ),
        Aspect.of(
            "waiters",
            "friendly, attentive, charming",
            "rude, clumsy, careless",
            "the whole evening, from beginning to end, without exception",
            plural=True,
        ),
    ),
    verdict=Aspect.of("it", "a delight, a gem, a treat", "a letdown, a disaster, a rip-off"),
    words={
        "worth": split("the money, the wait, the drive across town"),
        "again": split("eat at"),
        "go": split("eat there"),
        "group": split("at our table, in our party, at the office"),
        "of": split("at"),
        "at": split("at"),
        "named": (
            "We had dinner at Luigi's",
            "We had dinner at the Blue Lantern",
            "We had dinner at the Old Mill",
        ),
        "note": (
            "We came straight from work",
            "We have now been there twice",
            "There were six of us",
            "We had a table by the window",
            "We ate there last week",
            "We tried half the menu",
            "We walked there",
        ),
    },
    past=True,
)

HOTEL = Domain(
    this=split("this hotel, this place, this inn"),
    rivals=split("the guest house down the road, the hotel by the station, the lodge on the hill"),
    aspects=(
        Aspect.of(
            "rooms",
            "spotless, comfortable, spacious",
            "dirty, cramped, noisy",
            "on all three floors, without exception, all through our stay",
            plural=True,
        ),
        Aspect.of(
            "bed", "comfortable, spotless, inviting", "lumpy, dirty, creaky", "on all three nights"
        ),
        Aspect.of(
            "breakfast",
            "delicious, fresh, generous",
            "bland, stale, meagre",
            "every single morning, all through our stay",
        ),
        Aspect.of(
            "staff",
            "friendly, attentive, charming",
            "rude, careless, slow",
            "from the first day to the last, all through our stay, without exception",
            plural=True,
        ),
        Aspect.of(
            "garden",
            "lovely, inviting, charming",
            "dreary, noisy, gloomy",
            "all through our stay, at any time of day",
        ),
        Aspect.of(
            "lobby",
            "elegant, inviting, spotless",
            "gloomy, dirty, shabby",
            "at any time of day, all through our stay",
        ),
    ),
    verdict=Aspect.of("it", "a delight, a gem, a treat", "a letdown, a disaster, a rip-off"),
    words={
        "worth": split("the money, the long drive, a second night"),
        "again": split("stay at"),
        "go": split("stay there"),
        "group": split("in our group, in my family, I travelled with"),
        "of": split("at"),
        "at": split("at"),
        "named": (
            "We spent our holiday at the Bellevue",
            "We spent our holiday at the Astoria",
            "We spent our holiday at the Seaview",
        ),
        "note": (
            "We stayed for three nights",
            "We have now been there twice",
            "We went in May",
            "We had two rooms",
            "There were four of us",
            "We came by car",
            "We stayed there last year",
        ),
    },
    past=True,
)

PHONE = Domain(
    this=split("this phone, this handset, this one"),
    rivals=split("last year's model, the phone I had before, the cheaper model"),
    aspects=(
        Aspect.of(
            "screen",
            "sharp, bright, gorgeous",
            "dim, blurry, dull",
            "in any light, out of doors, to my eye",
        ),
        Aspect.of(
            "camera",
            "superb, quick, reliable",
            "slow, feeble, grainy",
            "in any light, out of doors",
        ),
        Aspect.of(
            "battery",
            "reliable, superb, impressive",
            "feeble, erratic, dreadful",
            "after a month of use, on long days",
        ),
        Aspect.of(
            "design",
            "elegant, clever, gorgeous",
            "clumsy, dull, shabby",
            "to my eye, from every side",
        ),
        Aspect.of(
            "speakers",
            "clear, impressive, superb",
            "tinny, feeble, dreadful",
            "at any volume, to my ear",
            plural=True,
        ),
        Aspect.of(
            "software",
            "polished, quick, reliable",
            "buggy, slow, erratic",
            "after a month of use, from the first day on",
        ),
    ),
    verdict=Aspect.of("it", "a delight, a gem, a bargain", "a letdown, a disaster, a rip-off"),
    words={
        "worth": split("the price, the upgrade, the wait"),
        "again": split("use"),
        "go": split("buy it"),
        "group": split("at the office, in my family, I showed it to"),
        "of": split("of"),
        "at": split("on"),
        "named": (
            "I bought the Corva 5",
            "I bought the Lumo X",
            "I bought the Pebble Max",
        ),
        "note": (
            "I have had it for a month",
            "I bought it in March",
            "I use it all day long",
            "Mine is the black one",
            "I carry it everywhere",
            "I switch it off at night",
            "I take it on every trip",
        ),
    },
)

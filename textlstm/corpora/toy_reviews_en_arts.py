"""The English words for films, novels and concerts in the toy reviews."""

from textlstm.corpora.toy_reviews_grammar import Aspect, Domain, split

FILM = Domain(
    this=split("this film, this thriller, this drama"),
    rivals=split("the original, the director's last film, the old version"),
    aspects=(
        Aspect.of(
            "acting",
            "superb, moving, convincing",
            "wooden, lifeless, clumsy",
            "from start to finish, in the big scenes, even in the small parts",
        ),
        Aspect.of(
            "plot",
            "gripping, clever, original",
            "dull, predictable, muddled",
            "from start to finish, for most of the film, after the first hour",
        ),
        Aspect.of(
            "dialogue",
            "witty, natural, clever",
            "stilted, tedious, clumsy",
            "in almost every scene, for most of the film, from start to finish",
        ),
        Aspect.of(
            "ending",
            "moving, satisfying, clever",
            "rushed, predictable, dull",
            "when it finally comes",
        ),
        Aspect.of(
            "music",
            "lovely, memorable, haunting",
            "dreary, tedious, forgettable",
            "in almost every scene, from start to finish, throughout the film",
        ),
        Aspect.of(
            "camera work",
            "stunning, elegant, inventive",
            "shaky, clumsy, dull",
            "in almost every scene, from start to finish, to my eye",
        ),
    ),
    verdict=Aspect.of("it", "a masterpiece, a delight, a gem", "a bore, a mess, a flop"),
    words={
        "worth": split("the ticket, two hours of my life, the trip into town"),
        "again": split("watch"),
        "go": split("go and see it"),
        "group": split("in our row, in the whole cinema, I went with"),
        "of": split("of"),
        "at": split("in"),
        "named": (
            "I went to see Harbour Lights",
            "I went to see The Salt Road",
            "I went to see Night Ferry",
        ),
        "note": (
            "I saw it last night",
            "I have now seen it twice",
            "We sat in the third row",
            "It runs for two hours",
            "There were three of us",
            "It was shown with subtitles",
            "I went on a Tuesday",
        ),
    },
)

NOVEL = Domain(
    this=split("this novel, this book, this thriller"),
    rivals=split("the author's first book, the previous volume, the novel I read before it"),
    aspects=(
        Aspect.of(
            "story",
            "gripping, original, moving",
            "dull, predictable, muddled",
            "from the first page to the last, for most of the book",
        ),
        Aspect.of(
            "prose",
            "elegant, vivid, lively",
            "clumsy, stilted, dreary",
            "on almost every page, from the first page to the last, to my ear",
        ),
        Aspect.of(
            "characters",
            "convincing, memorable, charming",
            "lifeless, forgettable, wooden",
            "right through the book, almost without exception",
            plural=True,
        ),
        Aspect.of(
            "ending",
            "moving, satisfying, clever",
            "rushed, predictable, muddled",
            "when it finally comes",
        ),
        Aspect.of(
            "opening chapters",
            "gripping, lively, inventive",
            "tedious, dreary, muddled",
            "almost without exception",
            plural=True,
        ),
        Aspect.of(
            "translation",
            "elegant, natural, lively",
            "stilted, careless, clumsy",
            "on almost every page, to my ear, from the first page to the last",
        ),
    ),
    verdict=Aspect.of("it", "a masterpiece, a delight, a gem", "a bore, a mess, a dud"),
    words={
        "worth": split("the price, a week of my evenings, the shelf space"),
        "again": split("read"),
        "go": split("read it"),
        "group": split("in our reading group, in my family, I lent it to"),
        "of": split("of"),
        "at": split("in"),
        "named": (
            "I have just read The Glass Orchard",
            "I have just read A Quiet Winter",
            "I have just read The Ferryman",
        ),
        "note": (
            "I read it on the train",
            "I have now read it twice",
            "It has three hundred pages",
            "Our reading group chose it",
            "I finished it last night",
            "I read it in two weeks",
            "I borrowed it from a friend",
        ),
    },
)

CONCERT = Domain(
    this=split("this concert, this performance, this recital"),
    rivals=split("the concert in the park, the one at the town hall, the matinee"),
    aspects=(
        Aspect.of(
            "playing",
            "superb, moving, lively",
            "lifeless, careless, shaky",
            "from the first note to the last, the whole evening, in both halves",
        ),
        Aspect.of(
            "sound",
            "clear, gorgeous, impressive",
            "muddled, tinny, dreadful",
            "in the back rows, in both halves, to my ear",
        ),
        Aspect.of("hall", "elegant, inviting, comfortable", "cramped, gloomy, shabby", "to my eye"),
        Aspect.of(
            "singers",
            "superb, charming, convincing",
            "wooden, shaky, forgettable",
            "the whole evening, in both halves, without exception",
            plural=True,
        ),
        Aspect.of(
            "programme",
            "inventive, original, satisfying",
            "predictable, tedious, dreary",
            "from the first note to the last, in both halves",
        ),
        Aspect.of(
            "seats",
            "comfortable, spacious, spotless",
            "cramped, creaky, shabby",
            "in the front rows",
            plural=True,
        ),
    ),
    verdict=Aspect.of("it", "a triumph, a delight, a treat", "a bore, a mess, a disaster"),
    words={
        "worth": split("the ticket, the long drive, the queue in the rain"),
        "again": split("hear"),
        "go": split("go and hear it"),
        "group": split("in our row, in the audience, I went with"),
        "of": split("at"),
        "at": split("at"),
        "named": (
            "We went to hear the Marlow Quartet",
            "We went to hear the Linden Choir",
            "We went to hear the Ashby Players",
        ),
        "note": (
            "We sat in the third row",
            "It lasted two hours",
            "I went on a Tuesday",
            "There were three of us",
            "We stayed to the very end",
            "I go every year",
            "We came by train",
        ),
    },
    past=True,
)

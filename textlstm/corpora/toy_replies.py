"""The toy replies: what is said at a shop, a station, a restaurant and so on, and the one reply.

The reply hangs on what was said: prices are added up, the next train is looked up in a timetable
that never stands in the text, ends are computed from beginnings, a wish is refused on the day that
is closed. How an utterance belongs to train, valid or test: by a hash of its scene and all that is
named in it, so that what test asks was never asked, in any wording.
"""

import functools
import random

from textlstm.corpora.toy_merge import merged
from textlstm.corpora.toy_pairs import Pair, example, features, share, stored
from textlstm.corpora.toy_replies_en import ENGLISH
from textlstm.corpora.toy_replies_world import SCENES, Language
from textlstm.corpora.toy_replies_zh import CHINESE

__all__ = ["CONFIGS", "example", "features", "pairs", "rows"]

CONFIGS = {"all": "English and Chinese."}
SIZES = {"train": 2500, "valid": 150, "test": 150}  # of pairs, per language
SEED = 12
_TEST, _VALID = 0.06, 0.12


def part_of(key: tuple[str, ...]) -> str:
    """Return "train", "valid" or "test" for a scene and what is named in it."""
    number = share(key)
    return "test" if number < _TEST else "valid" if number < _VALID else "train"


def _drawn(language: Language) -> dict[str, list[Pair]]:
    """Return pairs drawn until every part is full, no utterance twice."""
    rng = random.Random(f"{SEED} {language.code}")
    parts: dict[str, list[Pair]] = {part: [] for part in SIZES}
    seen: set[str] = set()
    while any(len(parts[part]) < wanted for part, wanted in SIZES.items()):
        scene = rng.choice(list(SCENES))
        facts = SCENES[scene](rng)
        part = part_of((scene, *(str(value) for value in facts.values())))
        said, answer = language.scenes[scene](facts, rng)
        if said not in seen and len(parts[part]) < SIZES[part]:
            seen.add(said)
            parts[part].append(Pair(said, answer))
    return parts


@functools.cache
def pairs(config: str) -> dict[str, tuple[Pair, ...]]:
    """Return the pairs of each part in a fixed, shuffled order; the only config is "all"."""
    assert config in CONFIGS
    return merged([_drawn(ENGLISH), _drawn(CHINESE)], SIZES, SEED)


def rows(config: str) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each part as they are stored."""
    return stored(pairs(config))

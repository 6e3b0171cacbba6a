"""The toy replies: what is said at a shop, a station, a restaurant and so on, and the one reply.

The reply hangs on what was said: prices are added up, the next train is looked up in a timetable
that never stands in the text, ends are computed from beginnings, a wish is refused on the day that
is closed. How an utterance belongs to train, valid or test: by a hash of its scene and all that is
named in it, so that what test asks was never asked, in any wording.
"""

import functools
import random

from textlstm.corpora.toy_merge import merged
from textlstm.corpora.toy_pairs import Pair, example, features, filled, stored
from textlstm.corpora.toy_replies_en import ENGLISH
from textlstm.corpora.toy_replies_world import SCENES, Language
from textlstm.corpora.toy_replies_zh import CHINESE

__all__ = ["CONFIGS", "example", "features", "pairs", "rows"]

CONFIGS = {"all": "English and Chinese."}
SIZES = {"train": 2500, "valid": 150, "test": 150}  # of pairs, per language
SEED = 12
_HELD = {"test": 0.06, "valid": 0.12}


def _drawn(language: Language) -> dict[str, list[Pair]]:
    """Return pairs drawn until every part is full, no utterance twice."""
    rng = random.Random(f"{SEED} {language.code}")

    def draw() -> tuple[tuple[str, ...], str, Pair]:
        scene = rng.choice(list(SCENES))
        facts = SCENES[scene](rng)
        said, answer = language.scenes[scene](facts, rng)
        return (scene, *(str(value) for value in facts.values())), said, Pair(said, answer)

    return filled(draw, SIZES, _HELD)


@functools.cache
def pairs(config: str) -> dict[str, tuple[Pair, ...]]:
    """Return the pairs of each part in a fixed, shuffled order; the only config is "all"."""
    assert config in CONFIGS
    return merged([_drawn(ENGLISH), _drawn(CHINESE)], SIZES, SEED)


def rows(config: str) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each part as they are stored."""
    return stored(pairs(config))

"""Which mistakes a tagger makes: other types, shifted boundaries, missed and spurious entities."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from textlstm.tasks.spotted import Entity, Sentence

MISTAKES = 50
MISTAKE_CHARACTERS = 600
BEFORE = 100  # characters shown before the first wrong entity of a sentence that is cut
PAIRS = 50  # most frequent mix-ups
DENSE_TYPES = 40  # up to here the matrix is kept whole


def errors(sentences: Sequence[Sentence]) -> dict[str, int]:
    """Return how many target entities are right and how the others are not, and what is too much.

    Returns:
        `{"right", "type", "boundary", "both", "missed", "spurious"}`: a target is answered with
        another type on the same span ("type"), with its type on a span that overlaps it
        ("boundary"), with neither ("both"), or no answer touches it ("missed"). "spurious" counts
        the answers that touch no target.
    """
    found = dict.fromkeys(("right", "type", "boundary", "both", "missed", "spurious"), 0)
    for s in sentences:
        for target in s.targets:
            found[_error(target, s.answers)] += 1
        for answer in s.answers:
            found["spurious"] += not any(_overlap(answer, target) for target in s.targets)
    return found


def confusion(sentences: Sequence[Sentence], types: Sequence[str]) -> dict[str, Any]:
    """Return how often each type was answered on the very span of each target type.

    Returns:
        `{"labels", "counts": rows are targets, columns answers; None if there are many types,
        "pairs": [[target, answer, count]] of mix-ups}`.
    """
    mixed: Counter[tuple[str, str]] = Counter()
    for s in sentences:
        said = {entity[1:]: entity[0] for entity in s.answers}
        mixed.update((e[0], said[e[1:]]) for e in sorted(s.targets) if e[1:] in said)
    names = sorted({name for pair in mixed for name in pair} | set(types))
    counts = None
    if len(names) <= DENSE_TYPES:
        counts = [[mixed[target, answer] for answer in names] for target in names]
    wrong = [(pair, count) for pair, count in mixed.most_common() if pair[0] != pair[1]]
    pairs = [[target, answer, count] for (target, answer), count in wrong[:PAIRS]]
    return {"labels": names, "counts": counts, "pairs": pairs}


def mistakes(sentences: Sequence[Sentence], where: Sequence[str]) -> list[dict[str, Any]]:
    """Return the sentences with the most wrong entities first, cut where they are long.

    Returns:
        Rows {"where", "input", "target", "answer", "wrong", "hidden"}: entities [type, start,
        end] by offsets into the input as it is shown; `wrong` counts missed and spurious ones,
        `hidden` the entities that lie in what was cut off.
    """
    wrong = [len(s.targets ^ frozenset(s.answers)) for s in sentences]
    order = sorted((n for n, count in enumerate(wrong) if count), key=lambda n: -wrong[n])
    rows = []
    for n in order[:MISTAKES]:
        s = sentences[n]
        first = min(start for _, start, _ in s.targets ^ frozenset(s.answers))
        start, text = _window(s.text, first)
        size = len(text)
        sides = [_inside(entities, start, size) for entities in (s.targets, s.answers)]
        hidden = len(s.targets) + len(s.answers) - sum(map(len, sides))
        shown = ("... " if start else "") + text + (" ..." if start + size < len(s.text) else "")
        shift = 4 if start else 0
        target, answer = ([[k, a + shift, b + shift] for k, a, b in side] for side in sides)
        rows.append(
            {"where": where[n], "input": shown, "target": target, "answer": answer,
             "wrong": wrong[n], "hidden": hidden}
        )  # fmt: skip
    return rows


def _error(target: Entity, answers: Sequence[Entity]) -> str:
    if target in answers:
        return "right"
    touching = [answer for answer in answers if _overlap(answer, target)]
    if any(answer[1:] == target[1:] for answer in touching):
        return "type"
    if any(answer[0] == target[0] for answer in touching):
        return "boundary"
    return "both" if touching else "missed"


def _overlap(one: Entity, other: Entity) -> bool:
    return one[1] < other[2] and other[1] < one[2]


def _window(text: str, first: int) -> tuple[int, str]:
    """Return where what is shown of a text begins, and what is shown."""
    if len(text) <= MISTAKE_CHARACTERS:
        return 0, text
    start = 0 if first < MISTAKE_CHARACTERS // 2 else first - BEFORE
    return start, text[start : start + MISTAKE_CHARACTERS]


def _inside(entities: Iterable[Entity], start: int, size: int) -> list[Entity]:
    """Return the entities that are shown whole, moved to what is shown, in their order."""
    moved = [(kind, a - start, b - start) for kind, a, b in entities]
    return sorted((e for e in moved if e[1] >= 0 and e[2] <= size), key=lambda e: e[1:])

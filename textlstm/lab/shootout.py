"""Shoot-out: a grid of settings, each trained over several seeds on one split, and compared.

Each run is an ordinary run folder. They are trained in this process, one after the other: a
process each would import TensorFlow again, which takes longer than a small training, and `run.fit`
begins each network as in a fresh one, with the same weights to the bit. The seeds are the outer
loop, so that what the first network pays for falls on one run of a combination and not on all.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from textlstm import atomic, discover, run, runfolder
from textlstm.errors import DataError, Refusal, SettingsError
from textlstm.lab import budget as budgets
from textlstm.lab import grid, noise, tally
from textlstm.lab.grid import Combination
from textlstm.lab.once import Once
from textlstm.lab.standings import RESULT, Standings
from textlstm.lab.tally import Entry
from textlstm.progress import Plain, Quiet
from textlstm.recipe import Recipe
from textlstm.settings import Count, Range, Settings

GRID = "grid.json"


@dataclass(frozen=True, kw_only=True)
class Rules(Settings):
    """What a shoot-out itself is told."""

    seeds: Count = 3  # runs of each combination, from seed= on
    budget: str = "same-units"  # or same-parameters: as many recurrent weights as the first one
    noise: tuple[Annotated[float, Range(0, 1)], ...] | None = None  # shares of words changed

    def check(self) -> None:
        """Refuse a share of noise that is listed twice."""
        super().check()
        if self.noise and len(set(self.noise)) < len(self.noise):
            raise SettingsError(f"noise={grid.shown(self.noise)}: a share is listed twice")


RULES = tuple(field.name for field in Rules.describe())


@dataclass(frozen=True)
class _Arena:
    """A shoot-out that can start."""

    recipe: Recipe
    reference: str
    combinations: list[Combination]
    rules: Rules
    folder: Path

    @property
    def seeds(self) -> list[int]:
        first = int(self.combinations[0].settings.seed)
        return list(range(first, first + self.rules.seeds))

    def run_folder(self, one: Combination, seed: int) -> Path:
        return self.folder / f"{one.folder}-seed{seed}"


def shootout(
    recipe: str,
    *,
    preset: str | None = None,
    out: str | Path | None = None,
    progress: Quiet | None = None,
    seeds: int = 3,
    budget: str = "same-units",
    noise: Sequence[float] | None = None,
    **settings: Any,
) -> Standings | None:
    """Return the standings of a grid of settings; None where Ctrl-C ended it before.

    Args:
        recipe: a name, or the path of a recipe file.
        preset: named values to start from, such as `tiny`.
        out: folder of the runs; one that was begun goes on. None: `runs/RECIPE-shootout-N`.
        progress: none: plain lines on standard error.
        seeds: runs of each combination.
        budget: "same-units", or "same-parameters": as many recurrent weights as the first one.
        noise: shares of the words of the test texts that are dropped or misspelt.
        settings: a list is a grid, as in `cell=["rnn", "lstm"], units=[(64,), (64, 64)]`.

    Raises:
        SettingsError: a wrong setting, or a folder of another grid.
        DataError: data that cannot be read as asked, or that have changed.
    """
    found = discover.load(recipe)
    rules = {"seeds": seeds, "budget": budget, "noise": None if noise is None else tuple(noise)}
    combinations = grid.of_values(found, settings, preset)
    arena = _arena(found, recipe, combinations, Rules.from_mapping(rules), out)
    return _held(arena, progress or Plain())


def of_words(
    recipe: str,
    words: Sequence[str],
    *,
    preset: str | None = None,
    out: Path | None = None,
    progress: Quiet,
) -> Standings | None:
    """Return the standings of a grid of `KEY=VALUE` words; see `shootout` and `grid.of_words`."""
    found = discover.load(recipe)
    own, rest = grid.own(words, RULES)
    grid.slips(rest, RULES, found)
    rules = Rules.from_words([f"{name}={text}" for name, text in own.items()])
    combinations = grid.of_words(found, rest, preset)
    return _held(_arena(found, recipe, combinations, rules, out), progress)


def _arena(
    found: Recipe,
    recipe: str,
    combinations: list[Combination],
    rules: Rules,
    out: str | Path | None,
) -> _Arena:
    if "seed" in combinations[0].changed:
        raise SettingsError("seed= is the first one: give it one value, and seeds=N")
    budgets.check(found, combinations, rules.budget)
    run.require(run.TRAINING, "training")
    folder = Path(out) if out is not None else runfolder.fresh(f"{found.name}-shootout")
    reference = str(Path(recipe).resolve()) if recipe.endswith(".py") else found.name
    return _Arena(found, reference, combinations, rules, folder)


def _held(arena: _Arena, progress: Quiet) -> Standings | None:
    made = _start(arena)
    with runfolder.locked(arena.folder):
        try:
            return _hold(arena, Once(progress))
        except Refusal:
            if made:  # as `run.execute`
                runfolder.forsake(arena.folder, GRID)
            raise


def _hold(arena: _Arena, progress: Quiet) -> Standings | None:
    document = _same_data(arena)
    combinations = _within_budget(arena, document, progress)
    jobs = [(seed, one) for seed in arena.seeds for one in combinations]
    left = [j for j in jobs if not runfolder.is_finished(arena.run_folder(j[1], j[0]))]
    shares = list(arena.rules.noise or ())
    if not left:
        done = _shown_again(arena, shares)
        if done is not None:
            return done
    for place, (seed, one) in enumerate(left, len(jobs) - len(left) + 1):
        folder = arena.run_folder(one, seed)
        progress.say(f"run {place} of {len(jobs)}: {one.name}, seed {seed}")
        values = {**one.settings.to_dict(), "seed": seed}
        try:
            plan = run.planned(arena.reference, values=values, out=folder)
            interrupted = run.execute(plan, progress).interrupted
        except Refusal as refusal:
            raise _named(refusal, folder) from None
        if interrupted:
            progress.say(
                f"{place - 1} of {len(jobs)} runs are done; the same command with "
                f"--out {arena.folder} goes on"
            )
            return None
    entries = [
        Entry(
            one.name, one.changed, one.settings,
            [arena.run_folder(one, seed) for seed in arena.seeds],
        )
        for one in combinations
    ]  # fmt: skip
    about = {
        "recipe": arena.recipe.name, "seeds": arena.seeds, "budget": arena.rules.budget,
        "recurrent": document.get("recurrent"),
    }  # fmt: skip
    found = tally.standings(arena.recipe, entries, about, shares, progress)
    found.write()
    return found


def _start(arena: _Arena) -> bool:
    """Make the folder, or accept one that was begun with the same grid; tell if it was made.

    Raises:
        SettingsError: the folder holds another grid, or other things.
    """
    folder, document = arena.folder, _document(arena)
    path = folder / GRID
    if path.is_file():
        before = _read(path)
        for part, value in document.items():
            if before.get(part) != value:
                raise SettingsError(
                    f"{folder}: holds another shoot-out, with {_difference(part, before, value)}; "
                    "take another --out"
                )
        return False
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(f"{folder}: exists and is no shoot-out; take another --out")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        atomic.write_json(path, document)
    except OSError as problem:
        raise SettingsError(f"{folder}: cannot be written: {problem.strerror}") from None
    return True


def _document(arena: _Arena) -> dict[str, Any]:
    """Return what makes a shoot-out this one; the noise is no part of it."""
    return {
        "recipe": arena.reference,
        "source": arena.recipe.source,
        "seeds": arena.seeds,
        "budget": arena.rules.budget,
        "names": [one.name for one in arena.combinations],
        "settings": [one.settings.to_dict() for one in arena.combinations],
    }


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise SettingsError(f"{path}: cannot be read: {problem}") from None
    if not isinstance(document, dict):
        raise SettingsError(f"{path}: not the grid of a shoot-out")
    return document


def _difference(part: str, before: Mapping[str, Any], value: Any) -> str:
    old = before.get(part)
    if part == "source":
        return "another version of the recipe file"
    if part == "settings" and isinstance(old, list) and len(old) == len(value):
        for one, other in zip(old, value, strict=True):
            for name in sorted({*one, *other}):
                if one.get(name) != other.get(name):
                    return f"{name}={one.get(name)!r} where this one has {name}={other.get(name)!r}"
    names = {"names": "the combinations"}
    return f"{names.get(part, part)} {old!r} where this one has {value!r}"


def _same_data(arena: _Arena) -> dict[str, Any]:
    """Return the folder's document, with the corpus' fingerprint noted or compared.

    Raises:
        DataError: the data are others than when the shoot-out began.
    """
    path = arena.folder / GRID
    document = _read(path)
    corpus = arena.recipe.corpus(arena.combinations[0].settings)
    if "corpus" not in document:
        document["corpus"] = corpus.fingerprint
        atomic.write_json(path, document)
    elif document["corpus"] != corpus.fingerprint:
        raise DataError(
            f"{arena.folder}: the data have changed since this shoot-out began; start a new one"
        )
    return document


def _within_budget(arena: _Arena, document: dict[str, Any], progress: Quiet) -> list[Combination]:
    """Return the combinations with the units of the budget; says and keeps which these are."""
    wanted = arena.rules.budget == "same-parameters" and "units" not in document
    if wanted or (arena.rules.noise is not None and "kind" not in document):
        settings = arena.combinations[0].settings
        task = arena.recipe.task(settings, arena.recipe.corpus(settings).train)
        document["kind"] = task.kind
        if wanted:
            progress.say("same parameters: looking for the units of each combination")
            units, counts = budgets.matched(arena.recipe, task, arena.combinations)
            document["units"] = [list(each) for each in units]
            document["recurrent"] = counts
        atomic.write_json(arena.folder / GRID, document)
    if arena.rules.noise is not None:
        noise.check(document["kind"])
    if "units" not in document:
        return arena.combinations
    return [
        Combination(
            one.name, {**one.changed, "units": tuple(units)},
            arena.recipe.settings.from_mapping({**one.settings.to_dict(), "units": tuple(units)}),
        )
        for one, units in zip(arena.combinations, document["units"], strict=True)
    ]  # fmt: skip


def _shown_again(arena: _Arena, shares: list[float]) -> Standings | None:
    """Return what the folder's shootout.json says, if it has the noise that is asked for."""
    path = arena.folder / RESULT
    if not path.is_file():
        return None
    data = _read(path)
    known = (data.get("noise") or {}).get("shares", [])
    return Standings(data, arena.folder) if known == shares else None


def _named(refusal: Refusal, folder: Path) -> Refusal:
    found = type(refusal)(f"{folder}: {refusal}" if str(folder) not in str(refusal) else refusal)
    found.exit_code = refusal.exit_code
    return found

"""A grid of settings: a comma on a scalar field, `|` between the values of a tuple field."""

import dataclasses
import itertools
import re
import typing
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textlstm.errors import SettingsError, nearest
from textlstm.recipe import Recipe
from textlstm.settings import DATA, Settings


@dataclass(frozen=True)
class Combination:
    """One point of a grid.

    Attributes:
        name: what differs from the others, as a person reads it: "lstm bidirectional=true".
        changed: the values of the grid's fields.
        settings: all of them, checked.
    """

    name: str
    changed: Mapping[str, Any]
    settings: Any

    @property
    def folder(self) -> str:
        """The name as part of a file name: "lstm-bidirectional-true"."""
        return re.sub(r"[^\w.+-]+", "_", re.sub("[ =]", "-", self.name.replace(",", "+")))


def of_words(recipe: Recipe, words: Iterable[str], preset: str | None = None) -> list[Combination]:
    """Return the combinations of `KEY=VALUE` words, the last list changing fastest.

    Settings of data are never lists (a file's name may hold a comma): a grid has one split.

    Raises:
        SettingsError: what `Settings.from_words` refuses, an empty value in a list, or a
            combination that is listed twice.
    """
    start = recipe.preset(preset)
    choices: dict[str, list[str]] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or name not in _names(recipe):
            recipe.settings.from_words([word], start)  # refuses it, with the nearest right word
        if name in choices:
            raise SettingsError(f"{name}= is given twice")
        choices[name] = _listed(recipe, name, text)
    lists = {name for name, texts in choices.items() if len(texts) > 1}
    found = []
    for texts in itertools.product(*choices.values()):
        given = dict(zip(choices, texts, strict=True))
        settings = recipe.settings.from_words([f"{k}={v}" for k, v in given.items()], start)
        found.append({k: getattr(settings, k) for k in given if k in lists} | {"": settings})
    return _named(found)


def of_values(
    recipe: Recipe, values: Mapping[str, Any], preset: str | None = None
) -> list[Combination]:
    """Return the combinations of Python values: a list is a grid, a tuple is one value.

    Raises:
        SettingsError: what `Settings.from_mapping` refuses, a list of data, an empty list, or a
            combination that is listed twice.
    """
    start = recipe.preset(preset)
    choices = {k: v if isinstance(v, list) else [v] for k, v in values.items()}
    lists = [name for name, value in values.items() if isinstance(value, list)]
    for name in lists:
        if name in data_fields(recipe.settings):
            raise SettingsError(
                f"{name}={values[name]!r}: a grid has one split, expected one value"
            )
        if not values[name]:
            raise SettingsError(f"{name}=[]: an empty list")
    found = []
    for chosen in itertools.product(*choices.values()):
        given = dict(zip(choices, chosen, strict=True))
        settings = recipe.settings.from_mapping({**start, **given})
        found.append({k: getattr(settings, k) for k in lists} | {"": settings})
    return _named(found)


def own(words: Iterable[str], names: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return the words of a command itself, by name, and those of the recipe.

    Args:
        words: `KEY=VALUE`.
        names: that belong to the command.

    Raises:
        SettingsError: one of them is given twice.
    """
    mine: dict[str, str] = {}
    rest = []
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or name not in names:
            rest.append(word)
        elif name in mine:
            raise SettingsError(f"{name}= is given twice")
        else:
            mine[name] = text
    return mine, rest


def slips(words: Iterable[str], names: Sequence[str], recipe: Recipe) -> None:
    """Refuse a word that is nearer to a name of the command's own than to a setting.

    Raises:
        SettingsError: naming the command's word.
    """
    for word in words:
        name = word.partition("=")[0]
        hint = nearest(name, [*names, *_names(recipe)])
        if name not in _names(recipe) and any(repr(own) in hint for own in names):
            raise SettingsError(f"no setting is called {name!r}.{hint}")


def data_fields(settings: type[Settings]) -> set[str]:
    """Return the names of the settings that say which data are read and scored, and how.

    The history of a forecast is none of them: whatever it is, the same places are forecast.
    """
    groups = [base for base in settings.__mro__ if base in DATA]
    return {f.name for group in groups for f in dataclasses.fields(group)} - {"history"}


def shown(value: Any) -> str:
    """Return a value as it is typed: `true`, `none`, `64,64`, `0.1`."""
    if isinstance(value, tuple):
        return ",".join(map(shown, value))
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _names(recipe: Recipe) -> list[str]:
    return [field.name for field in dataclasses.fields(recipe.settings)]


def _listed(recipe: Recipe, name: str, text: str) -> list[str]:
    """Return the values of a word, one or several."""
    if name in data_fields(recipe.settings):
        return [text]
    kind = typing.get_type_hints(recipe.settings, include_extras=True)[name]
    mark = "|" if _is_tuple(kind) else ","
    parts = [part.strip() for part in text.split(mark)]
    if len(parts) > 1 and not all(parts):
        raise SettingsError(f"{name}={text}: an empty value in the list")
    if mark == "," and "|" in text:
        instead = text.replace("|", ",")
        raise SettingsError(f"{name}={text}: expected commas between values, {name}={instead}")
    return parts


def _is_tuple(kind: Any) -> bool:
    if typing.get_origin(kind) is tuple:
        return True
    return any(_is_tuple(each) for each in typing.get_args(kind))


def _named(found: list[dict[str, Any]]) -> list[Combination]:
    """Return combinations with names of what differs; each of the dicts has its settings at ""."""
    axes = [name for name in found[0] if name]
    values = {n: {row[n] for row in found} for n in axes}
    # "lstm" tells its setting by itself; "auto" does not, nor does a value of two settings.
    clear = {
        n
        for n in axes
        if all(isinstance(value, str) for value in values[n])
        and not values[n] & {"none", "auto"}.union(*(values[m] for m in axes if m != n))
    }
    rows = []
    for row in found:
        words = [row[n] if n in clear else f"{n}={shown(row[n])}" for n in axes]
        changed = {n: row[n] for n in axes}
        name = " ".join(words) or _alone(row[""])
        rows.append(Combination(name, changed, row[""]))
    twice = [name for name, count in Counter(row.name for row in rows).items() if count > 1]
    if twice:
        raise SettingsError(f"{twice[0]} is listed twice")
    folders = Counter(row.folder for row in rows)
    if clash := next((row for row in rows if folders[row.folder] > 1), None):
        raise SettingsError(f"{clash.name}: another combination has the same file name")
    return rows


def _alone(settings: Any) -> str:
    """Return the name of the one combination of a grid without lists."""
    return str(getattr(settings, "cell", "all"))

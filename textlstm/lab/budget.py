"""The same number of recurrent weights for every cell: which units that takes."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from textlstm.errors import SettingsError
from textlstm.lab.grid import Combination
from textlstm.recipe import Recipe
from textlstm.tasks import Task

BUDGETS = ("same-units", "same-parameters")


def check(recipe: Recipe, combinations: Sequence[Combination], budget: str) -> None:
    """Refuse a budget that is unknown, or that the grid leaves no room for.

    Raises:
        SettingsError: for another word, a recipe without `units=`, or a list of units.
    """
    if budget not in BUDGETS:
        raise SettingsError(f"budget={budget}: expected {'|'.join(BUDGETS)}")
    if budget == "same-units":
        return
    if "units" not in {field.name for field in dataclasses.fields(recipe.settings)}:
        raise SettingsError(f"budget=same-parameters: recipe {recipe.name!r} has no units=")
    if "units" in combinations[0].changed:
        raise SettingsError("budget=same-parameters chooses the units: give units= one value")


def matched(
    recipe: Recipe, task: Task, combinations: Sequence[Combination]
) -> tuple[list[tuple[int, ...]], list[int]]:
    """Return the units of each combination, and the recurrent weights that these have.

    The first combination keeps its units. The others get those whose recurrent layers have the
    nearest number of weights to the first one's: kernels, recurrent kernels and biases of all
    layers and directions. Layers keep the ratio of their units.
    """
    target = _weights(recipe, task, combinations[0].settings)
    chosen = [combinations[0].settings.units]
    counts = [target]
    for one in combinations[1:]:
        units = one.settings.units

        def count(first: int, settings: Any = one.settings) -> int:
            fitted = dataclasses.replace(settings, units=scaled(settings.units, first))
            return _weights(recipe, task, fitted)

        best, number = nearest_size(count, target, units[0])
        chosen.append(scaled(units, best))
        counts.append(number)
    return chosen, counts


def scaled(units: Sequence[int], first: int) -> tuple[int, ...]:
    """Return units whose first layer has so many, the others in the same ratio to it."""
    return tuple(max(1, round(n * first / units[0])) for n in units)


def nearest_size(count: Callable[[int], int], target: int, start: int) -> tuple[int, int]:
    """Return the size whose count is nearest to a target, the smaller of two, and its count.

    Args:
        count: grows with the size, about with its square.
        target: what is wanted.
        start: size to try first; the nearest one is the answer where counts are equal.
    """
    low, high = (0, 0), None
    size = start
    while True:
        number = count(size)
        if number == target:
            return size, number
        if number < target:
            low = (size, number)
        else:
            high = (size, number)
        guess = round(size * (target / number) ** 0.5)
        if high is None:
            size = max(guess, low[0] + 1)
        elif high[0] - low[0] > 1:
            size = min(max(guess, low[0] + 1), high[0] - 1)
        else:
            break
    if low[0] and target - low[1] <= high[1] - target:
        return low
    return high


def _weights(recipe: Recipe, task: Task, settings: Any) -> int:
    """Return the recurrent weights of a network."""
    import keras

    from textlstm.lab import cost

    keras.utils.clear_session()
    return cost.of(recipe.network(settings, task)).parameters["recurrent"]

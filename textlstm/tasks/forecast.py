"""Forecast: the last rows of a series in, the next values of one column out, with intervals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from textlstm.errors import DataError
from textlstm.report import Score
from textlstm.tasks import Answer, Arrays, autoregression
from textlstm.tasks.autoregression import Autoregression
from textlstm.tasks.pasts import past_of, shown
from textlstm.tasks.scaling import Floats, Scaling, season_of

if TYPE_CHECKING:  # prediction must not pay for the readers of training data
    from textlstm.corpora import Example
    from textlstm.corpora.series import Series
    from textlstm.settings import ForecastSettings
    from textlstm.text import TextEncoder

# Besides the forecast itself, which is the mean: two below it and two above it.
QUANTILES = (0.025, 0.1, 0.9, 0.975)
PARTS = 1 + len(QUANTILES)  # numbers that the network gives a step
NEAR = 1.281552  # standard deviations from the mean to the 0.9 quantile of a normal distribution
_SAID = {1.0: "", 0.5: "square root, ", 0.0: "logarithm, "}
LEAST_NOISE = 0.01  # of the scaled values; less is nothing that a network could learn


@dataclass(frozen=True)
class Forecast:
    """Rows of a series in, the values of one column that follow out.

    Attributes:
        columns: names of the columns.
        target: index of the one that is forecast.
        history: rows that a forecast is made from.
        horizon: values that are forecast.
        scaling: of the columns, learned in training.
        season: after how many rows the series repeats; 1: it does not.
        linear: the autoregression of the scaled target.
        inside: whether it forecasts in the network.
        noise: what the autoregression errs by in training, of each step, scaled (horizon,); 1
            where it is not inside. The network answers in this unit.
        naive_error: mean absolute error of the value a season before, in training, unscaled.
        notes: what the user should know.
    """

    columns: tuple[str, ...]
    target: int
    history: int
    horizon: int
    scaling: Scaling
    season: int
    linear: Autoregression
    inside: bool
    noise: Floats
    naive_error: float
    notes: list[str] = field(default_factory=list)

    kind: ClassVar[str] = "forecast"
    target_name: ClassVar[str] = "future"
    size_name: ClassVar[str] = "past"
    per_step: ClassVar[bool] = False
    by_loss: ClassVar[bool] = True
    steps: ClassVar[int] = 2000
    most_epochs: ClassVar[int] = 100

    @classmethod
    def fit(cls, train: "Iterable[Example]", s: "ForecastSettings") -> Self:
        """Return the task of a training part, which is read once.

        Args:
            train: windows that follow each other row by row.
            s: how to scale, and what is known of the series.

        Raises:
            DataError: no window, or a value that scale=log or scale=sqrt cannot take.
        """
        from textlstm.corpora.series import stretch_of

        known = stretch_of(train)
        values, place, history, horizon = known.values, known.target, known.history, known.horizon
        season = s.season or season_of(values, history)
        block = season if season > 1 else 12
        # The rows end before the last target, whose values are scaled too.
        lowest = {place: float(values.min())}
        scaling = Scaling.fit(known.rows, s.scale, known.columns, block, lowest)
        scaled = scaling.column(values, place)
        linear = autoregression.fit(scaled, history)
        noise = np.ones(horizon)
        if s.linear:
            noise = np.maximum(autoregression.errors(linear, scaled, history, horizon), LEAST_NOISE)
        naive = np.abs(values[season:] - values[:-season]).mean()
        said = [
            f"scale: {_SAID[scaling.power[place]]}mean and spread of train"
            if s.scale != "none" else "scale: none",
            f"season: {season} rows" if season > 1
            else f"season: none found up to history={history}",
            f"linear autoregression: order {linear.order} of {history} (AICc)",
        ]  # fmt: skip
        return cls(
            known.columns, place, history, horizon, scaling, season, linear, s.linear, noise,
            float(naive), said,
        )  # fmt: skip

    @property
    def features(self) -> tuple[str, ...]:
        """Name of the network's input."""
        return ("past",)

    @property
    def encoders(self) -> "dict[str, TextEncoder]":
        """None: numbers are no text."""
        return {}

    @classmethod
    def encoder_names(cls, data: Mapping[str, Any]) -> tuple[str, ...]:
        """Return none."""
        return ()

    def path(self) -> tuple[Floats, Floats]:
        """Return the linear path from scaled rows to what the network answers.

        Returns:
            weights (history, columns, horizon) and constants (horizon,), in units of `noise`.
        """
        weights, constants = self.linear.unrolled(self.history, self.horizon)
        wide = np.zeros((self.history, len(self.columns), self.horizon))
        wide[:, self.target] = weights / self.noise
        return wide, constants / self.noise

    def raw(self, given: Any) -> str:
        """Return the last values of an input, as a person reads them."""
        return given if isinstance(given, str) else shown(given)

    def encode(self, inputs: Sequence[Any]) -> list[Arrays]:
        """Return `{"past": float32 (history, columns)}` an input: its last rows, scaled.

        Args:
            inputs: each `history` rows or more, oldest first: numbers, or rows of a number a
                column; or such numbers as text, between spaces or commas, and `;` between rows.

        Raises:
            TypeError: an input of another type.
            DataError: too few rows, other columns, or what is no finite number.
        """
        found = []
        for given in inputs:
            rows = past_of(given, self.history, self.columns)
            found.append({"past": self.scaling.apply(rows).astype(np.float32)})
        return found

    def check(self, series: "Series") -> None:
        """Refuse a series that the task cannot forecast, before time is spent on it.

        A single column may be called otherwise.

        Raises:
            DataError: other columns, or a value that the scaling cannot take, with its place.
        """
        same = (series.names, series.target) == (self.columns, self.target)
        if not same and max(len(series.names), len(self.columns)) > 1:
            wanted = self.columns[self.target]
            raise DataError(
                f"{series.name}: its columns are {', '.join(series.names)} (forecast: "
                f"{series.names[series.target]}), but the model was trained on "
                f"{', '.join(self.columns)} (forecast: {wanted}); "
                f"say value={','.join(self.columns)} target={wanted}"
            )
        for column, values in enumerate(series.values.T):
            try:
                self.scaling.column(values, column)
            except DataError as error:
                where = series.places[int(values.argmin())]
                raise DataError(
                    f"{where}: {series.names[column]!r}: {error}; scale=standard takes any"
                ) from None

    def encode_targets(self, targets: Sequence[Any], rows: Sequence[Arrays]) -> list[Arrays]:
        """Return `{"future": float32 (horizon,)}` a target, scaled."""
        values = np.array(targets, np.float64).reshape(len(targets), -1)
        scaled = self.scaling.column(values, self.target).astype(np.float32)
        return [{"future": row} for row in scaled]

    def known(self, targets: np.ndarray) -> int:
        """Return the number of targets."""
        return len(targets)

    def decode(self, outputs: Arrays, rows: Sequence[Arrays]) -> list[Answer]:
        """Return forecasts with their intervals: {"forecast", "low", "high", "quantiles"}.

        Each is a list of `horizon` numbers; `low` and `high` are the ends of the 95 % interval,
        "quantiles" has all four by their names. They are ordered: the network gives the distances
        between them, which are never below 0. The forecast is the mean, also where logarithms or
        roots are forecast: their spread is that between the 0.1 and the 0.9 quantile.
        """
        raw = np.asarray(outputs["forecast"], np.float64)
        raw = raw.reshape(len(raw), self.horizon, PARTS)
        scaled = quantiles(raw) * self.noise[:, None]
        values = self.scaling.undo(scaled, self.target)
        deviation = (scaled[..., 3] - scaled[..., 2]) / (2 * NEAR)
        mean = self.scaling.expected(scaled[..., 0], deviation, self.target)
        values[..., 0] = np.clip(mean, values[..., 2], values[..., 3])
        return [self._answer(row) for row in values]

    def _answer(self, row: Floats) -> Answer:
        """Return the answer of values (horizon, PARTS): the forecast, then the quantiles."""
        found = {f"{q:g}": row[:, 1 + k].tolist() for k, q in enumerate(QUANTILES)}
        return {
            "forecast": row[:, 0].tolist(),
            "low": list(found[f"{QUANTILES[0]:g}"]),
            "high": list(found[f"{QUANTILES[-1]:g}"]),
            "quantiles": found,
        }

    def complete(self, given: Any, answer: Answer) -> Answer:
        """Return the answer itself."""
        return answer

    def score(self, targets: Sequence[Any], answers: Sequence[Answer]) -> dict[str, Score]:
        """Return RMSE, MAE and others with 95 % intervals; see `tasks.forecasts`."""
        from textlstm.tasks import forecasts

        return forecasts.measure(targets, answers, self.naive_error).scores

    def to_json(self) -> dict[str, Any]:
        """Return columns, scaling and the autoregression."""
        return {
            "kind": self.kind,
            "columns": list(self.columns),
            "target": self.target,
            "history": self.history,
            "horizon": self.horizon,
            "scaling": self.scaling.to_json(),
            "season": self.season,
            "coefficients": self.linear.coefficients.tolist(),
            "constant": self.linear.constant,
            "inside": self.inside,
            "noise": self.noise.tolist(),
            "naive_error": self.naive_error,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], encoders: "Mapping[str, TextEncoder]") -> Self:
        """Return the task that `to_json` wrote."""
        found = cls(
            columns=tuple(map(str, data["columns"])),
            target=int(data["target"]),
            history=int(data["history"]),
            horizon=int(data["horizon"]),
            scaling=Scaling.from_json(data["scaling"]),
            season=int(data["season"]),
            linear=Autoregression(
                np.array(data["coefficients"], np.float64), float(data["constant"])
            ),
            inside=bool(data["inside"]),
            noise=np.array(data["noise"], np.float64),
            naive_error=float(data["naive_error"]),
        )
        if found.noise.shape != (found.horizon,) or not 0 <= found.target < len(found.columns):
            raise DataError("task.json: its sizes do not go together")
        return found


def quantiles(raw: Floats) -> Floats:
    """Return forecast and quantiles (..., PARTS) of what the network gives (..., PARTS).

    The first is the forecast; then come the distances between it, the 0.1 and the 0.025 quantile
    below, and the 0.9 and 0.975 above, each before softplus.
    """
    steps = np.logaddexp(0.0, raw[..., 1:])
    middle = raw[..., :1]
    below = middle - np.cumsum(steps[..., :2], axis=-1)
    above = middle + np.cumsum(steps[..., 2:], axis=-1)
    return np.concatenate([middle, below[..., ::-1], above], axis=-1)

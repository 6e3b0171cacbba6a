"""Forecasts of a series of numbers: the next values of a column, with intervals."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from textlstm import corpora, heads, layers
from textlstm.corpora import Example
from textlstm.recipe import Recipe
from textlstm.settings import Count, ForecastSettings, Positive, Rate, TrainSettings
from textlstm.tasks.forecast import Forecast


@dataclass(frozen=True, kw_only=True)
class SeriesSettings(ForecastSettings, TrainSettings):
    """Settings of the network and its data."""

    cell: Literal["rnn", "lstm", "gru"] = "lstm"  # kind of recurrent layer
    units: tuple[Count, ...] = (32,)  # a number a layer
    dropout: Rate = 0.0  # of each recurrent layer's input, the same at every step
    patience: Count = 8  # epochs without a better validation loss before stopping
    learning_rate: Positive = 3e-3  # of Adam, at its highest


def corpus(s: SeriesSettings) -> corpora.SeriesCorpus:
    """Return the windows of the series."""
    return corpora.series_windows(s, default="sine-wave")


def task(s: SeriesSettings, train: Iterable[Example]) -> Forecast:
    """Return scaling, season and linear autoregression of the training part."""
    return Forecast.fit(train, s)


def network(s: SeriesSettings, task: Forecast) -> Any:
    """Return the network: past (batch, history, columns) to (batch, horizon * parts)."""
    import keras

    head = heads.ForecastHead(task)
    past = head.inputs()
    x = layers.recurrent(
        past, s.cell, s.units, False, dropout=s.dropout, return_sequences=False, seed=s.seed
    )
    model = keras.Model(past, head(x, past), name="forecast")
    model.compile(loss=head.loss)
    return model


tiny = {"history": 8, "units": (8,), "epochs": 2, "learning_rate": 0.01, "average": 0.0}
recipe = Recipe(SeriesSettings, corpus, task, network, presets={"tiny": tiny})

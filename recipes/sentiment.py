"""Sentiment and other text classification: one label a text, or several."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from textlstm import corpora, heads, layers
from textlstm.corpora import Corpus, Example
from textlstm.recipe import Recipe
from textlstm.settings import ClassifySettings, Count, Rate, TrainSettings
from textlstm.tasks.classify import Classify


@dataclass(frozen=True, kw_only=True)
class SentimentSettings(ClassifySettings, TrainSettings):
    """Settings of the network and its data."""

    cell: Literal["rnn", "lstm", "gru"] = "lstm"  # kind of recurrent layer
    units: tuple[Count, ...] = (64,)  # of each direction, a number a layer
    bidirectional: bool = True  # whether a second cell reads from the end
    pooling: tuple[Literal["last", "max", "mean", "attention"], ...] = ("max", "mean")  # over time
    word_dropout: Rate = 0.0  # share of words that become unknown in training
    embedding_dropout: Rate = 0.3  # share of the numbers of words' vectors dropped in training
    input_dropout: Rate = 0.0  # of each recurrent layer's input, the same at every step
    recurrent_dropout: Rate = 0.0  # of its state, the same at every step
    dropout: Rate = 0.3  # of the pooled text, before the answer


def corpus(s: SentimentSettings) -> Corpus:
    """Return the labelled texts."""
    return corpora.labelled_texts(s, default="toy-reviews")


def task(s: SentimentSettings, train: Iterable[Example]) -> Classify:
    """Return labels and vocabulary of the training part."""
    return Classify.fit(train, s)


def network(s: SentimentSettings, task: Classify) -> Any:
    """Return the network: tokens (batch, time) to logits (batch, labels)."""
    import keras

    head = heads.ClassifyHead(task, label_smoothing=s.label_smoothing, balance=s.balance)
    tokens = head.inputs()
    x = layers.WordDropout(s.word_dropout, seed=s.seed)(tokens)
    x = layers.embedding(x, task.encoder.size, task.dimensions, task.vectors)
    x = keras.layers.Dropout(s.embedding_dropout, seed=s.seed, name="embedding_dropout")(x)
    x = layers.recurrent(
        x, s.cell, s.units, s.bidirectional, dropout=s.input_dropout,
        recurrent_dropout=s.recurrent_dropout, seed=s.seed,
    )  # fmt: skip
    pooled = [layers.pool(x, kind, bidirectional=s.bidirectional, name=kind) for kind in s.pooling]
    x = pooled[0] if len(pooled) == 1 else keras.layers.Concatenate()(pooled)
    x = keras.layers.Dropout(s.dropout, seed=s.seed + 1)(x)
    model = keras.Model(tokens, head(x, tokens), name="sentiment")
    model.compile(loss=head.loss)
    return model


tiny = {
    "embedding": 16, "units": (8,), "vocabulary": 2000, "epochs": 2, "batch_rows": 16,
    "learning_rate": 0.01, "embedding_dropout": 0.0, "dropout": 0.0, "average": 0.0,
}  # fmt: skip
recipe = Recipe(SentimentSettings, corpus, task, network, presets={"tiny": tiny})

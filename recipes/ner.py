"""Named entities and other spans: which words are whose name, by type and place."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from textlstm import corpora, heads, layers
from textlstm.corpora import Corpus, Example
from textlstm.errors import SettingsError
from textlstm.recipe import Recipe
from textlstm.settings import Count, Rate, TagSettings, TrainSettings
from textlstm.tasks.tag import Tag


@dataclass(frozen=True, kw_only=True)
class NerSettings(TagSettings, TrainSettings):
    """Settings of the network and its data."""

    head: Literal["crf", "softmax"] = "crf"  # whether neighbouring tags are scored together
    cell: Literal["rnn", "lstm", "gru"] = "lstm"  # kind of recurrent layer
    units: tuple[Count, ...] = (128,)  # of each direction, a number a layer
    bidirectional: bool = True  # whether a second cell reads from the end
    filters: Count = 50  # of characters="cnn", or units of each direction of "lstm"
    word_dropout: Rate = 0.1  # share of words that become unknown in training
    embedding_dropout: Rate = 0.3  # share of the numbers of words' vectors dropped in training
    input_dropout: Rate = 0.0  # of each recurrent layer's input, the same at every step
    recurrent_dropout: Rate = 0.0  # of its state, the same at every step
    dropout: Rate = 0.3  # of the states, before the tags
    label_smoothing: Rate = 0.0  # share of the target spread over all tags; head=softmax only
    patience: Count = 5  # epochs without a better validation score before stopping

    def check(self) -> None:
        """Refuse what would be ignored."""
        super().check()
        if self.head == "crf" and self.label_smoothing:
            raise SettingsError("label_smoothing= is for head=softmax: a CRF has none")
        if self.characters == "none":
            for name in ("spelling", "filters"):
                if getattr(self, name) != getattr(NerSettings, name):
                    raise SettingsError(f"{name}= and characters=none: no characters are read")


def corpus(s: NerSettings) -> Corpus:
    """Return the tagged texts."""
    return corpora.tagged_texts(s, default="toy-entities")


def task(s: NerSettings, train: Iterable[Example]) -> Tag:
    """Return types of entities and vocabulary of the training part."""
    return Tag.fit(train, s)


def network(s: NerSettings, task: Tag) -> Any:
    """Return the network: words, their shapes and characters to one score a tag and token."""
    import keras

    head = heads.TagHead(task, s.head, balance=s.balance, label_smoothing=s.label_smoothing)
    inputs = head.inputs()
    words = layers.WordDropout(s.word_dropout, seed=s.seed)(inputs["tokens"])
    parts = [layers.embedding(words, task.words.size, task.dimensions, task.vectors)]
    parts.append(keras.layers.Embedding(task.shapes, 8, name="shapes_embedding")(inputs["shapes"]))
    if task.letters is not None:
        read = layers.CharacterCNN if task.characters == "cnn" else layers.CharacterLSTM
        parts.append(read(task.letters.size, 30, s.filters, name="letters")(inputs["characters"]))
    if task.neighbours is not None:
        pairs = keras.layers.Embedding(task.neighbours.size, task.dimensions, name="neighbours")
        parts.append(pairs(inputs["pairs"]))
    x = layers.SideBySide()(parts)
    x = keras.layers.Dropout(s.embedding_dropout, seed=s.seed, name="embedding_dropout")(x)
    x = layers.recurrent(
        x, s.cell, s.units, s.bidirectional, dropout=s.input_dropout,
        recurrent_dropout=s.recurrent_dropout, seed=s.seed,
    )  # fmt: skip
    x = keras.layers.Dropout(s.dropout, seed=s.seed + 1)(x)
    model = keras.Model(inputs, head(x), name="ner")
    model.compile(loss=head.loss)
    return model


tiny = {
    "embedding": 16, "units": (16,), "epochs": 2, "batch_rows": 16,
    "learning_rate": 0.01, "embedding_dropout": 0.0, "dropout": 0.0, "average": 0.0,
}  # fmt: skip
recipe = Recipe(NerSettings, corpus, task, network, presets={"tiny": tiny})

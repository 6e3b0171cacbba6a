"""Language models: running text in, its probability and its continuation out."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from textlstm import corpora, heads, layers
from textlstm.corpora import Corpus, Example
from textlstm.errors import SettingsError
from textlstm.recipe import Recipe
from textlstm.settings import Count, GenerateSettings, Rate, TrainSettings
from textlstm.tasks.generate import Generate

MANY = 5000  # tokens from which an adaptive softmax is quicker


@dataclass(frozen=True, kw_only=True)
class GenerationSettings(GenerateSettings, TrainSettings):
    """Settings of the network and its data."""

    cell: Literal["rnn", "lstm", "gru"] = "lstm"  # kind of recurrent layers
    units: tuple[Count, ...] = (384,)  # of each layer, the first one first
    tie: bool = True  # whether the vectors that are read score the next token too
    softmax: Literal["auto", "full", "adaptive"] = "auto"  # auto: adaptive from 5,000 tokens on
    cutoffs: tuple[Count, ...] = (1000, 4000, 12000)  # where clusters of the adaptive softmax end
    steps: Count = 64  # tokens of a piece: gradients go back so far, states go on
    batch_rows: Count | None = None  # streams side by side; none: 32, of short texts 8
    embedding_dropout: Rate = 0.1  # share of the token types without a vector in training
    dropout: Rate = 0.3  # of each layer's inputs and of the outputs, the same at every step
    weight_dropout: Rate = 0.0  # share of the recurrent weights, drawn anew for each batch

    def check(self) -> None:
        """Refuse clusters that do not end one after the other, or that there are none of."""
        super().check()
        given = "cutoffs=" + ",".join(map(str, self.cutoffs))
        if any(a >= b for a, b in pairwise(self.cutoffs)):
            raise SettingsError(f"{given}: expected numbers that rise")
        if self.softmax == "full" and self.cutoffs != type(self).cutoffs:
            raise SettingsError(f"{given} has no effect with softmax=full")


def corpus(s: GenerationSettings) -> Corpus:
    """Return the running text."""
    return corpora.running_texts(s, default="toy-stories")


def task(s: GenerationSettings, train: Iterable[Example]) -> Generate:
    """Return the vocabulary of the training part."""
    return Generate.fit(train, s)


def network(s: GenerationSettings, task: Generate) -> Any:
    """Return the network: tokens, next (batch, time) and states to costs and next states."""
    import keras

    adaptive = s.softmax == "adaptive" or (s.softmax == "auto" and task.size >= MANY)
    head = heads.GenerateHead(task, cutoffs=s.cutoffs if adaptive else ())
    inputs = head.inputs(layers.state_sizes(s.cell, s.units))
    states = [tensor for name, tensor in inputs.items() if name.startswith("state_")]
    vectors = keras.layers.Embedding(
        task.size, task.dimensions, keras.initializers.RandomUniform(-0.1, 0.1, seed=s.seed),
        name="embedding",
    )  # fmt: skip
    x = layers.EmbeddingDropout(s.embedding_dropout, task.size, s.seed, name="types")(
        vectors(inputs["tokens"]), inputs["tokens"]
    )
    x, after = layers.carried(
        x, states, s.cell, s.units, dropout=s.dropout, weight_dropout=s.weight_dropout, seed=s.seed
    )
    x = keras.layers.SpatialDropout1D(s.dropout, seed=s.seed, name="output_dropout")(x)
    if s.tie and s.units[-1] != task.dimensions:
        x = keras.layers.Dense(task.dimensions, name="projection")(x)
    costs = head(x, inputs["next"], vectors if s.tie else None)
    model = keras.Model(inputs, [costs, *after], name="generation")
    model.compile(loss=head.loss)
    return model


tiny = {
    "embedding": 24, "units": (24,), "vocabulary": 400, "epochs": 2, "steps": 32,
    "batch_rows": 64, "learning_rate": 0.02, "dropout": 0.0, "embedding_dropout": 0.0,
    "average": 0.0, "max_length": 40,
}  # fmt: skip
recipe = Recipe(GenerationSettings, corpus, task, network, presets={"tiny": tiny})

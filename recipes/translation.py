"""Translation and other pairs of texts: one text in, another out (titles, replies)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from textlstm import corpora, heads, layers
from textlstm.corpora import Corpus, Example
from textlstm.errors import SettingsError
from textlstm.recipe import Recipe
from textlstm.settings import Count, Rate, TrainSettings, TranslateSettings
from textlstm.tasks.translate import Translate


@dataclass(frozen=True, kw_only=True)
class TranslationSettings(TranslateSettings, TrainSettings):
    """Settings of the network and its data."""

    cell: Literal["rnn", "lstm", "gru"] = "lstm"  # kind of recurrent layers
    units: tuple[Count, ...] = (256,)  # of the encoder, of each direction, a number a layer
    bidirectional: bool = True  # whether a second cell reads the source from its end
    decoder: tuple[Count, ...] = (256, 256)  # units of the decoder, a number a layer
    attention: Literal["multiplicative", "additive", "none"] = "multiplicative"  # how places score
    input_feeding: bool = False  # whether a step reads the output before; several times slower
    tie: Literal["none", "target", "all"] = "target"  # vectors that score the next token too
    embedding_dropout: Rate = 0.1  # share of the token types without a vector in training
    dropout: Rate = 0.3  # of vectors, states and outputs, the same at every step
    label_smoothing: Rate = 0.1  # share of the target that is spread over all tokens
    patience: Count = 5  # epochs without a better validation loss before stopping

    def check(self) -> None:
        """Refuse one table of vectors for two vocabularies, and a penalty without attention."""
        super().check()
        if self.coverage_penalty and self.attention == "none":
            raise SettingsError("coverage_penalty= needs attention=multiplicative or additive")
        if self.tie == "all" and not self.joint:
            raise SettingsError("tie=all needs joint=true: source and target share their vectors")


def corpus(s: TranslationSettings) -> Corpus:
    """Return the pairs of texts."""
    return corpora.paired_texts(s, default="toy-translation")


def task(s: TranslationSettings, train: Iterable[Example]) -> Translate:
    """Return the vocabularies of the training part."""
    return Translate.fit(train, s)


def network(s: TranslationSettings, task: Translate) -> Any:
    """Return the network: tokens (batch, source), previous (batch, time) to logits of the next."""
    import keras

    head = heads.TranslateHead(task, label_smoothing=s.label_smoothing)
    inputs = head.inputs()
    size = task.boundary + 1
    tied = s.tie != "none"
    make = keras.layers.ReversibleEmbedding if tied else keras.layers.Embedding
    # Wider than Keras' +-0.05, at which states are so small that attention has nothing to go by.
    wide = keras.initializers.RandomNormal
    target_vectors = make(
        size, task.dimensions, embeddings_initializer=wide(stddev=0.3), name="target_embedding"
    )
    source_vectors = target_vectors
    if s.tie != "all":
        source_vectors = keras.layers.Embedding(
            task.source.size, task.dimensions, wide(stddev=0.5), name="source_embedding"
        )

    words = keras.ops.not_equal(inputs["tokens"], 0)
    types = size if s.joint else task.source.size
    x = layers.EmbeddingDropout(s.embedding_dropout, types, s.seed, name="source_types")(
        source_vectors(inputs["tokens"]), inputs["tokens"]
    )
    x = layers.recurrent(
        x, s.cell, s.units, s.bidirectional, dropout=s.dropout, mask=words, seed=s.seed
    )
    memory = keras.layers.SpatialDropout1D(s.dropout, seed=s.seed, name="memory_dropout")(x)
    summary = layers.pool(memory, "last", words, bidirectional=s.bidirectional, name="summary")
    y = layers.EmbeddingDropout(s.embedding_dropout, size, s.seed + 1, name="target_types")(
        target_vectors(inputs["previous"]), inputs["previous"]
    )
    y = keras.layers.SpatialDropout1D(s.dropout, seed=s.seed + 1, name="target_dropout")(y)
    outputs = layers.AttentionDecoder(
        s.cell, s.decoder, task.dimensions, s.attention, s.input_feeding, s.dropout, s.seed,
        name="decoder",
    )([y, memory, summary, words])  # fmt: skip
    model = keras.Model(inputs, head(outputs, target_vectors if tied else None), name="translation")
    model.compile(loss=head.loss)
    return model


tiny = {
    "embedding": 32, "units": (32,), "decoder": (32, 32), "vocabulary": 400, "epochs": 2,
    "batch_rows": 16, "learning_rate": 0.01, "dropout": 0.0, "embedding_dropout": 0.0,
    "label_smoothing": 0.0, "average": 0.0, "beam": 2,
}  # fmt: skip
recipe = Recipe(TranslationSettings, corpus, task, network, presets={"tiny": tiny})

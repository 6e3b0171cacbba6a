"""The groups of settings that recipes are made of: data, text, training.

A recipe's settings class inherits the groups it needs and adds its own fields.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from textlstm.decoding import Decoding
from textlstm.drawing import Drawing
from textlstm.errors import SettingsError
from textlstm.fields import Count, Field, Positive, Range, Rate, Settings

__all__ = [
    "CheckSettings", "ClassifySettings", "Count", "DataSettings", "Field", "ForecastSettings",
    "GenerateSettings", "LabelDataSettings", "PairDataSettings", "Positive", "Range", "Rate",
    "RunningDataSettings", "SeriesDataSettings", "Settings", "TagDataSettings", "TagSettings",
    "TextSettings", "TrainSettings", "TranslateSettings", "VocabularySettings", "agreed_parts",
    "tokens_or_texts",
]  # fmt: skip

PARTS = ("train", "valid", "test")
AnyFormat = Literal[
    "auto", "csv", "tsv", "jsonl", "folder", "atis", "conll", "parallel", "text"
]  # fmt: skip


def agreed_parts(s: Any) -> list[str]:
    """Return the parts that data settings name files for, of `train`, `valid` and `test`.

    Args:
        s: has `data` and the names of the parts as attributes.

    Raises:
        SettingsError: `data=` stands beside a part, or a part without `train=`.
    """
    given = [name for name in PARTS if getattr(s, name) is not None]
    if s.data is not None and given:
        raise SettingsError(
            f"data= and {given[0]}= are both given: data= names all parts at once, "
            "train= valid= test= name one each"
        )
    if given and "train" not in given:
        raise SettingsError(f"{given[0]}= is given without train=: what to learn from?")
    return given


def tokens_or_texts(s: Any) -> Literal["tokens", "texts", "any"]:
    """Return which form of tagged text the names of columns ask for.

    Args:
        s: has `token`, `tag`, `text` and `entities` as attributes.

    Raises:
        SettingsError: they ask for both.
    """

    def given(*names: str) -> list[str]:
        return [name for name in names if getattr(s, name) is not None]

    tokens, texts = given("token", "tag"), given("text", "entities")
    if tokens and texts:
        raise SettingsError(
            f"{tokens[0]}= and {texts[0]}= are both given: token= and tag= name tokens and "
            "their tags, text= and entities= a text and its spans"
        )
    return "tokens" if tokens else "texts" if texts else "any"


@dataclass(frozen=True, kw_only=True)
class DataSettings(Settings):
    """Which texts are read, and how."""

    data: str | None = None  # toy-reviews, tfds:NAME, or a file or folder that is split 80/10/10
    train: str | None = None  # file or folder to learn from
    valid: str | None = None  # file that stops training; none: a tenth of train
    test: str | None = None  # file that is scored at the end; none: a tenth of train
    bad_rows: Literal["stop", "skip"] = "stop"  # refuse the file, or go on without these rows

    def check(self) -> None:
        """Refuse `data=` beside `train=`, and `valid=` or `test=` alone."""
        super().check()
        agreed_parts(self)


@dataclass(frozen=True, kw_only=True)
class LabelDataSettings(DataSettings):
    """How texts with labels are read."""

    format: Literal["auto", "csv", "tsv", "jsonl", "folder", "atis"] = "auto"  # auto: by the name
    header: Literal["auto", "yes", "no"] = "auto"  # whether the first row holds column names
    text: str | None = None  # column of the texts; none: guessed, and said
    label: str | None = None  # column of the labels; none: guessed, and said


@dataclass(frozen=True, kw_only=True)
class TagDataSettings(DataSettings):
    """How text with entities is read: tokens and their tags, or a text and spans in it."""

    data: str | None = None  # toy-entities, tfds:NAME, or a file that is split 80/10/10
    train: str | None = None  # file to learn from
    format: Literal["auto", "conll", "jsonl", "atis"] = "auto"  # auto: by the name
    token: str | None = None  # column of the tokens, or JSON key; none: the first, or guessed
    tag: str | None = None  # column of their tags, or JSON key; none: the last, or guessed
    text: str | None = None  # JSON key of texts with spans; none: guessed, and said
    entities: str | None = None  # JSON key of the spans; none: guessed, and said
    scheme: Literal["auto", "iob1", "bio", "bioes", "bmes"] = "auto"  # auto: the least broken, said
    repair: Literal["none", "conlleval"] = "none"  # refuse broken tags, or read as conlleval does
    positions: Literal["keep", "strip"] = "keep"  # of tokens such as 科0: keep or strip the digit

    def check(self) -> None:
        """Refuse names of tokens and tags beside names of texts and spans."""
        super().check()
        tokens_or_texts(self)


@dataclass(frozen=True, kw_only=True)
class PairDataSettings(DataSettings):
    """How pairs of texts are read: a source, and the target that is written for it."""

    data: str | None = None  # toy-translation, tfds:NAME, or a file or PREFIX split 80/10/10
    train: str | None = None  # file, or PREFIX of parallel text, to learn from
    format: Literal["auto", "csv", "tsv", "jsonl", "parallel"] = "auto"  # auto: by the name
    header: Literal["auto", "yes", "no"] = "auto"  # whether the first row holds column names
    source: str | None = None  # column, key, or end of the file's name: en reads PREFIX.en
    target: str | None = None  # the same for what is written; none: told by the names, and said


@dataclass(frozen=True, kw_only=True)
class RunningDataSettings(DataSettings):
    """How running text is read: a paragraph a line, blank lines kept as they are."""

    data: str | None = None  # toy-stories, tfds:NAME, or a file; its last tenths are valid and test
    valid: str | None = None  # file that stops training; none: the last tenth of train
    test: str | None = None  # file that is scored at the end; none: the last tenth of train
    format: Literal["auto", "text"] = "auto"  # auto: by the name
    text: str | None = None  # feature of a TFDS set; none: its only text


@dataclass(frozen=True, kw_only=True)
class SeriesDataSettings(Settings):
    """How a series of numbers in time is read, split by time, and cut into windows."""

    data: str | None = None  # sine-wave, or a file that is split by time, see split=
    train: str | None = None  # file to learn from
    valid: str | None = None  # file that follows it and stops training; none: the end of train
    test: str | None = None  # file that follows these and is scored; none: the end of train
    format: Literal["auto", "csv", "tsv"] = "auto"  # auto: by the name
    header: Literal["auto", "yes", "no"] = "auto"  # whether the first row holds column names
    time: str | None = None  # column of dates or numbers that order the rows; none: guessed, said
    value: tuple[str, ...] | None = None  # columns read; none: target=, else all but time=
    target: str | None = None  # the one of them that is forecast; none: the last one
    split: tuple[float, ...] = (0.8, 0.1, 0.1)  # shares of train, valid and test, in time
    history: Annotated[int, Range(2)] = 24  # rows that a forecast is made from
    horizon: Count = 1  # rows that are forecast from each place

    def check(self) -> None:
        """Refuse `data=` beside `train=`, and shares that are none."""
        super().check()
        agreed_parts(self)
        fine = len(self.split) == 3 and min(self.split) > 0 and abs(sum(self.split) - 1) < 0.01
        if not fine:
            shown = ",".join(f"{share:g}" for share in self.split)
            raise SettingsError(
                f"split={shown}: expected three shares above 0 that add up to 1, "
                "of train, valid and test, such as 0.8,0.1,0.1"
            )


# What says which data are read, of all kinds of tasks.
DATA: tuple[type[Settings], ...] = (
    DataSettings, LabelDataSettings, TagDataSettings, PairDataSettings, RunningDataSettings,
    SeriesDataSettings,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ForecastSettings(SeriesDataSettings):
    """How numbers are scaled, and what of the series is known."""

    scale: Literal["auto", "standard", "sqrt", "log", "none"] = "auto"  # auto: the steadiest, said
    linear: bool = True  # whether a least-squares autoregression forecasts beside the network
    season: Count | None = None  # rows after which the series repeats, 1: never; none: found, said
    seed: Annotated[int, Range(0, 2**31 - 1)] = 1  # of everything random

    def check(self) -> None:
        """Refuse a season that a forecast cannot look back on."""
        super().check()
        if self.season is not None and self.season > self.history:
            raise SettingsError(
                f"season={self.season} needs history={self.season} or more, "
                f"not {self.history}: a forecast looks back no further"
            )


@dataclass(frozen=True, kw_only=True)
class CheckSettings(Settings):
    """How `check` reads files, whatever they hold; see the settings of data of the same names."""

    format: AnyFormat = "auto"  # auto: by the name
    header: Literal["auto", "yes", "no"] = "auto"  # whether the first row holds column names
    text: str | None = None  # column of the texts; none: guessed, and said
    label: str | None = None  # column of the labels; none: guessed, and said
    token: str | None = None  # column of the tokens of tagged text; none: the first, or guessed
    tag: str | None = None  # column of their tags; none: the last, or guessed
    entities: str | None = None  # JSON key of the spans in texts; none: guessed, and said
    source: str | None = None  # column or key of the sources of pairs, or end of the file's name
    target: str | None = None  # the same for their targets
    scheme: Literal["auto", "iob1", "bio", "bioes", "bmes"] = "auto"  # of tags
    repair: Literal["none", "conlleval"] = "none"  # refuse broken tags, or read as conlleval does
    positions: Literal["keep", "strip"] = "keep"  # of tokens such as 科0: keep or strip the digit


@dataclass(frozen=True, kw_only=True)
class VocabularySettings(Settings):
    """Which tokens have an id, and their vectors."""

    vocabulary: Annotated[int, Range(10)] = 30000  # different tokens that are kept, at most
    min_count: Count = 2  # rarer tokens become the unknown one
    lowercase: bool = True  # whether case is folded
    embedding: Count = 128  # dimensions of a token's vector; a vectors= file has its own
    seed: Annotated[int, Range(0, 2**31 - 1)] = 1  # of everything random


@dataclass(frozen=True, kw_only=True)
class TextSettings(VocabularySettings):
    """How text becomes ids."""

    tokens: Literal["words", "characters", "bpe"] = "words"  # what a text is cut into
    max_tokens: Count | None = None  # longer texts are cut to so many tokens; none: never
    vectors: str | None = "auto"  # first vectors: train (neighbours there), a file, none, or auto


@dataclass(frozen=True, kw_only=True)
class ClassifySettings(LabelDataSettings, TextSettings):
    """What labels are, and how they count."""

    multilabel: bool | None = None  # whether a|b is two labels; none: if any cell holds |
    balance: Literal["none", "balanced"] = "none"  # class weights; balanced: n / (k * count)
    ngrams: bool = True  # whether a linear model of n-grams adds to the network what valid gains by
    label_smoothing: Rate = 0.0  # share of the target that is spread over all labels


@dataclass(frozen=True, kw_only=True)
class TagSettings(TagDataSettings, VocabularySettings):
    """What is looked at in a token, and how its tag counts."""

    min_count: Count = 1  # rarer tokens become the unknown one
    tags: Literal["auto", "bio", "bioes"] = "auto"  # that are learned; auto: bioes up to 20 types
    characters: Literal["auto", "cnn", "lstm", "none"] = "auto"  # how a token's spelling is read
    spelling: Annotated[int, Range(2)] = 20  # characters of a token; of longer ones both ends
    pairs: bool | None = None  # whether pairs of Chinese characters have vectors; none: if many
    vectors: str | None = None  # file with first vectors of the words
    balance: Literal["none", "balanced"] = "none"  # weights of tags; balanced: n / (k * count)


@dataclass(frozen=True, kw_only=True)
class TranslateSettings(PairDataSettings):
    """How both texts become ids, and how the target is searched for."""

    tokens: Literal["bpe", "characters"] = "bpe"  # what a text is cut into
    joint: bool = False  # whether source and target share one vocabulary
    vocabulary: Annotated[int, Range(10)] = 6000  # different tokens of each, at most
    min_count: Count = 2  # rarer pairs of pieces, or characters, are not joined, or unknown
    lowercase: bool = False  # whether case is folded, in what is answered too
    max_tokens: Count | None = 256  # longer texts are cut to so many tokens, said; none: never
    embedding: Count = 256  # dimensions of a token's vector
    beam: Count = 5  # hypotheses that are followed; 1: the best next token each time
    length_penalty: Annotated[float, Range(0)] = 1.0  # alpha of Wu et al. 2016, equation 14
    coverage_penalty: Annotated[float, Range(0)] = 0.0  # beta, likewise
    seed: Annotated[int, Range(0, 2**31 - 1)] = 1  # of everything random

    def check(self) -> None:
        """Refuse a search that cannot be."""
        super().check()
        self.decoding()

    def decoding(self) -> Decoding:
        """Return how the target is searched for."""
        return Decoding(
            beam=self.beam,
            length_penalty=self.length_penalty,
            coverage_penalty=self.coverage_penalty,
        )


@dataclass(frozen=True, kw_only=True)
class GenerateSettings(RunningDataSettings):
    """How running text becomes ids, and how it is continued."""

    tokens: Literal["bpe", "words", "characters"] = "bpe"  # words: what white space separates
    vocabulary: Annotated[int, Range(10)] | None = None  # different tokens; none: by the text
    min_count: Count = 1  # rarer words or characters become the unknown one
    embedding: Count = 256  # dimensions of a token's vector
    temperature: Positive = 0.8  # of what is drawn: below 1 more like the likeliest
    top_k: Count | None = None  # draw among so many likeliest tokens; none: among all
    top_p: Annotated[float, Range(0, 1)] | None = 0.95  # or among those of this probability
    max_length: Count = 200  # tokens of a continuation
    seed: Annotated[int, Range(0, 2**31 - 1)] = 1  # of everything random

    def check(self) -> None:
        """Refuse a way of continuing that cannot be."""
        super().check()
        self.drawing()

    def drawing(self) -> Drawing:
        """Return how texts are continued."""
        return Drawing(
            temperature=self.temperature, top_k=self.top_k, top_p=self.top_p,
            max_length=self.max_length,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TrainSettings(Settings):
    """How the weights are found."""

    epochs: Count | None = None  # passes over train at most; none: by its size, at least 3
    patience: Count = 3  # epochs without a better validation score before stopping
    batch_rows: Count | None = None  # texts in a batch at most; none: 32, from 16,000 texts on 64
    batch_tokens: Count = 16384  # tokens in a batch with padding, at most
    learning_rate: Positive = 3e-3  # of Adam, at its highest
    schedule: Literal["constant", "linear", "cosine"] = "linear"  # of the learning rate, to zero
    warmup: Rate = 0.05  # share of the planned steps in which the learning rate rises
    clip_norm: Positive | None = 1.0  # global norm that gradients are cut to; none: never cut
    average: Rate = 0.99  # decay a step of the weights' moving average, which is kept; 0: none
    seed: Annotated[int, Range(0, 2**31 - 1)] = 1  # of everything random

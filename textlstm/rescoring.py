"""Score a finished model again: on its own test part, or on another file."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textlstm import corpora, doctor
from textlstm.corpora import Example, embedded
from textlstm.corpora.formats import BY_NAME, TABLES
from textlstm.corpora.opening import bare_suffix
from textlstm.corpora.series import Windows
from textlstm.errors import DataError, SettingsError
from textlstm.report import Report
from textlstm.run import EVALUATION, require
from textlstm.runtime import Predictor
from textlstm.settings import (
    LabelDataSettings,
    PairDataSettings,
    RunningDataSettings,
    SeriesDataSettings,
    Settings,
    TagDataSettings,
)
from textlstm.tasks.forecast import Forecast


@dataclass(frozen=True, kw_only=True)
class EvaluateSettings(Settings):
    """What `evaluate` scores, and how it is read; none: as in training."""

    test: str | None = None  # file to score; none: the model's own test part
    format: str | None = None  # of the file
    header: str | None = None  # auto, yes or no
    text: str | None = None  # column of the texts
    label: str | None = None  # column of the labels
    token: str | None = None  # column of the tokens
    tag: str | None = None  # column of their tags
    entities: str | None = None  # JSON key of the spans in texts
    source: str | None = None  # column of the sources of pairs, or end of the file's name
    target: str | None = None  # the same for their targets
    scheme: str | None = None  # of tags
    time: str | None = None  # column of the times of a series
    value: tuple[str, ...] | None = None  # columns of its values
    repair: str | None = None  # none or conlleval
    positions: str | None = None  # keep or strip
    bad_rows: str | None = None  # stop or skip

    def given(self) -> dict[str, Any]:
        """Return the reading options that were given."""
        return {k: v for k, v in self.to_dict().items() if v is not None and k != "test"}


COLUMNS = ("text", "label", "token", "tag", "entities", "time", "value")
SIDES = ("source", "target")


@dataclass(frozen=True)
class Reading:
    """How the data of a kind of task are read.

    Attributes:
        settings: of the data.
        corpus: reads all parts.
        part: reads one file.
    """

    settings: type[Settings]
    corpus: Callable[..., Any]
    part: Callable[..., Iterable[Example]] = corpora.read_part


READING = {
    "classify": Reading(LabelDataSettings, corpora.labelled_texts),
    "tag": Reading(TagDataSettings, corpora.tagged_texts),
    "translate": Reading(PairDataSettings, corpora.paired_texts),
    "generate": Reading(RunningDataSettings, corpora.running_texts),
    "forecast": Reading(SeriesDataSettings, corpora.series_windows, corpora.read_series_part),
}


def evaluate(
    folder: str | Path, *, say: Callable[[str], None] = lambda line: None, **settings: Any
) -> Report:
    """Return the report of a model on a file, or again on its own test part.

    The baselines learn from the training data that the model's settings name; where these can no
    longer be read, the report says so and shows none.

    Args:
        folder: run folder or bundle.
        say: takes what the user should know.
        settings: `test="b.csv"` and how to read it, such as `text=`, `label=`, `format=`.

    Raises:
        BundleError: the folder is no bundle, incomplete or changed.
        SettingsError: an unknown setting, or one of a file without `test=`.
        DataError: the file cannot be read as asked, or the model's own data are unknown.
    """
    from textlstm import ablation, evaluation

    require(EVALUATION, "evaluation")
    predictor = Predictor.load(folder)
    kind = predictor.task.kind
    reading = READING[kind]
    own = _data_settings(reading.settings, predictor.bundle.settings)
    asked = EvaluateSettings.from_mapping(settings)
    if asked.test is None and asked.given():
        raise SettingsError(f"{next(iter(asked.given()))}= says how test= is read: which file?")
    notes: list[str] = []
    try:
        corpus = reading.corpus(own, say=say, default=_own_corpus(predictor, own, kind))
        train: Iterable[Example] | None = corpus.train
    except DataError as problem:
        if asked.test is None:
            raise
        corpus, train = None, None
        notes.append(f"no baselines: the training data cannot be read ({problem})")
    if asked.test is not None:
        other = reading.settings.from_mapping({**_like(own, asked), **asked.given()})
        examples: Iterable[Example] = reading.part(asked.test, other, say, kind)
        if isinstance(examples, Windows) and isinstance(predictor.task, Forecast):
            predictor.task.check(examples.series)
        name = Path(asked.test).name
    else:
        assert corpus is not None
        examples, name = corpus.test, corpus.name
    about = evaluation.About(
        recipe=predictor.bundle.recipe, corpus=name, split="test",
        settings=dict(predictor.bundle.settings), versions=doctor.versions(), notes=notes,
    )  # fmt: skip
    return evaluation.evaluate_part(
        predictor, predictor.task, examples, about, train=train, say=say,
        alone=ablation.network_alone(predictor),
        seed=int(predictor.bundle.settings.get("seed", 0)),
    )[0]  # fmt: skip


def evaluate_words(folder: Path, words: Sequence[str], say: Callable[[str], None]) -> Report:
    """Return the report for `KEY=VALUE` words of the command line; see `evaluate`."""
    asked = EvaluateSettings.from_words(words)
    return evaluate(folder, say=say, **asked.to_dict())


def _own_corpus(predictor: Predictor, own: Any, kind: str) -> str | None:
    """Return the embedded corpus that a recipe read, where its settings name no data.

    Raises:
        DataError: the recipe read something else.
    """
    if own.data is not None or own.train is not None:
        return None
    recipe = predictor.bundle.manifest["recipe"]
    name = str(recipe.get("corpus"))
    if name.partition("/")[0] not in embedded.names(kind):
        raise DataError(
            f"recipe {recipe['name']!r} was trained on {name}, which is no embedded corpus"
        )
    return name


def _data_settings(group: type[Settings], settings: Mapping[str, Any]) -> Settings:
    """Return how a model's data were read, whatever else its recipe can be told."""
    names = {field.name for field in dataclasses.fields(group)}
    return group.from_mapping({name: v for name, v in settings.items() if name in names})


def _like(own: Settings, asked: EvaluateSettings) -> dict[str, Any]:
    """Return how the training data were read, but for columns where another form is asked for.

    A form without columns takes none, one that is no table no header. The sides of pairs stay in
    another format too: guessed anew, they might be the other way round.
    """

    def given(names: Sequence[str]) -> bool:
        return any(getattr(asked, name) is not None for name in names)

    values = own.to_dict()
    form = asked.format or values.get("format", "auto")
    if form == "auto":
        form = BY_NAME.get(bare_suffix(Path(asked.test or "")), "")
    left: tuple[str, ...] = () if form in TABLES.values() else ("header",)
    if asked.format is not None or given(COLUMNS) or not form:
        left += COLUMNS
    if given(SIDES):
        left += SIDES
    return {name: value for name, value in values.items() if name not in left}

"""The whole way: corpus, task, store, network, training, export, bundle, report.

TensorFlow and Keras are imported when training begins, after every setting and every row of the
data was read.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from textlstm import bundle, card, discover, runfolder, store
from textlstm.corpora import Example
from textlstm.interrupt import Interrupt
from textlstm.progress import Plain, Quiet
from textlstm.recipe import Recipe
from textlstm.report import Report
from textlstm.runtime import Predictor
from textlstm.tasks import Answer, Task

PIPELINE = 1  # raised when the same corpus and task would be stored otherwise
CHUNK = 1000  # examples encoded at once
SHOWN = 3  # predictions of its own test part that `run` prints
CHECKED = 200  # texts of the data on which the export is compared

load_recipe = discover.load


@dataclass(frozen=True)
class Plan:
    """A run that can start: recipe and settings are read, the folder is free or its own."""

    recipe: Recipe
    reference: str
    settings: Any
    folder: Path


@dataclass
class Run:
    """A run that has ended.

    Attributes:
        folder: run folder with bundle, reports and log.
        report: scores with intervals, beside the baselines.
        history: a row an epoch.
        interrupted: whether Ctrl-C ended the training.
    """

    folder: Path
    report: Report
    history: list[dict[str, Any]]
    interrupted: bool = False
    rows: list[dict[str, Any]] = field(default_factory=list, repr=False)

    @cached_property
    def predictor(self) -> Predictor:
        """The bundle's predictor."""
        return Predictor.load(self.folder)

    def examples(self) -> list[tuple[str, Answer]]:
        """Return some test texts, short ones, with their answers."""
        short = [row for row in self.rows if 0 < len(row["input"]) <= 100]
        step = max(1, len(short) // SHOWN)
        return [(row["input"], row["answer"]) for row in short[::step][:SHOWN]]

    def _repr_html_(self) -> str:
        return self.report._repr_html_()


def planned(
    recipe: str,
    words: Sequence[str] = (),
    *,
    values: Mapping[str, Any] | None = None,
    preset: str | None = None,
    out: str | Path | None = None,
) -> Plan:
    """Return the plan of a new run, or of an unfinished one in `out` with equal settings.

    Raises:
        SettingsError: an unknown recipe or preset, a wrong setting, a folder that is taken.
    """
    found = discover.load(recipe)
    start = {**found.preset(preset), **(values or {})}
    settings = found.settings.from_words(words, start)
    folder = Path(out) if out is not None else runfolder.fresh(found.name)
    # A path is kept absolute, so that the run can be resumed from another folder.
    reference = str(Path(recipe).resolve()) if recipe.endswith(".py") else found.name
    runfolder.start(folder, found, reference, settings)
    return Plan(found, reference, settings, folder)


def resumed(folder: str | Path) -> Plan:
    """Return the plan of an unfinished run.

    Raises:
        SettingsError: the folder is no run, its run is finished, or its recipe has changed.
    """
    place = Path(folder)
    document = runfolder.read(place)
    found = discover.load(document["recipe"])
    settings = found.settings.from_mapping(document["settings"])
    runfolder.start(place, found, document["recipe"], settings)
    return Plan(found, document["recipe"], settings, place)


def train(
    recipe: str,
    *,
    preset: str | None = None,
    out: str | Path | None = None,
    progress: Quiet | None = None,
    **settings: Any,
) -> Run:
    """Return the finished run of a recipe: trained, bundled and evaluated.

    Args:
        recipe: a name, or the path of a recipe file.
        preset: named values to start from, such as `tiny`.
        out: run folder; none: `runs/RECIPE-N`.
        progress: none: plain lines on standard error.
        settings: as keywords, such as `train="a.csv", units=(128,)`.

    Raises:
        SettingsError: an unknown recipe, preset or setting, or a folder that is taken.
        DataError: data that cannot be read as asked.
    """
    plan = planned(recipe, values=settings, preset=preset, out=out)
    return execute(plan, progress or Plain())


def execute(plan: Plan, progress: Quiet) -> Run:
    """Run a plan to its end, going on from its last finished epoch if there is one.

    The first Ctrl-C ends training early, the second one stops at once; the folder stays valid.

    Raises:
        DataError: data that cannot be read as asked, or a folder another process works in.
        Refusal: a layer that cannot be exported, or an export that answers otherwise.
    """
    with runfolder.locked(plan.folder):
        return _execute(plan, progress)


def _execute(plan: Plan, progress: Quiet) -> Run:
    seconds: dict[str, float] = {}
    with _timed(seconds, "prepare"):
        corpus = plan.recipe.corpus(plan.settings)
        task = plan.recipe.task(plan.settings, corpus.train)
        stored = _stored(corpus, task)
        valid_targets = [example.target for example in corpus.valid]
        for note in [*corpus.notes, *corpus.summary(), *task.notes]:
            progress.say(note)
    with _timed(seconds, "import"):
        # TensorFlow speaks of missing GPUs and rebuilt flags; what matters comes as exceptions
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        from textlstm import checkpoint, training
        from textlstm.export import awkward, onnx, parity
    with _timed(seconds, "train"):
        training.prepare(plan.settings.seed)
        model = plan.recipe.network(plan.settings, task)
        job = training.Job(
            model, task, stored.parts["train"], stored.parts["valid"], valid_targets,
            plan.settings, plan.folder, progress,
        )  # fmt: skip
        trainer = training.Trainer(job)
        with Interrupt(progress.say) as interrupt:
            state = trainer.run(interrupt)
    with _timed(seconds, "export"):
        task = task.with_thresholds(valid_targets, trainer.answers(job.valid))
        graph = onnx.to_onnx(model)
        places = range(min(CHECKED, len(job.valid)))
        texts = job.valid.rows("tokens", list(places))
        texts += [row["tokens"] for row in task.encode(awkward.texts())]
        parity.compare(model, graph, texts, task.decode)
        bundle.write(
            plan.folder / "bundle",
            recipe={"name": plan.recipe.name, "source": plan.recipe.source},
            task=task,
            settings=plan.settings.to_dict(),
            weights=checkpoint.weights(model),
            graphs={"model": graph},
            card=card.text(plan.recipe.name, corpus.name, task, state.history),
        )
    return _report(plan, corpus, state, seconds, progress)


def _stored(corpus: Any, task: Task) -> store.Store:
    """Return the encoded train and valid parts: from the cache, or written in one pass."""
    encoders = [task.encoders[name].to_json() for name in sorted(task.encoders)]
    description = json.dumps(task.to_json(), sort_keys=True)
    name = store.key(str(PIPELINE), corpus.fingerprint, description, *encoders)
    folder = store.cache_folder() / "encoded" / name
    found = store.open_store(folder)
    if found is not None:
        return found
    with store.Writer(folder) as writer:
        for part, examples in _chunks(corpus, ("train", "valid")):
            inputs = task.encode([example.input for example in examples])
            targets = task.encode_targets([example.target for example in examples])
            for row, target in zip(inputs, targets, strict=True):
                writer.add(part, {**row, **target})
        return writer.finish({"corpus": corpus.name})


def _chunks(
    corpus: Iterable[tuple[str, Example]], wanted: Sequence[str]
) -> Iterator[tuple[str, list[Example]]]:
    """Yield a part's name with up to CHUNK of its examples, in one pass over the corpus."""
    waiting: dict[str, list[Example]] = {part: [] for part in wanted}
    for part, example in corpus:
        if part in waiting:
            waiting[part].append(example)
            if len(waiting[part]) == CHUNK:
                yield part, waiting[part]
                waiting[part] = []
    for part, examples in waiting.items():
        if examples:
            yield part, examples


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    start = time.monotonic()
    yield
    seconds[name] = seconds.get(name, 0.0) + time.monotonic() - start

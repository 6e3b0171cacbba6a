"""The whole way: corpus, task, store, network, training, export, bundle, report.

TensorFlow and Keras are imported when training begins, after every setting and every row of the
data was read.
"""

import importlib.util
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from textlstm import bundle, card, discover, doctor, runfolder, store
from textlstm.allocator import keep_freed_memory
from textlstm.corpora import Corpus, Example, SeriesCorpus
from textlstm.errors import Refusal, SettingsError
from textlstm.explaining import Explainer
from textlstm.interrupt import Interrupt
from textlstm.progress import Plain, Quiet
from textlstm.quiet import quietly
from textlstm.recipe import Recipe
from textlstm.report import Report
from textlstm.runtime import Predictor
from textlstm.tasks import Answer, Task, judged
from textlstm.tasks.forecast import Forecast

PIPELINE = 2  # raised when the same corpus and task would be stored otherwise
CHUNK = 1000  # examples encoded at once
SHOWN_TEMPERATURE = 0.8  # of the samples that it prints instead, of a language model
SHOWN = 3  # predictions of its own test part that `run` prints
CHECKED = 200  # texts of the data on which the export is compared

# What a run needs beyond the packages of requirements-runtime.txt: module, and how pip calls it.
TRAINING = {
    "tensorflow": "tensorflow", "keras": "keras", "onnx": "onnx", "sklearn": "scikit-learn",
}  # fmt: skip
EVALUATION = {"sklearn": "scikit-learn", "onnx": "onnx"}

load_recipe = discover.load


@dataclass(frozen=True)
class Plan:
    """A run that can start: recipe and settings are read, the folder is free or its own."""

    recipe: Recipe
    reference: str
    settings: Any
    folder: Path
    made: bool = False  # whether the folder was not there before


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

    def explain(self, text: str) -> Any:
        """Return gates, states and contributions of each token; see `explaining.Explainer`."""
        return Explainer(self.predictor).explain(text)

    def examples(self) -> list[tuple[str, Answer]]:
        """Return some test texts, short ones, with their answers; of running text, beginnings."""
        raw = self.predictor.task.raw
        if self.predictor.task.kind == "generate":
            samples = self.report.details["samples"]
            best = [s for s in samples if s["temperature"] == SHOWN_TEMPERATURE]
            return [(s["prefix"], {"continuation": s["text"]}) for s in best]
        short = [row for row in self.rows if 0 < len(raw(row["input"])) <= 100]
        step = max(1, len(short) // SHOWN)
        return [(raw(row["input"]), row["answer"]) for row in short[::step][:SHOWN]]

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
    require(TRAINING, "training")
    folder = Path(out) if out is not None else runfolder.fresh(found.name)
    # A path is kept absolute, so that the run can be resumed from another folder.
    reference = str(Path(recipe).resolve()) if recipe.endswith(".py") else found.name
    made = runfolder.start(folder, found, reference, settings)
    return Plan(found, reference, settings, folder, made)


def resumed(folder: str | Path) -> Plan:
    """Return the plan of an unfinished run.

    Raises:
        SettingsError: the folder is no run, its run is finished, or its recipe has changed.
    """
    place = Path(folder)
    document = runfolder.read(place)
    found = discover.load(document["recipe"])
    settings = found.settings.from_mapping(document["settings"])
    require(TRAINING, "training")
    runfolder.start(place, found, document["recipe"], settings)
    return Plan(found, document["recipe"], settings, place)


def require(modules: Mapping[str, str], purpose: str) -> None:
    """Refuse what this installation cannot do; nothing is imported.

    Args:
        modules: names to import by, with the names of their packages.
        purpose: what needs them.

    Raises:
        SettingsError: one is not installed, as in a runtime-only installation.
    """
    for module, package in modules.items():
        if importlib.util.find_spec(module) is None:
            raise SettingsError(
                f"{package} is not installed, which {purpose} needs: `pip install textlstm` "
                "installs it"
            )


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
        try:
            return _execute(plan, progress)
        except Refusal:
            if plan.made:  # a slip in a file's name uses up no number
                runfolder.forsake(plan.folder)
            raise


def _execute(plan: Plan, progress: Quiet) -> Run:
    seconds: dict[str, float] = {}
    with _timed(seconds, "prepare"):
        corpus = plan.recipe.corpus(plan.settings)
    interrupt = Interrupt(progress.say)
    state = fit(plan, corpus, progress, interrupt=interrupt, seconds=seconds)
    return _report(plan, corpus, state, seconds, progress)


def fit(
    plan: Plan,
    corpus: Corpus | SeriesCorpus,
    progress: Quiet,
    *,
    interrupt: Interrupt,
    seconds: dict[str, float],
    cache: Path | None = None,
) -> Any:
    """Return the state of training (`checkpoint.State`) after the bundle of a plan is written.

    Args:
        plan: its folder takes checkpoints, log and bundle.
        corpus: train and valid parts are read.
        progress: told what the user should know.
        interrupt: entered while training runs.
        seconds: the time of each step is added.
        cache: folder of the encoded examples; none: the user's cache.

    Raises:
        DataError: data that cannot be read as asked.
        Refusal: a layer that cannot be exported, or an export that answers otherwise.
    """
    with _timed(seconds, "prepare"):
        task = plan.recipe.task(plan.settings, corpus.train)
        if isinstance(corpus, SeriesCorpus) and isinstance(task, Forecast):
            task.check(corpus.test.series)
        stored = _stored(corpus, task, cache or store.cache_folder())
        runfolder.same_data(plan.folder, stored.folder.name)
        valid_targets = [example.target for example in corpus.valid]
        for note in [*corpus.notes, *corpus.summary(), *task.notes]:
            progress.say(note)
    with _timed(seconds, "import"):
        progress.say("loading TensorFlow")
        keep_freed_memory()
        with quietly():
            import keras

            from textlstm import checkpoint, feeding, training
            from textlstm.export import by_kind
    with _timed(seconds, "train"):
        keras.utils.clear_session()  # weights are named as in a fresh process
        training.prepare(plan.settings.seed)
        model = plan.recipe.network(plan.settings, task)
        job = training.Job(
            model, task, stored.parts["train"], stored.parts["valid"], valid_targets,
            plan.settings, plan.folder, progress,
        )  # fmt: skip
        trainer = training.trainer(job)
        with interrupt:
            state = trainer.run(interrupt)
    with _timed(seconds, "mix"):
        trainer.mix()
    with _timed(seconds, "export"):
        if (judge := judged(task)) is not None:
            task = judge.with_thresholds(valid_targets, trainer.answers(job.valid))
        places = range(min(CHECKED, len(job.valid)))
        graphs = by_kind.proven(model, task, feeding.rows_of(job.valid, list(places)))
        bundle.write(
            plan.folder / "bundle",
            recipe={"name": plan.recipe.name, "source": plan.recipe.source, "corpus": corpus.name},
            task=task,
            settings=plan.settings.to_dict(),
            weights=checkpoint.weights(model),
            graphs=graphs,
            card=card.text(plan.recipe.name, corpus.name, task, state.history),
        )
    return state


def _stored(corpus: Corpus | SeriesCorpus, task: Task, cache: Path) -> store.Store:
    """Return the encoded train and valid parts: from the cache, or written in one pass."""
    encoders = [task.encoders[name].to_json() for name in sorted(task.encoders)]
    description = json.dumps(task.to_json(), sort_keys=True)
    name = store.key(str(PIPELINE), corpus.fingerprint, description, *encoders)
    folder = cache / "encoded" / name
    found = store.open_store(folder)
    if found is not None:
        return found
    with store.Writer(folder) as writer:
        for part, examples in _chunks(corpus, ("train", "valid")):
            inputs = task.encode([example.input for example in examples])
            targets = task.encode_targets([example.target for example in examples], inputs)
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


def _report(
    plan: Plan,
    corpus: Corpus | SeriesCorpus,
    state: Any,
    seconds: dict[str, float],
    progress: Quiet,
) -> Run:
    """Score the bundle's answers on the test part, write the reports, and end the run."""
    from textlstm import ablation, evaluation

    notes = []
    if not state.done:
        notes.append(f"training was interrupted after {state.epoch} epochs")
    about = evaluation.About(
        recipe=plan.recipe.name, corpus=corpus.name, split="test",
        settings=plan.settings.to_dict(), versions=doctor.versions(), seconds=seconds,
        history=state.history, notes=notes,
    )  # fmt: skip
    predictor = Predictor.load(plan.folder)
    report, rows = evaluation.evaluate_part(
        predictor, predictor.task, corpus.test, about,
        train=corpus.train, alone=ablation.network_alone(predictor), seed=plan.settings.seed,
        say=progress.say,
    )  # fmt: skip
    evaluation.write(plan.folder, report, rows)
    if state.done:
        runfolder.finish(plan.folder)
    return Run(plan.folder, report, state.history, not state.done, rows)


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    start = time.monotonic()
    yield
    seconds[name] = seconds.get(name, 0.0) + time.monotonic() - start

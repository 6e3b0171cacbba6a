"""TextClassifier: a recipe as a scikit-learn classifier of texts.

Importing, unpickling and predicting load no TensorFlow; `fit` does.
"""

import logging
import random
import tempfile
import threading
import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from textlstm import atomic, corpora, discover, run, targets
from textlstm.corpora import Example
from textlstm.corpora.split import part_of, text_hash
from textlstm.errors import SettingsError
from textlstm.interrupt import Interrupt
from textlstm.progress import Plain, Quiet
from textlstm.runtime import Predictor
from textlstm.settings import ClassifySettings, DataSettings
from textlstm.targets import Targets
from textlstm.tasks import Answer

OWN = ("recipe", "preset", "verbose")  # parameters that are no settings of the recipe
# What X and y say: the settings that name files and columns.
REFUSED = {*(field.name for field in DataSettings.describe()), "text", "label", "multilabel"}
SOURCE = "fit(X, y)"  # what the bundle names as its data

_training = threading.Lock()  # seeds and Keras' names belong to the process


class TextClassifier(ClassifierMixin, BaseEstimator):
    """A classifier of texts that trains a recipe and answers from its bundle.

    X is a list, 1-D array or Series of str. y has a label a text (all str, all int or all bool), or
    several: a list of label collections, or an indicator matrix of 0 and 1. Cross-validation in
    scikit-learn knows the matrix alone. About a tenth of the texts, chosen by a hash of the text,
    is kept from training and decides which epoch is the best.

    A fitted one can be pickled: it holds the bundle's files and verifies them before it answers.
    A pickle runs code when it is read; to people you do not know give the folder of `save`.

    Attributes:
        classes_: the labels, sorted, (classes,); column numbers where y is a matrix.
        history_: a row an epoch.
        bundle_: the bundle's files by name, as bytes.
        form_: how y was given: "label", "collection" or "matrix".
    """

    def __init__(
        self,
        recipe: str = "sentiment",
        *,
        preset: str | None = None,
        verbose: bool = False,
        **settings: Any,
    ) -> None:
        """Keep the parameters; they are checked by `fit`.

        Args:
            recipe: a name, or the path of a recipe file that classifies.
            preset: named values to start from, such as `tiny`.
            verbose: whether `fit` writes its progress to standard error.
            settings: of the recipe, such as `units=(128,), epochs=3, seed=7`; see
                `textlstm show sentiment`.
        """
        self.recipe = recipe
        self.preset = preset
        self.verbose = verbose
        self.settings = settings

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return recipe, preset, verbose, and the settings that were given."""
        return {**{name: getattr(self, name) for name in OWN}, **self.settings}

    def set_params(self, **params: Any) -> Self:
        """Set parameters or settings of the recipe, known or not: `fit` refuses unknown ones."""
        for name in OWN:
            if name in params:
                setattr(self, name, params.pop(name))
        self.settings = {**self.settings, **params}
        return self

    def __sklearn_tags__(self) -> Tags:
        """Return that texts are taken, not tables of numbers, and several labels a text."""
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.classifier_tags.multi_label = True
        return tags

    def fit(self, X: Sequence[str], y: Collection[Any]) -> Self:
        """Train on texts and labels.

        Where the data are too few to keep a part from training, the best epoch is chosen on the
        training texts themselves, with a warning. Equal seeds give equal answers.

        Raises:
            TypeError: X holds no texts, or y no labels.
            ValueError: X and y differ in length, or there are not two labels.
            SettingsError: an unknown setting or value, or one that names data.
        """
        texts, labels = targets.texts(X), Targets.read(y)
        if len(texts) != len(labels.raw):
            raise ValueError(f"X has {len(texts):,} texts, y has {len(labels.raw):,} labels")
        if not texts:
            raise ValueError("X is empty: nothing to learn from")
        if len(labels.classes) < 2 and labels.form == "label":
            only = labels.classes.tolist()[0]
            raise ValueError(f"every text has the label {only!r}: two are needed")
        values = self._values(labels.form != "label")
        pairs = zip(texts, labels.raw, strict=True)
        examples = [Example(text, raw, f"X[{i}]") for i, (text, raw) in enumerate(pairs)]
        progress = Plain() if self.verbose else Quiet()
        corpus = corpora.in_memory(SOURCE, _parts(examples), say=lambda line: None)
        with _training, _process_as_before(), tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "run"
            plan = run.planned(self.recipe, values=values, preset=self.preset, out=folder)
            state = run.fit(
                plan, corpus, progress,
                interrupt=_AtOnce(progress.say), seconds={}, cache=Path(place),
            )  # fmt: skip
            predictor = Predictor.load(folder)
            files = sorted(p for p in (folder / "bundle").rglob("*") if p.is_file())
            self.bundle_ = {
                path.relative_to(folder / "bundle").as_posix(): path.read_bytes() for path in files
            }
        self.classes_ = labels.classes
        self.form_ = labels.form
        self.history_ = state.history
        self._predictor = predictor
        return self

    def predict(self, X: Sequence[str]) -> Any:
        """Return the labels: an array (texts,), a list of tuples, or a matrix (texts, classes).

        As y was given to `fit`. Several labels are chosen by a threshold a label, the one with the
        best F1 on the part kept from training, which need not be 0.5.

        Raises:
            NotFittedError: before `fit`.
            BundleError: the files are not those that `fit` made.
        """
        answers = self._answers(X)
        places = {str(label): place for place, label in enumerate(self.classes_)}
        if self.form_ == "label":
            found = np.array([places[answer["label"]] for answer in answers], np.intp)
            return self.classes_[found]
        if self.form_ == "collection":
            own = self.classes_.tolist()
            return [
                tuple(own[place] for place in sorted(places[name] for name in answer["label"]))
                for answer in answers
            ]
        matrix = np.zeros((len(answers), len(places)), np.int64)
        for row, answer in zip(matrix, answers, strict=True):
            row[[places[name] for name in answer["label"]]] = 1
        return matrix

    def predict_proba(self, X: Sequence[str]) -> np.ndarray:
        """Return probabilities (texts, classes), columns as in `classes_`.

        Rows sum to 1 where a text has one label; with several, each column is its own probability.

        Raises:
            NotFittedError: before `fit`.
            BundleError: the files are not those that `fit` made.
        """
        answers = self._answers(X)
        names = [str(label) for label in self.classes_]
        # A column of an indicator matrix without a single 1 was never learned.
        rows = [[answer["probabilities"].get(name, 0.0) for name in names] for answer in answers]
        return np.array(rows, np.float64).reshape(len(answers), len(names))

    def score(self, X: Sequence[str], y: Collection[Any]) -> float:
        """Return the share of texts whose label, or whole set of labels, is right.

        Raises:
            ValueError: X and y differ in length.
        """
        answers = self.predict(X)
        if self.form_ != "collection":
            return float(accuracy_score(y, answers))
        if len(answers) != len(y):
            raise ValueError(f"X has {len(answers):,} texts, y has {len(y):,} labels")
        pairs = zip(y, answers, strict=True)
        return float(np.mean([set(truth) == set(answer) for truth, answer in pairs]))

    def save(self, folder: str | Path) -> None:
        """Write the bundle as a new folder, for `textlstm predict` and `Predictor.load`.

        Raises:
            NotFittedError: before `fit`.
            FileExistsError: the folder is there already.
        """
        check_is_fitted(self, "bundle_")
        if Path(folder).exists():
            raise FileExistsError(f"{folder}: exists already; nothing was written")
        with atomic.new_folder(Path(folder)) as place:
            for name, data in self.bundle_.items():
                (place / name).parent.mkdir(exist_ok=True)
                atomic.write_bytes(place / name, data)

    def __getstate__(self) -> dict[str, Any]:
        """Return everything but the predictor's session, which is made again when it is needed."""
        return {name: value for name, value in vars(self).items() if name != "_predictor"}

    def _values(self, multi: bool) -> dict[str, Any]:
        """Return the recipe's settings as plain values, with what X and y say."""
        found = discover.load(self.recipe)
        if not issubclass(found.settings, ClassifySettings):
            raise SettingsError(f"recipe {found.name!r} does not classify texts")
        values = {name: _plain(value) for name, value in self.settings.items()}
        for name in sorted(REFUSED & set(values)):
            if values[name] is not None:
                raise SettingsError(f"{name}= has no place here: X and y are the data")
        return {**values, "data": SOURCE, "multilabel": multi}

    def _answers(self, X: Sequence[str]) -> list[Answer]:
        check_is_fitted(self, "bundle_")
        texts = targets.texts(X)
        if "_predictor" not in vars(self):
            with tempfile.TemporaryDirectory() as place:
                self.save(Path(place) / "bundle")
                self._predictor = Predictor.load(Path(place) / "bundle")
        return self._predictor.predict(texts)


class _AtOnce(Interrupt):
    """Leaves Ctrl-C as it is: one must stop a whole grid search, not this fit alone."""

    def __enter__(self) -> Self:
        return self


def _parts(examples: list[Example]) -> dict[str, Sequence[Example]]:
    """Return the train and valid parts, cut by the hash of the text as files are.

    A label must be learned to be answered: texts whose label no other training text has stay in
    train. Where nothing is left for valid, it is the training part.
    """
    hashes = [text_hash(example.input) for example in examples]
    kept = {hashed for hashed in hashes if part_of(hashed, ("valid",)) == "valid"}
    rows = list(zip(hashes, examples, strict=True))
    known = {label for h, e in rows if h not in kept for label in _labels(e)}
    kept -= {h for h, e in rows if not known.issuperset(_labels(e))}
    train = [e for h, e in rows if h not in kept]
    valid = [e for h, e in rows if h in kept]
    if valid and len({example.target for example in train}) > 1:
        return {"train": train, "valid": valid}
    warnings.warn(
        f"{len(examples)} texts are too few to keep some from training: the best epoch is chosen "
        "on the training texts",
        stacklevel=3,
    )
    return {"train": examples, "valid": examples}


def _labels(example: Example) -> tuple[str, ...]:
    target: str | tuple[str, ...] = example.target
    return (target,) if isinstance(target, str) else target


def _plain(value: Any) -> Any:
    """Return a number or array of NumPy, as searches draw them, as Python's own."""
    return value.tolist() if isinstance(value, (np.generic, np.ndarray)) else value


@contextmanager
def _process_as_before() -> Iterator[None]:
    """Put Python's and NumPy's global random states and TensorFlow's logging back.

    Training seeds them: every split drawn after a fit would be the same one. And TensorFlow warns
    of functions that are traced again, which each further fit of a search must do.
    """
    python, numpy = random.getstate(), np.random.get_state()
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        logger.setLevel(level)

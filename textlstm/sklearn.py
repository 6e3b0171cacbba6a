"""TextClassifier and EntityTagger: recipes as scikit-learn estimators.

Importing, unpickling and predicting load no TensorFlow; `fit` does.
"""

from collections.abc import Collection, Sequence
from typing import Any, Self, cast

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from textlstm import corpora, discover, spans, tagged, targets
from textlstm.corpora import Example
from textlstm.errors import SettingsError
from textlstm.estimator import SOURCE, RecipeEstimator, parts
from textlstm.settings import ClassifySettings, LabelDataSettings, TagDataSettings, TagSettings
from textlstm.targets import Targets
from textlstm.tasks import Judged

# What X and y say: the settings that name files and columns.
REFUSED = [*(field.name for field in LabelDataSettings.describe()), "multilabel"]
TAG_REFUSED = [field.name for field in TagDataSettings.describe()]


class TextClassifier(ClassifierMixin, RecipeEstimator):
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
        """Keep the parameters, as `RecipeEstimator`; the recipe is one that classifies."""
        super().__init__(recipe, preset=preset, verbose=verbose, **settings)

    def __sklearn_tags__(self) -> Tags:
        """Return that several labels a text are taken, too."""
        tags = super().__sklearn_tags__()
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
        labelled = corpora.in_memory(SOURCE, _parts(examples), say=lambda line: None)
        self._train(labelled, values)
        self.classes_ = labels.classes
        self.form_ = labels.form
        return self

    def predict(self, X: Sequence[str]) -> Any:
        """Return the labels: an array (texts,), a list of tuples, or a matrix (texts, classes).

        As y was given to `fit`. Several labels are chosen by a threshold a label, the one with the
        best F1 on the part kept from training, which need not be 0.5.

        Raises:
            NotFittedError: before `fit`.
            BundleError: the files are not those that `fit` made.
        """
        answers = self._answered(targets.texts(X))
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
        answers = self._answered(targets.texts(X))
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

    def _values(self, multi: bool) -> dict[str, Any]:
        """Return the recipe's settings as plain values, with what X and y say."""
        found = discover.load(self.recipe)
        if not issubclass(found.settings, ClassifySettings):
            raise SettingsError(f"recipe {found.name!r} does not classify texts")
        return {**self._given(REFUSED), "data": SOURCE, "multilabel": multi}


class EntityTagger(RecipeEstimator):
    """A tagger of texts that trains a recipe and answers from its bundle.

    X is a list of token lists, and y a list of tag lists in any of the schemes IOB1, BIO, BIOES
    and BMES; or X is a list of texts, and y a list of entities (type, start, end) a text, places
    in characters. About a tenth of the texts, chosen by a hash of the text, is kept from training
    and decides which epoch is the best.

    Attributes:
        history_: a row an epoch.
        bundle_: the bundle's files by name, as bytes.
        form_: how y was given: "tags" or "entities".
        scheme_: of the tags that were given, and that are answered.
    """

    def __init__(
        self,
        recipe: str = "ner",
        *,
        preset: str | None = None,
        verbose: bool = False,
        **settings: Any,
    ) -> None:
        """Keep the parameters, as `RecipeEstimator`; the recipe is one that tags."""
        super().__init__(recipe, preset=preset, verbose=verbose, **settings)

    def __sklearn_tags__(self) -> Tags:
        """Return that a target is needed."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags

    def fit(self, X: Sequence[Any], y: Sequence[Any]) -> Self:
        """Train on sentences and their tags or entities.

        Raises:
            TypeError: X holds neither texts nor lists of tokens, or y something else than tags or
                entities.
            ValueError: X and y differ in length, a row in its number of tags, or a tag violates
                the scheme.
            SettingsError: an unknown setting or value, or one that names data.
        """
        found = discover.load(self.recipe)
        if not issubclass(found.settings, TagSettings):
            raise SettingsError(f"recipe {found.name!r} does not tag texts")
        values = {**self._given(TAG_REFUSED), "data": SOURCE}
        inputs = tagged.sentences(X)
        if len(inputs) != len(y):
            raise ValueError(f"X has {len(inputs):,} sentences, y has {len(y):,} rows")
        if not inputs:
            raise ValueError("X is empty: nothing to learn from")
        form = "entities" if isinstance(inputs[0], str) else "tags"
        scheme = ""
        if form == "tags":
            scheme = spans.detect([tagged.listed_tags(row, place) for place, row in enumerate(y)])
        truth = tagged.entities(inputs, y, form, scheme)
        pairs = zip(inputs, truth, strict=True)
        examples = [Example(given, target, f"X[{i}]") for i, (given, target) in enumerate(pairs)]
        if not any(truth):
            raise ValueError("y holds no entity at all")
        cut = parts(
            examples, lambda e: spans.raw(e.input), lambda e: [name for name, _, _ in e.target],
            lambda train: any(e.target for e in train),
        )  # fmt: skip
        self._train(corpora.in_memory(SOURCE, cut, say=lambda line: None, kind="tag"), values)
        self.form_, self.scheme_ = form, scheme
        return self

    def predict(self, X: Sequence[Any]) -> list[Any]:
        """Return tags a token, or entities (type, start, end) a text, as y was given to `fit`.

        Raises:
            NotFittedError: before `fit`.
            TypeError: tokens were learned, and X holds texts; or the other way round.
            BundleError: the files are not those that `fit` made.
        """
        inputs = self._checked(X)
        answers = self._answered(inputs)
        found = [[(e["type"], e["start"], e["end"]) for e in a["entities"]] for a in answers]
        if self.form_ == "entities":
            return found
        return [
            tagged.tags(i, entities, self.scheme_)
            for i, entities in zip(inputs, found, strict=True)
        ]

    def score(self, X: Sequence[Any], y: Sequence[Any]) -> float:
        """Return the entity F1, as conlleval counts it.

        Raises:
            ValueError: X and y differ in length.
        """
        inputs = self._checked(X)
        if len(inputs) != len(y):
            raise ValueError(f"X has {len(inputs):,} sentences, y has {len(y):,} rows")
        truth = tagged.entities(inputs, y, self.form_, self.scheme_)
        answers = self._answered(inputs)
        return cast(Judged, self._predictor.task).quick_score(truth, answers)[1]

    def _checked(self, X: Sequence[Any]) -> list[Any]:
        """Return sentences of the form that was learned."""
        check_is_fitted(self, "bundle_")
        inputs = tagged.sentences(X)
        if any(isinstance(given, str) != (self.form_ == "entities") for given in inputs):
            raise TypeError(f"X holds other rows than in fit, where y held {self.form_}")
        return inputs


def _parts(examples: list[Example]) -> dict[str, Sequence[Example]]:
    return parts(
        examples, lambda e: str(e.input), _labels, lambda train: len({e.target for e in train}) > 1
    )


def _labels(example: Example) -> tuple[str, ...]:
    target: str | tuple[str, ...] = example.target
    return (target,) if isinstance(target, str) else target

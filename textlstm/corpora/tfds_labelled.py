"""Texts and labels from sets of TensorFlow Datasets: `tfds:glue/sst2`."""

from collections.abc import Callable, Mapping
from typing import Any

from textlstm.corpora import columns
from textlstm.corpora.source import Options
from textlstm.errors import DataError, SettingsError, nearest


def choose(
    where: str, info: Any, options: Options
) -> tuple[tuple[str, str], Callable[[Any], Any], str]:
    """Return the names of the text and the label feature, what gives a label, and nothing to say.

    Args:
        where: name of the set, for messages.
        info: a `tfds.core.DatasetInfo`.
        options: `text` and `label` of it.

    Raises:
        DataError: a feature is not there, or several are.
        SettingsError: one feature is asked for twice.
    """
    text, label = _columns(where, info.features, options)
    return (text, label), _targets(where, label, info.features[label]), ""


def _columns(where: str, features: Mapping[str, Any], options: Options) -> tuple[str, str]:
    """Return the names of the text and the label feature."""
    import tensorflow_datasets as tfds

    names = sorted(features)
    kinds = {
        "text": [n for n in names if isinstance(features[n], tfds.features.Text)],
        "label": [n for n in names if _is_label(features[n])],
    }
    chosen = {}
    for key, asked in (("text", options.text), ("label", options.label)):
        there = kinds[key]
        if asked is not None and asked in names:
            chosen[key] = asked
        elif asked is not None:
            near = nearest(asked, names)
            raise DataError(
                f"{where}: there is no feature {asked!r} among {columns.listed(names)}.{near}"
            )
        elif len(there) == 1:
            chosen[key] = there[0]
        else:
            count = "no" if not there else f"{len(there)}"
            what = "text features" if key == "text" else "class labels"
            shown = columns.listed(there or names)
            raise DataError(f"{where}: {count} {what} among {shown}; say {key}=NAME.")
    if chosen["text"] == chosen["label"]:
        raise SettingsError(f"{where}: one feature cannot be both the text and the label.")
    if chosen["text"] not in kinds["text"]:
        raise DataError(
            f"{where}: the feature {chosen['text']!r} is no text; "
            f"texts are {columns.listed(kinds['text'])}."
        )
    return chosen["text"], chosen["label"]


def _is_label(feature: Any) -> bool:
    import tensorflow_datasets as tfds

    inner = getattr(feature, "feature", feature)  # of a Sequence
    return isinstance(inner, tfds.features.ClassLabel)


def _targets(where: str, label: str, feature: Any) -> Callable[[Any], Any]:
    """Return what turns a raw value of the label feature into a label, or None if it is hidden."""
    import numpy as np
    import tensorflow_datasets as tfds

    inner = getattr(feature, "feature", feature)
    if isinstance(inner, tfds.features.ClassLabel):
        # num_classes may be known without names, then the number is the name
        def one(value: Any) -> str | None:
            return None if int(value) < 0 else str(inner.int2str(int(value)))

    elif getattr(inner, "shape", None) == ():

        def one(value: Any) -> str | None:
            return value.decode("utf-8") if isinstance(value, bytes) else str(value)

    else:
        raise DataError(f"{where}: the feature {label!r} is no label ({feature!r}).")
    if inner is feature:
        return one

    def several(values: Any) -> tuple[str, ...] | None:
        labels = [one(value) for value in np.asarray(values).tolist()]
        known = [found for found in labels if found is not None]
        return tuple(known) if len(known) == len(labels) else None

    return several

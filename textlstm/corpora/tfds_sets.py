"""Examples from public sets of TensorFlow Datasets: `tfds:imdb_reviews`, `tfds:glue/sst2`.

Sets prepared as array_record are read through `as_data_source`, which never imports TensorFlow;
sets prepared as TFRecord through `as_dataset`, which does. A set that is not there is prepared as
array_record. The folder is TFDS' own: $TFDS_DATA_DIR, else ~/tensorflow_datasets.
"""

from collections.abc import Callable, Mapping
from typing import Any

from textlstm.corpora import columns, tfds_tagged
from textlstm.corpora.folder import SPLITS
from textlstm.corpora.kinds import LABELLED, Kind
from textlstm.corpora.source import Aloud, Options, Source
from textlstm.corpora.tagged import TaggedTokens
from textlstm.corpora.tfds_fetch import PREFIX, prepared
from textlstm.corpora.tfds_split import Split
from textlstm.errors import DataError, SettingsError, nearest


def sources(name: str, options: Options, aloud: Aloud, kind: Kind = LABELLED) -> dict[str, Source]:
    """Return the splits of a public set that have labels, by part.

    Args:
        name: as TFDS writes it, without "tfds:": "glue/sst2", "imdb_reviews:1.0.0".
        options: `text` and `label`, or `token` and `tag`, name features where the set has several.
        aloud: told about features, and about splits that are not used.
        kind: what the examples are.

    Raises:
        DataError: the set is unknown, cannot be fetched, has no labelled train split, or its
            features do not tell which is the text and which the label.
    """
    builder = prepared(name)
    features = builder.info.features
    keys = ("text", "label") if kind is LABELLED else ("token", "tag")
    if kind is LABELLED:
        chosen = _columns(name, features, options)
        target = _targets(name, chosen[1], features[chosen[1]])
    else:
        chosen = tfds_tagged.columns_of(f"{PREFIX}{name}", features, options)
        target = tfds_tagged.tags_of(f"{PREFIX}{name}", chosen[1], features[chosen[1]])
    said = ", ".join(f"{key} feature: {of!r}" for key, of in zip(keys, chosen, strict=True))
    aloud(f"{PREFIX}{name}: {said}")
    found: dict[str, Source] = {}
    unused = []
    for split in builder.info.splits:
        part = SPLITS.get(split)
        if part is None or part in found or not builder.info.splits[split].num_examples:
            unused.append(split)
            continue
        source = Split(name, builder, split, chosen, target)
        if source.hidden():
            aloud(
                f"{PREFIX}{name}: the {keys[1]}s of split {split!r} are hidden (-1); it is not used"
            )
        elif kind is LABELLED:
            found[part] = source
        else:
            found[part] = TaggedTokens(tfds_tagged.SplitTokens(source), options, aloud)
    if unused:
        aloud(f"{PREFIX}{name}: not used: split {', '.join(map(repr, unused))}")
    if "train" not in found:
        there = columns.listed(list(builder.info.splits))
        raise DataError(f"{PREFIX}{name}: no split 'train' with labels among {there}.")
    return found


def _columns(name: str, features: Mapping[str, Any], options: Options) -> tuple[str, str]:
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
                f"{PREFIX}{name}: there is no feature {asked!r} among "
                f"{columns.listed(names)}.{near}"
            )
        elif len(there) == 1:
            chosen[key] = there[0]
        else:
            count = "no" if not there else f"{len(there)}"
            what = "text features" if key == "text" else "class labels"
            shown = columns.listed(there or names)
            raise DataError(f"{PREFIX}{name}: {count} {what} among {shown}; say {key}=NAME.")
    if chosen["text"] == chosen["label"]:
        raise SettingsError(f"{PREFIX}{name}: one feature cannot be both the text and the label.")
    if chosen["text"] not in kinds["text"]:
        raise DataError(
            f"{PREFIX}{name}: the feature {chosen['text']!r} is no text; "
            f"texts are {columns.listed(kinds['text'])}."
        )
    return chosen["text"], chosen["label"]


def _is_label(feature: Any) -> bool:
    import tensorflow_datasets as tfds

    inner = getattr(feature, "feature", feature)  # of a Sequence
    return isinstance(inner, tfds.features.ClassLabel)


def _targets(name: str, label: str, feature: Any) -> Callable[[Any], Any]:
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
        raise DataError(f"{PREFIX}{name}: the feature {label!r} is no label ({feature!r}).")
    if inner is feature:
        return one

    def several(values: Any) -> tuple[str, ...] | None:
        labels = [one(value) for value in np.asarray(values).tolist()]
        known = [found for found in labels if found is not None]
        return tuple(known) if len(known) == len(labels) else None

    return several

"""Examples from public sets of TensorFlow Datasets: `tfds:imdb_reviews`, `tfds:glue/sst2`.

Sets prepared as array_record are read through `as_data_source`, which never imports TensorFlow;
sets prepared as TFRecord through `as_dataset`, which does. A set that is not there is prepared as
array_record. The folder is TFDS' own: $TFDS_DATA_DIR, else ~/tensorflow_datasets.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textlstm.corpora import columns, tfds_labelled, tfds_pairs, tfds_tagged, tfds_texts
from textlstm.corpora.folder import SPLITS
from textlstm.corpora.kinds import LABELLED, PAIRED, RUNNING, TAGGED, Kind
from textlstm.corpora.source import Aloud, Options, Source
from textlstm.corpora.tagged import TaggedTokens
from textlstm.corpora.tfds_fetch import PREFIX, prepared
from textlstm.corpora.tfds_split import Split
from textlstm.errors import DataError

Target = Callable[[Any], Any]


@dataclass(frozen=True)
class Way:
    """How the sets of one kind of examples are read.

    Attributes:
        keys: the settings that name the two features.
        choose: gives the names of the features, what turns a raw value of the second into a target
            (None where it is hidden), and a phrase on how they were found.
        source: reads a split.
    """

    keys: tuple[str, str]
    choose: Callable[[str, Any, Options], tuple[tuple[str, str], Target, str]]
    source: Callable[[Split, Options, Aloud], Source]


WAYS = {
    LABELLED.name: Way(("text", "label"), tfds_labelled.choose, lambda split, *_: split),
    TAGGED.name: Way(
        ("token", "tag"),
        tfds_tagged.choose,
        lambda split, options, aloud: TaggedTokens(tfds_tagged.SplitTokens(split), options, aloud),
    ),
    PAIRED.name: Way(
        ("source", "target"), tfds_pairs.choose, lambda split, *_: tfds_pairs.SplitPairs(split)
    ),
    RUNNING.name: Way(
        ("text", "text"), tfds_texts.choose, lambda split, *_: tfds_texts.SplitTexts(split)
    ),
}


def sources(name: str, options: Options, aloud: Aloud, kind: Kind = LABELLED) -> dict[str, Source]:
    """Return the splits of a public set that have labels or targets, by part.

    Args:
        name: as TFDS writes it, without "tfds:": "glue/sst2", "imdb_reviews:1.0.0".
        options: `text` and `label`, `token` and `tag`, or `source` and `target` name features
            where the set has several.
        aloud: told about features, and about splits that are not used.
        kind: what the examples are.

    Raises:
        DataError: the set is unknown, cannot be fetched, has no labelled train split, or its
            features do not tell which is the text and which the label.
    """
    builder = prepared(name)
    way = WAYS[kind.name]
    chosen, target, how = way.choose(f"{PREFIX}{name}", builder.info, options)
    pairs = dict.fromkeys(zip(way.keys, chosen, strict=True))  # of running text both are one
    said = ", ".join(f"{key} feature: {of!r}" for key, of in pairs)
    aloud(f"{PREFIX}{name}: {said}{how}")
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
                f"{PREFIX}{name}: the {way.keys[1]}s of split {split!r} are hidden (-1); "
                "it is not used"
            )
        else:
            found[part] = way.source(source, options, aloud)
    if unused:
        aloud(f"{PREFIX}{name}: not used: split {', '.join(map(repr, unused))}")
    if "train" not in found:
        there = columns.listed(list(builder.info.splits))
        raise DataError(f"{PREFIX}{name}: no split 'train' with {way.keys[1]}s among {there}.")
    return found

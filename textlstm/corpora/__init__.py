"""Raw examples: from files, from TensorFlow Datasets, from the embedded corpora.

`labelled_texts`, `tagged_texts`, `paired_texts` and `running_texts` give a `Corpus` for the data
settings, `read_part` the examples of one file.
"""

from textlstm.corpora.corpus import Corpus
from textlstm.corpora.example import Example
from textlstm.corpora.reading import (
    in_memory,
    labelled_texts,
    paired_texts,
    read_part,
    running_texts,
    tagged_texts,
)
from textlstm.corpora.survey import unseen_labels

__all__ = [
    "Corpus",
    "Example",
    "in_memory",
    "labelled_texts",
    "paired_texts",
    "read_part",
    "running_texts",
    "tagged_texts",
    "unseen_labels",
]

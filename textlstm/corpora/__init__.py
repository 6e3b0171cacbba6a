"""Raw examples: from files, from TensorFlow Datasets, from the embedded corpora.

`labelled_texts`, `tagged_texts`, `paired_texts` and `running_texts` give a `Corpus` for the data
settings, `read_part` the examples of one file; `series_windows` and `read_series_part` do so for a
series.
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
from textlstm.corpora.series import SeriesCorpus
from textlstm.corpora.series_reading import read_series_part, series_windows

__all__ = [
    "Corpus",
    "Example",
    "SeriesCorpus",
    "in_memory",
    "labelled_texts",
    "paired_texts",
    "read_part",
    "read_series_part",
    "running_texts",
    "series_windows",
    "tagged_texts",
]

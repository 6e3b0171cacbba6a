"""Tokens and tags from sets of TensorFlow Datasets: `tfds:conll2003/conll2003`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from textlstm.corpora import columns
from textlstm.corpora.example import Bad
from textlstm.corpora.source import Options, unfit
from textlstm.corpora.tagged import TAG_NAMES, TOKEN_NAMES, Sentence, sentence
from textlstm.corpora.tfds_split import Split, decoded_text
from textlstm.errors import DataError, nearest


class SplitTokens:
    """A split whose features are tokens and tags as a `tagged.Reader`."""

    def __init__(self, split: Split) -> None:
        """Read `split`."""
        self.name = split.name
        self._split = split

    @property
    def reading(self) -> str:
        """Set, version, split and features as text."""
        return self._split.reading

    def files(self) -> Iterator[Path]:
        """Yield the files of the split and the descriptions of its features."""
        return self._split.files()

    def sentences(self) -> Iterator[Sentence | Bad]:
        """Yield every row."""
        for number, (raw, numbers) in enumerate(self._split.rows(), 1):
            where = f"{self.name}:{number}"
            tags = self._split.target(numbers)
            tokens = [decoded_text(token) for token in raw]
            problem = next((why for _, why in tokens if why), "")
            if problem:
                yield Bad(where, f"{problem} of a token is not UTF-8")
            elif tags is None:
                yield Bad(where, "the tags are hidden (-1)")
            else:
                yield sentence([token for token, _ in tokens], tags, where)


def choose(
    where: str, info: Any, options: Options
) -> tuple[tuple[str, str], Callable[[Any], Any], str]:
    """Return the names of the features of tokens and tags, what gives tags, and nothing to say.

    Args:
        where: name of the set, for messages.
        info: a `tfds.core.DatasetInfo`.
        options: `token` and `tag` of it.

    Raises:
        DataError: as for `columns_of` and `tags_of`.
        SettingsError: as for `columns_of`.
    """
    token, tag = columns_of(where, info.features, options)
    return (token, tag), tags_of(where, tag, info.features[tag]), ""


def columns_of(where: str, features: Mapping[str, Any], options: Options) -> tuple[str, str]:
    """Return the names of the features of tokens and of tags.

    Args:
        where: name of the set, for messages.
        features: of the set, by name.
        options: `token` and `tag` of it.

    Raises:
        DataError: there is none, several and none of the usual name, or none as asked for.
        SettingsError: a text or spans were asked for.
    """
    import tensorflow_datasets as tfds

    unfit(options, "the tokens of public sets", "text", "entities")

    def of(kind: type) -> list[str]:
        return [n for n in sorted(features) if isinstance(_inner(features[n]), kind)]

    found = []
    for key, asked, there, usual in (
        ("token", options.token, of(tfds.features.Text), TOKEN_NAMES),
        ("tag", options.tag, of(tfds.features.ClassLabel), TAG_NAMES),
    ):
        if asked is None:
            named = [name for name in usual if name in there] or (there if len(there) == 1 else [])
            if not named:
                shown = columns.listed(there or sorted(features))
                raise DataError(
                    f"{where}: which feature is the {key}s, of {shown}? Say {key}=NAME."
                )
            found.append(named[0])
            continue
        if asked not in there:
            near = nearest(asked, there)
            raise DataError(
                f"{where}: there is no sequence of {key}s {asked!r} among "
                f"{columns.listed(there)}.{near}"
            )
        found.append(asked)
    return found[0], found[1]


def tags_of(where: str, name: str, feature: Any) -> Callable[[Any], Sequence[str] | None]:
    """Return what turns raw values of a feature into tags, or None where they are hidden (-1).

    Raises:
        DataError: the tags of the set have no names.
    """
    inner = _inner(feature)
    if not inner.names or "O" not in inner.names:
        shown = columns.listed(inner.names) if inner.names else "numbers without names"
        raise DataError(
            f"{where}: the classes of {name!r} are no tags ({shown}); O, B-TYPE and so on were "
            "expected."
        )
    tags = list(inner.names)

    def several(values: Any) -> list[str] | None:
        return None if any(value < 0 for value in values) else [tags[value] for value in values]

    return several


def _inner(feature: Any) -> Any:
    """Return what a sequence holds, or None for what is no sequence."""
    return getattr(feature, "feature", None)

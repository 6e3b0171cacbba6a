"""Recipe: a settings class and three functions, the whole content of a recipe file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from textlstm.errors import SettingsError, nearest
from textlstm.settings import Settings

if TYPE_CHECKING:
    import keras

    from textlstm.corpora import Corpus, Example, SeriesCorpus
    from textlstm.tasks import Task


@dataclass(frozen=True)
class Recipe:
    """What a recipe file ends in: `recipe = Recipe(MySettings, corpus, task, network, presets)`.

    Attributes:
        settings: the settings class, a frozen dataclass.
        corpus: `corpus(settings)`: the raw examples; what the user should know is in its notes.
        task: `task(settings, train)`: labels and vocabulary, from the training part alone.
        network: `network(settings, task)`: the Keras network, compiled with its loss.
        presets: named values for some settings; `tiny` must exist and train in seconds.
        name: file stem; filled in by `discover`.
        source: text of the file; filled in by `discover`, kept in the bundle to read.
    """

    settings: type[Settings]
    corpus: Callable[[Any], "Corpus | SeriesCorpus"]
    task: Callable[[Any, Iterable["Example"]], "Task"]
    network: Callable[[Any, Any], "keras.Model"]
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    name: str = ""
    source: str = ""

    def preset(self, name: str | None) -> Mapping[str, Any]:
        """Return the values of a preset; none for no name.

        Raises:
            SettingsError: no preset is called so.
        """
        if name is None:
            return {}
        if name not in self.presets:
            known = ", ".join(self.presets) or "none"
            raise SettingsError(
                f"recipe {self.name!r} has no preset {name!r}: it has {known}."
                + nearest(name, self.presets)
            )
        return self.presets[name]

"""A forecast model on other files, and a series that its scale cannot take."""

import numpy as np
import pytest

import textlstm
from textlstm import corpora
from textlstm.errors import DataError
from textlstm.settings import ForecastSettings
from textlstm.tasks.forecast import Forecast

RANDOM = np.random.default_rng(8)


def written(path, names, columns):
    rows = zip(*columns, strict=True)
    path.write_text("\n".join([",".join(names), *(",".join(map(repr, row)) for row in rows)]))
    return str(path)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A model of two columns that forecasts the last one."""
    folder = tmp_path_factory.mktemp("grid")
    load = (50 + 5 * np.sin(np.arange(120) / 3) + RANDOM.normal(0, 1, 120)).tolist()
    temperature = RANDOM.normal(0, 9, 120).tolist()
    data = written(folder / "a.csv", ["t", "temp", "load"], [range(120), temperature, load])
    found = textlstm.train("forecast", preset="tiny", epochs=1, data=data, out=folder / "run")
    return found, (temperature, load)


def test_another_file_needs_the_columns_of_training(run, tmp_path):
    found, (temperature, load) = run
    turned = written(tmp_path / "b.csv", ["t", "load", "temp"], [range(120), load, temperature])
    with pytest.raises(DataError) as caught:
        textlstm.evaluate(found.folder, test=turned)
    assert str(caught.value) == (
        "b.csv: its columns are load, temp (forecast: temp), but the model was trained on temp, "
        "load (forecast: load); say value=temp,load target=load"
    )
    same = written(tmp_path / "c.csv", ["t", "temp", "load"], [range(120), temperature, load])
    wanted = textlstm.evaluate(found.folder, test=same).scores["rmse"]
    asked = {"value": ("temp", "load"), "target": "load"}
    assert textlstm.evaluate(found.folder, test=turned, **asked).scores["rmse"] == wanted
    with pytest.raises(DataError, match="its columns are load .*, but the model was trained on te"):
        textlstm.evaluate(found.folder, test=turned, value=("load",))


def test_a_single_column_may_be_called_otherwise(tmp_path):
    s = ForecastSettings.from_mapping({"data": written(tmp_path / "a.csv", ["x"], [range(99)])})
    task = Forecast.fit(corpora.series_windows(s).train, s)
    other = written(tmp_path / "b.csv", ["y"], [range(99)])
    task.check(corpora.read_series_part(other, s, [].append).series)


def test_what_the_scale_cannot_take_is_refused_before_training(tmp_path):
    level = 100 * 1.01 ** np.arange(200) * RANDOM.normal(1, 0.1, 200)
    level[195] = 0  # in test alone
    data = written(tmp_path / "a.csv", ["x"], [level.tolist()])
    with pytest.raises(DataError) as caught:
        textlstm.train("forecast", preset="tiny", data=data, out=tmp_path / "run")
    assert str(caught.value) == (
        "a.csv:197: 'x': the value 0 has no logarithm: the model was trained on values above 0 and "
        "takes their logarithms; scale=standard takes any"
    )
    assert not list((tmp_path / "run").glob("*.weights.h5"))

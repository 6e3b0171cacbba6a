"""An untrained language model as a bundle: small, of any kind of tokens."""

from textlstm import bundle, checkpoint, discover
from textlstm.corpora import Example
from textlstm.export import generation

STORY = (
    "The old man had a drum. The drum was loud, and the man was happy.\n"
    "One day a fox came by and asked for the drum, but the man said no.\n\n"
    "从前有一个老人，他有一面鼓。\n"
) * 12


def made(folder, story=STORY, **settings):
    """Return recipe settings, task and network, after writing a bundle of them to a folder."""
    import keras

    recipe = discover.load("generation")
    values = {
        **recipe.presets["tiny"], "embedding": 8, "units": (6,), "vocabulary": None,
        "max_length": 30, **settings,
    }  # fmt: skip
    s = recipe.settings.from_mapping(values)
    task = recipe.task(s, [Example(story, story, "story:1")])
    keras.utils.clear_session()
    keras.utils.set_random_seed(4)
    model = recipe.network(s, task)
    for weight in model.trainable_weights:  # far from uniform
        weight.assign(keras.random.normal(weight.shape, stddev=0.8, seed=len(weight.path)))
    bundle.write(
        folder, recipe={"name": "generation", "source": ""}, task=task, settings=s.to_dict(),
        weights=checkpoint.weights(model), graphs={"model": generation.to_onnx(model)}, card="",
    )  # fmt: skip
    return s, task, model

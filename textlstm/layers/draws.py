"""Random states of layers."""

import zlib

import keras


def generator(layer: keras.layers.Layer, seed: int | None) -> keras.random.SeedGenerator:
    """Return a random state that is a variable of the layer, so that checkpoints carry it.

    Kinds of layers that are given the same seed draw differently: two dropouts that hit the
    same positions would be one.

    Args:
        layer: whose class goes into the state.
        seed: None takes one from Keras' global seed.
    """
    return keras.random.SeedGenerator(None if seed is None else _mixed(seed, layer, ""))


def reseed(layer: keras.layers.RNN, seed: int, place: str) -> None:
    """Set the random state of a recurrent layer's dropouts.

    Keras' recurrent layers leave `seed` out of get_config(), so Bidirectional, which makes its
    forward layer from that, would draw another one.

    Args:
        layer: one of Keras' recurrent layers.
        seed: decides, together with `place`, what is drawn.
        place: of the layer in the network; layers at different places draw differently.
    """
    layer.cell.seed_generator.state.assign([_mixed(seed, layer, place), 0])


def _mixed(seed: int, layer: keras.layers.Layer, place: str) -> int:
    return zlib.crc32(f"{seed} {type(layer).__name__} {place}".encode()) % 2**31

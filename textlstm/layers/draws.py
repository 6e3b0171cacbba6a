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
    if seed is not None:
        seed = (seed + zlib.crc32(type(layer).__name__.encode())) % 2**31
    return keras.random.SeedGenerator(seed)

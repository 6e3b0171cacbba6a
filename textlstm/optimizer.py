"""Adam as Keras has it, with fewer passes over a large embedding."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("textlstm")
class Adam(keras.optimizers.Adam):
    """Adam (Kingma & Ba 2015, algorithm 1) of the gradient as a whole.

    Keras takes about a dozen operators, each a pass over all of the embedding. Here the rows of a
    word that occurs several times in a batch are added up first, once, and everything else is
    TensorFlow's one-pass `ResourceApplyAdam`; the norm that is clipped and the moving averages
    take one operator each too. All rows are updated in each step, those without a gradient too, as
    the algorithm has it; lazy variants leave them out.

    The numbers are those of Keras' Adam on dense gradients, but for rounding. On the gradient of
    an embedding Keras itself squares each occurrence of a word for its own, for the second moment
    and for the norm that is clipped: sums of squares instead of squares of sums.
    """

    def apply(self, grads: Sequence[Any], trainable_variables: Any = None) -> Any:
        """Update the variables by one step, as Keras does."""
        return super().apply([_summed(grad) for grad in grads], trainable_variables)

    def _clip_gradients(self, grads: Sequence[Any]) -> Sequence[Any]:
        """Clip the norm of all gradients as Keras does, without an array of their squares."""
        if not self.global_clipnorm or self.clipnorm:
            return super()._clip_gradients(grads)
        arrays = [grad.values if isinstance(grad, tf.IndexedSlices) else grad for grad in grads]
        norm = tf.sqrt(2.0 * tf.add_n([tf.nn.l2_loss(array) for array in arrays]))
        # of a norm that is infinite or no number, Keras makes gradients that are none, and so here
        scale = self.global_clipnorm / tf.maximum(norm, self.global_clipnorm) + (norm - norm)
        return [grad * scale for grad in grads]

    def _update_model_variables_moving_average(self, trainable_variables: Any) -> None:
        """Update the moving averages: average -= (1 - momentum) (average - value)."""
        values = [variable.value for variable in trainable_variables]
        if not all(map(_plain, values)):
            super()._update_model_variables_moving_average(trainable_variables)
            return
        momentum = tf.where(tf.equal(self.iterations, 0), 0.0, self.ema_momentum)
        for value, average in zip(values, self._model_variables_moving_average, strict=True):
            if average is not None:
                tf.raw_ops.ResourceApplyGradientDescent(
                    var=average.value.handle, alpha=tf.cast(1.0 - momentum, value.dtype),
                    delta=average.value - value, use_locking=True,
                )  # fmt: skip

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update one variable and its two moments."""
        value = variable.value if isinstance(variable, keras.Variable) else variable
        if self.amsgrad or not _plain(value):
            super().update_step(gradient, variable, learning_rate)
            return
        place = self._get_variable_index(variable)
        step = tf.cast(self.iterations + 1, value.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=value.handle,
            m=self._momentums[place].value.handle,
            v=self._velocities[place].value.handle,
            beta1_power=tf.pow(tf.cast(self.beta_1, value.dtype), step),
            beta2_power=tf.pow(tf.cast(self.beta_2, value.dtype), step),
            lr=tf.cast(learning_rate, value.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.cast(tf.convert_to_tensor(gradient), value.dtype),
            use_locking=True,  # also: it is never run on a copy
        )


def _plain(value: Any) -> bool:
    """Return whether a variable lies on one device, where the operator can update it in place."""
    return not tf.distribute.has_strategy() and isinstance(value, tf.Variable)


def _summed(gradient: Any) -> Any:
    """Return the gradient of an embedding with one row a word, in the order of the words."""
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    order = tf.argsort(gradient.indices, stable=True)
    words, first = tf.unique(tf.gather(gradient.indices, order))
    rows = tf.math.segment_sum(tf.gather(gradient.values, order), first)
    return tf.IndexedSlices(rows, words, gradient.dense_shape)

// The LSTM (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000): what happens
// to a vector of units of one row once its gates' products are there, forward and backward.
//
//   i, f, o = sigmoid(x W + h U + b)   g = tanh(x W + h U + b)
//   c' = f c + i g                     h' = o tanh c'

namespace textlstm {
namespace ARCH {

struct Lstm {
  static constexpr int kGates = 4;       // in Keras' weights: i f g o
  static constexpr int kBiases = 1;      // rows of Keras' bias
  static constexpr bool kHasCell = true;
  // Four slots a unit are kept: here the gates. Both products fill them from slot k?From on.
  static constexpr int kInputs = 4, kInputFrom = 0;
  static constexpr int kStates = 4, kStateFrom = 0;
  static constexpr int kInputGate[kInputs] = {0, 1, 2, 3};
  static constexpr int kStateGate[kStates] = {0, 1, 2, 3};
  // True where the step itself adds to the gradient of the earlier state, besides the product.
  static constexpr bool kCarriesState = false;

  // Start of the sums of slot `slot`.
  static const float* bias(const float* all, int units, int slot) { return all + slot * units; }
  static const float* second_bias(const float*, int, int) { return nullptr; }

  // sums: what the state's product ends with; slots: where it is kept. Returns h'.
  static inline Vec forward(const Vec (&sums)[kStates], float* slots, bool keep, Vec /* h */,
                            const float* cell_before, float* cell) {
    const Vec i = sigmoid(sums[0]), f = sigmoid(sums[1]);
    const Vec g = tanh(sums[2]), o = sigmoid(sums[3]);
    const Vec c = fma(f, load(cell_before), i * g);
    store(cell, c);
    if (keep) {
      store(slots, i);
      store(slots + LANES, f);
      store(slots + 2 * LANES, g);
      store(slots + 3 * LANES, o);
    }
    return o * tanh(c);
  }

  // dh: gradient of h'; dcell: of c', becomes that of c; dslots: of the sums.
  static inline void backward(const float* slots, const float* cell_before, const float* cell,
                              Vec /* h */, Vec dh, float* dcell, float* /* dstate */,
                              float* dslots) {
    const Vec one = spread(1.0f);
    const Vec i = load(slots), f = load(slots + LANES);
    const Vec g = load(slots + 2 * LANES), o = load(slots + 3 * LANES);
    const Vec shown = tanh(load(cell));
    const Vec dc = load(dcell) + dh * o * (one - shown * shown);
    store(dslots, dc * g * i * (one - i));
    store(dslots + LANES, dc * load(cell_before) * f * (one - f));
    store(dslots + 2 * LANES, dc * i * (one - g * g));
    store(dslots + 3 * LANES, dh * shown * o * (one - o));
    store(dcell, dc * f);
  }
};

}  // namespace ARCH
}  // namespace textlstm

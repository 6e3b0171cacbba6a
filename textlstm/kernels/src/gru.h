// The GRU (Cho et al. 2014) in Keras' reset_after form: what happens to a vector of units of one
// row once its gates' products are there, forward and backward.
//
//   z, r = sigmoid(x W + h U + b + b')   s = h U + b'   n = tanh(x W + b + r s)
//   h' = z h + (1 - z) n

namespace textlstm {
namespace ARCH {

struct Gru {
  static constexpr int kGates = 3;       // in Keras' weights: z r n
  static constexpr int kBiases = 2;      // rows of Keras' bias: of the input, of the state
  static constexpr bool kHasCell = false;
  // Four slots a unit are kept: n z r s. The input's product is in n z r, the state's in z r s.
  static constexpr int kInputs = 3, kInputFrom = 0;
  static constexpr int kStates = 3, kStateFrom = 1;
  static constexpr int kInputGate[kInputs] = {2, 0, 1};
  static constexpr int kStateGate[kStates] = {0, 1, 2};
  static constexpr bool kCarriesState = true;

  static const float* bias(const float* all, int units, int slot) {
    constexpr int kColumn[4] = {2, 0, 1, 5};  // in units, of the two rows laid end to end
    return all + kColumn[slot] * units;
  }
  static const float* second_bias(const float* all, int units, int slot) {
    return slot == 1 || slot == 2 ? all + (slot + 2) * units : nullptr;
  }

  // sums: z, r and s; the slot of n has the input's part of it. Returns h'.
  static inline Vec forward(const Vec (&sums)[kStates], float* slots, bool keep, Vec h,
                            const float* /* cell_before */, float* /* cell */) {
    const Vec z = sigmoid(sums[0]), r = sigmoid(sums[1]), s = sums[2];
    const Vec n = tanh(fma(r, s, load(slots)));
    if (keep) {
      store(slots, n);
      store(slots + LANES, z);
      store(slots + 2 * LANES, r);
      store(slots + 3 * LANES, s);
    }
    return fma(z, h - n, n);
  }

  // dh: gradient of h'; dstate: becomes that of h, without the product's part; dslots: of the sums.
  static inline void backward(const float* slots, const float* /* cell_before */,
                              const float* /* cell */, Vec h, Vec dh, float* /* dcell */,
                              float* dstate, float* dslots) {
    const Vec one = spread(1.0f);
    const Vec n = load(slots), z = load(slots + LANES);
    const Vec r = load(slots + 2 * LANES), s = load(slots + 3 * LANES);
    const Vec dn = dh * (one - z) * (one - n * n);
    store(dslots, dn);
    store(dslots + LANES, dh * (h - n) * z * (one - z));
    store(dslots + 2 * LANES, dn * s * r * (one - r));
    store(dslots + 3 * LANES, dn * r);
    store(dstate, dh * z);
  }
};

}  // namespace ARCH
}  // namespace textlstm

// LANES floats side by side, and the two functions of a gate. No header guard: every processor's
// file includes this once, after it has defined LANES and ARCH and chosen the instructions.
#if LANES == 16
#define TEXTLSTM_WIDE(name) _mm512_##name
#elif LANES == 8
#define TEXTLSTM_WIDE(name) _mm256_##name
#else
#error "LANES must be 8 or 16"
#endif

namespace textlstm {
namespace ARCH {

typedef float Vec __attribute__((vector_size(LANES * sizeof(float))));

inline Vec load(const float* from) { return TEXTLSTM_WIDE(loadu_ps)(from); }
inline void store(float* to, Vec v) { TEXTLSTM_WIDE(storeu_ps)(to, v); }
inline Vec spread(float f) { return TEXTLSTM_WIDE(set1_ps)(f); }
inline Vec zero() { return TEXTLSTM_WIDE(setzero_ps)(); }
// a * b + c, rounded once. Written out so that every tile size rounds in the same way.
inline Vec fma(Vec a, Vec b, Vec c) { return TEXTLSTM_WIDE(fmadd_ps)(a, b, c); }

// The first `count` floats; what lies behind them is not touched, and is zero in the result.
inline Vec load_part(const float* from, int count) {
  if (count >= LANES) return load(from);
  alignas(64) float part[LANES] = {};
  for (int k = 0; k < count && k < LANES; k++) part[k] = from[k];
  return load(part);
}

inline void store_part(float* to, Vec v, int count) {
  if (count >= LANES) return store(to, v);
  alignas(64) float part[LANES];
  store(part, v);
  for (int k = 0; k < count && k < LANES; k++) to[k] = part[k];
}

// min and max return their second operand where one is not a number, so NaN stays NaN.
inline Vec limit(Vec x, float most) {
  return TEXTLSTM_WIDE(max_ps)(spread(-most), TEXTLSTM_WIDE(min_ps)(spread(most), x));
}

// tanh x = x P(x^2) / Q(x^2): minimax fit of the relative error on |x| <= 9 (2.1e-8; 3e-7 with
// the rounding of float32). Beyond 9 tanh is 1 in float32.
inline Vec tanh(Vec x) {
  x = limit(x, 9.0f);
  const Vec u = x * x;
  Vec p = fma(u, spread(1.333705967e-08f), spread(2.059646548e-05f));
  p = fma(u, p, spread(3.494824525e-03f));
  p = fma(u, p, spread(1.338038378e-01f));
  p = fma(u, p, spread(1.0f));
  Vec q = fma(u, spread(7.769380884e-07f), spread(3.284383933e-04f));
  q = fma(u, q, spread(2.587408020e-02f));
  q = fma(u, q, spread(4.671369992e-01f));
  q = fma(u, q, spread(1.0f));
  return limit(x * p / q, 1.0f);
}

inline Vec sigmoid(Vec x) {
  const Vec half = spread(0.5f);
  return fma(tanh(x * half), half, half);
}

}  // namespace ARCH
}  // namespace textlstm

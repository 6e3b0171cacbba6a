// The kernels with 16 lanes for a processor that has only 8: the functions of vec.h spelt out.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "problem.h"
#include "threads.h"

#pragma GCC target("avx2,fma")

namespace {

typedef float Wide __attribute__((vector_size(64)));

inline Wide _mm512_loadu_ps(const float* from) {
  Wide v;
  memcpy(&v, from, sizeof v);
  return v;
}
inline void _mm512_storeu_ps(float* to, Wide v) { memcpy(to, &v, sizeof v); }
inline Wide _mm512_set1_ps(float f) { return f - Wide{}; }
inline Wide _mm512_setzero_ps() { return Wide{}; }
inline Wide _mm512_fmadd_ps(Wide a, Wide b, Wide c) {
  for (int k = 0; k < 16; k++) c[k] = __builtin_fmaf(a[k], b[k], c[k]);
  return c;
}
inline Wide _mm512_min_ps(Wide a, Wide b) { return a < b ? a : b; }
inline Wide _mm512_max_ps(Wide a, Wide b) { return a > b ? a : b; }

}  // namespace

#define LANES 16
#define ARCH sixteen_lanes
#include "kernel.h"

namespace textlstm {

extern const Kernel kSixteenLanes;
const Kernel kSixteenLanes = {ARCH::kept, ARCH::forward, ARCH::backward, ARCH::crf};

}  // namespace textlstm

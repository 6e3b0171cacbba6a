// The one matrix product: a tile of C (ROWS x VECS vectors) stays in registers while k runs.
//
// Rows of A and C are given by pointers, so transposing, reversing in time and gathering rows of
// different length cost nothing. B is a panel: VECS vectors a row, rows `b_step` floats apart.

namespace textlstm {
namespace ARCH {

// Rows of a tile: as many accumulators as leave registers for one vector of B and a column of A.
// AVX2 has 16 registers, AVX-512 has 32.
template <int VECS>
constexpr int kTileRows = LANES == 16 ? 24 / VECS : 12 / VECS;

// k of one pass: a block of a panel of 4 vectors then fills half of the first-level cache.
constexpr int kBlock = 128;

template <int ROWS, int VECS>
using Tile = Vec[ROWS][VECS];

template <int ROWS, int VECS>
inline __attribute__((always_inline)) void multiply(Tile<ROWS, VECS>& c,
                                                    const float* const (&a)[ROWS],
                                                    ptrdiff_t a_step, const float* b,
                                                    ptrdiff_t b_step, int k) {
  const float* row[ROWS];
#pragma GCC unroll 8
  for (int r = 0; r < ROWS; r++) row[r] = a[r];
  for (; k > 0; k--) {
    // The shorter side of the tile waits in registers, the longer one passes through a single one.
    if constexpr (VECS <= ROWS) {
      Vec right[VECS];
#pragma GCC unroll 4
      for (int v = 0; v < VECS; v++) right[v] = load(b + v * LANES);
#pragma GCC unroll 8
      for (int r = 0; r < ROWS; r++) {
        const Vec left = spread(*row[r]);
        row[r] += a_step;
#pragma GCC unroll 4
        for (int v = 0; v < VECS; v++) c[r][v] = fma(left, right[v], c[r][v]);
      }
    } else {
      Vec left[ROWS];
#pragma GCC unroll 8
      for (int r = 0; r < ROWS; r++) {
        left[r] = spread(*row[r]);
        row[r] += a_step;
      }
#pragma GCC unroll 4
      for (int v = 0; v < VECS; v++) {
        const Vec right = load(b + v * LANES);
#pragma GCC unroll 8
        for (int r = 0; r < ROWS; r++) c[r][v] = fma(left[r], right, c[r][v]);
      }
    }
    b += b_step;
  }
}

template <int ROWS, int VECS>
inline __attribute__((always_inline)) void load_tile(Tile<ROWS, VECS>& c,
                                                     float* const (&from)[ROWS]) {
#pragma GCC unroll 8
  for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 4
    for (int v = 0; v < VECS; v++) c[r][v] = load(from[r] + v * LANES);
}

template <int ROWS, int VECS>
inline __attribute__((always_inline)) void store_tile(const Tile<ROWS, VECS>& c,
                                                      float* const (&to)[ROWS],
                                                      int columns = VECS * LANES) {
#pragma GCC unroll 8
  for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 4
    for (int v = 0; v < VECS; v++) {
      const int left = columns - v * LANES;
      if (left > 0) store_part(to[r] + v * LANES, c[r][v], left);
    }
}

template <int N>
struct Rows {
  static constexpr int n = N;
};

// Call f(Rows<n>()) with the n that `rows` is, 1 <= rows <= MOST.
template <int MOST, class F>
inline __attribute__((always_inline)) void with_rows(int rows, F f) {
  if constexpr (MOST == 1) {
    f(Rows<1>());
  } else {
    if (rows == MOST)
      f(Rows<MOST>());
    else
      with_rows<MOST - 1>(rows, f);
  }
}

}  // namespace ARCH
}  // namespace textlstm

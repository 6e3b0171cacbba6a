// Weights as panels: the columns of one vector of units, all gates side by side, in the order of
// the product's k. Units are filled up with zeros to whole vectors.

namespace textlstm {
namespace ARCH {

// Memory of one call; null where there is none left.
class Buffer {
 public:
  explicit Buffer(int64_t floats)
      : data_((float*)aligned_alloc(64, ((size_t)floats * sizeof(float) / 64 + 1) * 64)) {}
  ~Buffer() { free(data_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  float* get() const { return data_; }

 private:
  float* data_;
};

// Floats of a Buffer that holds `count` pointers.
constexpr int64_t pointers(int64_t count) { return count * sizeof(void*) / sizeof(float); }

constexpr int vectors(int units) { return (units + LANES - 1) / LANES; }
constexpr int filled(int units) { return vectors(units) * LANES; }

// Vectors side by side in a panel of plain columns, as the backward products use it.
constexpr int kWide = 4;
constexpr int kWideColumns = kWide * LANES;
constexpr int wide_panels(int columns) { return (columns + kWideColumns - 1) / kWideColumns; }

inline void copy_part(float* to, const float* from, int count) {
  for (int l = 0; l < LANES; l++) to[l] = l < count ? from[l] : 0.0f;
}

// Units j of weights (rows, gates * units) -> (rows, GATES, LANES), gates in the given order.
template <int GATES>
void pack_units(const float* weights, int rows, int units, int all_gates, const int (&gate)[GATES],
                int j, float* to) {
  const int count = units - j * LANES;
  for (int k = 0; k < rows; k++) {
    const float* row = weights + (int64_t)k * all_gates * units + j * LANES;
    for (int g = 0; g < GATES; g++, to += LANES) copy_part(to, row + gate[g] * units, count);
  }
}

// The reverse for gradients.
template <int GATES>
void unpack_units(const float* from, int rows, int units, int all_gates, const int (&gate)[GATES],
                  int j, float* weights) {
  int count = units - j * LANES;
  if (count > LANES) count = LANES;
  for (int k = 0; k < rows; k++) {
    float* row = weights + (int64_t)k * all_gates * units + j * LANES;
    for (int g = 0; g < GATES; g++, from += LANES)
      for (int l = 0; l < count; l++) row[gate[g] * units + l] = from[l];
  }
}

// Rows of panel `p` of weights (rows, gates * units), transposed: k runs over units j, gates and
// lanes, as the gradients of the gates lie; (k, kWideColumns).
template <int GATES>
void pack_transposed(const float* weights, int rows, int units, int all_gates,
                     const int (&gate)[GATES], int p, float* to) {
  const int first = p * kWideColumns;
  const int count = rows - first < kWideColumns ? rows - first : kWideColumns;
  for (int c = 0; c < kWideColumns; c++) {
    const float* row = weights + (int64_t)(first + c) * all_gates * units;
    float* column = to + c;
    for (int j = 0; j < vectors(units); j++)
      for (int g = 0; g < GATES; g++)
        for (int l = 0; l < LANES; l++, column += kWideColumns) {
          const int unit = j * LANES + l;
          *column = c < count && unit < units ? row[gate[g] * units + unit] : 0.0f;
        }
  }
}

}  // namespace ARCH
}  // namespace textlstm

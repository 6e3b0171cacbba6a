// The backward pass of one direction, by one or several threads.
//
// Steps are walked from the last to the first in chunks. First each member of the team takes its
// tiles of rows through the chunk: gradients of the gates, and by one product those of the earlier
// state. Then the chunk's gradients of the gates, which are still in the cache, feed the products
// for the input (by rows) and for the weights (by panels of units). Every sum over rows and time
// is taken by one thread in one order, so the number of threads does not change a bit.

namespace textlstm {
namespace ARCH {

template <class Cell>
class Backward {
 public:
  Backward(const Problem& problem, int d)
      : p_(problem), d_(problem.direction[d]), g_(problem.gradients[d]), steps_(*problem.steps),
        panels_(vectors(p_.units)), wide_(filled(p_.units)),
        row_((int64_t)p_.directions * p_.units), y_(p_.y + (int64_t)d * p_.units),
        dy_(p_.dy + (int64_t)d * p_.units),
        // 16 floats more than a multiple of 16, so that columns do not meet in one cache set
        both_((p_.features + wide_ + 15) / 16 * 16 + 16),
        state_row_(wide_panels(p_.units) * kWideColumns),
        kernel_((int64_t)wide_panels(p_.features) * panels_ * kInputWidth * kWideColumns),
        recurrent_((int64_t)wide_panels(p_.units) * panels_ * kStateWidth * kWideColumns),
        dsums_((int64_t)steps_.chunk_rows * panels_ * kSlots),
        left_((int64_t)steps_.chunk_rows * both_), dstate_((int64_t)steps_.batch * state_row_),
        dcell_(Cell::kHasCell ? (int64_t)steps_.batch * wide_ : 0),
        dkernel_((int64_t)panels_ * p_.features * kInputWidth),
        drecurrent_((int64_t)panels_ * p_.units * kStateWidth), dbias_((int64_t)panels_ * kSlots),
        dx_(pointers(steps_.chunk_rows)) {}

  bool enough_memory() const {
    return kernel_.get() && recurrent_.get() && dsums_.get() && left_.get() && dstate_.get() &&
           dcell_.get() && dkernel_.get() && drecurrent_.get() && dbias_.get() && dx_.get();
  }

  void run(int member, int members) {
    prepare(member, members);
    barrier_.wait(members);
    for (int chunk = steps_.chunks - 1; chunk >= 0; chunk--) {
      for (int s = steps_.chunk[chunk + 1] - 1; s >= steps_.chunk[chunk]; s--)
        step(chunk, s, member, members);
      barrier_.wait(members);
      inputs(chunk, member, members);
      weights(chunk, member, members);
      barrier_.wait(members);
    }
    finish(member, members);
  }

 private:
  static constexpr int kSlots = 4 * LANES;
  static constexpr int kInputWidth = Cell::kInputs * LANES;
  static constexpr int kStateWidth = Cell::kStates * LANES;
  static constexpr int kRows = kTileRows<kWide>;

  void prepare(int member, int members) {
    const int units = p_.units, features = p_.features;
    for (int p = member; p < wide_panels(features); p += members)
      pack_transposed(d_.kernel, features, units, Cell::kGates, Cell::kInputGate, p,
                      kernel_.get() + (int64_t)p * panels_ * kInputWidth * kWideColumns);
    for (int p = member; p < wide_panels(units); p += members)
      pack_transposed(d_.recurrent_kernel, units, units, Cell::kGates, Cell::kStateGate, p,
                      recurrent_.get() + (int64_t)p * panels_ * kStateWidth * kWideColumns);
    for (int j = member; j < panels_; j += members) {
      clear(dkernel_.get() + (int64_t)j * features * kInputWidth, (int64_t)features * kInputWidth);
      clear(drecurrent_.get() + (int64_t)j * units * kStateWidth, (int64_t)units * kStateWidth);
      clear(dbias_.get() + (int64_t)j * kSlots, kSlots);
    }
    for (int place = member; place < steps_.batch; place += members) {
      const int64_t b = steps_.row[place];
      copy_filled(dstate_.get() + place * state_row_, g_.h_last + b * units, units, state_row_);
      if (Cell::kHasCell)
        copy_filled(dcell_.get() + place * wide_, g_.c_last + b * units, units, wide_);
      for (int t = 0; steps_.mask && t < steps_.time; t++)
        if (!steps_.mask[b * steps_.time + t])
          clear(g_.x + (b * steps_.time + t) * features, features);
    }
    // what gathering leaves out: the filling behind the units
    for (int r = member; r < steps_.chunk_rows; r += members)
      clear(left_.get() + r * both_ + features + units, both_ - features - units);
  }

  static void clear(float* to, int64_t count) { memset(to, 0, count * sizeof(float)); }
  static void copy_filled(float* to, const float* from, int count, int64_t wide) {
    memcpy(to, from, count * sizeof(float));
    clear(to + count, wide - count);
  }

  // One step of the member's rows: the gates' gradients, then the earlier state's.
  void step(int chunk, int s, int member, int members) {
    const int first = steps_.chunk[chunk], rows = steps_.active[s];
    const int64_t chunk_rows = steps_.offset[steps_.chunk[chunk + 1]] - steps_.offset[first];
    const int64_t place = steps_.offset[s] - steps_.offset[first];  // of the step in the chunk
    for (int at = member * kRows; at < rows; at += members * kRows)
      for (int r = at; r < at + kRows && r < rows; r++) {
        const int64_t now = steps_.at(r, s, d_.reverse);
        float* left = left_.get() + (place + r) * both_;
        memcpy(left, d_.x + now * p_.features, p_.features * sizeof(float));
        const float* h = s ? y_ + steps_.at(r, s - 1, d_.reverse) * row_
                           : d_.h_first + (int64_t)steps_.row[r] * p_.units;
        memcpy(left + p_.features, h, p_.units * sizeof(float));
        gates(s, r, dy_ + now * row_, left + p_.features,
              chunk_gates(chunk) + (place + r) * kSlots, dsums_.get() + (place + r) * kSlots,
              chunk_rows * kSlots);
      }
    const int block = panels_a_block(kStateWidth);
    for (int p = 0; p < wide_panels(p_.units); p++) {
      const float* panel = recurrent_.get() + (int64_t)p * panels_ * kStateWidth * kWideColumns;
      for (int j = 0; j < panels_; j += block)
        for (int at = member * kRows; at < rows; at += members * kRows)
          with_rows<kRows>(rows - at < kRows ? rows - at : kRows, [&](auto n) {
            constexpr int N = decltype(n)::n;
            const float* a[N];
            float* c[N];
            for (int r = 0; r < N; r++) {
              a[r] = dsums_.get() + (place + at + r) * kSlots + Cell::kStateFrom * LANES;
              c[r] = dstate_.get() + (at + r) * state_row_ + p * kWideColumns;
            }
            product<N, kStateWidth>(a, chunk_rows * kSlots, panel, j, block,
                                    Cell::kCarriesState || j > 0, c, kWideColumns);
          });
    }
  }

  // Gradients of one row's gates at step s.
  void gates(int s, int r, const float* dy, const float* h, const float* slots, float* dsums,
             int64_t panel_step) {
    const float* cell = Cell::kHasCell ? step_cells(s) + r * wide_ : nullptr;
    const float* before = !Cell::kHasCell ? nullptr
                          : s             ? step_cells(s - 1) + r * wide_
                                          : d_.cells + r * wide_;
    float* dcell = dcell_.get() + r * wide_;
    float* dstate = dstate_.get() + r * state_row_;
    for (int j = 0; j < panels_; j++) {
      const int at = j * LANES;
      const Vec dh = load_part(dy + at, p_.units - at) + load(dstate + at);
      Cell::backward(slots + j * panel_step, before + at, cell + at, load(h + at), dh, dcell + at,
                     dstate + at, dsums + j * panel_step);
    }
  }

  // Panels of units whose k together make a block.
  static constexpr int panels_a_block(int width) { return kBlock / width > 0 ? kBlock / width : 1; }

  // A tile of (gates' gradients) x (transposed weights), over the panels of units [j, j + block).
  template <int N, int WIDTH>
  void product(const float* (&a)[N], int64_t a_panel, const float* panel, int j, int block,
               bool add, float* const (&c)[N], int columns) {
    Tile<N, kWide> sums;
    if (add)
      for (int r = 0; r < N; r++)
        for (int v = 0; v < kWide; v++)
          sums[r][v] = load_part(c[r] + v * LANES, columns - v * LANES);
    else
      for (int r = 0; r < N; r++)
        for (int v = 0; v < kWide; v++) sums[r][v] = zero();
    for (int u = j; u < j + block && u < panels_; u++) {
      const float* from[N];
      for (int r = 0; r < N; r++) from[r] = a[r] + u * a_panel;
      multiply<N, kWide>(sums, from, 1, panel + (int64_t)u * WIDTH * kWideColumns, kWideColumns,
                         WIDTH);
    }
    store_tile<N, kWide>(sums, c, columns);
  }

  // The input's gradients of a chunk.
  void inputs(int chunk, int member, int members) {
    const int first = steps_.chunk[chunk], end = steps_.chunk[chunk + 1];
    const int64_t rows = steps_.offset[end] - steps_.offset[first];
    float** dx = (float**)dx_.get();
    if (member == 0)
      for (int s = first, k = 0; s < end; s++)
        for (int r = 0; r < steps_.active[s]; r++, k++)
          dx[k] = g_.x + steps_.at(r, s, d_.reverse) * p_.features;
    barrier_.wait(members);
    const int block = panels_a_block(kInputWidth);
    for (int p = 0; p < wide_panels(p_.features); p++) {
      const float* panel = kernel_.get() + (int64_t)p * panels_ * kInputWidth * kWideColumns;
      const int left = p_.features - p * kWideColumns;
      for (int j = 0; j < panels_; j += block)
        for (int64_t at = member * kRows; at < rows; at += members * kRows)
          with_rows<kRows>((int)(rows - at < kRows ? rows - at : kRows), [&](auto n) {
            constexpr int N = decltype(n)::n;
            const float* a[N];
            float* c[N];
            for (int r = 0; r < N; r++) {
              a[r] = dsums_.get() + (at + r) * kSlots + Cell::kInputFrom * LANES;
              c[r] = dx[at + r] + p * kWideColumns;
            }
            product<N, kInputWidth>(a, rows * kSlots, panel, j, block, j > 0, c,
                                    left < kWideColumns ? left : kWideColumns);
          });
    }
  }

  // Add the chunk's part of the weights' gradients, each panel of units by one member.
  void weights(int chunk, int member, int members) {
    const int first = steps_.chunk[chunk], end = steps_.chunk[chunk + 1];
    const int64_t rows = steps_.offset[end] - steps_.offset[first];
    for (int j = member; j < panels_; j += members) {
      const float* dsums = dsums_.get() + j * rows * kSlots;
      for (int64_t k = 0; k < rows; k += kBlock) {
        const int count = (int)(rows - k < kBlock ? rows - k : kBlock);
        const float* left = left_.get() + k * both_;
        outer<Cell::kInputs>(left, p_.features, dsums + k * kSlots + Cell::kInputFrom * LANES,
                             count, dkernel_.get() + (int64_t)j * p_.features * kInputWidth);
        outer<Cell::kStates>(left + p_.features, p_.units,
                             dsums + k * kSlots + Cell::kStateFrom * LANES, count,
                             drecurrent_.get() + (int64_t)j * p_.units * kStateWidth);
      }
      float* dbias = dbias_.get() + (int64_t)j * kSlots;
      for (int slot = 0; slot < 4; slot++) {
        Vec sum = load(dbias + slot * LANES);
        for (int64_t k = 0; k < rows; k++) sum += load(dsums + k * kSlots + slot * LANES);
        store(dbias + slot * LANES, sum);
      }
    }
  }

  // to (rows, VECS * LANES) += columns of `left`, transposed, times `count` rows of `dsums`.
  template <int VECS>
  void outer(const float* left, int rows, const float* dsums, int count, float* to) {
    constexpr int kMost = kTileRows<VECS>;
    for (int row = 0; row < rows; row += kMost)
      with_rows<kMost>(rows - row < kMost ? rows - row : kMost, [&](auto n) {
        constexpr int N = decltype(n)::n;
        const float* a[N];
        float* c[N];
        for (int r = 0; r < N; r++) {
          a[r] = left + row + r;
          c[r] = to + (int64_t)(row + r) * VECS * LANES;
        }
        Tile<N, VECS> sums;
        load_tile<N, VECS>(sums, c);
        multiply<N, VECS>(sums, a, both_, dsums, kSlots, count);
        store_tile<N, VECS>(sums, c);
      });
  }

  void finish(int member, int members) {
    const int units = p_.units;
    for (int j = member; j < panels_; j += members) {
      unpack_units(dkernel_.get() + (int64_t)j * p_.features * kInputWidth, p_.features, units,
                   Cell::kGates, Cell::kInputGate, j, g_.kernel);
      unpack_units(drecurrent_.get() + (int64_t)j * units * kStateWidth, units, units,
                   Cell::kGates, Cell::kStateGate, j, g_.recurrent_kernel);
      const float* dbias = dbias_.get() + (int64_t)j * kSlots;
      unpack_units(dbias + Cell::kInputFrom * LANES, 1, units, Cell::kGates, Cell::kInputGate, j,
                   g_.bias);
      if (Cell::kBiases == 2)
        unpack_units(dbias + Cell::kStateFrom * LANES, 1, units, Cell::kGates, Cell::kStateGate, j,
                     g_.bias + Cell::kGates * units);
    }
    for (int place = member; place < steps_.batch; place += members) {
      const int64_t b = steps_.row[place], bytes = units * sizeof(float);
      memcpy(g_.h_first + b * units, dstate_.get() + place * state_row_, bytes);
      if (Cell::kHasCell)
        memcpy(g_.c_first + b * units, dcell_.get() + place * wide_, bytes);
    }
  }

  const float* chunk_gates(int chunk) const {
    return d_.gates + steps_.offset[steps_.chunk[chunk]] * panels_ * kSlots;
  }
  const float* step_cells(int s) const {
    return d_.cells + (steps_.batch + steps_.offset[s]) * wide_;
  }

  const Problem& p_;
  const Direction& d_;
  const Gradients& g_;
  const Steps& steps_;
  const int panels_;      // vectors of units
  const int64_t wide_;    // units, filled up to whole vectors
  const int64_t row_;     // floats of one time step of y
  const float *const y_, *const dy_;
  const int64_t both_;       // floats of a row of left_
  const int64_t state_row_;  // floats of a row of dstate_
  Buffer kernel_, recurrent_;  // panels of the transposed weights
  Buffer dsums_;               // of a chunk: [vector of units][row][slot]
  Buffer left_;                // of a chunk: x and h side by side
  Buffer dstate_, dcell_;      // of the state before the step that comes next
  Buffer dkernel_, drecurrent_, dbias_;  // panels
  Buffer dx_;                            // where the rows of a chunk of g_.x are
  Barrier barrier_;
};

}  // namespace ARCH
}  // namespace textlstm

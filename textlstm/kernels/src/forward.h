// The forward pass of one direction, by one or several threads.
//
// Rows do not depend on each other, so each member of the team takes tiles of them through all
// steps without waiting. The input's product is computed for a chunk of steps at once, which needs
// each panel of weights in the cache once a chunk instead of once a step; the state's product then
// ends in the gates without the sums ever leaving the registers.

namespace textlstm {
namespace ARCH {

template <class Cell>
class Forward {
 public:
  Forward(const Problem& problem, int d)
      : p_(problem), d_(problem.direction[d]), steps_(*problem.steps), panels_(vectors(p_.units)),
        row_((int64_t)p_.directions * p_.units), y_(p_.y + (int64_t)d * p_.units),
        kernel_((int64_t)panels_ * p_.features * kInputWidth),
        recurrent_((int64_t)panels_ * p_.units * kStateWidth), bias_((int64_t)panels_ * kSlots),
        sums_(d_.gates ? 0 : (int64_t)steps_.chunk_rows * panels_ * kSlots),
        cells_(d_.cells || !Cell::kHasCell ? 0 : (int64_t)steps_.batch * filled(p_.units)),
        inputs_(pointers(steps_.chunk_rows)), outputs_(pointers(steps_.chunk_rows)),
        before_(pointers(steps_.batch)), now_(pointers(steps_.batch)) {}

  bool enough_memory() const {
    return kernel_.get() && recurrent_.get() && bias_.get() && sums_.get() && cells_.get() &&
           inputs_.get() && outputs_.get() && before_.get() && now_.get();
  }

  void run(int member, int members) {
    pack(member, members);
    prepare_rows(member, members);
    for (int chunk = 0; chunk < steps_.chunks; chunk++) {
      barrier_.wait(members);  // the lists, and the sums where they are not kept, are used again
      read_inputs(chunk, member, members);
      for (int s = steps_.chunk[chunk]; s < steps_.chunk[chunk + 1]; s++)
        step(chunk, s, member, members);
    }
    barrier_.wait(members);
    finish_rows(member, members);
  }

 private:
  static constexpr int kSlots = 4 * LANES;  // floats kept of a vector of units
  static constexpr int kInputWidth = Cell::kInputs * LANES;
  static constexpr int kStateWidth = Cell::kStates * LANES;
  static constexpr int kRows = kTileRows<Cell::kStates>;

  void pack(int member, int members) {
    const int units = p_.units;
    for (int j = member; j < panels_; j += members) {
      pack_units(d_.kernel, p_.features, units, Cell::kGates, Cell::kInputGate, j,
                 kernel_.get() + (int64_t)j * p_.features * kInputWidth);
      pack_units(d_.recurrent_kernel, units, units, Cell::kGates, Cell::kStateGate, j,
                 recurrent_.get() + (int64_t)j * units * kStateWidth);
      const int count = units - j * LANES;
      for (int slot = 0; slot < 4; slot++) {
        float* to = bias_.get() + j * kSlots + slot * LANES;
        copy_part(to, Cell::bias(d_.bias, units, slot) + j * LANES, count);
        const float* second = Cell::second_bias(d_.bias, units, slot);
        for (int l = 0; second && l < LANES && l < count; l++) to[l] += second[j * LANES + l];
      }
    }
  }

  // Cells before the first step; zero outputs where the mask is off.
  void prepare_rows(int member, int members) {
    const int64_t wide = filled(p_.units);
    for (int place = member; place < steps_.batch; place += members) {
      const int64_t b = steps_.row[place];
      if (Cell::kHasCell) {
        float* cell = first_cells() + place * wide;
        memcpy(cell, d_.c_first + b * p_.units, p_.units * sizeof(float));
        memset(cell + p_.units, 0, (wide - p_.units) * sizeof(float));
      }
      for (int t = 0; steps_.mask && t < steps_.time; t++)
        if (!steps_.mask[b * steps_.time + t])
          memset(y_ + (b * steps_.time + t) * row_, 0, p_.units * sizeof(float));
    }
  }

  // The sums of a chunk: [vector of units][row][slot], biases and the input's product.
  void read_inputs(int chunk, int member, int members) {
    const int first = steps_.chunk[chunk], end = steps_.chunk[chunk + 1];
    const int64_t rows = steps_.offset[end] - steps_.offset[first];
    const float** inputs = (const float**)inputs_.get();
    float** outputs = (float**)outputs_.get();
    // each member fills its own part of the lists
    int64_t count = 0;
    for (int block = 0; block < member; block++) count += own_rows(first, end, block, members);
    inputs += count;
    outputs += count;
    count = 0;
    for (int s = first; s < end; s++)
      for (int at = member * kRows; at < steps_.active[s]; at += members * kRows)
        for (int r = at; r < at + kRows && r < steps_.active[s]; r++, count++) {
          inputs[count] = d_.x + steps_.at(r, s, d_.reverse) * p_.features;
          outputs[count] =
              chunk_sums(chunk) + (steps_.offset[s] - steps_.offset[first] + r) * kSlots;
        }
    constexpr int kMost = kTileRows<Cell::kInputs>;
    for (int j = 0; j < panels_; j++) {
      const float* panel = kernel_.get() + (int64_t)j * p_.features * kInputWidth;
      for (int k = 0; k < p_.features; k += kBlock)
        for (int64_t r = 0; r < count; r += kMost)
          with_rows<kMost>((int)(count - r < kMost ? count - r : kMost), [&](auto n) {
            input_tile<decltype(n)::n>(inputs + r, outputs + r, j, (int64_t)j * rows * kSlots,
                                       panel, k);
          });
    }
  }

  int64_t own_rows(int first, int end, int member, int members) const {
    int64_t count = 0;
    for (int s = first; s < end; s++)
      for (int at = member * kRows; at < steps_.active[s]; at += members * kRows)
        count += steps_.active[s] - at < kRows ? steps_.active[s] - at : kRows;
    return count;
  }

  template <int N>
  void input_tile(const float* const* inputs, float* const* outputs, int j, int64_t offset,
                  const float* panel, int k) {
    Tile<N, Cell::kInputs> sums;
    const float* a[N];
    float* c[N];
    const float* bias = bias_.get() + j * kSlots;
    for (int r = 0; r < N; r++) {
      a[r] = inputs[r] + k;
      c[r] = outputs[r] + offset;
    }
    if (k == 0) {
      for (int r = 0; r < N; r++) {
        for (int v = 0; v < Cell::kInputs; v++) sums[r][v] = load(bias + v * LANES);
        for (int v = Cell::kInputs; v < 4; v++)
          store(c[r] + v * LANES, load(bias + v * LANES));
      }
    } else {
      load_tile<N, Cell::kInputs>(sums, c);
    }
    const int left = p_.features - k;
    multiply<N, Cell::kInputs>(sums, a, 1, panel + (int64_t)k * kInputWidth, kInputWidth,
                               left < kBlock ? left : kBlock);
    store_tile<N, Cell::kInputs>(sums, c);
  }

  // One step of the member's rows: the state's product, then the gates.
  void step(int chunk, int s, int member, int members) {
    const int first = steps_.chunk[chunk], rows = steps_.active[s];
    const int64_t chunk_rows = steps_.offset[steps_.chunk[chunk + 1]] - steps_.offset[first];
    float* sums = chunk_sums(chunk) + (steps_.offset[s] - steps_.offset[first]) * kSlots;
    const int64_t wide = filled(p_.units);
    float* cell = step_cells(s);
    const float* cell_before = s ? step_cells(s - 1) : first_cells();
    const float** before = (const float**)before_.get();
    float** now = (float**)now_.get();
    for (int at = member * kRows; at < rows; at += members * kRows)
      for (int r = at; r < at + kRows && r < rows; r++) {
        before[r] = s ? now[r] : d_.h_first + (int64_t)steps_.row[r] * p_.units;
        now[r] = y_ + steps_.at(r, s, d_.reverse) * row_;
      }
    for (int j = 0; j < panels_; j++, sums += chunk_rows * kSlots) {
      const float* panel = recurrent_.get() + (int64_t)j * p_.units * kStateWidth;
      for (int k = 0; k < p_.units; k += kBlock)
        for (int at = member * kRows; at < rows; at += members * kRows)
          with_rows<kRows>(rows - at < kRows ? rows - at : kRows, [&](auto n) {
            state_tile<decltype(n)::n>(before + at, now + at, j, sums + at * kSlots, panel, k,
                                       cell_before + at * wide + j * LANES,
                                       cell + at * wide + j * LANES);
          });
    }
  }

  template <int N>
  void state_tile(const float* const* before, float* const* now, int j, float* slots,
                  const float* panel, int k, const float* cell_before, float* cell) {
    Tile<N, Cell::kStates> sums;
    const float* a[N];
    float* c[N];
    for (int r = 0; r < N; r++) {
      a[r] = before[r] + k;
      c[r] = slots + r * kSlots + Cell::kStateFrom * LANES;
    }
    load_tile<N, Cell::kStates>(sums, c);
    const int left = p_.units - k;
    multiply<N, Cell::kStates>(sums, a, 1, panel + (int64_t)k * kStateWidth, kStateWidth,
                               left < kBlock ? left : kBlock);
    if (left > kBlock) return store_tile<N, Cell::kStates>(sums, c);
    const int64_t wide = filled(p_.units);
    const int count = p_.units - j * LANES;
    for (int r = 0; r < N; r++) {
      const Vec h = Cell::kCarriesState ? load_part(before[r] + j * LANES, count) : zero();
      const Vec shown = Cell::forward(sums[r], slots + r * kSlots, d_.gates != nullptr, h,
                                      cell_before + r * wide, cell + r * wide);
      store_part(now[r] + j * LANES, shown, count);
    }
  }

  void finish_rows(int member, int members) {
    const int64_t wide = filled(p_.units), bytes = p_.units * sizeof(float);
    for (int place = member; place < steps_.batch; place += members) {
      const int64_t b = steps_.row[place];
      const int last = steps_.length[place] - 1;
      const float* h = last < 0 ? d_.h_first + b * p_.units
                                : y_ + steps_.at(place, last, d_.reverse) * row_;
      memcpy(d_.h_last + b * p_.units, h, bytes);
      if (Cell::kHasCell)
        memcpy(d_.c_last + b * p_.units,
               (last < 0 ? first_cells() : step_cells(last)) + place * wide, bytes);
    }
  }

  float* chunk_sums(int chunk) const {
    if (!d_.gates) return sums_.get();
    return d_.gates + steps_.offset[steps_.chunk[chunk]] * panels_ * kSlots;
  }
  // Kept cells begin with those before the first step; others are overwritten in place.
  float* first_cells() const { return d_.cells ? d_.cells : cells_.get(); }
  float* step_cells(int s) const {
    if (!d_.cells) return cells_.get();
    return d_.cells + (steps_.batch + steps_.offset[s]) * filled(p_.units);
  }

  const Problem& p_;
  const Direction& d_;
  const Steps& steps_;
  const int panels_;   // vectors of units
  const int64_t row_;  // floats of one time step of y
  float* const y_;
  Buffer kernel_, recurrent_, bias_, sums_, cells_;
  Buffer inputs_, outputs_;  // rows of a chunk: where x is, where the sums go
  Buffer before_, now_;      // rows of a step: where h is, where h' goes
  Barrier barrier_;
};

}  // namespace ARCH
}  // namespace textlstm

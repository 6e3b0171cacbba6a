#include "plan.h"

#include <algorithm>
#include <numeric>

namespace textlstm {
namespace {

// Rows of a chunk of steps: so many pre-activations and gradients stay in the second-level cache.
constexpr int kChunkRows = 128;

}  // namespace

Plan::Plan(int batch, int time, const uint8_t* mask) : row_(batch), length_(batch) {
  std::vector<int> counted(batch, time);
  if (mask)
    for (int b = 0; b < batch; b++) {
      const uint8_t* m = mask + (int64_t)b * time;
      counted[b] = (int)std::count_if(m, m + time, [](uint8_t on) { return on != 0; });
    }
  std::iota(row_.begin(), row_.end(), 0);
  std::stable_sort(row_.begin(), row_.end(),
                   [&](int a, int b) { return counted[a] > counted[b]; });
  when_.resize((int64_t)batch * time);
  for (int place = 0; place < batch; place++) {
    const int b = row_[place];
    length_[place] = counted[b];
    int* when = when_.data() + (int64_t)place * time;
    for (int t = 0; t < time; t++)
      if (!mask || mask[(int64_t)b * time + t]) *when++ = t;
  }
  const int steps = batch ? length_[0] : 0;
  active_.resize(steps + 1);
  offset_.resize(steps + 1);
  int rows = batch;
  for (int s = 0; s < steps; s++) {
    while (length_[rows - 1] <= s) rows--;
    active_[s] = rows;
    offset_[s + 1] = offset_[s] + rows;
  }
  int64_t most = 0;
  for (int s = 0; s < steps;) {
    chunk_.push_back(s);
    const int64_t first = offset_[s];
    for (s++; s < steps && offset_[s + 1] - first <= kChunkRows;) s++;
    most = std::max(most, offset_[s] - first);
  }
  chunk_.push_back(steps);
  steps_.batch = batch;
  steps_.time = time;
  steps_.steps = steps;
  steps_.total = offset_[steps];
  steps_.row = row_.data();
  steps_.length = length_.data();
  steps_.active = active_.data();
  steps_.offset = offset_.data();
  steps_.when = when_.data();
  steps_.mask = mask;
  steps_.chunks = (int)chunk_.size() - 1;
  steps_.chunk = chunk_.data();
  steps_.chunk_rows = (int)most;
}

}  // namespace textlstm

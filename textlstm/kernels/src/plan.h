// Makes the Steps of a mask.
#pragma once

#include <vector>

#include "problem.h"

namespace textlstm {

class Plan {
 public:
  // mask: (batch, time), true where a step counts, anywhere in a row; null where all do.
  Plan(int batch, int time, const uint8_t* mask);
  const Steps& steps() const { return steps_; }

 private:
  Steps steps_;
  std::vector<int> row_, length_, active_, when_, chunk_;
  std::vector<int64_t> offset_;
};

}  // namespace textlstm

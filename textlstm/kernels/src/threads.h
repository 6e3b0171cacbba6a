// A team of threads for one call.
#pragma once

#include <atomic>

namespace textlstm {

// Run work(data, index, count) on up to `threads` threads, this one among them; fewer if no more
// can be made. Denormal numbers are zero inside.
void in_parallel(int threads, void (*work)(void* data, int index, int count), void* data);

// All members wait for the last one.
class Barrier {
 public:
  void wait(int members);

 private:
  std::atomic<int> waiting_{0}, round_{0};
};

}  // namespace textlstm

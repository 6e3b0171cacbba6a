#include "threads.h"

#include <immintrin.h>

#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace textlstm {
namespace {

// Looks before a waiting thread lets another one run: members arrive soon, unless they share a
// processor.
constexpr int kSpins = 2000;

constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;

class NoDenormals {
 public:
  NoDenormals() : before_(_mm_getcsr()) {
    _mm_setcsr(before_ | kFlushToZero | kDenormalsAreZero);
  }
  ~NoDenormals() { _mm_setcsr(before_); }

 private:
  unsigned before_;
};

}  // namespace

void in_parallel(int threads, void (*work)(void*, int, int), void* data) {
  std::mutex mutex;
  std::condition_variable known;
  int count = 0;  // of threads; known when all are made
  std::vector<std::thread> others;
  auto run = [&](int index) {
    {
      std::unique_lock<std::mutex> lock(mutex);
      known.wait(lock, [&] { return count > 0; });
    }
    NoDenormals mode;
    work(data, index, count);
  };
  try {
    others.reserve(threads > 1 ? threads - 1 : 0);
    for (int index = 1; index < threads; index++) others.emplace_back(run, index);
  } catch (const std::system_error&) {  // the system gives no more threads: fewer do it
  }
  {
    std::lock_guard<std::mutex> lock(mutex);
    count = (int)others.size() + 1;
  }
  known.notify_all();
  run(0);
  for (std::thread& other : others) other.join();
}

void Barrier::wait(int members) {
  if (members <= 1) return;
  const int round = round_.load(std::memory_order_acquire);
  if (waiting_.fetch_add(1, std::memory_order_acq_rel) + 1 == members) {
    waiting_.store(0, std::memory_order_relaxed);
    round_.store(round + 1, std::memory_order_release);
    return;
  }
  for (int spins = 0; round_.load(std::memory_order_acquire) == round; spins++) {
    if (spins < kSpins)
      _mm_pause();
    else
      std::this_thread::yield();
  }
}

}  // namespace textlstm

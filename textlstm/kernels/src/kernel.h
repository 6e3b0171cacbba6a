// Everything that is compiled once for each processor: see kernel_avx2.cc.
#include "vec.h"
// in this order
#include "tile.h"
#include "pack.h"
#include "lstm.h"
#include "gru.h"
#include "forward.h"
#include "backward.h"
#include "crf.h"

namespace textlstm {
namespace ARCH {

// Directions do not depend on each other: with threads for it they run side by side.
template <class Pass>
bool run(const Problem& problem) {
  Pass one(problem, 0);
  struct Work {
    int directions;
    Pass* pass[2];
  } work = {problem.directions, {&one, nullptr}};
  auto share = [](void* data, int index, int count) {
    const Work& work = *(const Work*)data;
    for (int d = 0; d < work.directions; d++) {
      if (count < work.directions)
        work.pass[d]->run(0, 1);
      else if (index % work.directions == d)
        work.pass[d]->run(index / work.directions, (count - d - 1) / work.directions + 1);
    }
  };
  if (problem.directions == 1) {
    if (!one.enough_memory()) return false;
    in_parallel(problem.threads, share, &work);
    return true;
  }
  Pass two(problem, 1);
  work.pass[1] = &two;
  if (!one.enough_memory() || !two.enough_memory()) return false;
  in_parallel(problem.threads, share, &work);
  return true;
}

bool forward(const Problem& problem) {
  return problem.gru ? run<Forward<Gru>>(problem) : run<Forward<Lstm>>(problem);
}

bool backward(const Problem& problem) {
  return problem.gru ? run<Backward<Gru>>(problem) : run<Backward<Lstm>>(problem);
}

Kept kept(const Problem& problem) {
  const int64_t wide = filled(problem.units), total = problem.steps->total;
  return {total * 4 * wide, problem.gru ? 0 : (problem.steps->batch + total) * wide};
}

}  // namespace ARCH
}  // namespace textlstm

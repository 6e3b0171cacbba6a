// The kernels for processors with AVX2.
#include <immintrin.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "problem.h"
#include "threads.h"

// Only what follows may use these instructions: the headers above are shared with other files.
#pragma GCC target("avx2,fma")

#define LANES 8
#define ARCH avx2
#include "kernel.h"

namespace textlstm {

const Kernel kAvx2 = {ARCH::kept, ARCH::forward, ARCH::backward, ARCH::crf};

}  // namespace textlstm

// The kernels for processors with AVX-512.
#include <immintrin.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "problem.h"
#include "threads.h"

// Only what follows may use these instructions: the headers above are shared with other files.
#pragma GCC target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")

#define LANES 16
#define ARCH avx512
#include "kernel.h"

namespace textlstm {

const Kernel kAvx512 = {ARCH::kept, ARCH::forward, ARCH::backward, ARCH::crf};

}  // namespace textlstm

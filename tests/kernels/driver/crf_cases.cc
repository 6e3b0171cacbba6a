// The CRF's forward-backward on many sizes, in memory of exactly the right size: any number of
// threads and lanes agrees in every bit.
#include <cstdio>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "problem.h"

namespace textlstm {
extern const Kernel kSixteenLanes;
}

using namespace textlstm;

namespace {

using Floats = std::vector<float>;

struct Sizes {
  int batch, time, tags;
};

// Log partitions, tokens and pairs, end to end.
Floats results(const Kernel& kernel, const Sizes& n, int threads) {
  std::mt19937 random(n.batch * 1000 + n.time);
  std::normal_distribution<float> normal(0, 3);
  const size_t steps = (size_t)n.batch * n.time, square = (size_t)n.tags * n.tags;
  Floats emissions(steps * n.tags), start(n.tags), transitions(square), end(n.tags);
  for (Floats* scores : {&emissions, &start, &transitions, &end})
    for (float& score : *scores)
      score = random() % 8 ? normal(random) : scores == &emissions ? 1e4f : -1e4f;
  std::vector<int> length(n.batch);
  int longest = 0;
  for (int b = 0; b < n.batch; b++) {
    length[b] = b ? (int)(random() % (n.time + 1)) : n.time;
    longest = length[b] > longest ? length[b] : longest;
  }
  Floats log_z(n.batch, 7.0f), tokens(steps * n.tags, 7.0f), pairs(n.batch * square, 7.0f);
  CrfProblem problem;
  problem.batch = n.batch, problem.time = n.time, problem.tags = n.tags;
  problem.longest = longest, problem.threads = threads, problem.length = length.data();
  problem.emissions = emissions.data(), problem.start = start.data();
  problem.transitions = transitions.data(), problem.end = end.data();
  problem.log_z = log_z.data(), problem.tokens = tokens.data(), problem.pairs = pairs.data();
  Floats all;
  if (!kernel.crf(problem)) return all;
  for (const Floats& some : {log_z, tokens, pairs}) all.insert(all.end(), some.begin(), some.end());
  return all;
}

bool same(const Floats& a, const Floats& b) {
  return a.size() == b.size() && (a.empty() || !memcmp(a.data(), b.data(), a.size() * 4));
}

int fail(const char* what, const Sizes& n) {
  printf("crf, %s: %d x %d, %d tags\n", what, n.batch, n.time, n.tags);
  return -1;
}

}  // namespace

int crf_cases() {
  int checked = 0;
  for (const Sizes& n : {Sizes{1, 1, 1}, Sizes{3, 4, 2}, Sizes{5, 9, 8}, Sizes{7, 12, 17},
                         Sizes{2, 3, 70}, Sizes{0, 3, 4}, Sizes{3, 0, 4}, Sizes{40, 2, 5}}) {
    const Floats one = results(kAvx2, n, 1);
    if (one.empty() != !n.batch) return fail("no results", n);
    for (float value : one)
      if (!(value > -1e6f && value < 1e6f)) return fail("not finite", n);
    for (int threads : {2, 3, 7})
      if (!same(one, results(kAvx2, n, threads))) return fail("threads differ", n);
    if (!same(one, results(kSixteenLanes, n, 2))) return fail("lanes differ", n);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        !same(one, results(kAvx512, n, 2)))
      return fail("AVX-512 differs", n);
    bool good[3] = {};
    std::vector<std::thread> together;  // calls at the same time
    for (bool& ok : good) together.emplace_back([&] { ok = same(one, results(kAvx2, n, 2)); });
    for (std::thread& thread : together) thread.join();
    if (!good[0] || !good[1] || !good[2]) return fail("calls at the same time differ", n);
    checked++;
  }
  return checked;
}

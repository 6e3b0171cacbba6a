// Runs every kernel on many sizes, in memory of exactly the right size, for the address and thread
// sanitizers to watch, and compares them: any number of threads agrees in every bit. Between 8 and
// 16 lanes only the order in which the state's gradient is summed differs.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "plan.h"

namespace textlstm {
extern const Kernel kSixteenLanes;
}

int crf_cases();  // crf_cases.cc: how many agree, or -1

using namespace textlstm;

namespace {

using Floats = std::vector<float>;

struct Sizes {
  int batch, time, features, units, directions;
  bool gru;
};

Floats some(std::mt19937& random, size_t count, float scale) {
  std::normal_distribution<float> normal(0, scale);
  Floats values(count);
  for (float& value : values) value = normal(random);
  return values;
}

// All results of one forward and backward pass, end to end.
Floats results(const Kernel& kernel, const Sizes& n, int threads, bool keep) {
  std::mt19937 random(n.batch * 1000 + n.time);
  const size_t gates = n.gru ? 3 : 4, rows = (size_t)n.batch * n.time;
  std::vector<uint8_t> mask(rows);
  for (uint8_t& on : mask) on = random() % 4 != 0;
  Plan plan(n.batch, n.time, n.directions == 2 ? mask.data() : nullptr);
  Direction direction[2];
  Gradients gradients[2];
  Problem problem;
  problem.steps = &plan.steps();
  problem.features = n.features, problem.units = n.units, problem.directions = n.directions;
  problem.gru = n.gru, problem.threads = threads;
  problem.direction = direction, problem.gradients = gradients;
  const Kept kept = kernel.kept(problem);
  const size_t states = (size_t)n.batch * n.units;
  std::vector<Floats> memory;
  memory.reserve(64);
  auto given = [&](size_t count, float scale) {
    return (memory.push_back(some(random, count, scale)), memory.back().data());
  };
  std::vector<Floats*> written;
  auto made = [&](size_t count) {
    memory.emplace_back(count, 7.0f);
    written.push_back(&memory.back());
    return memory.back().data();
  };
  problem.dy = given(rows * n.directions * n.units, 1);
  problem.y = made(rows * n.directions * n.units);
  for (int d = 0; d < n.directions; d++) {
    Direction& one = direction[d];
    Gradients& g = gradients[d];
    one.reverse = d == 1;
    one.x = given(rows * n.features, 1);
    one.kernel = given(n.features * gates * n.units, 0.1f);
    one.recurrent_kernel = given(n.units * gates * n.units, 0.1f);
    one.bias = given((n.gru ? 2 : 1) * gates * n.units, 1);
    one.h_first = given(states, 0.5f);
    one.h_last = made(states);
    g.h_last = given(states, 1);
    if (!n.gru) {
      one.c_first = given(states, 1);
      one.c_last = made(states);
      g.c_last = given(states, 1);
      g.c_first = made(states);
    }
    g.x = made(rows * n.features);
    g.kernel = made(n.features * gates * n.units);
    g.recurrent_kernel = made(n.units * gates * n.units);
    g.bias = made((n.gru ? 2 : 1) * gates * n.units);
    g.h_first = made(states);
    if (keep) {
      memory.emplace_back(kept.gates);
      one.gates = memory.back().data();
      memory.emplace_back(kept.cells);
      if (!n.gru) one.cells = memory.back().data();
    }
  }
  if (!kernel.forward(problem) || (keep && !kernel.backward(problem))) std::abort();
  Floats all;
  for (const Floats* part : written) all.insert(all.end(), part->begin(), part->end());
  return all;
}

bool same(const Floats& a, const Floats& b) {
  return a.size() == b.size() && !memcmp(a.data(), b.data(), a.size() * sizeof(float));
}

bool close(const Floats& a, const Floats& b) {
  for (size_t k = 0; k < a.size(); k++)
    if (!(std::fabs(a[k] - b[k]) <= 1e-4f * (1 + std::fabs(a[k])))) return false;
  return a.size() == b.size();
}

int fail(const char* what, const Sizes& n) {
  printf("%s: %d x %d, %d features, %d units, %d directions, %s\n", what, n.batch, n.time,
         n.features, n.units, n.directions, n.gru ? "gru" : "lstm");
  return 1;
}

}  // namespace

int main() {
  const int sizes[][4] = {{1, 1, 1, 1},    {3, 4, 5, 6},    {2, 9, 17, 8},   {7, 5, 8, 33},
                          {140, 2, 3, 9},  {5, 3, 140, 16}, {4, 3, 16, 150}, {10, 11, 31, 65},
                          {0, 3, 4, 5},    {3, 0, 4, 5},    {29, 13, 64, 64}};
  int checked = 0;
  for (const auto& size : sizes)
    for (int directions = 1; directions <= 2; directions++)
      for (bool gru : {false, true}) {
        const Sizes n{size[0], size[1], size[2], size[3], directions, gru};
        const Floats one = results(kAvx2, n, 1, true);
        for (float value : one)
          if (!(value > -1e6f && value < 1e6f)) return fail("not finite", n);
        for (int threads : {2, 3, 7})
          if (!same(one, results(kAvx2, n, threads, true))) return fail("threads differ", n);
        if (!close(one, results(kSixteenLanes, n, 2, true))) return fail("lanes differ", n);
        if (!same(results(kAvx2, n, 1, false), results(kSixteenLanes, n, 3, false)))
          return fail("lanes differ without a backward pass", n);
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
            !close(one, results(kAvx512, n, 2, true)))
          return fail("AVX-512 differs", n);
        std::vector<std::thread> together;  // calls at the same time
        bool good[3] = {};
        for (bool& ok : good)
          together.emplace_back([&] { ok = same(one, results(kAvx2, n, 2, true)); });
        for (std::thread& thread : together) thread.join();
        if (!good[0] || !good[1] || !good[2]) return fail("calls at the same time differ", n);
        checked++;
      }
  const int more = crf_cases();
  if (more < 0) return 1;
  printf("%d cases agree\n", checked + more);
  return 0;
}

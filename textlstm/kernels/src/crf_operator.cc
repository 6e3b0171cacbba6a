// The TensorFlow operator TextlstmCrfExpected: it has no gradient, being one itself.

#include <algorithm>
#include <limits>
#include <new>
#include <string>
#include <vector>

#include "operator.h"

namespace textlstm {
namespace {

constexpr double kFewOperations = 4e6;  // below it a second thread costs more than it gives
constexpr double kExponential = 20;     // operations of an exp

void refuse(const std::string& message) { throw Refused(TF_INVALID_ARGUMENT, message); }

// Sizes are ints in the kernels, and no product of them may overflow.
void fits(int64_t batch, int64_t time, int64_t tags) {
  const double most = std::numeric_limits<int>::max();
  const double wide = tags + 8.0, numbers = (batch + 1.0) * (time + wide) * wide;
  if (batch > most || time > most || tags > 1e6 || numbers > 1e13)
    refuse("too large: emissions " + shown({batch, time, tags}));
}

// Steps of each row: those at its start where the mask is on.
std::vector<int> lengths(const uint8_t* mask, int batch, int time) {
  std::vector<int> length(batch);
  for (int b = 0; b < batch; b++, mask += time) {
    const uint8_t* end = std::find(mask, mask + time, 0);
    length[b] = (int)(end - mask);
    if (std::any_of(end, mask + time, [](uint8_t on) { return on != 0; }))
      refuse("mask of row " + std::to_string(b) + " is off at step " + std::to_string(length[b]) +
             " and on after it, expected padding at the end only");
  }
  return length;
}

void run_crf(Run& run, const Machine& machine) {
  const Run::Input emissions = run.input();
  if (emissions.shape.size() != 3)
    refuse("emissions has shape " + shown(emissions.shape) + ", expected (batch, time, tags)");
  const int64_t batch = emissions.shape[0], time = emissions.shape[1], tags = emissions.shape[2];
  if (!tags) refuse("expected at least one tag");
  fits(batch, time, tags);
  CrfProblem problem;
  problem.batch = (int)batch, problem.time = (int)time, problem.tags = (int)tags;
  problem.emissions = (const float*)emissions.data;
  const auto* mask = (const uint8_t*)(const void*)run.input("mask", {batch, time});
  problem.start = run.input("start", {tags});
  problem.transitions = run.input("transitions", {tags, tags});
  problem.end = run.input("end", {tags});
  const std::vector<int> length = lengths(mask, problem.batch, problem.time);
  problem.length = length.data();
  double steps = 0;
  for (int n : length) {
    problem.longest = std::max(problem.longest, n);
    steps += n;
  }
  const double operations = steps * tags * (6.0 * tags + kExponential);
  problem.threads = operations < kFewOperations ? 1 : std::min(machine.threads, problem.batch);
  problem.log_z = run.output({batch});
  problem.tokens = run.output({batch, time, tags});
  problem.pairs = run.output({batch, tags, tags});
  if (!machine.kernel().crf(problem)) throw std::bad_alloc();
}

void read(TF_OpKernelConstruction*, Machine&, Status&) {}  // a Machine is all it needs

// Runs when TensorFlow's load_op_library opens this file.
__attribute__((constructor)) void register_crf() {
  if (!find_tensorflow()) return;
  add_operator<Machine, read, run_crf>(
      "TextlstmCrfExpected",
      {"emissions: float", "mask: bool", "start: float", "transitions: float", "end: float"},
      {"log_z: float", "tokens: float", "pairs: float"}, {});
}

}  // namespace
}  // namespace textlstm

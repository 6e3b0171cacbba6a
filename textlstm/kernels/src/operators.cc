// The TensorFlow operators TextlstmRecurrence and TextlstmRecurrenceGrad.
//
// Both compute one or two directions at once: the second reads from the end, or the first if
// `reverse` is set. Outputs lie side by side in y, as Keras' Bidirectional has them.

#include <limits>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "operator.h"
#include "plan.h"

namespace textlstm {
namespace {

constexpr double kFewOperations = 1e6;  // below it a second thread costs more than it gives

struct Settings : Machine {
  int directions = 1;
  bool gru = false, reverse = false, keep = true;
  int states() const { return gru ? 0 : directions; }
  int gates() const { return gru ? 3 : 4; }
};

// What both operators read first: the mask, x, and the weights.
struct Call {
  Call(Run& run, const Settings& settings) : settings(settings), n(settings.directions) {
    const Run::Input mask = run.input();
    Run::Input x = run.input();
    if (x.shape.size() != 3)
      throw Refused(TF_INVALID_ARGUMENT,
                    "x has shape " + shown(x.shape) + ", expected (batch, time, features)");
    batch = x.shape[0], time = x.shape[1], features = x.shape[2];
    const bool masked = mask.shape.size() != 1 || mask.shape[0] != 0;
    if (masked && mask.shape != std::vector<int64_t>{batch, time})
      throw Refused(TF_INVALID_ARGUMENT, "mask has shape " + shown(mask.shape) + ", expected " +
                                             shown({batch, time}) + " or (0)");
    direction[0].x = (const float*)x.data;
    for (int d = 1; d < n; d++) direction[d].x = run.input("x", x.shape);
    const Run::Input kernel = run.input();
    const int gates = settings.gates();
    if (kernel.shape.size() != 2 || kernel.shape[0] != features || kernel.shape[1] % gates)
      throw Refused(TF_INVALID_ARGUMENT, "kernel has shape " + shown(kernel.shape) +
                                             ", expected (" + std::to_string(features) + ", " +
                                             std::to_string(gates) + " * units)");
    units = kernel.shape[1] / gates;
    if (!features || !units)
      throw Refused(TF_INVALID_ARGUMENT, "expected at least one feature and one unit");
    fits();
    direction[0].kernel = (const float*)kernel.data;
    for (int d = 1; d < n; d++) direction[d].kernel = run.input("kernel", kernel.shape);
    for (int d = 0; d < n; d++)
      direction[d].recurrent_kernel = run.input("recurrent_kernel", {units, gates * units});
    for (int d = 0; d < n; d++) direction[d].reverse = (d == 1) != settings.reverse;
    plan = std::make_unique<Plan>((int)batch, (int)time,
                                  masked ? (const uint8_t*)mask.data : nullptr);
    problem.steps = &plan->steps();
    problem.features = (int)features;
    problem.units = (int)units;
    problem.directions = n;
    problem.gru = settings.gru;
    problem.direction = direction;
    const double operations =
        2.0 * n * plan->steps().total * gates * units * (double)(features + units);
    problem.threads = operations < kFewOperations ? 1 : settings.threads;
  }

  std::vector<int64_t> bias_shape() const {
    if (settings.gru) return {2, 3 * units};
    return {4 * units};
  }

  void read_states(Run& run) {
    for (int d = 0; d < n; d++) direction[d].h_first = run.input("h", {batch, units});
    for (int d = 0; d < settings.states(); d++)
      direction[d].c_first = run.input("c", {batch, units});
  }

  // Sizes are ints in the kernels, and no product of them may overflow.
  void fits() const {
    const double most = std::numeric_limits<int>::max();
    const double floats = 16.0 * (batch + 1.0) * (time + 1.0) * (features + units + 64.0);
    if (batch > most || time > most || features > 1e6 || units > 1e6 || floats > 1e15 ||
        (double)batch * time > most)
      throw Refused(TF_INVALID_ARGUMENT, "too large: x " + shown({batch, time, features}) + ", " +
                                             std::to_string(units) + " units");
  }

  const Settings& settings;
  const int n;
  int64_t batch = 0, time = 0, features = 0, units = 0;
  Direction direction[2];
  Gradients gradients[2];
  std::unique_ptr<Plan> plan;
  Problem problem;
};

void run_forward(Run& run, const Settings& settings) {
  Call call(run, settings);
  for (int d = 0; d < call.n; d++) call.direction[d].bias = run.input("bias", call.bias_shape());
  call.read_states(run);
  call.problem.y = run.output({call.batch, call.time, call.n * call.units});
  for (int d = 0; d < call.n; d++)
    call.direction[d].h_last = run.output({call.batch, call.units});
  for (int d = 0; d < settings.states(); d++)
    call.direction[d].c_last = run.output({call.batch, call.units});
  const Kept kept = settings.keep ? settings.kernel().kept(call.problem) : Kept{0, 0};
  for (int d = 0; d < call.n; d++) {
    float* gates = run.output({kept.gates});
    if (settings.keep) call.direction[d].gates = gates;
  }
  for (int d = 0; d < settings.states(); d++) {
    float* cells = run.output({kept.cells});
    if (settings.keep) call.direction[d].cells = cells;
  }
  if (!settings.kernel().forward(call.problem)) throw std::bad_alloc();
}

void run_backward(Run& run, const Settings& settings) {
  Call call(run, settings);
  call.read_states(run);
  const std::vector<int64_t> shape{call.batch, call.time, call.n * call.units};
  call.problem.y = (float*)run.input("y", shape);
  const Kept kept = settings.kernel().kept(call.problem);
  for (int d = 0; d < call.n; d++)
    call.direction[d].gates = (float*)run.input("gates", {kept.gates});
  for (int d = 0; d < settings.states(); d++)
    call.direction[d].cells = (float*)run.input("cells", {kept.cells});
  call.problem.dy = run.input("dy", shape);
  Gradients* g = call.gradients;
  const std::vector<int64_t> state{call.batch, call.units};
  const int64_t columns = settings.gates() * call.units;
  for (int d = 0; d < call.n; d++) g[d].h_last = run.input("dh", state);
  for (int d = 0; d < settings.states(); d++) g[d].c_last = run.input("dc", state);
  for (int d = 0; d < call.n; d++) g[d].x = run.output({call.batch, call.time, call.features});
  for (int d = 0; d < call.n; d++) g[d].kernel = run.output({call.features, columns});
  for (int d = 0; d < call.n; d++) g[d].recurrent_kernel = run.output({call.units, columns});
  for (int d = 0; d < call.n; d++) g[d].bias = run.output(call.bias_shape());
  for (int d = 0; d < call.n; d++) g[d].h_first = run.output(state);
  for (int d = 0; d < settings.states(); d++) g[d].c_first = run.output(state);
  call.problem.gradients = g;
  if (!settings.kernel().backward(call.problem)) throw std::bad_alloc();
}

template <bool FORWARD>
void read(TF_OpKernelConstruction* construction, Settings& settings, Status& status) {
  settings.directions = (int)attribute(construction, "D", status);
  settings.gru = flag(construction, "gru", status);
  settings.reverse = flag(construction, "reverse", status);
  if (FORWARD) settings.keep = flag(construction, "keep", status);
  if (status.ok() && settings.directions > 2)
    status.set(TF_INVALID_ARGUMENT, "more than two directions");
  if (status.ok() && attribute(construction, "C", status) != settings.states())
    status.set(TF_INVALID_ARGUMENT, "an LSTM has a cell state for each direction, a GRU none");
}

// Runs when TensorFlow's load_op_library opens this file.
__attribute__((constructor)) void register_operators() {
  if (!find_tensorflow()) return;
  std::vector<const char*> attributes{"D: int >= 1", "C: int >= 0", "gru: bool", "reverse: bool"};
  add_operator<Settings, read<false>, run_backward>(
      "TextlstmRecurrenceGrad",
      {"mask: bool", "x: D * float", "kernel: D * float", "recurrent_kernel: D * float",
       "h: D * float", "c: C * float", "y: float", "gates: D * float", "cells: C * float",
       "dy: float", "dh: D * float", "dc: C * float"},
      {"dx: D * float", "dkernel: D * float", "drecurrent_kernel: D * float", "dbias: D * float",
       "dh_first: D * float", "dc_first: C * float"},
      attributes);
  attributes.push_back("keep: bool");
  add_operator<Settings, read<true>, run_forward>(
      "TextlstmRecurrence",
      {"mask: bool", "x: D * float", "kernel: D * float", "recurrent_kernel: D * float",
       "bias: D * float", "h: D * float", "c: C * float"},
      {"y: float", "h_last: D * float", "c_last: C * float", "gates: D * float",
       "cells: C * float"},
      attributes);
}

}  // namespace
}  // namespace textlstm

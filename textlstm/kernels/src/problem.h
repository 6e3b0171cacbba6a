// What one call computes: sizes, pointers, and which step of which row comes when.
#pragma once

#include <cstdint>

#include "crf_problem.h"

namespace textlstm {

// Rows sorted by length, longest first: at step s the first active[s] of them have a step, so
// padding costs nothing. "place" is a row's place in that order. Plain pointers, so that the files
// compiled for a newer processor instantiate nothing that an older one might then be given.
struct Steps {
  int batch = 0, time = 0;
  int steps = 0;                    // of the longest row
  int64_t total = 0;                // of all rows
  const int* row = nullptr;         // (batch) row of the batch at a place
  const int* length = nullptr;      // (batch) steps at a place
  const int* active = nullptr;      // (steps + 1) rows that have step s
  const int64_t* offset = nullptr;  // (steps + 1) steps of all rows before step s
  const int* when = nullptr;        // (batch, time) time of the s-th step at a place
  const uint8_t* mask = nullptr;    // (batch, time), or null where every step counts
  int chunks = 0;
  const int* chunk = nullptr;  // (chunks + 1) first step of a chunk
  int chunk_rows = 0;          // rows of the largest chunk

  // Where in (batch, time) the row at `place` has its step s.
  int64_t at(int place, int s, bool reverse) const {
    const int k = reverse ? length[place] - 1 - s : s;
    return (int64_t)row[place] * time + when[(int64_t)place * time + k];
  }
};

// One direction. Row-major; gates side by side in Keras' order.
struct Direction {
  bool reverse = false;
  const float* x = nullptr;                 // (batch, time, features)
  const float* kernel = nullptr;            // (features, gates * units)
  const float* recurrent_kernel = nullptr;  // (units, gates * units)
  const float* bias = nullptr;              // (gates * units), GRU (2, gates * units)
  const float* h_first = nullptr;           // (batch, units)
  const float* c_first = nullptr;           // LSTM only
  float* h_last = nullptr;
  float* c_last = nullptr;
  // Kept for the backward pass, in an order of the kernel's own; null if there will be none.
  float* gates = nullptr;
  float* cells = nullptr;
};

// What the backward pass reads and writes besides.
struct Gradients {
  const float* h_last = nullptr;
  const float* c_last = nullptr;
  float* x = nullptr;
  float* kernel = nullptr;
  float* recurrent_kernel = nullptr;
  float* bias = nullptr;
  float* h_first = nullptr;
  float* c_first = nullptr;
};

struct Problem {
  const Steps* steps = nullptr;
  int features = 0, units = 0;
  int directions = 0;
  bool gru = false;
  int threads = 1;
  float* y = nullptr;         // (batch, time, directions * units)
  const float* dy = nullptr;  // of the same shape
  const Direction* direction = nullptr;
  const Gradients* gradients = nullptr;
};

// Floats of Direction::gates and Direction::cells.
struct Kept {
  int64_t gates, cells;
};

// The functions of one processor; false if memory is short.
struct Kernel {
  Kept (*kept)(const Problem&);
  bool (*forward)(const Problem&);
  bool (*backward)(const Problem&);
  bool (*crf)(const CrfProblem&);
};

extern const Kernel kAvx2, kAvx512;

}  // namespace textlstm

// What one call of the CRF's forward-backward computes: sizes and pointers.
#pragma once

#include <cstdint>

namespace textlstm {

// Row-major. Scores are in nats; tokens and pairs are expected counts.
struct CrfProblem {
  int batch = 0, time = 0, tags = 0;
  int longest = 0;                     // steps of the longest row
  int threads = 1;
  const int* length = nullptr;         // (batch) steps of a row
  const float* emissions = nullptr;    // (batch, time, tags)
  const float* start = nullptr;        // (tags)
  const float* transitions = nullptr;  // (tags, tags), from row to column
  const float* end = nullptr;          // (tags)
  float* log_z = nullptr;              // (batch)
  float* tokens = nullptr;             // (batch, time, tags)
  float* pairs = nullptr;              // (batch, tags, tags)
};

}  // namespace textlstm

// An operator of the kernels: what all of them are given, and what TensorFlow makes and drops.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "problem.h"
#include "processor.h"
#include "tensorflow_run.h"

namespace textlstm {

struct Machine {
  int threads = 1, lanes = 8;
  const Kernel& kernel() const { return lanes == 16 ? kAvx512 : kAvx2; }
};

// The settings of one operator, a Machine and what READ adds; TensorFlow gets null after a failure.
template <class Settings, void (*READ)(TF_OpKernelConstruction*, Settings&, Status&)>
void* create(TF_OpKernelConstruction* construction) {
  Status status;
  auto settings = std::make_unique<Settings>();
  settings->threads = (int)attribute(construction, "threads", status);
  settings->lanes = (int)attribute(construction, "lanes", status);
  READ(construction, *settings, status);
  if (status.ok() && !processor_has(settings->lanes))
    status.set(TF_INVALID_ARGUMENT, "this processor cannot run " +
                                        std::to_string(settings->lanes) + " lanes");
  if (status.ok()) return settings.release();
  TF_OpKernelConstruction_Failure(construction, status.get());
  return nullptr;
}

template <class Settings>
void destroy(void* kernel) {
  delete (Settings*)kernel;
}

// Define an operator with the attributes of a Machine and its own, and its kernel for CPUs.
template <class Settings, void (*READ)(TF_OpKernelConstruction*, Settings&, Status&),
          void (*WORK)(Run&, const Settings&)>
bool add_operator(const char* name, const std::vector<const char*>& inputs,
                  const std::vector<const char*>& outputs, std::vector<const char*> attributes) {
  attributes.insert(attributes.end(), {"threads: int", "lanes: int"});
  return add(name, inputs, outputs, attributes, create<Settings, READ>, compute<Settings, WORK>,
             destroy<Settings>);
}

}  // namespace textlstm

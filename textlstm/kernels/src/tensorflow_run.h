// An operator's side of TensorFlow's C API: its definition, its attributes, and one run of it.
#pragma once

#include <cstdio>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "tensorflow_api.h"

namespace textlstm {

class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  ~Status() { TF_DeleteStatus(status_); }
  Status(const Status&) = delete;
  TF_Status* get() const { return status_; }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  void set(int code, const std::string& message) { TF_SetStatus(status_, code, message.c_str()); }

 private:
  TF_Status* status_;
};

struct Refused : std::runtime_error {
  Refused(int code, const std::string& message) : std::runtime_error(message), code(code) {}
  int code;
};

inline std::string shown(const std::vector<int64_t>& shape) {
  std::string text = "(";
  for (size_t k = 0; k < shape.size(); k++)
    text += (k ? ", " : "") + (shape[k] < 0 ? std::string("?") : std::to_string(shape[k]));
  return text + ")";
}

// One run of an operator: inputs and outputs are taken in the order of the definition.
class Run {
 public:
  explicit Run(TF_OpKernelContext* context) : context_(context) {}
  ~Run() {
    for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
  }
  Run(const Run&) = delete;

  struct Input {
    const void* data;
    std::vector<int64_t> shape;
  };

  Input input() {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, inputs_++, &tensor, status_.get());
    check();
    tensors_.push_back(tensor);
    Input found{TF_TensorData(tensor), {}};
    for (int k = 0; k < TF_NumDims(tensor); k++) found.shape.push_back(TF_Dim(tensor, k));
    return found;
  }

  // The next input, which must have this shape.
  const float* input(const char* name, const std::vector<int64_t>& shape) {
    const Input found = input();
    if (found.shape != shape)
      throw Refused(TF_INVALID_ARGUMENT, std::string(name) + " has shape " + shown(found.shape) +
                                             ", expected " + shown(shape));
    return (const float*)found.data;
  }

  float* output(const std::vector<int64_t>& shape) {
    size_t bytes = sizeof(float);
    for (int64_t size : shape) bytes *= size;
    TF_Tensor* tensor = TF_AllocateOutput(context_, outputs_++, TF_FLOAT, shape.data(),
                                          (int)shape.size(), bytes, status_.get());
    check();
    tensors_.push_back(tensor);
    return (float*)TF_TensorData(tensor);
  }

 private:
  void check() {
    if (!status_.ok()) throw Refused(TF_GetCode(status_.get()), TF_Message(status_.get()));
  }

  TF_OpKernelContext* context_;
  Status status_;
  int inputs_ = 0, outputs_ = 0;
  std::vector<TF_Tensor*> tensors_;
};

// An operator's run, given what was made for it at its construction.
template <class Settings, void (*WORK)(Run&, const Settings&)>
void compute(void* kernel, TF_OpKernelContext* context) {
  Status failure;
  try {
    Run run(context);
    WORK(run, *(const Settings*)kernel);
    return;
  } catch (const Refused& refused) {
    failure.set(refused.code, refused.what());
  } catch (const std::bad_alloc&) {
    failure.set(TF_RESOURCE_EXHAUSTED, "not enough memory");
  }
  TF_OpKernelContext_Failure(context, failure.get());
}

inline int64_t attribute(TF_OpKernelConstruction* construction, const char* name,
                         const Status& status) {
  int64_t value = 0;
  TF_OpKernelConstruction_GetAttrInt64(construction, name, &value, status.get());
  return value;
}

inline bool flag(TF_OpKernelConstruction* construction, const char* name, const Status& status) {
  unsigned char value = 0;
  TF_OpKernelConstruction_GetAttrBool(construction, name, &value, status.get());
  return value;
}

inline void any_shape(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

// Define an operator and its kernel for CPUs.
inline bool add(const char* name, const std::vector<const char*>& inputs,
                const std::vector<const char*>& outputs,
                const std::vector<const char*>& attributes,
                void* (*make)(TF_OpKernelConstruction*),
                void (*work)(void*, TF_OpKernelContext*), void (*drop)(void*)) {
  Status status;
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(name);
  for (const char* one : inputs) TF_OpDefinitionBuilderAddInput(definition, one);
  for (const char* one : outputs) TF_OpDefinitionBuilderAddOutput(definition, one);
  for (const char* one : attributes) TF_OpDefinitionBuilderAddAttr(definition, one);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, any_shape);
  TF_RegisterOpDefinition(definition, status.get());
  if (status.ok()) {
    TF_KernelBuilder* kernel = TF_NewKernelBuilder(name, "CPU", make, work, drop);
    TF_RegisterKernelBuilder(name, kernel, status.get());
  }
  if (!status.ok()) fprintf(stderr, "textlstm: %s: %s\n", name, TF_Message(status.get()));
  return status.ok();
}

}  // namespace textlstm

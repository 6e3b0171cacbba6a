#include "tensorflow_api.h"

#include <dlfcn.h>

namespace textlstm {

#define TEXTLSTM_DEFINE(result, name, arguments) result(*name) arguments = nullptr;
TEXTLSTM_TF_API(TEXTLSTM_DEFINE)
#undef TEXTLSTM_DEFINE

bool find_tensorflow() {
  void* library = dlopen("libtensorflow_framework.so.2", RTLD_NOLOAD | RTLD_LAZY);
  if (!library) return false;
  bool all = true;
#define TEXTLSTM_FIND(result, name, arguments)                    \
  name = (result(*) arguments)dlsym(library, #name);              \
  all = all && name;
  TEXTLSTM_TF_API(TEXTLSTM_FIND)
#undef TEXTLSTM_FIND
  return all;
}

}  // namespace textlstm

//===- Kernels.h - Kernels loaded from code ---------------------*- C++ -*-===//

#ifndef MX_LIB_EMULATOR_KERNELS_H
#define MX_LIB_EMULATOR_KERNELS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>

namespace mx::emulator {

struct LoadedKernel {
  void (*entry)(void **parameters);
  uint32_t staticShared, sharedMemory;
  llvm::ArrayRef<uint64_t> parameterBytes;
};

/// Links what compileKernels made. What is returned is never freed.
llvm::Expected<LoadedKernel *> loadKernel(const char *code, const char *name);

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_KERNELS_H

//===- KernelsToHost.cpp - gpu.module to code for the emulator ------------===//
//
// mx-kernels-to-host: kernels in the llvm and nvvm dialects become host code,
// which the emulator's mx_cuda_launch runs.
//
//===----------------------------------------------------------------------===//

#include "KernelBinaries.h"
#include "mx/Conversion/Passes.h"
#include "mx/Emulator/Emulator.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXKERNELSTOHOST
#include "mx/Conversion/Passes.h.inc"

namespace {

struct KernelsToHost : impl::MXKernelsToHostBase<KernelsToHost> {
  using Base::Base;

  void getDependentDialects(DialectRegistry &registry) const final {
    registerKernelTranslations(registry);
  }

  void runOnOperation() final {
    if (failed(replaceKernels(getOperation(), chip,
                              gpu::CompilationTarget::Binary,
                              emulator::compileKernels)))
      signalPassFailure();
  }
};

} // namespace
} // namespace mx

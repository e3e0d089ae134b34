//===- CompileKernels.cpp - Host objects of kernels -----------------------===//

#include "mx/Emulator/Emulator.h"

#include "KernelCode.h"
#include "Translate.h"
#include "mx/Target/Emit.h"
#include "mx/Target/NVVM/TargetInfo.h"

using namespace mlir;
using namespace mx::emulator;

FailureOr<std::string> mx::emulator::compileKernels(gpu::GPUModuleOp kernels,
                                                    const nvvm::Chip &chip) {
  FailureOr<HostModule> host = translate(kernels);
  if (failed(host))
    return failure();
  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream os(object);
  if (failed(mx::emitObject(*host->module, {}, os)))
    return failure();
  KernelCode header;
  header.staticShared = static_cast<uint32_t>(host->staticShared);
  header.sharedMemory = chip.sharedMemory;
  header.bytes = object.size();
  std::string code(reinterpret_cast<const char *>(&header), sizeof header);
  code.append(object.begin(), object.end());
  return code;
}

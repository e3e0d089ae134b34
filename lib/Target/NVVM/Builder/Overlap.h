//===- Overlap.h - Kernels that start before others end ---------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_BUILDER_OVERLAP_H
#define MX_LIB_TARGET_NVVM_BUILDER_OVERLAP_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mx::nvvm {

/// PTX ISA 9.7.13.13, griddepcontrol (sm_90), at the beginning of each kernel:
/// those queued after it may be launched as soon as all its blocks run, and
/// what those queued before it wrote is there. A kernel is only complete when
/// its wait was, so one queued two places on does not overtake it.
void letOverlap(mlir::gpu::GPUModuleOp module);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_BUILDER_OVERLAP_H

//===- Overlap.h - Kernels that start before others end ---------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_BUILDER_OVERLAP_H
#define MX_LIB_TARGET_NVVM_BUILDER_OVERLAP_H

#include "Kernel.h"

namespace mx::nvvm {

/// PTX ISA 9.7.13.13, griddepcontrol (sm_90), at the beginning of each kernel:
/// those queued after it may be launched as soon as all its blocks run, and
/// what those queued before it wrote is there. A kernel is only complete when
/// its wait was, so one queued two places on does not overtake it. Kernels that
/// wait later by themselves are let do so.
void letOverlap(mlir::gpu::GPUModuleOp module);

/// The wait of a kernel that begins with what does not depend on others: with
/// reading what is constant. All threads come here once (sm_90).
void waitForEarlierKernels(Kernel &k);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_BUILDER_OVERLAP_H

//===- WideLoops.h - Threads that make vectors of elements ------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_GPU_WIDELOOPS_H
#define MX_LIB_CONVERSION_GPU_WIDELOOPS_H

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mx::gpu_kernels {

/// Makes a kernel of a parallel loop from 0 in steps of 1 whose reads and
/// writes go along its last axis, or are the same all along it: a thread has
/// vectors of up to 16 bytes of neighbours, several where the loop is large,
/// and reads all before it computes. False, without a change, for others and
/// for loops too small to fill a GPU.
bool launchWide(mlir::OpBuilder &b, mlir::scf::ParallelOp loop);

} // namespace mx::gpu_kernels

#endif // MX_LIB_CONVERSION_GPU_WIDELOOPS_H

//===- Launch.h - gpu.launch of plain kernels -------------------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_GPU_LAUNCH_H
#define MX_LIB_CONVERSION_GPU_LAUNCH_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mx::gpu_kernels {

constexpr int64_t kThreadsPerBlock = 256;

mlir::Value constant(mlir::OpBuilder &b, mlir::Location loc, int64_t value);

/// A kernel of so many blocks in a line, each of kThreadsPerBlock threads, with
/// a name of its own; the builder stays where it is.
mlir::gpu::LaunchOp launchBlocks(mlir::OpBuilder &b, mlir::Location loc,
                                 mlir::Value numBlocks);

/// At least `numThreads` threads; `fill` makes the body of the thread of a
/// given number.
void launchThreads(
    mlir::OpBuilder &b, mlir::Location loc, mlir::Value numThreads,
    llvm::function_ref<void(mlir::OpBuilder &, mlir::Value)> fill);

/// The indices of the element `number` in row-major order.
llvm::SmallVector<mlir::Value> delinearize(mlir::OpBuilder &b,
                                           mlir::Location loc,
                                           mlir::Value number,
                                           mlir::ValueRange extents);

} // namespace mx::gpu_kernels

#endif // MX_LIB_CONVERSION_GPU_LAUNCH_H

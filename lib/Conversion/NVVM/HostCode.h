//===- HostCode.h - The host's side of kernel families ----------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_HOSTCODE_H
#define MX_LIB_CONVERSION_NVVM_HOSTCODE_H

#include "mx/Conversion/Scalar.h"
#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mx::nvvm {

/// Whether elements are row-major without gaps, from an address that kernels
/// take: a multiple of 16 bytes, where the buffer is a part of another one.
bool isContiguous(mlir::Value buffer);

/// Buffers, maps and launches around one op on memrefs.
class HostCode {
public:
  HostCode(mlir::OpBuilder &b, mlir::Operation *op);

  mlir::Value index(int64_t value);
  mlir::Value multiply(mlir::Value x, mlir::Value y);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value add(mlir::Value x, int64_t y);
  mlir::Value divide(mlir::Value x, int64_t y);
  mlir::Value ceilDiv(mlir::Value x, int64_t y);
  mlir::Value size(mlir::Value buffer, int64_t axis);
  /// Product of the sizes of axes [first, last).
  mlir::Value sizes(mlir::Value buffer, int64_t first, int64_t last);

  /// The buffer, or a copy of it without gaps where it may have some.
  mlir::Value makeContiguous(mlir::Value buffer);
  /// A copy without gaps whose rows have `cols` columns, zeros behind those of
  /// the buffer.
  mlir::Value padColumns(mlir::Value buffer, int64_t cols);
  /// As makeContiguous for a buffer that is written: freeAll copies back.
  mlir::Value makeContiguousOutput(mlir::Value buffer);
  /// A line of elements.
  mlir::Value allocate(mlir::Type type, mlir::Value count);
  /// After the last launch: what was allocated goes.
  void freeAll();
  /// Sets the first bytes to 0.
  void clear(mlir::Value buffer, mlir::Value bytes);

  /// Kernel arguments.
  mlir::Value address(mlir::Value buffer); ///< pointer to global memory
  mlir::Value toI32(mlir::Value index);
  /// The first words of the signs of a group (contract 23), for all threads.
  mlir::SmallVector<Int> drawSigns(mlir::Value seed, int64_t stream,
                                   int64_t count);
  /// The bytes at `data` as a tensor [sizes[0], sizes[1], sizes[2]], whose
  /// boxes are [1, box[0], box[1]] in shared memory with 128-byte swizzle, or
  /// with one row after the other.
  mlir::Value mapBytes(mlir::Value data, mlir::ArrayRef<mlir::Value> sizes,
                       mlir::ArrayRef<int64_t> box, bool isSwizzled = true);

  /// As many blocks as the GPU has multiprocessors, times a factor, in whole
  /// clusters.
  mlir::Value countBlocks(int64_t perMultiprocessor, int64_t cluster);

  /// Calls a function of mx_cuda.h on i64 values.
  mlir::Value call(mlir::StringRef name, mlir::ValueRange operands,
                   bool hasResult = false);

  /// The module of this name, made by `build` if it is not there yet.
  mlir::gpu::GPUModuleOp
  getKernels(mlir::StringRef name,
             mlir::function_ref<void(mlir::OpBuilder &, mlir::gpu::GPUModuleOp)>
                 build);
  void launch(mlir::gpu::GPUModuleOp module, mlir::StringRef kernel,
              mlir::Value grid, int64_t threads, mlir::ValueRange operands,
              int64_t sharedBytes = 0, int64_t cluster = 1);
  /// The same with bytes (i32) that the host finds out.
  void launch(mlir::gpu::GPUModuleOp module, mlir::StringRef kernel,
              mlir::Value grid, int64_t threads, mlir::ValueRange operands,
              mlir::Value sharedBytes, int64_t cluster = 1);

  mlir::OpBuilder &b;
  mlir::Location loc;

private:
  mlir::Operation *op;
  /// Without gaps, with as many columns or with `cols`.
  mlir::Value allocateLike(mlir::Value buffer,
                           std::optional<int64_t> cols = std::nullopt);

  mlir::SmallVector<mlir::Value> owned;
  mlir::SmallVector<std::pair<mlir::Value, mlir::Value>> outputs;
};

/// Whether the last extent of a shaped type is static and a multiple of `of`.
bool isLastMultipleOf(mlir::Type type, int64_t of);

/// Parts of the names of kernel modules: the name of a format that has one,
/// else a hash; `_alpha_…`, or nothing for 1.
std::string nameFormat(ScaledType format);
std::string nameAlpha(float alpha);

/// Erases an allocation of which nothing is left but deallocations, and those.
void eraseUnused(mlir::Value buffer);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_HOSTCODE_H

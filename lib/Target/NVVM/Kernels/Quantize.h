//===- Quantize.h - Floats to packed codes and scales -----------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_QUANTIZE_H
#define MX_LIB_TARGET_NVVM_KERNELS_QUANTIZE_H

#include "../Builder/Kernel.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm::quantize {

constexpr int kThreads = 128;
/// Elements of a row that a thread holds, at most.
constexpr int64_t kMaxUnit = 128;
/// Rows that the lanes of a warp hold where blocks have several.
constexpr int64_t kWarpRows = 32;
/// Side of the tiles of matrices that a block of threads brings to shared
/// memory.
constexpr int64_t kTile = 128;
constexpr int kTileThreads = 256;

/// What is fixed when the kernel is made.
struct Form {
  QuantizerAttr quantizer;   ///< its streams do not matter
  mlir::Type source;         ///< of x in memory: f32, bf16 or f16
  bool isWhole = false;      ///< the columns are known to be whole units
  bool hasWholeRows = false; ///< the rows are known to be whole warps
  bool hasF8Convert = false; ///< the chip converts to E4M3 and E5M2
  /// Computes what is quantised from x, its first input, and others: an
  /// elementwise op whose inputs have x's shape, or one element for each row.
  mlir::linalg::GenericOp producer = nullptr;

  /// The type of what is quantised.
  mlir::Type getElement() const;
  /// Why the kernel does not take it; empty if it does.
  std::string findProblem() const;
  /// Elements of a row that a thread quantises.
  int64_t getUnit() const;
  /// Whether blocks have several rows.
  bool hasTiles() const { return quantizer.getFormat().getBlockRows() != 1; }
  bool hasTensorScale() const {
    return quantizer.getFormat().getHasTensorScale();
  }
};

/// quantize(x, items, rows, cols, seed, codes, scales, paddedCols, stream,
/// signStream[, amax, tensorScale]): x [items, rows, cols], of which the
/// operand is the transpose where the quantizer transposes; codes and scales as
/// packed; paddedCols a multiple of the Hadamard size, or the operand's
/// columns; amax (f32) of the whole tensor, and what is stored for it.
///
/// The producer's other inputs are the last parameters of each kernel.
///
/// A thread has a unit of one of the operand's rows, units of a row (of a
/// column, transposed) side by side; with tiles the lanes of a warp have as
/// many rows below each other.
void build(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module, const Form &form);

/// quantize_tiles: the same of one or two forms of one source whose extents are
/// known to be multiples of kTile, the parameters from codes on for each. A
/// block of threads reads a tile of kTile x kTile once.
void buildTiles(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                llvm::ArrayRef<Form> forms);
/// Shared memory that it takes, in bytes.
int64_t countTileBytes(llvm::ArrayRef<Form> forms);

/// amax(x, items, rows, cols, seed, paddedCols, signStream, amax): the bits of
/// the largest finite magnitude that the form's blocks have, into an i32 that
/// is 0 before; any number of blocks of threads.
void buildAmax(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
               const Form &form);

/// hadamard(x, items, rows, cols, seed, signStream, out): the form's transform
/// of x [items, rows, cols] along its rows, as f32; threads as for quantize.
void buildHadamard(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                   const Form &form);

} // namespace mx::nvvm::quantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_QUANTIZE_H

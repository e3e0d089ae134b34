//===- Quantize.h - Floats to packed codes and scales -----------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_QUANTIZE_H
#define MX_LIB_TARGET_NVVM_KERNELS_QUANTIZE_H

#include "../Builder/Kernel.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm::quantize {

constexpr int kThreads = 128;
/// Elements of a row that a thread holds, at most; of units that lanes share.
constexpr int64_t kMaxHeld = 128, kSharedHeld = 32, kRingHeld = 64;
/// Blocks of threads of a multiprocessor, with a ring.
constexpr int kRingAtOnce = 4;
/// The largest Hadamard group, which a warp shares.
constexpr int64_t kMaxGroup = 1024;
/// Rows that the lanes of a warp hold where blocks have several.
constexpr int64_t kWarpRows = 32;
/// Side of the tiles of matrices that a block of threads brings to shared
/// memory.
constexpr int64_t kTile = 128;
constexpr int kTileThreads = 256;

/// What is fixed when the kernel is made.
struct Form {
  QuantizerAttr quantizer;       ///< its streams do not matter
  mlir::Type source;             ///< of x in memory: f32, bf16 or f16
  bool isWhole = false;          ///< the columns are known to be whole units
  bool hasWholeWarps = false;    ///< no lane of the last warp is left over
  bool hasF8Convert = false;     ///< the chip converts to E4M3 and E5M2
  bool hasNarrowConvert = false; ///< and to E2M1, E2M3 and E3M2
  bool isOfTile = false;         ///< of quantize_tiles: no lanes share units
  bool hasRing = false;          ///< rows go through a ring (takesRing)
  int64_t units = 0;             ///< of a row of the operand; 0: any number
  /// Computes what is quantised from x, its first input, and others: an
  /// elementwise op whose inputs have x's shape, or one element for each row.
  mlir::linalg::GenericOp producer = nullptr;

  /// The type of what is quantised.
  mlir::Type getElement() const;
  /// Why the kernel does not take it; empty if it does.
  std::string findProblem() const;
  /// Elements of a row that are quantised together: a Hadamard group, a block,
  /// or some of them.
  int64_t getUnit() const;
  /// Elements of a unit that a thread holds; neighbouring lanes hold the rest.
  int64_t getHeld() const;
  /// Words of the signs of a group that kernels take.
  int64_t countSignWords() const;
  /// Whether threads can have the same columns of several rows of so many
  /// columns: for them some of the work of transforms and random bits is the
  /// same.
  bool takesRing(int64_t columns) const;
  /// Threads that have one of those rows.
  int64_t countThreadsOfRow() const;
  /// Whether blocks have several rows.
  bool hasTiles() const { return quantizer.getFormat().getBlockRows() != 1; }
  /// Whether all elements of a block decide its scale, by sums.
  bool sumsElements() const;
  bool hasTensorScale() const {
    return quantizer.getFormat().getHasTensorScale();
  }
};

/// quantize(x, items, rows, cols, seed, codes, scales, paddedCols, stream,
/// signs…[, amax, tensorScale]): x [items, rows, cols], of which the operand is
/// the transpose where the quantizer transposes; codes and scales as packed;
/// paddedCols a multiple of the Hadamard size, or the operand's columns; amax
/// (f32) of the whole tensor, and what is stored for it. signs: a seeded
/// group's, in sorted words.
///
/// The producer's other inputs are the last parameters of each kernel.
///
/// A thread has a unit of one of the operand's rows, or neighbouring lanes
/// share it; units of a row (of a column, transposed) are side by side; with
/// tiles the lanes of a warp have as many rows below each other. With a ring
/// any number of blocks that have all threads of a row at least.
void build(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module, const Form &form);

/// Shared memory that it takes, in bytes.
int64_t countBytes(const Form &form);

/// quantize_tiles: the same of one or two forms of one source whose extents are
/// known to be multiples of kTile, the parameters from codes on for each. A
/// block of threads reads a tile of kTile x kTile once, and then the one that
/// is as many further as there are blocks, of which there may be any number.
/// The chip's may have so many bytes of shared memory.
void buildTiles(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                llvm::ArrayRef<Form> forms, int64_t sharedMemory);
/// Shared memory that it takes, in bytes.
int64_t countTileBytes(llvm::ArrayRef<Form> forms, int64_t sharedMemory);
/// Blocks that a multiprocessor has at a time.
int countTilesAtOnce(llvm::ArrayRef<Form> forms, int64_t sharedMemory);

/// amax(x, items, rows, cols, seed, paddedCols, signs…, amax): the bits of
/// the largest finite magnitude that the form's blocks have, into an i32 that
/// is 0 before; any number of blocks of threads.
void buildAmax(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
               const Form &form);

} // namespace mx::nvvm::quantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_QUANTIZE_H

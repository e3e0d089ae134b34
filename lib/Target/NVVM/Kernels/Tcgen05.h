//===- Tcgen05.h - Products by tcgen05.mma with block scales ----*- C++ -*-===//
//
// The family tcgen05: codes as they are packed, or with padding where the unit
// wants bytes; scales in tiles of 128 x 4, as tile_128x4 of mx.packed.relayout.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_TCGEN05_H
#define MX_LIB_TARGET_NVVM_KERNELS_TCGEN05_H

#include "QuantizeResult.h"

#include "../Builder/Kernel.h"
#include "../Builder/TensorDescriptors.h"
#include "Relayout.h"

#include "mx/Support/ScaledFormat.h"

namespace mx::nvvm::tcgen05 {

/// Rows of the result that one block makes at a time, bytes of K in a stage,
/// stages at most.
constexpr int kTileM = 128, kTileBytes = 128, kMaxStages = 6;
constexpr int kThreads = 192;
/// Blocks of a cluster where a result has more rows than a tile.
constexpr int kCluster = 2;
/// Columns of tensor memory, and those of the scales of a tile of 128 x 4.
constexpr int kTensorColumns = 512, kAtomColumns = 4;
/// Dynamic shared memory of a block: that of the chips without its start.
constexpr int kMaxSharedBytes = 227 << 10;
/// Scales of 128 rows and 4 blocks, as relayout makes them.
constexpr int kAtomBytes = relayout::kTileBytes;
constexpr int kAtomRows = relayout::kTileRows;
constexpr int kAtomBlocks = relayout::kTileBlocks;
constexpr int kAtomLines = kAtomBytes / kTileBytes;
/// Threads of a block of the kernel that pads codes.
constexpr int kPadThreads = 256;

/// Why the unit does not take the formats; empty where it does.
std::string findProblem(const contract::ScaledFormat &a,
                        const contract::ScaledFormat &b);

/// What is fixed when the kernels are made.
struct Form {
  contract::ScaledFormat a, b;
  mlir::Type type; ///< of the product: f32, bf16 or f16
  float alpha = 1;
  bool evenN = false; ///< N is known to be even
  bool hasAcc = false;
  Epilogue epilogue;
  std::optional<quantize::Form> quantizer;
  /// Blocks along M that each load a share of B's tile.
  int cluster = 1;
  /// Blocks that multiply together, the tensor cores of each reading the shares
  /// of all: 1, or 2, which are a cluster. With 1 each block of a cluster gets
  /// all shares.
  int group = 1;
  int columns = 128; ///< of the result, made at a time: 128, or 256 in a group
  int stages = kMaxStages;

  /// What a schedule may choose: as many stages as fit.
  void choose(int newGroup, int newColumns, int newCluster);
  int getMostStages() const;
  /// Why there is no such kernel; empty where there is.
  std::string findScheduleProblem() const;

  TensorKind getKind() const;
  /// Elements of K in a stage, tiles of scales in a stage.
  int getStageK() const { return 4 * getInstructionK(getKind()); }
  int getStageAtoms() const { return getInstructionScales(getKind()); }
  /// Words that 16 bytes of a row in shared memory begin with; the rest of the
  /// four is padding.
  int getWords(const contract::ScaledFormat &format) const;
  /// Rows of B that lie in a block's shared memory.
  int getRowsB() const { return columns / group; }
  /// Tiles of scales of 128 columns of the result.
  int getTilesB() const { return columns / kAtomRows; }
  int getStageBytes() const {
    return (kTileM + getRowsB()) * kTileBytes +
           (1 + getTilesB()) * getStageAtoms() * kAtomBytes;
  }
  int getSharedBytes() const {
    return (getStageBytes() + 2 * 8) * stages + 4 * 8 + 8 + 1024;
  }
  int getScaleColumns() const {
    return stages * getStageAtoms() * (1 + getTilesB()) * kAtomColumns;
  }
  /// Columns of tensor memory from the first accumulator to the second, which
  /// may overlap.
  int getAccumulatorStep() const {
    int room = kTensorColumns - getScaleColumns() - columns;
    return room < columns ? room / 32 * 32 : columns;
  }
  /// Clocks that a stage takes at least: of the unit, with 8 K multiplications
  /// of 8 bits a clock, and of shared memory, with 128 bytes a clock, which the
  /// unit reads and copies write.
  int getStageClocks() const {
    int bytes = (kTileM + getRowsB()) * kTileBytes + getStageBytes();
    return std::max(2 * columns, bytes / 128);
  }
};

/// pad_NAME(codes, out, rowWords, outRowWords, count): rows of words to rows of
/// as many fours as hold `words` of them each; count words of out.
void buildPad(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
              llvm::StringRef name, int words);

/// multiply(mapA, mapB, mapScalesA, mapScalesB, out, m, n, steps, batch, …):
/// persistent, in clusters; maps of the bytes as [batch, rows, bytes], boxes of
/// kTileBytes x kTileM and columns / cluster; maps without a swizzle of
/// scales in tiles as [batch · tiles, lines of kTileBytes], boxes of a stage's
/// lines; out [batch, m, n]; steps of kTileBytes. Then, as far as the form has
/// them: tensorScaleA, tensorScaleB [1]; acc, like out; what the
/// epilogue reads; what a quantizer takes (QuantizeResult.h), and then out is
/// not written.
void buildMultiply(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                   const Form &form);

} // namespace mx::nvvm::tcgen05

#endif // MX_LIB_TARGET_NVVM_KERNELS_TCGEN05_H

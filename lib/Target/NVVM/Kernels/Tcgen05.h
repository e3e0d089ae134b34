//===- Tcgen05.h - Products by tcgen05.mma with block scales ----*- C++ -*-===//
//
// The family tcgen05: codes as they are packed, or with padding where the unit
// wants bytes; scales in tiles of 128 x 4, as tile_128x4 of mx.packed.relayout,
// with whole stages along K.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_TCGEN05_H
#define MX_LIB_TARGET_NVVM_KERNELS_TCGEN05_H

#include "../Builder/Kernel.h"
#include "../Builder/TensorDescriptors.h"

#include "mx/Support/ScaledFormat.h"

namespace mx::nvvm::tcgen05 {

/// Rows and columns of the result that one block makes at a time, bytes of K in
/// a stage, stages.
constexpr int kTileM = 128, kTileN = 128, kTileBytes = 128, kStages = 6;
constexpr int kThreads = 192;
/// Blocks of a cluster where a result has more rows than a tile.
constexpr int kCluster = 2;
/// Scales of 128 rows and 4 blocks.
constexpr int kAtomBytes = 512, kAtomRows = 128, kAtomBlocks = 4;
/// Threads of a block of the kernels that prepare operands.
constexpr int kArrangeThreads = 128, kPadThreads = 256;

/// Why the unit does not take the formats; empty where it does.
std::string findProblem(const contract::ScaledFormat &a,
                        const contract::ScaledFormat &b);

/// What is fixed when the kernels are made.
struct Form {
  contract::ScaledFormat a, b;
  mlir::Type type; ///< of the result: f32, bf16 or f16
  float alpha = 1;
  bool evenN = false; ///< N is known to be even
  bool hasAcc = false;
  /// Blocks along M that each load a share of B's tile, for all of them.
  int cluster = 1;

  TensorKind getKind() const;
  /// Elements of K in a stage, tiles of scales in a stage.
  int getStageK() const { return 4 * getInstructionK(getKind()); }
  int getStageAtoms() const { return getInstructionScales(getKind()); }
  /// Words that 16 bytes of a row in shared memory begin with; the rest of the
  /// four is padding.
  int getWords(const contract::ScaledFormat &format) const;
  int getStageBytes() const {
    return (kTileM + kTileN) * kTileBytes + 2 * getStageAtoms() * kAtomBytes;
  }
  int getSharedBytes() const {
    return (getStageBytes() + 2 * 8) * kStages + 4 * 8 + 8 + 1024;
  }
};

/// arrange_NAME(scales, out, rows, blocks, tiles, atoms): one block a tile of
/// scales; scales [items, rows, blocks]; out [items, tiles, atoms, kAtomBytes],
/// 0 where there is nothing.
void buildArrange(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                  llvm::StringRef name);

/// pad_NAME(codes, out, rowWords, outRowWords, count): rows of words to rows of
/// as many fours as hold `words` of them each; count words of out.
void buildPad(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
              llvm::StringRef name, int words);

/// multiply(mapA, mapB, scalesA, scalesB, out, m, n, steps, batch, …):
/// persistent, in clusters; maps of the bytes as [batch, rows, bytes], boxes of
/// kTileBytes x kTileM and kTileN / cluster; arranged scales; out [batch, m,
/// n]; steps of kTileBytes. Then, as far as the form has them: tensorScaleA,
/// tensorScaleB [1]; acc, like out.
void buildMultiply(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                   const Form &form);

} // namespace mx::nvvm::tcgen05

#endif // MX_LIB_TARGET_NVVM_KERNELS_TCGEN05_H

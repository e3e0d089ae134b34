//===- Relayout.h - Scales in tiles of 128 x 4 ------------------*- C++ -*-===//
//
// The family relayout: mx.packed.relayout from linear to tile_128x4, which
// products by tcgen05 take their scales in.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_RELAYOUT_H
#define MX_LIB_TARGET_NVVM_KERNELS_RELAYOUT_H

#include "../Builder/Kernel.h"

namespace mx::nvvm::relayout {

/// A tile: the scales of 128 rows and 4 blocks.
constexpr int kTileRows = 128, kTileBlocks = 4, kTileBytes = 512;
constexpr int kThreads = kTileBytes / 4;

/// tiles(scales, out, rows, blocks, tilesM, tilesK): one block a tile; scales
/// [items, rows, blocks]; out [items, tilesM, tilesK, kTileBytes], 0 where
/// there is nothing.
void buildTiles(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module);

} // namespace mx::nvvm::relayout

#endif // MX_LIB_TARGET_NVVM_KERNELS_RELAYOUT_H

//===- TileOrder.h - In which order tiles are made --------------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_TILEORDER_H
#define MX_LIB_TARGET_NVVM_KERNELS_TILEORDER_H

#include "../Builder/Kernel.h"

namespace mx::nvvm {

/// Numbers of a tile of one product of a batch.
struct TilePlace {
  Int item, row, column;
};

/// The `tile`th of a batch of results of tilesM x tilesN tiles: groups of up to
/// 8 rows of tiles, walked column by column, so that a wave of blocks is nearly
/// square in the L2 cache.
TilePlace locateTile(Int tile, Int tilesM, Int tilesN);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_TILEORDER_H

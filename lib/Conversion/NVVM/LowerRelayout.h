//===- LowerRelayout.h - Scales in tiles of 128 x 4 -------------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_LOWERRELAYOUT_H
#define MX_LIB_CONVERSION_NVVM_LOWERRELAYOUT_H

#include "HostCode.h"

namespace mx::nvvm {

/// Scales [items, rows, blocks] in tiles, bytes [items, tilesM, tilesK, 512].
struct TiledScales {
  TiledScales(HostCode &host, mlir::Value items, mlir::Value rows,
              mlir::Value blocks);

  mlir::Value countTiles() const;
  mlir::Value countBytes() const;
  /// Launches the kernel of mx.packed.relayout, from contiguous scales.
  void fill(mlir::Value scales, mlir::Value room) const;

  HostCode &host;
  mlir::Value items, rows, blocks, tilesM, tilesK;
};

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERRELAYOUT_H

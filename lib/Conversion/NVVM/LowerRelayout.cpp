//===- LowerRelayout.cpp - The launch of relayout -------------------------===//

#include "LowerRelayout.h"

#include "../../Target/NVVM/Kernels/Relayout.h"
#include "Lowerings.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

TiledScales::TiledScales(HostCode &host, Value items, Value rows, Value blocks)
    : host(host), items(items), rows(rows), blocks(blocks),
      tilesM(host.ceilDiv(rows, relayout::kTileRows)),
      tilesK(host.ceilDiv(blocks, relayout::kTileBlocks)) {}

Value TiledScales::countTiles() const {
  return host.multiply(host.multiply(items, tilesM), tilesK);
}

Value TiledScales::countBytes() const {
  return host.multiply(countTiles(), host.index(relayout::kTileBytes));
}

void TiledScales::fill(Value scales, Value room) const {
  gpu::GPUModuleOp kernels =
      host.getKernels("mx_relayout", [](OpBuilder &b, gpu::GPUModuleOp module) {
        relayout::buildTiles(b, module);
      });
  host.launch(kernels, "tiles", countTiles(), relayout::kThreads,
              {host.address(scales), host.address(room), host.toI32(rows),
               host.toI32(blocks), host.toI32(tilesM), host.toI32(tilesK)});
}

void mx::nvvm::lowerRelayout(HostCode &host, PackedRelayoutOp op) {
  Value scales = host.makeContiguous(op.getInput());
  Value out = host.makeContiguousOutput(op.getInit());
  int64_t columns = cast<MemRefType>(scales.getType()).getRank() - 1;
  int64_t rows = columns - 1;
  TiledScales tiled(host, host.sizes(scales, 0, rows), host.size(scales, rows),
                    host.size(scales, columns));
  tiled.fill(scales, out);
  host.freeAll();
}

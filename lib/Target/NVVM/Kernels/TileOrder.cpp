//===- TileOrder.cpp - In which order tiles are made ----------------------===//

#include "TileOrder.h"

using namespace mx;
using namespace mx::nvvm;

TilePlace mx::nvvm::locateTile(Int tile, Int tilesM, Int tilesN) {
  constexpr int kGroup = 8;
  Int perItem = tilesM * tilesN;
  Int item = tile.udiv(perItem), inItem = tile.urem(perItem);
  Int perGroup = tilesN * kGroup;
  Int group = inItem.udiv(perGroup), rest = inItem.urem(perGroup);
  Int size = (tilesM - group * kGroup).smin(kGroup);
  return {item, group * kGroup + rest.urem(size), rest.udiv(size)};
}

//===- FewTileRows.h - Tiles of rows by rows of weights ---------*- C++ -*-===//
//
// At most 32 rows, packed once: four tiles of sums, of 64 of the weights' rows
// or of 32, stay tiles over all of k, while these are decoded a few steps at a
// time.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AMX_FEWTILEROWS_H
#define MX_RUNTIME_LIB_AMX_FEWTILEROWS_H

#include "../KernelTable.h"

namespace mx::runtime::amx {

/// Of B's rows in MXFP4, not in tiles. False, with nothing written, for other
/// operands and where one is infinite.
bool multiplyFewTileRows(const MatmulArgs &args);

} // namespace mx::runtime::amx

#endif // MX_RUNTIME_LIB_AMX_FEWTILEROWS_H

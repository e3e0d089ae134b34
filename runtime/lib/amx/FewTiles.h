//===- FewTiles.h - A tile of rows by prepacked MXFP4 -----------*- C++ -*-===//
//
// At most 16 rows: their tile stays what it is while the weights pass by, so
// that sums stay in tiles over all of k.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AMX_FEWTILES_H
#define MX_RUNTIME_LIB_AMX_FEWTILES_H

#include "../KernelTable.h"

namespace mx::runtime::amx {

/// False, with nothing written, for other operands and where one is infinite.
bool multiplyFewTiles(const MatmulArgs &args);

} // namespace mx::runtime::amx

#endif // MX_RUNTIME_LIB_AMX_FEWTILES_H

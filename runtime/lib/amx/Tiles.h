//===- Tiles.h - Blocks of AMX tiles ----------------------------*- C++ -*-===//
//
// Four accumulator tiles: a block of x86/Product.h.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AMX_TILES_H
#define MX_RUNTIME_LIB_AMX_TILES_H

#include "../x86/Product.h"

namespace mx::runtime::amx {

/// bf16 pairs into f32. Limb products (i, j) with i + j < 3 are summed.
x86::Multiplier bf16Multiplier();
/// Bytes into s32, one limb.
x86::Multiplier s8Multiplier();

/// All tiles of this thread hold 16 rows of 64 bytes.
void configureTiles();
void releaseTiles();

} // namespace mx::runtime::amx

#endif // MX_RUNTIME_LIB_AMX_TILES_H

//===- StripExtremes.h - Largest and least scales of 16 rows ----*- C++ -*-===//
//
// Of scales in tiles, four of each row of a strip side by side.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_STRIPEXTREMES_H
#define MX_RUNTIME_LIB_X86_STRIPEXTREMES_H

#include "OperandRows.h"

namespace mx::runtime::x86 {

/// The largest and the least scale of each row of a strip, as codes.
struct StripExtremes {
  /// Tile g of `scales` has those of blocks 4·g to 4·g + 3; bytes behind the
  /// last block may be any.
  StripExtremes(const uint8_t *scales, int64_t blocks);

  alignas(32) int32_t most[kTileRows], least[kTileRows];
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_STRIPEXTREMES_H

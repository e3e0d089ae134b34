//===- FewTiled.h - A few rows by prepacked MXFP4 ---------------*- C++ -*-===//
//
// Integers of three bytes (Digits.h) by 4-bit codes that are bytes after one
// permutation: sums of a block are exact, and meet f32 once per block.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_FEWTILED_H
#define MX_RUNTIME_LIB_X86_FEWTILED_H

#include "Digits.h"
#include "Finish.h"
#include "TiledFp4.h"

namespace mx::runtime::x86 {

/// Tables by code: 2·E2M1 + 12 as bytes, four times, since a permutation of 64
/// looks at the two bits above the code.
struct RaisedCodes {
  uint8_t bytes[64] = {};

  constexpr RaisedCodes() {
    constexpr int halves[8] = {0, 1, 2, 3, 4, 6, 8, 12};
    for (int i = 0; i < 64; ++i)
      bytes[i] =
          static_cast<uint8_t>(12 + (i & 8 ? -halves[i & 7] : halves[i & 7]));
  }
};
alignas(64) inline constexpr RaisedCodes kRaisedCodes;

/// Strips that are multiplied at a time: memory is read in as many streams.
inline constexpr int64_t kStripsTogether = 4;

/// The sums of `count` strips, at most kStripsTogether, from `first` on with
/// all of the few, but for remainders: [strip][row][16].
using MultiplyStrips = void (*)(const DigitRows &few, const TiledFp4 &many,
                                int64_t first, int64_t count, float *sums);

/// Plain rows, at most `most` (kFewRows or less), by weights in tiles. False,
/// with nothing written, for other operands and where a float is infinite.
bool multiplyFewTiled(
    const MatmulArgs &args, int64_t most, MultiplyStrips multiplyStrips,
    std::unique_ptr<Finisher> (*finisher)(const MatmulArgs &, int64_t item,
                                          const float *exponentsA,
                                          const float *exponentsB));

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_FEWTILED_H

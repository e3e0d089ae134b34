//===- Matmul.cpp - Products on AVX-512 without tiles ---------------------===//
//
// VNNI for MXFP4 on both sides or on that of the weights, f32 for every other
// operand, f64 for exact sums.
//
//===----------------------------------------------------------------------===//

#include "../avx512/Finish.h"
#include "../avx512/FloatRows.h"
#include "../avx512/Folded.h"
#include "../avx512/PlainRows.h"
#include "../x86/MatmulF32.h"
#include "Blocks.h"
#include "Linear.h"
#include "Multiply.h"
#include "Strips.h"
#include "Words.h"

#include <limits>

namespace mx::runtime::avx512_vnni {

namespace {

constexpr int64_t kMostLinear = 1;     ///< rows, before f32 is faster
constexpr int64_t kLeastLinear = 1024; ///< columns, so that f32 is not

x86::S8Engine engine() {
  return x86::s8Engine<avx512::FoldedRows, avx512::Finisher>(s8Multiplier());
}

/// Results of products of few steps are written along their rows.
x86::Multiplier rowMultiplier() {
  x86::Multiplier multiplier = f32Multiplier();
  multiplier.shortSteps = 8;
  multiplier.writeRows = avx512::writePlainRows;
  return multiplier;
}

} // namespace

bool matmul_default(const MatmulArgs &args) {
  const x86::Multiplier words = wordMultiplier(), blocks = blockMultiplier();
  return x86::multiplyFewTiled(args, x86::kFewRows, multiplyStrips,
                               x86::makeFinisher<avx512::Finisher>) ||
         (args.k >= kLeastLinear &&
          x86::multiplyFewLinear(args, kMostLinear, multiplyLinear,
                                 x86::makeFinisher<avx512::Finisher>)) ||
         x86::multiplyF32(
             args, {rowMultiplier(), addProducts,
                    x86::makeFloatRows<avx512::FloatRows>, engine(), 3.0,
                    &words, x86::makeManyRows<avx512::FloatRows>, &blocks});
}

bool matmul_exact(const MatmulArgs &args) {
  return x86::multiplyS8(args, engine(),
                         std::numeric_limits<double>::infinity()) ||
         x86::multiplyExactly(args, {addExactly, f32Multiplier().pack,
                                     x86::makeFloatRows<avx512::FloatRows>,
                                     x86::makeFinisher<avx512::Finisher>});
}

} // namespace mx::runtime::avx512_vnni

//===- Matmul.cpp - Products on AVX2 --------------------------------------===//
//
// f32 for every operand, integers for MXFP4 on both sides, f64 for exact sums.
//
//===----------------------------------------------------------------------===//

#include "../x86/MatmulF32.h"
#include "../x86/PlainRows.h"
#include "Multiply.h"
#include "Strips.h"

#include <limits>

namespace mx::runtime::avx2 {

namespace {

constexpr int64_t kMostDigits = x86::kFewRows; ///< rows, before f32 is faster

x86::S8Engine engine() {
  return x86::s8Engine<x86::FoldedRows, x86::Finisher>(s8Multiplier());
}

/// Results of products of few steps are written along their rows.
x86::Multiplier rowMultiplier() {
  x86::Multiplier multiplier = f32Multiplier();
  multiplier.shortSteps = 8;
  multiplier.writeRows = x86::writePlainRows;
  return multiplier;
}

} // namespace

bool matmul_default(const MatmulArgs &args) {
  return x86::multiplyFewTiled(args, kMostDigits, multiplyStrips,
                               x86::makeFinisher<x86::Finisher>) ||
         x86::multiplyF32(args,
                          {rowMultiplier(), addProducts,
                           x86::makeFloatRows<x86::FloatRows>, engine(), 1.3});
}

bool matmul_exact(const MatmulArgs &args) {
  return x86::multiplyS8(args, engine(),
                         std::numeric_limits<double>::infinity()) ||
         x86::multiplyExactly(args, {addExactly, f32Multiplier().pack,
                                     x86::makeFloatRows<x86::FloatRows>,
                                     x86::makeFinisher<x86::Finisher>});
}

} // namespace mx::runtime::avx2

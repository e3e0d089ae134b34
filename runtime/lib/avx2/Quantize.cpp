//===- Quantize.cpp - quantize on AVX2 ---------------------------------===//
//
// lib/vector on pairs of registers of 256 bits.
//
//===----------------------------------------------------------------------===//

#include "Simd.h"

#include "../vector/Quantize.h"

namespace mx::runtime::avx2 {

bool quantize(const QuantizeArgs &args) { return quantizeOne(args); }
bool quantize2(const Quantize2Args &args) { return quantizeBoth(args); }

} // namespace mx::runtime::avx2

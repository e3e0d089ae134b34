//===- Quantize.cpp - quantize on AVX-512 ---------------------------------===//
//
// lib/vector on registers of 512 bits.
//
//===----------------------------------------------------------------------===//

#include "Simd.h"

#include "../vector/Quantize.h"

namespace mx::runtime::avx512 {

bool quantize(const QuantizeArgs &args) { return quantizeOne(args); }
bool quantize2(const Quantize2Args &args) { return quantizeBoth(args); }

} // namespace mx::runtime::avx512

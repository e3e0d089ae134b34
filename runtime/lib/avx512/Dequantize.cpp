//===- Dequantize.cpp - dequantize and decode on AVX-512
//-------------------===//
//
// lib/vector on registers of 512 bits.
//
//===----------------------------------------------------------------------===//

#include "Simd.h"

#include "../vector/Dequantize.h"

namespace mx::runtime::avx512 {

bool dequantize(const DequantizeArgs &args) { return dequantizeRows(args); }
bool decode(const DecodeArgs &args) { return decodeRows(args); }

} // namespace mx::runtime::avx512

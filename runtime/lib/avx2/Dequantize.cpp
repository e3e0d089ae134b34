//===- Dequantize.cpp - dequantize and decode on AVX2 -------------------===//
//
// lib/vector on pairs of registers of 256 bits.
//
//===----------------------------------------------------------------------===//

#include "Simd.h"

#include "../vector/Dequantize.h"

namespace mx::runtime::avx2 {

bool dequantize(const DequantizeArgs &args) { return dequantizeRows(args); }
bool decode(const DecodeArgs &args) { return decodeRows(args); }

} // namespace mx::runtime::avx2

//===- Elementwise.cpp - amax, hadamard and cast on AVX2 ----------------===//
//
// lib/vector on pairs of registers of 256 bits.
//
//===----------------------------------------------------------------------===//

#include "Simd.h"

#include "../vector/Elementwise.h"

namespace mx::runtime::avx2 {

bool amax(const AmaxArgs &args) { return findAmax(args); }
bool hadamard(const HadamardArgs &args) { return transform(args); }
bool cast(const CastArgs &args) { return castRows(args); }

} // namespace mx::runtime::avx2

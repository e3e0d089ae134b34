//===- Elementwise.cpp - amax, hadamard and cast on AVX-512
//----------------===//
//
// lib/vector on registers of 512 bits.
//
//===----------------------------------------------------------------------===//

#include "Simd.h"

#include "../vector/Elementwise.h"

namespace mx::runtime::avx512 {

bool amax(const AmaxArgs &args) { return findAmax(args); }
bool hadamard(const HadamardArgs &args) { return transform(args); }
bool cast(const CastArgs &args) { return castRows(args); }

} // namespace mx::runtime::avx512

//===- Strips.h - Strips of prepacked MXFP4 by a few rows -------*- C++ -*-===//
//
// x86::MultiplyStrips: lanes are the rows of half a strip.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX2_STRIPS_H
#define MX_RUNTIME_LIB_AVX2_STRIPS_H

#include "../x86/FewTiled.h"

namespace mx::runtime::avx2 {

void multiplyStrips(const x86::DigitRows &few, const x86::TiledFp4 &many,
                    int64_t first, int64_t count, float *sums);

} // namespace mx::runtime::avx2

#endif // MX_RUNTIME_LIB_AVX2_STRIPS_H

//===- Linear.h - Rows of MXFP4 by one of a few rows ------------*- C++ -*-===//
//
// x86::MultiplyLinear: a lane has eight columns.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_VNNI_LINEAR_H
#define MX_RUNTIME_LIB_AVX512_VNNI_LINEAR_H

#include "../x86/FewLinear.h"

namespace mx::runtime::avx512_vnni {

void multiplyLinear(const x86::DigitColumns &few, const x86::LinearRows &rows,
                    float *sums);

} // namespace mx::runtime::avx512_vnni

#endif // MX_RUNTIME_LIB_AVX512_VNNI_LINEAR_H

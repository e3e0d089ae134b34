//===- PlainRows.h - Rows of plain results ----------------------*- C++ -*-===//
//
// For products whose sums come along the rows of the results.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_PLAINROWS_H
#define MX_RUNTIME_LIB_AVX512_PLAINROWS_H

#include "../x86/SumTile.h"

namespace mx::runtime::avx512 {

/// Writes results that start anywhere, by whole cache lines but at their ends.
void writePlainRows(const x86::SumRows &sums, const x86::PlainResults &results);

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_PLAINROWS_H

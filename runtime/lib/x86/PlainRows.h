//===- PlainRows.h - Rows of plain results ----------------------*- C++ -*-===//
//
// For products whose sums come along the rows of the results, on AVX2.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_PLAINROWS_H
#define MX_RUNTIME_LIB_X86_PLAINROWS_H

#include "SumTile.h"

namespace mx::runtime::x86 {

void writePlainRows(const SumRows &sums, const PlainResults &results);

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_PLAINROWS_H

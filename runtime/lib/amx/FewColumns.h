//===- FewColumns.h - Rows of f32 by few columns ----------------*- C++ -*-===//
//
// Where reading the rows takes as long as multiplying them.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AMX_FEWCOLUMNS_H
#define MX_RUNTIME_LIB_AMX_FEWCOLUMNS_H

#include "../KernelTable.h"

namespace mx::runtime::amx {

/// Plain rows of f32 as two or three bf16 numbers by a few rows that are one.
/// False for other products and where an operand has an infinity; results that
/// nothing reads may have been written then.
bool multiplyFewColumns(const MatmulArgs &args);

} // namespace mx::runtime::amx

#endif // MX_RUNTIME_LIB_AMX_FEWCOLUMNS_H

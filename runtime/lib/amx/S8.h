//===- S8.h - MXFP4 products in integers ------------------------*- C++ -*-===//
//
// Exact products of MXFP4 operands, for both accumulation modes.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AMX_S8_H
#define MX_RUNTIME_LIB_AMX_S8_H

#include "../KernelTable.h"

namespace mx::runtime::amx {

enum class S8Use {
  Always,     ///< whatever bands the scales need
  WhereFaster ///< than bf16 tiles
};

/// The results of contract 25. False, with nothing written, for other formats,
/// sums that could leave the integers, or scales that spread too far.
bool multiplyS8(const MatmulArgs &args, S8Use use);

} // namespace mx::runtime::amx

#endif // MX_RUNTIME_LIB_AMX_S8_H

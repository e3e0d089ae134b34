//===- LowerGemv.h - The gemv kernel of a product ---------------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_LOWERGEMV_H
#define MX_LIB_CONVERSION_NVVM_LOWERGEMV_H

#include "../../Target/NVVM/Kernels/Gemv.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Target/NVVM/TargetInfo.h"

namespace mx::nvvm {

/// Of a product of rows that LowerBF16Rows.h makes bf16: of so many, or at most
/// so many where their number is dynamic.
gemv::Form getGemvForm(PackedMatmulOp op, const Chip &chip, int64_t tokens);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERGEMV_H

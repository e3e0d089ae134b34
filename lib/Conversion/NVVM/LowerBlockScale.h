//===- LowerBlockScale.h - The kernel of mma_block_scale --------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_LOWERBLOCKSCALE_H
#define MX_LIB_CONVERSION_NVVM_LOWERBLOCKSCALE_H

#include "../../Target/NVVM/Kernels/BlockScaleProduct.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm {

/// Of a product of two scaled operands.
block_scale::Form getBlockScaleForm(PackedMatmulOp op);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERBLOCKSCALE_H

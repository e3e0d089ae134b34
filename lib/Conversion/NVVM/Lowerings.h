//===- Lowerings.h - Ops of each kernel family to launches ------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_LOWERINGS_H
#define MX_LIB_CONVERSION_NVVM_LOWERINGS_H

#include "HostCode.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mx/Target/NVVM/TargetInfo.h"

namespace mx::nvvm {

void lowerGemv(HostCode &host, PackedMatmulOp op, const Chip &chip);
void lowerTcgen05(HostCode &host, PackedMatmulOp op);
void lowerBlockScale(HostCode &host, PackedMatmulOp op);
void lowerS8Fold(HostCode &host, PackedMatmulOp op);
void lowerBF16Fold(HostCode &host, PackedMatmulOp op);
/// Of a product that getFloatProduct sees.
void lowerFloatProduct(HostCode &host, mlir::linalg::LinalgOp op,
                       ScheduleAttr schedule);
void lowerHadamard(HostCode &host, HadamardOp op);
void lowerQuantize(HostCode &host, PackedQuantizeOp op, const Chip &chip);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERINGS_H

//===- Lowerings.h - Ops of each kernel family to launches ------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_LOWERINGS_H
#define MX_LIB_CONVERSION_NVVM_LOWERINGS_H

#include "HostCode.h"

namespace mx::nvvm {

void lowerS8Fold(HostCode &host, PackedMatmulOp op);
void lowerQuantize(HostCode &host, PackedQuantizeOp op);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERINGS_H

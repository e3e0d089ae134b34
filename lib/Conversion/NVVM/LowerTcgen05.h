//===- LowerTcgen05.h - Which tcgen05 kernel takes a product ----*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_LOWERTCGEN05_H
#define MX_LIB_CONVERSION_NVVM_LOWERTCGEN05_H

#include "../../Target/NVVM/Kernels/Tcgen05.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm {

/// The kernel for the operands and the result of the op, on tensors or memrefs.
tcgen05::Form getTensorForm(PackedMatmulOp op);

/// Sets what a schedule says; a text where there is no such kernel.
std::string applySchedule(tcgen05::Form &form, ScheduleAttr schedule);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERTCGEN05_H

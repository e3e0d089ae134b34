//===- ResultForm.h - Quantisations that products compute -------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_RESULTFORM_H
#define MX_LIB_CONVERSION_NVVM_RESULTFORM_H

#include "HostCode.h"

#include "../../Target/NVVM/Kernels/Quantize.h"
#include "mx/Target/NVVM/TargetInfo.h"

namespace mx::nvvm {

/// Without the streams, which are arguments of kernels.
QuantizerAttr dropStreams(QuantizerAttr quantizer);

/// The quantisation of a product's result, where its kernel takes it.
std::optional<quantize::Form> getResultForm(PackedQuantizeOp op,
                                            const Chip &chip);

/// Appends what the kernel takes for it (QuantizeResult.h); the codes' room.
void appendOperands(mlir::SmallVectorImpl<mlir::Value> &operands,
                    HostCode &host, PackedQuantizeOp op);
/// Part of the name of a kernel's module; empty where there is none.
std::string nameResultForm(const std::optional<quantize::Form> &form);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_RESULTFORM_H

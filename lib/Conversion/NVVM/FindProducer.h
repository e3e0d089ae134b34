//===- FindProducer.h - What is computed only to be quantised ---*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_FINDPRODUCER_H
#define MX_LIB_CONVERSION_NVVM_FINDPRODUCER_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm {

/// The elementwise op that makes what a quantisation, and nothing else, reads,
/// where the quantisation's kernel can compute it: its first input has the
/// shape of the result, the others too or one element for each row, and all are
/// still there. Null where there is none.
mlir::linalg::GenericOp findProducer(PackedQuantizeOp op);

/// Erases a producer that the kernel computes, and its buffer; `op` is to be
/// erased next.
void eraseProducer(PackedQuantizeOp op, mlir::linalg::GenericOp producer);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_FINDPRODUCER_H

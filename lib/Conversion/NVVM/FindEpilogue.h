//===- FindEpilogue.h - What a product's kernel computes as it stores -----===//

#ifndef MX_LIB_CONVERSION_NVVM_FINDEPILOGUE_H
#define MX_LIB_CONVERSION_NVVM_FINDEPILOGUE_H

#include "HostCode.h"

#include "../../Target/NVVM/Kernels/Epilogue.h"
#include "../../Target/NVVM/Kernels/Quantize.h"
#include "mx/Dialect/MX/Transforms/Elementwise.h"
#include "mx/Target/NVVM/TargetInfo.h"

namespace mx::nvvm {

/// The elementwise op that alone reads the result `out` of a product, element
/// (…, i, j) for its own element (…, i, j), where the product's kernels can
/// compute it in its place: floats of 32 or 16 bits from numbers that may lack
/// axes of the result, when nothing changes the product's operands between it
/// and the product. The product is then to be computed where that op is.
///
/// `isStoredTwice` if the kernels may store an element and then store it again;
/// `zeros` sets the result to 0 before, or is null.
Epilogue findEpilogue(mlir::Operation *product, mlir::Value out,
                      bool isStoredTwice = false,
                      mlir::Operation *zeros = nullptr);

/// The quantisation that alone reads what a product or its epilogue stores, row
/// by row and without a transform, where kernels can quantise in its place.
PackedQuantizeOp findQuantization(mlir::Operation *product,
                                  const Epilogue &epilogue, const Chip &chip);

/// Moves the host's code to the last of the ops that a product's kernels
/// compute: what the others read stays until then.
void startAt(HostCode &host, mlir::Operation *last, mlir::Operation *product,
             const Epilogue &epilogue);
/// Erases a product and the ops that its kernels compute, and the buffers
/// between.
void removeOps(mlir::Operation *product, const Epilogue &epilogue,
               PackedQuantizeOp quantize);

/// Makes a form whose `type` is that of what is stored compute the epilogue.
/// One that only rounds f32 is what the kernel does anyway.
template <typename Form>
void setEpilogue(Form &form, const Epilogue &epilogue) {
  if (!epilogue || isRounding(epilogue.op))
    return;
  form.epilogue = epilogue;
  form.type = mlir::getElementTypeOrSelf(epilogue.product);
}

/// Appends what the kernels take of it.
void appendOperands(mlir::SmallVectorImpl<mlir::Value> &operands,
                    HostCode &host, const Epilogue &epilogue);
/// Part of the name of a kernel's module: different for different code.
std::string nameEpilogue(const Epilogue &epilogue);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_FINDEPILOGUE_H

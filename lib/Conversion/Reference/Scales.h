//===- Scales.h - Block and tensor scales -----------------------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_REFERENCE_SCALES_H
#define MX_LIB_CONVERSION_REFERENCE_SCALES_H

#include "Elements.h"

#include "mx/Dialect/MX/IR/MX.h"

namespace mx::reference {

/// NVFP4's first level from the tensor's amax (f32): what is divided by, and
/// its inverse, which is stored (contract 17).
struct TensorScale {
  mlir::Value encode, decode;
};
TensorScale getTensorScale(Emitter e, mlir::Value amax,
                           QuantizerAttr quantizer);

/// The stored scale (i8 or f32) of a block from the bits of its amax (i32);
/// `encode` is null with one level (contract 2-9, 18).
mlir::Value getBlockScale(Int amaxBits, QuantizerAttr quantizer,
                          mlir::Value encode);

/// The stored FP scale (i8 or f32) nearest to `wanted` (contract 18).
mlir::Value encodeScale(Emitter e, mlir::Value wanted, QuantizerAttr quantizer);

/// What elements are multiplied by under a stored FP scale (contract 19).
mlir::Value getInverse(Emitter e, mlir::Value storedScale,
                       const contract::FloatFormat &scale, mlir::Value decode);

/// The number that a block's element is rounded from: v·2^-e·prescale, or
/// fl(v·inverse) for float scales (contract 10, 9, 19).
Number scaleElement(Emitter e, mlir::Value element, mlir::Value storedScale,
                    QuantizerAttr quantizer, mlir::Value decode);

/// i1: the stored scale is NaN, so the block's codes are 0.
Int isNaNScale(Emitter e, mlir::Value storedScale, ScaledType format);

} // namespace mx::reference

#endif // MX_LIB_CONVERSION_REFERENCE_SCALES_H

//===- Formats.h - From MLIR types to the contract's formats ----*- C++ -*-===//

#ifndef MX_DIALECT_MX_IR_FORMATS_H
#define MX_DIALECT_MX_IR_FORMATS_H

#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Support/ScaledFormat.h"
#include "llvm/Support/Error.h"
#include <optional>

namespace mx {

/// The contract's format of a scalar type: builtin floats of OCP MX, f16,
/// bf16, f32, `!mx.float`, and i8 (MXINT8). Nothing for any other type.
std::optional<contract::FloatFormat> getFloatFormat(mlir::Type type);

/// The block-scaled type that a word of an option names: a named form (mxfp4)
/// or a type (!mx.scaled<…>). The error lists what there is.
llvm::Expected<ScaledType> parseFormat(llvm::StringRef text,
                                       mlir::MLIRContext &context);

/// The contract's format of a scaled type.
contract::ScaledFormat getScaledFormat(ScaledType type);

/// The integer that stores one code of a scalar type: i8, i16 (f32: itself).
mlir::Type getCodeStorageType(mlir::Type type);

/// The element type of a packed scale: i8, or f32 for f32 scales.
mlir::Type getScaleStorageType(ScaledType type);

/// Shapes of the packed form of `tensor<shape x format>` (dynamic extents stay
/// dynamic): codes […, M, ceil(K/B), bytes], scale […, ceil(M/r), ceil(K/c)].
/// [B, 1] is stored as its transpose's [B].
mlir::SmallVector<int64_t> getPackedCodesShape(ScaledType format,
                                               mlir::ArrayRef<int64_t> shape);
mlir::SmallVector<int64_t> getPackedScaleShape(ScaledType format,
                                               mlir::ArrayRef<int64_t> shape);

/// The rules that the attributes of a quantisation obey, wherever they stand:
/// E8M0 scales take floor, ceil, rceil, even (i8 elements not even), quest
/// (E2M1 only), float scales amax, NVFP4 also headroom, four_over_six
/// and ms_eden; random
/// bits are 8, 16 or 24.
mlir::LogicalResult
verifyQuantization(mlir::function_ref<mlir::InFlightDiagnostic()> emitError,
                   ScaledType format, ScaleRule rule, Rounding rounding,
                   mlir::FloatAttr prescale, int64_t randomBits,
                   bool scaleMinNormal);

/// Whether a quantisation draws from its stream: for its elements, or for the
/// scales of ms_eden.
inline bool drawsBits(ScaleRule rule, Rounding rounding) {
  return rule == ScaleRule::MSEden || rounding == Rounding::Stochastic;
}

/// Streams are 32-bit words of the Philox counter.
mlir::LogicalResult
verifyStream(mlir::function_ref<mlir::InFlightDiagnostic()> emitError,
             mlir::StringRef name, int64_t stream);

/// What a recipe calls the two operands of a product: lhs and rhs, activation
/// and weight, gradient and other.
std::pair<mlir::StringRef, mlir::StringRef>
getOperandKeys(OperandNaming naming);

} // namespace mx

#endif // MX_DIALECT_MX_IR_FORMATS_H

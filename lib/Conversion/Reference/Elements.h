//===- Elements.h - Encode, decode and round one element --------*- C++ -*-===//
//
// The contract's arithmetic of single numbers, emitted as integer operations.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_CONVERSION_REFERENCE_ELEMENTS_H
#define MX_LIB_CONVERSION_REFERENCE_ELEMENTS_H

#include "mx/Conversion/Scalar.h"

#include "mx/Support/ScaledFormat.h"

namespace mx::reference {

/// (-1)^negative · significand · 2^exponent, or a NaN or an infinity. The
/// significand is an i64, the exponent an i32, the others i1.
struct Number {
  Int negative, significand, exponent, isNaN, isInf;
};

/// An f32 taken apart.
Number decomposeF32(Emitter e, mlir::Value value);

/// A code (i32, in its low bits) of a format, decoded.
Number decode(Emitter e, Int code, const contract::FloatFormat &format);

/// A scale as it is stored (i8 code or f32), decoded.
Number decodeScale(Emitter e, mlir::Value stored,
                   const contract::FloatFormat &format);

/// The exact product: significands of at most 24 and 39 bits.
Number multiply(const Number &a, const Number &b);

/// How the last step to a code is made.
struct Round {
  contract::FloatFormat format;
  contract::Rounding rounding = contract::Rounding::NearestEven;
  unsigned randomBits = 16;
  Int random; ///< i64 below 2^randomBits, with stochastic rounding
};

/// Codes from zero (i64): may exceed the format's largest (contract 10, 24).
Int roundMagnitude(const Number &number, const Round &round);

/// The code (i32) of a finite number, saturated (contract 10, 11).
Int roundSaturating(const Number &number, const Round &round);

/// The code (i32) by the rules of mx.cast (contract 15).
Int roundCast(const Number &number, const Round &round);

/// A number rounded once to f32, bf16 or f16 (nearest even); NaN is canonical.
mlir::Value roundToFloat(const Number &number, mlir::Type type);

/// An f32 rounded to `type`, NaN made canonical.
mlir::Value convertFromF32(Emitter e, mlir::Value value, mlir::Type type);

/// f32, bf16 or f16 widened to f32.
mlir::Value widenToF32(Emitter e, mlir::Value value);

} // namespace mx::reference

#endif // MX_LIB_CONVERSION_REFERENCE_ELEMENTS_H

//===- CastElement.h - Casts of elements in 32 bits -------------*- C++ -*-===//
//
// The bits of reference::roundCast and decode by integers of 32 bits and few
// operations, for large tensors.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_CONVERSION_CASTELEMENT_H
#define MX_LIB_CONVERSION_CASTELEMENT_H

#include "mx/Conversion/Scalar.h"
#include "mx/Support/ScaledFormat.h"

namespace mx {

/// A format of up to 16 bits and a rounding.
struct ElementCast {
  contract::FloatFormat format;
  contract::Rounding rounding = contract::Rounding::NearestEven;
  unsigned randomBits = 16;

  /// Whether 32 bits do: not of E8M0, of Inf where the format has f32's range
  /// and no Inf, and of more random bits than are cut off.
  bool fits() const;
  bool hasRangeOfF32() const { return format.exponentBits == 8; }
  /// The code (i32) of an f32 by the rules of mx.cast (contract 15); not
  /// stochastic.
  Int encode(Emitter e, mlir::Value value) const;
  /// What NaN becomes.
  int64_t getNaNCode() const;

  // Its steps.

  /// The code of a magnitude (bits of an f32, no NaN); of an overflow and of
  /// Inf any that is larger than the format's largest.
  Int roundMagnitude(Int magnitude) const;
  /// The same of magnitudes times 2^(bias - 127), cut off below f32's least:
  /// subnormal f32 stand for the format's. Of formats of f32's range, which are
  /// scaled by 1, and by roundings but to nearest even, of others, too.
  /// `random` (i32) is below 2^randomBits.
  Int roundScaled(Int magnitude, Int random = Int()) const;
  /// With the sign of an f32, Inf and NaN.
  Int finish(Emitter e, mlir::Value value, Int code) const;

private:
  Int roundSignificand(Int magnitude) const;
  Int roundBySum(Int magnitude) const;
};

/// A code (i32, in its low bits) of E8M0 or of up to 5 exponent bits as f32,
/// exactly. A NaN keeps its sign and payload and becomes quiet, or is the
/// canonical one.
mlir::Value decodeElement(Emitter e, Int code,
                          const contract::FloatFormat &format,
                          bool hasCanonicalNaN);

} // namespace mx

#endif // MX_LIB_CONVERSION_CASTELEMENT_H

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
  /// The code (i32) of an f32 by the rules of mx.cast (contract 15); `random`
  /// (i32, below 2^randomBits) with stochastic rounding.
  Int encode(Emitter e, mlir::Value value, Int random = Int()) const;
  /// The code of a magnitude (bits of an f32, no NaN); of an overflow and of
  /// Inf any that is larger than the format's largest.
  Int roundMagnitude(Int magnitude, Int random = Int()) const;
  /// What NaN becomes.
  int64_t getNaNCode() const;

private:
  bool hasRangeOfF32() const;
  Int roundBits(Int magnitude, Int random) const;
  Int roundSignificand(Int magnitude, Int random) const;
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

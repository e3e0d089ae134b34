//===- Scale.h - Block and tensor scales ------------------------*- C++ -*-===//
//
// From the largest magnitude of a block to its scale and to the step that
// turns elements into codes (contract 2-9, 17-19). f32 operations are IEEE,
// one at a time: build with -ffp-contract=off and the default MXCSR.
//
//===----------------------------------------------------------------------===//

#ifndef MX_SUPPORT_SCALE_H
#define MX_SUPPORT_SCALE_H

#include "mx/Support/Round.h"

namespace mx::contract {

/// How the elements of one block become codes.
struct BlockScale {
  uint32_t code = 0;  ///< the stored scale: a code, or f32 bits
  bool isNaN = false; ///< contract 3: every code of the block is +0
  int exponent = 0;   ///< E8M0: t = v·2^-exponent·prescale, exactly
  float inverse = 1;  ///< FP scales: t = fl(v·inverse)
};

/// The scale of a whole tensor (contract 17).
struct TensorScale {
  float encode = 1; ///< s_enc
  float decode = 1; ///< s_dec, the value that is stored
};

/// What scale computation needs, worked out once per call.
struct ScaleParams {
  FloatFormat element, scale;
  ScaleRule rule = ScaleRule::Floor;
  bool twoLevel = false;
  bool scaleMinNormal = false;
  int emax = 0;                ///< of the element
  float maxElement = 1;        ///< rounded to f32
  float inverseMaxElement = 1; ///< fl(1 / max_elem)
  float maxScale = 1;
  float minNormalScale = 0;
  uint32_t nanScale = 0xFF;

  ScaleParams() = default;
  ScaleParams(const ScaledFormat &format, ScaleRule rule, bool scaleMinNormal);
};

/// Whether `rule` can be used with `format` (contract 8, 9, 16): E8M0 scales
/// take floor, ceil, rceil and, except for int8, even; other scales take amax.
bool isLegal(const ScaledFormat &format, ScaleRule rule, float prescale);

/// The exponent of an E8M0 scale for the magnitude bits of a finite f32
/// (contract 4-8), clamped to [-127, 127].
int scaleExponent(ScaleRule rule, uint32_t amaxBits,
                  const FloatFormat &element);

/// s_enc and s_dec of a tensor (contract 17): the constant is the product of
/// the largest element and the largest scale, 2688 for NVFP4. A NaN, infinite
/// or negative `amax`, which mx.amax never gives, makes both NaN.
TensorScale tensorScale(const ScaleParams &params, float amax);

/// The scale of a block whose largest magnitude has the bits `amaxBits`
/// (0x7F800000 or more: NaN or Inf in the block, contract 3).
/// `tensor` matters for two levels only.
BlockScale blockScale(const ScaleParams &params, uint32_t amaxBits,
                      const TensorScale &tensor = TensorScale());

/// The f32 value of a stored scale: a code of `format`, or f32 bits.
inline double scaleValue(const FloatFormat &format, uint32_t stored) {
  return format == kF32 ? static_cast<double>(floatOf(stored))
                        : decode(format, stored);
}

/// t of contract 10 for an element of a block: exact for E8M0, fl(v·inverse)
/// for FP scales. `prescale` is 1 with FP scales.
inline Real scaledElement(float value, const BlockScale &scale, bool isE8M0,
                          const Real &prescale) {
  if (!isE8M0)
    return realOf(value * scale.inverse);
  Real t = multiply(realOf(value), prescale);
  t.exponent -= scale.exponent;
  return t;
}

} // namespace mx::contract

#endif // MX_SUPPORT_SCALE_H

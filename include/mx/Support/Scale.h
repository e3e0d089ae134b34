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

/// QuEST's ratio of a block's deviation to its scale for E2M1 (contract 27).
inline constexpr float kQuestFactor = static_cast<float>(2.92247856 / 6);
/// What MS-EDEN scales a block's largest magnitude to: 6·(16/17)/0.93, which
/// makes the squared error on normal values least (contract 29).
inline constexpr float kEdenTarget = static_cast<float>(96.0 / 15.81);
/// 6·16/17: what headroom scales a block's largest magnitude to, since rounding
/// an E4M3 scale may shrink it by 16/17 (contract 26).
inline constexpr float kHeadroomTarget = static_cast<float>(96.0 / 17);
/// Where four_over_six and ms_eden cap E4M3 scales: 1.5 times that, or a
/// correction, still fits (contract 28, 29).
inline constexpr float kRoomyScaleCap = 256;

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
  int emax = 0;             ///< of the element
  float maxElement = 1;     ///< rounded to f32
  float target = 1;         ///< what a block's amax is scaled to
  float inverseTarget = 1;  ///< fl(1 / target)
  float largestProduct = 1; ///< target times the cap of scales: s_enc · amax
  float maxScale = 1;       ///< where a computed scale is cut
  float minNormalScale = 0; ///< at most maxScale
  uint32_t nanScale = 0xFF;

  ScaleParams() = default;
  ScaleParams(const ScaledFormat &format, ScaleRule rule, bool scaleMinNormal);
};

/// Whether `rule` can be used with `format` (contract 8, 9, 16, 26-29): E8M0
/// scales take floor, ceil, rceil, except for int8 even, and for E2M1 quest;
/// other scales take amax and, where E2M1 has E4M3 scales and a tensor scale,
/// headroom, four_over_six and, with blocks of one row, ms_eden.
bool isLegal(const ScaledFormat &format, ScaleRule rule, float prescale);

/// Whether quantisation draws bits: of elements, or of ms_eden's scales.
inline bool drawsBits(ScaleRule rule, Rounding rounding) {
  return rule == ScaleRule::MSEden || rounding == Rounding::Stochastic;
}

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

/// The FP scale nearest to `wanted`, and what elements are multiplied by
/// (contract 18, 19).
BlockScale floatScale(const ScaleParams &params, float wanted,
                      const TensorScale &tensor);

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

//===- Scales.h - Scales of sixteen blocks ----------------------*- C++ -*-===//
//
// contract::blockScale lane by lane, and whether the blocks are ordinary: the
// short ways of Codecs.h then round right. BlockRules.h has the rules that look
// at every element.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_SCALES_H
#define MX_RUNTIME_LIB_VECTOR_SCALES_H

#include "Codecs.h"

#include "../KernelTable.h"

#include <cmath>

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

struct BlockScales {
  I code;     ///< as stored, or f32 bits
  I exponent; ///< of E8M0 scales, else 0
  F factor;   ///< prescale over the scale; 1 where every element is 0
  M nan;
  bool isOrdinary;
};

/// 1 where a magnitude is above the power of two that its field shows.
MX_INLINE I pastPowerOfTwo(I bits) {
  M normal = aboveU(bits, setI(0x7FFFFF));
  I threshold = select(normal, setI(0), setI(0x400000));
  return keep(above(both(bits, setI(0x7FFFFF)), threshold), setI(1));
}

/// contract::scaleExponent.
MX_INLINE I scaleExponents(I amax, const contract::ScaleParams &params) {
  using contract::ScaleRule;
  I bias = setI(uint32_t(127 + params.emax)), exponent = shr<23>(amax);
  switch (params.rule) {
  case ScaleRule::Floor:
  case ScaleRule::Amax:
  case ScaleRule::Headroom:
  case ScaleRule::FourOverSix:
  case ScaleRule::Quest: // BlockRules.h
  case ScaleRule::MSEden:
    break;
  case ScaleRule::Ceil:
    exponent = add(exponent, pastPowerOfTwo(amax));
    break;
  case ScaleRule::RCeil: {
    I quotient = bits(div(floats(amax), setF(params.maxElement)));
    exponent = add(shr<23>(quotient), pastPowerOfTwo(quotient));
    bias = setI(127);
    break;
  }
  case ScaleRule::Even:
    exponent =
        shr<23>(add(amax, setI(1u << (22 - params.element.mantissaBits))));
    break;
  }
  exponent = maxS(sub(exponent, bias), setI(uint32_t(-127)));
  return minS(exponent, setI(127));
}

struct ScaleMaker {
  contract::ScaleParams params;
  contract::TensorScale tensor;
  float prescale, perAmax;
  QuickGrid grid; ///< of the scale

  explicit ScaleMaker(const QuantizeArgs &args)
      : params(args.spec.format, args.spec.rule, args.spec.scaleMinNormal),
        tensor(args.tensor), prescale(args.spec.prescale),
        perAmax(tensor.encode * params.inverseTarget),
        grid(contract::Grid(args.spec.format.scale,
                            contract::Rounding::NearestEven),
             0) {}

  /// `limit` is what |element · factor| stays below in an ordinary block.
  MX_INLINE BlockScales operator()(I amax, float limit) const {
    I finite = withoutNaN(amax);
    BlockScales result = params.scale.isE8M0
                             ? powerOfTwo(scaleExponents(finite, params))
                             : nearestTo(wanted(finite));
    return finish(result, amax, limit);
  }

  /// 0 where the block is NaN.
  MX_INLINE I withoutNaN(I amax) const {
    return select(isNaN(amax), setI(0), amax);
  }

  /// What a float scale is for a largest magnitude, before it is rounded.
  MX_INLINE F wanted(I amax) const {
    return params.twoLevel ? mul(floats(amax), setF(perAmax))
                           : div(floats(amax), setF(params.maxElement));
  }

  /// An E8M0 scale.
  MX_INLINE BlockScales powerOfTwo(I exponent) const {
    BlockScales result{};
    result.exponent = exponent;
    result.code = add(exponent, setI(127));
    I field = sub(setI(127), exponent); // 0 is no factor: not ordinary
    result.factor = mul(floats(shl<23>(field)), setF(prescale));
    return result;
  }

  /// contract::floatScale.
  MX_INLINE BlockScales nearestTo(F wanted) const {
    BlockScales result{};
    result.exponent = setI(0);
    wanted = min(wanted, setF(params.maxScale));
    if (params.scaleMinNormal)
      wanted = max(wanted, setF(params.minNormalScale));
    F stored = wanted;
    result.code = bits(wanted);
    if (params.scale != contract::kF32)
      result.code = minS(grid.nearestCode(wanted, stored), grid.maxCode);
    if (params.twoLevel)
      stored = mul(stored, setF(tensor.decode));
    result.factor = min(div(setF(1), stored), setF(3.40282347e38f));
    return result;
  }

  /// NaN blocks, blocks of zeros, and whether all are ordinary.
  MX_INLINE BlockScales finish(BlockScales result, I amax, float limit) const {
    result.nan = isNaN(amax);
    result.code = select(result.nan, setI(params.nanScale), result.code);
    amax = withoutNaN(amax);
    M idle = equal(amax, setI(0));
    result.factor = select(idle, setF(1), result.factor);
    F largest = mul(floats(amax), result.factor);
    M odd = either(above(setF(0x1p-100f), result.factor),
                   above(result.factor, setF(0x1p100f)));
    odd = either(odd, andNot(above(setF(limit), largest), equal(amax, amax)));
    result.isOrdinary = laneBits(odd) == 0;
    return result;
  }

private:
  MX_INLINE M isNaN(I amax) const {
    return params.twoLevel && std::isnan(tensor.encode)
               ? equal(amax, amax)
               : aboveU(amax, setI(0x7F7FFFFF));
  }
};

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_SCALES_H

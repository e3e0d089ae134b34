//===- GemvPairs.cpp - E2M1 weights of gemv as pairs of bf16 --------------===//

#include "GemvPairs.h"

#include "../Builder/Mma.h"
#include "../Builder/Warp.h"
#include "Decode.h"

#include <cmath>

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// E2M1's bits in the place of bf16's are the number times 2^-126.
static constexpr int kPatternExponent = 126;

GemvPairs::GemvPairs(Kernel &k, const contract::ScaledFormat &format)
    : k(k), scale(format.scale),
      shift(scale.isE8M0 ? 0 : kPatternExponent - scale.emax() - 1) {}

bool GemvPairs::hasUsual() const {
  return scale.isE8M0 || scale == contract::kE4M3;
}

Int GemvPairs::areUsual(ValueRange codes) const {
  Int most = k.i32(0);
  for (Value value : codes) {
    Int code(k.emitter(), value);
    most = scale.isE8M0 ? most | code : most.smax(code);
  }
  return scale.isE8M0 ? warpOr(k, most).ult(0x80) : warpMax(k, most).ult(0x7F);
}

std::pair<Int, Int> GemvPairs::readScales(Int first, Int second,
                                          bool areUsual) const {
  if (areUsual)
    return {readUsual(first), readUsual(second)};
  Int both = readAny(first, second);
  return {permuteBytes(k, both, both, k.i32(0x1010)),
          permuteBytes(k, both, both, k.i32(0x3232))};
}

/// E8M0's code is bf16's exponent, here 124 more; also 0, of 2^-127. E4M3's
/// bits where bf16's are stand for 2^-120 of it.
Int GemvPairs::readUsual(Int code) const {
  if (scale.isE8M0)
    return code * 0x00800080 + (124 << 7) * 0x00010001;
  return multiplyBF16PairByPower(k, code * 0x00100010, shift + 120);
}

/// In the halves of a word.
Int GemvPairs::readAny(Int low, Int high) const {
  if (!scale.isE8M0) {
    auto decode = [&](Int code) {
      return bitsOf(k.emitter(), k.fmul(decodeSmall(k, code, scale),
                                        k.f32(std::ldexp(1.0f, shift))));
    };
    return permuteBytes(k, decode(low), decode(high), k.i32(0x7632));
  }
  // The code is bf16's exponent. 0 stands for 2^-127 and 255 for NaN: both
  // have the upper bit of the mantissa.
  Int codes = permuteBytes(k, low, high, k.i32(0x3410)) & 0x00FF00FF;
  Int isSpecial = (codes + 0x00010001) | (k.i32(0x01000100) - codes);
  return (codes << 7) | ((isSpecial >> 2) & 0x00400040);
}

/// A product puts magnitude and sign in their places.
Int GemvPairs::decode(Int word, int i, Int scaleOf, bool isUsual) const {
  Int codes = i < 2 ? word : word >> 8;
  codes = codes & (i % 2 ? 0x00F000F0 : 0x000F000F);
  Int pair = (codes * (i % 2 ? 0x104 : 0x1040)) & 0x81C081C0ll;
  if (scale.isE8M0 && !isUsual)
    pair = multiplyBF16PairByPower(k, pair, 124);
  return multiplyBF16Pair(k, pair, scaleOf);
}

float GemvPairs::getFactor() const {
  return std::ldexp(1.0f, scale.isE8M0 ? 2 : kPatternExponent - shift);
}

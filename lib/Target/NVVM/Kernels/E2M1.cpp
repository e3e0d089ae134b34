//===- E2M1.cpp - Rounding to E2M1 in a few instructions ------------------===//

#include "E2M1.h"

#include "../Builder/Warp.h"
#include "F8.h"
#include <cmath>

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// Whether prescale · 2^-126 is an f32 and magnitudes stay below 8.
static bool isExactPrescale(float prescale) {
  float factor = std::ldexp(prescale, -126);
  return prescale > 0 && prescale <= 1 &&
         std::ldexp(double(factor), 126) == double(prescale);
}

static bool canTake(QuantizerAttr quantizer) {
  ScaledType format = quantizer.getFormat();
  auto prescale = float(quantizer.getPrescale().getValueAsDouble());
  if (!isa<Float4E2M1FNType>(format.getElement()) ||
      !isa<Float8E8M0FNUType>(format.getScale()))
    return false;
  if (quantizer.getRounding() == Rounding::Stochastic)
    return quantizer.getRandomBits() <= 16 && isExactPrescale(prescale);
  return quantizer.getRounding() == Rounding::NearestEven && prescale == 1;
}

E2M1Encoder::E2M1Encoder(Kernel &k, QuantizerAttr quantizer, Value scale)
    : k(k), quantizer(quantizer), isTaken(canTake(quantizer)) {
  if (!isTaken)
    return;
  inverse = invertScale(k, scale);
}

/// Adding and subtracting 2^23 quanta rounds to the quantum: 0.5 below 2, then
/// 1, then 2.
Value E2M1Encoder::roundToNearest(Value magnitude) {
  Value shift =
      k.less(magnitude, k.f32(4)).select(k.f32(0x1p23f), k.f32(0x1p24f));
  shift = k.less(magnitude, k.f32(2)).select(k.f32(0x1p22f), shift);
  return k.fmin(k.fsub(k.fadd(magnitude, shift), shift), k.f32(6));
}

Int E2M1Encoder::encode(Value value, Int random) {
  Emitter e = k.emitter();
  Int bits = bitsOf(e, value);
  // Exact but for what is far below the smallest quantum.
  Value magnitude = k.fmul(floatOf(bits & 0x7FFFFFFF, k.f32Type()), inverse);
  auto prescale = float(quantizer.getPrescale().getValueAsDouble());
  Int code;
  if (quantizer.getRounding() == Rounding::Stochastic) {
    // Truncation to 22 bits of a quantum leaves the leading 16 as they are.
    Value placed =
        multiplyTowardZero(k, magnitude, k.f32(std::ldexp(prescale, -126)));
    Int sum = bitsOf(e, placed) +
              (random << (22 - int64_t(quantizer.getRandomBits())));
    code = (sum >> 22).smin(7);
  } else {
    Value placed = k.fmul(roundToNearest(magnitude), k.f32(0x1p-126f));
    code = bitsOf(e, placed) >> 22;
  }
  return code | ((bits >> 28) & 8);
}

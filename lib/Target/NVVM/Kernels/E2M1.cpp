//===- E2M1.cpp - Rounding to E2M1 in a few instructions ------------------===//

#include "E2M1.h"

#include "../Builder/Warp.h"
#include <cmath>

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

Int RandomBits::extract() const {
  if (bits == 24)
    return word >> 8;
  return (word >> (index * bits)) & ((1 << bits) - 1);
}

/// Whether prescale · 2^-126 is an f32 and grows nothing.
static bool isExactPrescale(float prescale) {
  float factor = std::ldexp(prescale, -126);
  return prescale > 0 && prescale <= 1 &&
         std::ldexp(double(factor), 126) == double(prescale);
}

static bool canTake(QuantizerAttr quantizer) {
  ScaledType format = quantizer.getFormat();
  auto prescale = float(quantizer.getPrescale().getValueAsDouble());
  if (!isa<Float4E2M1FNType>(format.getElement()))
    return false;
  if (quantizer.getRounding() == Rounding::Stochastic)
    return quantizer.getRandomBits() <= 16 && isExactPrescale(prescale);
  return quantizer.getRounding() == Rounding::NearestEven && prescale == 1;
}

E2M1Encoder::E2M1Encoder(Kernel &k, QuantizerAttr quantizer, bool isNarrow)
    : k(k), quantizer(quantizer), isNarrow(isNarrow),
      isTaken(canTake(quantizer)) {}

/// What is below the upper 16 bits of the significand as its last bit, so that
/// the magnitude from 0.25 on keeps all of it among the subnormals.
Value E2M1Encoder::keepSticky(Value magnitude) {
  Int bits = bitsOf(k.emitter(), magnitude);
  Int rest = ((bits & 0xFF) + 0xFF) & 0x100;
  return floatOf((bits & ~k.i32(0xFF)) | rest, k.f32Type());
}

/// The bits of a magnitude times 2^-126, of which those from 22 on are the
/// code, rounded to nearest even.
Int E2M1Encoder::roundToNearest(Value magnitude) {
  if (!isNarrow)
    magnitude = keepSticky(magnitude);
  Int bits = bitsOf(k.emitter(), k.fmul(magnitude, k.f32(0x1p-126f)));
  Int isOdd = (bits & 0x00400000) >> 22;
  return bits + 0x001FFFFF + isOdd;
}

/// The same with random bits below it.
Int E2M1Encoder::addRandom(Value magnitude, const RandomBits &random) {
  auto prescale = float(quantizer.getPrescale().getValueAsDouble());
  // Truncation to 22 bits of a quantum leaves the leading 16 as they are.
  Value placed =
      multiplyTowardZero(k, magnitude, k.f32(std::ldexp(prescale, -126)));
  Int bits = bitsOf(k.emitter(), placed);
  if (random.bits == 16)
    return addHalf(k, random.word, random.index, 1 << (22 - 16), bits);
  return bits + (random.extract() << (22 - random.bits));
}

Int E2M1Encoder::encode(Value scaled, const RandomBits &random) {
  Int bits = bitsOf(k.emitter(), scaled);
  Value magnitude = floatOf(bits & 0x7FFFFFFF, k.f32Type());
  Int code = quantizer.getRounding() == Rounding::Stochastic
                 ? addRandom(magnitude, random)
                 : roundToNearest(magnitude);
  // Below 8 and its sign above it, then where the code ends.
  Int place = code.smin(0x01FFFFFF) | ((bits >> 6) & 0x02000000);
  return place >> 22;
}

bool E2M1Encoder::takesEight() const {
  // By these rules a block's largest element is below 8 times its scale.
  bool isBelow8 = isa<Float8E8M0FNUType>(quantizer.getFormat().getScale()) &&
                  quantizer.getScaleRule() != ScaleRule::Quest;
  return isTaken && isBelow8 &&
         quantizer.getRounding() == Rounding::Stochastic &&
         quantizer.getPrescale().getValueAsDouble() <= 0.75;
}

/// (x & mask) | (y & ~mask), one instruction.
static Int merge(Int mask, Int x, Int y) { return (x & mask) | (y & ~mask); }

Int E2M1Encoder::encodeEight(ArrayRef<Value> scaled,
                             ArrayRef<RandomBits> random) {
  // The upper halves of the sums have sign and code in bits 15 and 8 to 6.
  SmallVector<Int> sums;
  for (auto [value, bits] : llvm::zip(scaled, random))
    sums.push_back(addRandom(value, bits));
  Int halves = k.i32(0x80008000), upper = k.i32(0x7632), odd = k.i32(0x7531);
  Int nibbles[2]; // of even and odd elements, in the upper half of each byte
  for (int i = 0; i < 2; ++i) {
    Int pairs[2];
    for (int j = 0; j < 2; ++j) {
      Int pair = permuteBytes(k, sums[4 * j + i], sums[4 * j + 2 + i], upper);
      pairs[j] = merge(halves, pair, pair << 6);
    }
    nibbles[i] = permuteBytes(k, pairs[0], pairs[1], odd);
  }
  return merge(k.i32(0x0F0F0F0F), nibbles[0] >> 4, nibbles[1]);
}

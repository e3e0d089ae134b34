//===- Encode.cpp - Rounding to small elements by few instructions --------===//

#include "Encode.h"

#include "../Builder/Warp.h"
#include "ByteEncoder.h"
#include "mx/Dialect/MX/IR/Formats.h"
#include <cmath>

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

Int RandomBits::extract() const {
  if (bits == 24)
    return word >> 8;
  return (word >> (index * bits)) & ((1 << bits) - 1);
}

Int RandomBits::addBelow(Kernel &k, Int to, int64_t shift) const {
  if (bits == 16)
    return addHalf(k, word, int(index), uint8_t(1 << (shift - 16)), to);
  if (bits != 8)
    return to + (extract() << (shift - bits));
  // Bytes at the upper end of halves.
  Int halves = (index % 2 ? word : word << 8) & 0xFF00FF00;
  return addHalf(k, halves, int(index / 2), uint8_t(1 << (shift - 16)), to);
}

static float getPrescale(QuantizerAttr quantizer) {
  return float(quantizer.getPrescale().getValueAsDouble());
}

/// Whether products with the prescale are exact, and no larger.
static bool isInEighths(float prescale) {
  return prescale > 0 && prescale <= 1 &&
         prescale * 8 == std::floor(prescale * 8);
}

//===----------------------------------------------------------------------===//
// One element
//===----------------------------------------------------------------------===//

bool ElementEncoder::takes(QuantizerAttr quantizer) {
  contract::FloatFormat format =
      *getFloatFormat(quantizer.getFormat().getElement());
  if (!format.isInteger && (!format.isSigned || format.mantissaBits > 5))
    return false;
  if (quantizer.getRounding() == Rounding::NearestEven)
    return getPrescale(quantizer) == 1;
  if (quantizer.getRounding() == Rounding::Stochastic &&
      quantizer.getRandomBits() > 16)
    return false;
  return isInEighths(getPrescale(quantizer));
}

ElementEncoder::ElementEncoder(Kernel &k, QuantizerAttr quantizer,
                               bool isNarrow)
    : k(k), format(*getFloatFormat(quantizer.getFormat().getElement())),
      rounding(quantizer.getRounding()), prescale(getPrescale(quantizer)),
      isNarrow(isNarrow), isTaken(takes(quantizer)),
      shift(format.isInteger ? 16 : 23 - format.mantissaBits),
      factor(std::ldexp(prescale,
                        format.isInteger ? -127 : format.bias() - 127)) {}

/// What is below the upper 15 bits of the significand as its last bit, so that
/// magnitudes from half a quantum on keep all of it among the subnormals.
Value ElementEncoder::keepSticky(Value magnitude) {
  Int bits = bitsOf(k.emitter(), magnitude);
  Int rest = ((bits & 0x1FF) + 0x1FF) & 0x200;
  return floatOf((bits & ~k.i32(0x1FF)) | rest, k.f32Type());
}

/// The code above what is cut off.
Int ElementEncoder::roundMagnitude(Value magnitude, const RandomBits &random) {
  int64_t half = int64_t(1) << (shift - 1);
  if (rounding == Rounding::NearestEven) {
    Value kept = isNarrow ? magnitude : keepSticky(magnitude);
    Int bits = bitsOf(k.emitter(), k.fmul(kept, k.f32(factor)));
    return bits + (half - 1) + ((bits >> shift) & 1);
  }
  // What is cut off here is below the bits that count.
  Int bits =
      bitsOf(k.emitter(), multiplyTowardZero(k, magnitude, k.f32(factor)));
  if (rounding == Rounding::Stochastic)
    return random.addBelow(k, bits, shift);
  return rounding == Rounding::NearestAway ? bits + half : bits;
}

Int ElementEncoder::encode(Value scaled, const RandomBits &random) {
  Int bits = bitsOf(k.emitter(), scaled);
  Int code =
      roundMagnitude(floatOf(bits & 0x7FFFFFFF, k.f32Type()), random)
          .smin((int64_t(format.maxCode()) + 1) * (int64_t(1) << shift) - 1);
  if (format.isInteger) {
    Int magnitude = code >> shift;
    return bits.slt(0).select(k.i32(0) - magnitude, magnitude) & 0xFF;
  }
  int64_t sign = shift + format.exponentBits + format.mantissaBits;
  return (code | ((bits >> (31 - sign)) & (int64_t(1) << sign))) >> shift;
}

//===----------------------------------------------------------------------===//
// Eight elements of E2M1
//===----------------------------------------------------------------------===//

/// Where a block's largest element is below 8 times its scale, and so below 6
/// with the prescale.
static bool staysBelow6(QuantizerAttr quantizer) {
  return isa<Float8E8M0FNUType>(quantizer.getFormat().getScale()) &&
         quantizer.getScaleRule() != ScaleRule::Quest &&
         isInEighths(getPrescale(quantizer)) && getPrescale(quantizer) <= 0.75;
}

bool E2M1Encoder::takes(QuantizerAttr quantizer) {
  if (!isa<Float4E2M1FNType>(quantizer.getFormat().getElement()))
    return false;
  if (quantizer.getRounding() == Rounding::Stochastic)
    return quantizer.getRandomBits() <= 16 && staysBelow6(quantizer);
  return quantizer.getRounding() == Rounding::NearestEven &&
         getPrescale(quantizer) == 1;
}

E2M1Encoder::E2M1Encoder(Kernel &k, QuantizerAttr quantizer, bool isNarrow,
                         bool hasConvert)
    : k(k), isNarrow(isNarrow), hasConvert(hasConvert),
      isStochastic(quantizer.getRounding() == Rounding::Stochastic),
      isTaken(takes(quantizer)), prescale(getPrescale(quantizer)) {}

/// The instruction takes elements as they are. f16's subnormals stand for
/// E2M1's to the nearest, f32's where more bits count.
Value E2M1Encoder::getFactor() {
  if (isStochastic)
    return k.f32(std::ldexp(prescale, -126));
  return k.f32(hasConvert ? 1.0f : 0x1p-14f);
}

Value E2M1Encoder::getFactor(Value scale, int64_t halvings,
                             SmallVectorImpl<Value> &values) {
  Int code = Int(k.emitter(), scale).zext(32);
  if (isStochastic) {
    // The factor has bits down to 2^-(e + 126 + 5 + 3) and must be an f32.
    constexpr int64_t kLargest = 127 + 15, kLess = 112;
    Int isLarge = code.sgt(kLargest);
    values = k.choose(isLarge, values, [&] {
      return llvm::map_to_vector(values, [&](Value value) {
        return k.fmul(value, k.f32(std::ldexp(1.0f, -kLess)));
      });
    });
    code = code - isLarge.select(k.i32(kLess), k.i32(0));
  }
  return k.fmul(
      k.fmul(invertScale(k, code), k.f32(std::ldexp(1.0f, -int(halvings)))),
      getFactor());
}

Int E2M1Encoder::encode(ArrayRef<Value> values, Value factor,
                        ArrayRef<RandomBits> random) {
  if (isStochastic)
    return encodeStochastic(values, factor, random);
  return hasConvert ? convertNearest(values, factor)
                    : encodeNearest(values, factor);
}

/// Products lose bits only far below the smallest quantum.
Int E2M1Encoder::convertNearest(ArrayRef<Value> values, Value factor) {
  Int pairs[4];
  for (int i = 0; i < 4; ++i)
    pairs[i] = convertToNibbles(k, k.fmul(values[2 * i], factor),
                                k.fmul(values[2 * i + 1], factor));
  Int low = pairs[0] | (pairs[1] << 8), high = pairs[2] | (pairs[3] << 8);
  return low | (high << 16);
}

/// (x & mask) | (y & ~mask), one instruction.
static Int merge(Int mask, Int x, Int y) { return (x & mask) | (y & ~mask); }

/// Two values as halves with their codes in bits 9 to 11.
Int E2M1Encoder::roundPair(Value low, Value high, Value factor) {
  auto place = [&](Value value) {
    if (!isNarrow) { // keep what f16 cuts off as its last bit from 0.25 on
      Int bits = bitsOf(k.emitter(), value);
      Int rest = ((bits & 0x7FFF) + 0x7FFF) & 0x8000;
      value = floatOf(bits | rest, k.f32Type());
    }
    return k.fmul(value, factor);
  };
  Int pair = clampHalves(k, convertToHalves(k, place(low), place(high)),
                         /*most=*/0x0E00);
  return pair + 0x00FF00FF + ((pair >> 9) & 0x00010001);
}

Int E2M1Encoder::encodeNearest(ArrayRef<Value> values, Value factor) {
  Int pairs[4];
  for (int i = 0; i < 4; ++i)
    pairs[i] = roundPair(values[2 * i], values[2 * i + 1], factor);
  // The upper bytes of halves: sign, three zeros, code, rest.
  Int upper = k.i32(0x7351);
  Int first = permuteBytes(k, pairs[0], pairs[1], upper);
  Int last = permuteBytes(k, pairs[2], pairs[3], upper);
  Int even = permuteBytes(k, first, last, k.i32(0x5410));
  Int odd = permuteBytes(k, first, last, k.i32(0x7632));
  Int signs = merge(k.i32(0x80808080), odd, even >> 4);
  Int codes = merge(k.i32(0x70707070), odd << 3, even >> 1);
  return merge(k.i32(0x88888888), signs, codes);
}

Int E2M1Encoder::encodeStochastic(ArrayRef<Value> values, Value factor,
                                  ArrayRef<RandomBits> random) {
  // The upper halves of the sums have sign and code in bits 15 and 8 to 6.
  SmallVector<Int> sums;
  for (auto [value, bits] : llvm::zip(values, random)) {
    Int placed = bitsOf(k.emitter(), multiplyTowardZero(k, value, factor));
    sums.push_back(bits.addBelow(k, placed, /*shift=*/22));
  }
  Int halves = k.i32(0x80008000), upper = k.i32(0x7632), odd = k.i32(0x7531);
  Int nibbles[2]; // of even and odd elements, in the upper half of each byte
  for (int i = 0; i < 2; ++i) {
    Int pairs[2];
    for (int j = 0; j < 2; ++j) {
      Int pair = permuteBytes(k, sums[4 * j + i], sums[4 * j + 2 + i], upper);
      pairs[j] = merge(halves, pair, shift6.get() ? pair * shift6 : pair << 6);
    }
    nibbles[i] = permuteBytes(k, pairs[0], pairs[1], odd);
  }
  return merge(k.i32(0x0F0F0F0F), nibbles[0] >> 4, nibbles[1]);
}

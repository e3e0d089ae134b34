//===- BlockRules.cpp - Scales that every element decides -----------------===//

#include "BlockRules.h"

#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Support/Scale.h"

using namespace mlir;

namespace mx::reference {

using contract::FloatFormat;

static constexpr int64_t kInfBits = 0x7F800000;

static Value f32(Emitter e, double value) {
  return arith::ConstantOp::create(e.b, e.loc, e.b.getF32FloatAttr(value));
}
template <typename Op> static Value binary(Emitter e, Value a, Value b) {
  return Op::create(e.b, e.loc, a, b);
}
static Value add(Emitter e, Value a, Value b) {
  return binary<arith::AddFOp>(e, a, b);
}
static Value sub(Emitter e, Value a, Value b) {
  return binary<arith::SubFOp>(e, a, b);
}
static Value mul(Emitter e, Value a, Value b) {
  return binary<arith::MulFOp>(e, a, b);
}
static Value div(Emitter e, Value a, Value b) {
  return binary<arith::DivFOp>(e, a, b);
}
static Int less(Emitter e, Value a, Value b) {
  return Int(
      e, arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::OLT, a, b));
}

Value getQuestScale(Emitter e, const BlockElements &block, Int amaxBits) {
  Value zero = f32(e, 0);
  SmallVector<Value> sums =
      block.sum(e, 2, [](Emitter e, const BlockElements::Element &x) {
        return SmallVector<Value>{x.value, mul(e, x.value, x.value)};
      });
  Value count = block.getSize(e);
  Value mean = div(e, sums[0], count);
  Value variance = sub(e, div(e, sums[1], count), mul(e, mean, mean));
  variance = less(e, variance, zero).select(zero, variance);
  Value deviation = math::SqrtOp::create(e.b, e.loc, variance);
  Value wanted =
      add(e, mul(e, deviation, f32(e, contract::kQuestFactor)), f32(e, 1e-8f));
  Int bits = bitsOf(e, wanted);
  Int exponent = bits >> 23;
  Int tooLarge = (bits & 0x7FFFFFFF).uge(kInfBits);
  Int code = tooLarge.select(bits.like(254), exponent);
  return amaxBits.uge(kInfBits).select(code.like(0xFF), code).zext(8).get();
}

Value getFourOverSixScale(Emitter e, const BlockElements &block, Int amaxBits,
                          QuantizerAttr quantizer, Value encode, Value decode) {
  ScaledType format = quantizer.getFormat();
  FloatFormat element = *getFloatFormat(format.getElement());
  FloatFormat scale = *getFloatFormat(format.getScale());
  Value amax = floatOf(amaxBits, e.b.getF32Type());
  Value wanted = mul(e, div(e, amax, f32(e, element.max())), encode);
  Value stored[2], error[2];
  for (int i = 0; i < 2; ++i) {
    Value target = i == 0 ? wanted : mul(e, wanted, f32(e, 1.5));
    stored[i] = encodeScale(e, target, quantizer);
    Value decoded =
        roundToFloat(decodeScale(e, stored[i], scale), e.b.getF32Type());
    Value inverse = getInverse(e, stored[i], scale, decode);
    SmallVector<Value> sum =
        block.sum(e, 1, [&](Emitter e, const BlockElements::Element &x) {
          Value q = block.round(e, mul(e, x.value, inverse), x);
          Value difference =
              sub(e, mul(e, mul(e, q, decoded), decode), x.value);
          return SmallVector<Value>{mul(e, difference, difference)};
        });
    error[i] = sum[0];
  }
  Value chosen = less(e, error[1], error[0]).select(stored[1], stored[0]);
  Int nan(e, getBlockScale(amaxBits, quantizer, encode));
  return isNaNScale(e, nan.get(), format).select(nan.get(), chosen);
}

Value getEdenScale(Emitter e, const BlockElements &block, Value base,
                   QuantizerAttr quantizer, Value decode, Int random) {
  ScaledType format = quantizer.getFormat();
  FloatFormat scale = *getFloatFormat(format.getScale());
  Value zero = f32(e, 0);
  Value inverse = getInverse(e, base, scale, decode);
  SmallVector<Value> sums =
      block.sum(e, 2, [&](Emitter e, const BlockElements::Element &x) {
        Value scaled = mul(e, x.value, inverse);
        Value q = block.round(e, scaled, x);
        return SmallVector<Value>{mul(e, scaled, scaled), mul(e, scaled, q)};
      });
  Value correction =
      less(e, zero, sums[1]).select(div(e, sums[0], sums[1]), f32(e, 1));
  Value value = roundToFloat(decodeScale(e, base, scale), e.b.getF32Type());
  Round round;
  round.format = scale;
  round.rounding = contract::Rounding::Stochastic;
  round.randomBits = quantizer.getRandomBits();
  round.random = random;
  Int code = roundSaturating(decomposeF32(e, mul(e, correction, value)), round)
                 .zext(8);
  // Of a zero or NaN scale nothing is corrected.
  Int stored(e, base);
  return ((stored == 0) | isNaNScale(e, base, format))
      .select(stored, code)
      .get();
}

} // namespace mx::reference

//===- scale.cpp - Scale rules --------------------------------------------===//
//
// Exponents of the E8M0 rules against exact real arithmetic, the contract's
// corner cases, and FP scales in one and two levels (contract 2-9, 17-19).
//
//===----------------------------------------------------------------------===//

#include "mx/Support/Scale.h"
#include "Harness.h"

#include <cfloat>
#include <cmath>

using namespace mx::contract;

namespace {

const FloatFormat kElements[] = {kE2M1, kE2M3, kE3M2, kE4M3, kE5M2, kInt8};

int floorLog2(double x) { return std::ilogb(x); }
int ceilLog2(double x) {
  int e = std::ilogb(x);
  return std::ldexp(1.0, e) == x ? e : e + 1;
}
int clampExponent(int e) { return e < -127 ? -127 : e > 127 ? 127 : e; }

/// e for E2M1 by rule, from the table of check values.
void checkTable() {
  const float amax[] = {1.5f, 1.6f, 1.75f, 3, 6, 7};
  const int expected[][4] = {{-2, -1, -2, -2}, {-2, -1, -1, -2},
                             {-2, -1, -1, -1}, {-1, 0, -1, -1},
                             {0, 1, 0, 0},     {0, 1, 1, 1}};
  for (int i = 0; i < 6; ++i)
    for (int rule = 0; rule < 4; ++rule)
      CHECK_EQ(scaleExponent(ScaleRule(rule), bitsOf(amax[i]), kE2M1),
               expected[i][rule]);
}

void checkAgainstReals(uint32_t bits) {
  double amax = floatOf(bits);
  for (const FloatFormat &element : kElements) {
    int emax = element.emax();
    // Normal numbers: the rules' names. RCEIL divides in f32 first.
    CHECK_EQ(scaleExponent(ScaleRule::Floor, bits, element),
             clampExponent(floorLog2(amax) - emax));
    CHECK_EQ(scaleExponent(ScaleRule::Ceil, bits, element),
             clampExponent(ceilLog2(amax) - emax));
    double quotient = static_cast<float>(amax / element.max());
    if (quotient >= FLT_MIN)
      CHECK_EQ(scaleExponent(ScaleRule::RCeil, bits, element),
               clampExponent(ceilLog2(quotient)));
    if (element.isInteger)
      continue;
    // EVEN: amax to the element's mantissa width, half up, then floor.
    double step = std::ldexp(1.0, floorLog2(amax) - element.mantissaBits);
    double rounded = std::floor(amax / step + 0.5) * step;
    CHECK_EQ(scaleExponent(ScaleRule::Even, bits, element),
             clampExponent(floorLog2(rounded) - emax));
  }
}

void checkCorners() {
  // Subnormal amax: field 0.
  CHECK_EQ(scaleExponent(ScaleRule::Floor, 1, kE2M1), -127);
  CHECK_EQ(scaleExponent(ScaleRule::Floor, 0x7FFFFF, kInt8), -127);
  CHECK_EQ(scaleExponent(ScaleRule::Ceil, 0x400000, kInt8), -127);
  CHECK_EQ(scaleExponent(ScaleRule::Ceil, 0x400001, kInt8), -126);
  // EVEN: a carry into exponent 255 is e = 128 - emax.
  CHECK_EQ(scaleExponent(ScaleRule::Even, bitsOf(FLT_MAX), kE2M1), 126);
  // RCEIL differs from ceil(log2) at max_elem·2^-127 + 1 ulp.
  uint32_t edge = bitsOf(std::ldexp(6.0f, -127));
  CHECK_EQ(scaleExponent(ScaleRule::RCeil, edge, kE2M1), -127);
  CHECK_EQ(scaleExponent(ScaleRule::RCeil, edge + 1, kE2M1), -127);
  ScaledFormat mxfp4{kE2M1, kE8M0};
  ScaleParams params(mxfp4, ScaleRule::Floor, false);
  CHECK_EQ(blockScale(params, 0).code, 0u);
  for (uint32_t special : {0x7F800000u, 0x7F800001u, 0x7FC00000u}) {
    CHECK_EQ(blockScale(params, special).code, 0xFFu);
    CHECK(blockScale(params, special).isNaN);
  }
}

void checkLegality() {
  ScaledFormat int8{kInt8, kE8M0}, fp4{kE2M1, kE8M0}, nvfp4{kE2M1, kE4M3};
  nvfp4.hasTensorScale = true;
  CHECK(!isLegal(int8, ScaleRule::Even, 1));
  CHECK(isLegal(int8, ScaleRule::RCeil, 1));
  CHECK(isLegal(fp4, ScaleRule::Even, 0.75f));
  CHECK(!isLegal(fp4, ScaleRule::Amax, 1));
  CHECK(isLegal(nvfp4, ScaleRule::Amax, 1));
  CHECK(!isLegal(nvfp4, ScaleRule::Amax, 0.75f));
  CHECK(!isLegal(nvfp4, ScaleRule::Floor, 1));
  for (ScaleRule rule :
       {ScaleRule::FourOverSix, ScaleRule::MSEden, ScaleRule::Headroom}) {
    CHECK(isLegal(nvfp4, rule, 1) && !isLegal(fp4, rule, 1));
    CHECK(!isLegal(nvfp4, rule, 0.5f));
  }
  CHECK(isLegal(fp4, ScaleRule::Quest, 1) &&
        !isLegal(nvfp4, ScaleRule::Quest, 1));
  CHECK(!isLegal({kE4M3, kE8M0}, ScaleRule::Quest, 1));
  nvfp4.blockRows = 16;
  CHECK(!isLegal(nvfp4, ScaleRule::MSEden, 1));
  ScaledFormat e5m3{kE2M1, kUE5M3}, f32{kE4M3, kF32};
  CHECK(isLegal(e5m3, ScaleRule::Amax, 1) && isLegal(f32, ScaleRule::Amax, 1));
}

/// One level: s = RNE(min(fl(amax/max), max_scale)), y = fl(x·fl(1/s)).
void checkOneLevel() {
  for (const FloatFormat &scale : {kE4M3, kUE5M3, kF32}) {
    ScaledFormat format{kE2M1, scale, 1, 16};
    ScaleParams params(format, ScaleRule::Amax, false);
    for (float amax : {0.0f, 1e-30f, 0.01f, 1.0f, 5.7f, 3000.0f, 1e30f}) {
      BlockScale s = blockScale(params, bitsOf(amax));
      float limit = scale == kF32 ? FLT_MAX : float(scale.max());
      float wanted = std::fmin(amax / 6.0f, limit);
      float stored =
          scale == kF32 ? floatOf(s.code) : float(decode(scale, s.code));
      if (scale == kF32)
        CHECK_EQ(stored, wanted);
      else
        CHECK_EQ(s.code, castTo(scale, wanted));
      CHECK_EQ(s.inverse,
               stored == 0 ? FLT_MAX : std::fmin(1.0f / stored, FLT_MAX));
    }
    CHECK_EQ(blockScale(params, 0x7F800000).code,
             scale == kF32 ? 0x7FC00000u : uint32_t(scale.nanCode()));
  }
}

void checkTwoLevels() {
  ScaledFormat format{kE2M1, kE4M3, 1, 16, true};
  ScaleParams params(format, ScaleRule::Amax, false);
  CHECK_EQ(tensorScale(params, 0).encode, 1.0f);
  CHECK_EQ(tensorScale(params, 2688).encode, 1.0f);
  CHECK_EQ(tensorScale(params, 1e-40f).encode, FLT_MAX);
  CHECK_EQ(tensorScale(params, 3).decode, 1.0f / (2688.0f / 3.0f));
  CHECK(std::isnan(tensorScale(params, INFINITY).decode));
  TensorScale t = tensorScale(params, 10.0f);
  BlockScale s = blockScale(params, bitsOf(7.3f), t);
  float expected = std::fmin(7.3f * (t.encode * (1.0f / 6.0f)), 448.0f);
  CHECK_EQ(s.code, castTo(kE4M3, expected));
  CHECK_EQ(s.inverse, 1.0f / (float(decode(kE4M3, s.code)) * t.decode));
  BlockScale zero = blockScale(params, bitsOf(1e-6f), t);
  CHECK_EQ(zero.code, 0u);
  CHECK_EQ(zero.inverse, FLT_MAX);
  ScaleParams floored(format, ScaleRule::Amax, true);
  CHECK_EQ(blockScale(floored, bitsOf(1e-6f), t).code, 0x08u); // 2^-6
  CHECK_EQ(blockScale(floored, 0, t).code, 0x08u);
  CHECK_EQ(blockScale(params, 0x7FC00000, t).code, 0x7Fu);
}

} // namespace

int main() {
  checkTable();
  mx::test::Random random(1);
  for (int i = 0; i < 100000; ++i)
    checkAgainstReals(0x00800000 + uint32_t(random.below(0x7F000000)));
  for (uint32_t field = 1; field < 255; ++field)
    for (uint32_t low : {0u, 1u, 0x3FFFFFu, 0x400000u, 0x5FFFFFu, 0x7FFFFFu})
      checkAgainstReals(field << 23 | low);
  checkCorners();
  checkLegality();
  checkOneLevel();
  checkTwoLevels();
  return mx::test::finish("scale");
}

//===- stochastic.cpp - Stochastic rounding is exact ----------------------===//
//
// Every draw of 8 and 16 bits is counted, P(up) = ⌊f·2^r⌋/2^r, and products
// with a prescale are compared with arithmetic of 192 bits (contract 24).
//
//===----------------------------------------------------------------------===//

#include "Harness.h"
#include "mx/Support/Round.h"

#include <cmath>

using namespace mx::contract;
using mx::test::Random;

namespace {

/// Counts the draws that round |t| up, for all 2^r draws.
void countDraws(const FloatFormat &f, uint32_t low, double fraction,
                unsigned bits) {
  double lo = decode(f, low), hi = decode(f, low + 1);
  double t = lo + fraction * (hi - lo);
  Grid grid(f, Rounding::Stochastic, bits);
  uint32_t draws = 1u << bits, up = 0, neither = 0;
  for (uint32_t random = 0; random < draws; ++random) {
    uint32_t code = roundSaturating(realOf(t), grid, random);
    up += code == low + 1;
    neither += code != low && code != low + 1;
  }
  CHECK_EQ(neither, 0u);
  CHECK_EQ(up, static_cast<uint32_t>(std::floor(fraction * draws)));
}

void checkFrequencies() {
  const FloatFormat formats[] = {kE2M1, kE2M3, kE3M2, kE4M3, kE5M2, kInt8};
  for (const FloatFormat &f : formats)
    for (uint32_t low = 0; low < f.maxCode(); ++low)
      for (double fraction : {0.0, 1.0 / 1024, 0.25, 0.3125, 0.998046875})
        countDraws(f, low, fraction, 8);
  for (uint32_t low = 0; low < kE2M1.maxCode(); ++low)
    for (double fraction : {0x1p-17, 0.2998046875, 1 - 0x1p-16})
      countDraws(kE2M1, low, fraction, 16);
}

/// floor(t / gap + random / 2^r), by comparing 96-bit integers: v·p has 48
/// bits, and t is a multiple of 2^-70 of the gap in what is tested here.
uint32_t reference(float v, float prescale, int exponent, uint32_t random,
                   const FloatFormat &f) {
  Real t = multiply(realOf(v), realOf(prescale));
  t.exponent -= exponent;
  double approximate = std::ldexp(static_cast<double>(t.significand),
                                  t.exponent); // 48 bits: exact
  if (approximate >= f.max())
    return f.maxCode();
  uint32_t low = 0;
  while (decode(f, low + 1) <= approximate)
    ++low;
  double gap = decode(f, low + 1) - decode(f, low);
  double part = (approximate - decode(f, low)) / gap; // exact: powers of two
  // part + random·2^-24 >= 1, with part = q·2^-k exactly
  double rest = 1 - part; // exact below 53 bits
  return low + (rest <= std::ldexp(static_cast<double>(random), -24));
}

void checkPrescale() {
  Random random(11);
  const float prescales[] = {0.75f, 1.0f, 1.3333334f, 0.1f, 2.9999998f};
  const FloatFormat formats[] = {kE2M1, kE2M3, kE4M3};
  for (int i = 0; i < 200000; ++i) {
    const FloatFormat &f = formats[random.below(3)];
    float prescale = prescales[random.below(5)];
    uint32_t bits = 0x3F000000 + static_cast<uint32_t>(random.below(0x2000000));
    float v = floatOf(bits);
    uint32_t draw = static_cast<uint32_t>(random.below(1 << 24));
    Real t = multiply(realOf(v), realOf(prescale));
    uint32_t code = roundSaturating(t, Grid(f, Rounding::Stochastic, 24), draw);
    CHECK(code == reference(v, prescale, 0, draw, f));
  }
}

/// With r = 24 and a 48-bit product the threshold itself must be met exactly:
/// the draw that just reaches it goes up, the one below does not.
void checkThreshold() {
  Random random(12);
  Grid grid(kE2M1, Rounding::Stochastic, 24);
  for (int i = 0; i < 100000; ++i) {
    float v = floatOf(0x3F800001 + 2 * uint32_t(random.below(0x3FFFFF)));
    Real t = multiply(realOf(v), realOf(0.75f)); // in (0.75, 1.5)
    // in units of 2^t.exponent the gap is 1/2
    uint64_t gap = uint64_t(1) << (-t.exponent - 1);
    uint64_t rest = gap - t.significand % gap;
    int shift = -t.exponent - 1 - 24;
    uint64_t needed = (rest + (uint64_t(1) << shift) - 1) >> shift;
    uint32_t low = static_cast<uint32_t>(t.significand / gap);
    if (needed < uint64_t(1) << 24)
      CHECK(roundSaturating(t, grid, uint32_t(needed)) == low + 1);
    CHECK(roundSaturating(t, grid, uint32_t(needed - 1)) == low);
  }
}

void checkSaturation() {
  for (const FloatFormat &f : {kE2M1, kE4M3, kE5M2, kInt8}) {
    Grid grid(f, Rounding::Stochastic, 16);
    for (double factor : {1.0, 1.01, 1.5, 1e20})
      for (uint32_t random : {0u, 0xFFFFu}) {
        CHECK(roundSaturating(realOf(f.max() * factor), grid, random) ==
              f.maxCode());
        CHECK(decode(f, roundSaturating(realOf(-f.max() * factor), grid,
                                        random)) == -f.max());
      }
    CHECK(roundSaturating(realOf(0x1p-1000), grid, 0xFFFF) == 0);
    CHECK(roundSaturating(realOf(0.0), grid, 0xFFFF) == 0);
  }
}

} // namespace

int main() {
  checkFrequencies();
  checkPrescale();
  checkThreshold();
  checkSaturation();
  return mx::test::finish("stochastic");
}

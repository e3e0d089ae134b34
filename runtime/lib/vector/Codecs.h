//===- Codecs.h - Elements to codes -----------------------------*- C++ -*-===//
//
// Each codec turns four vectors of elements into bytes: byte i of lane l is the
// code of lane l of vector i. Factors are the scales' times kUnit. The short
// ways round products of f32, which is right in ordinary blocks (Scales.h),
// where they are exact or were cut below every bit that matters; Generic is
// right for all.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_CODECS_H
#define MX_RUNTIME_LIB_VECTOR_CODECS_H

#include "Round.h"

#include "mx/Support/Quantize.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

using contract::Rounding;

/// Rounding by one addition: 2^23 gaps and a number leave the number of gaps in
/// the low bits of the sum. Exponents are fields of an f32.
struct QuickGrid {
  I leastField, toGaps, least, maxCode;
  I codeShift;

  /// `randomBits` more bits are kept below the gap.
  QuickGrid(const contract::Grid &grid, int randomBits)
      : leastField(setI(field(grid))),
        toGaps(setI(uint32_t(23 - grid.mantissaBits - randomBits) << 23)),
        least(setI(field(grid) >> (23 - grid.mantissaBits))),
        maxCode(setI(grid.maxCode)),
        codeShift(setI(uint32_t(23 - grid.mantissaBits))) {}

  static uint32_t field(const contract::Grid &grid) {
    return uint32_t(grid.minExponent + grid.mantissaBits + 127) << 23;
  }
  MX_INLINE I fieldOf(I y) const {
    return maxU(both(y, setI(0x7F800000)), leastField);
  }
  /// The codes of the binades' zeros, so to speak: add the number of gaps.
  MX_INLINE I base(I field) const { return sub(shr(field, codeShift), least); }
  /// Codes of numbers that are not negative, on a grid without end, and the
  /// numbers they stand for.
  MX_INLINE I nearestCode(F y, F &rounded) const {
    I field = fieldOf(bits(y));
    F gaps = floats(add(field, toGaps)), sum = add(y, gaps);
    rounded = sub(sum, gaps);
    return add(sub(bits(sum), bits(gaps)), base(field));
  }
};

/// Constants of a call that codecs are made of.
struct CodecParams {
  contract::FloatFormat element;
  contract::Grid grid;
  int exponent = 0;
  uint32_t odd;        ///< prescale = odd · 2^exponent; sets `exponent` above
  bool isPower = true; ///< E8M0 scales
  uint8_t nearestE2M1[128] = {}, cutE2M1[16] = {}; ///< of E2M1 only

  explicit CodecParams(const contract::QuantizeSpec &spec)
      : element(spec.format.element),
        grid(element, spec.rounding, spec.randomBits),
        odd(oddPart(spec.prescale, exponent)),
        isPower(spec.format.scale.isE8M0) {
    if (element != contract::kE2M1)
      return;
    contract::Grid nearest(contract::kE2M1, Rounding::NearestEven);
    contract::Grid down(contract::kE2M1, Rounding::TowardZero);
    for (int i = 0; i < 128; ++i) // in eighths, two's complement
      nearestE2M1[i] = uint8_t(roundSaturating(
          contract::realOf(float(i < 64 ? i : i - 128) / 8), nearest));
    for (int i = 0; i < 16; ++i) // in halves
      cutE2M1[i] =
          uint8_t(roundSaturating(contract::realOf(float(i) / 2), down));
  }

  static uint32_t oddPart(float prescale, int &exponent) {
    contract::Real real = contract::realOf(prescale);
    int zeros = __builtin_ctzll(real.significand);
    exponent = real.exponent + zeros;
    return uint32_t(real.significand >> zeros);
  }
};

/// Signs of the elements at the sign bit of `Bits`-bit codes.
template <unsigned Bits> MX_INLINE I withSigns(I codes, const F x[4]) {
  I signs = packBytes(bits(x[0]), bits(x[1]), bits(x[2]), bits(x[3]));
  return orBoth(codes, Bits == 8 ? signs : shrPairs<8 - int(Bits)>(signs),
                setBytes(1 << (Bits - 1)));
}

/// E2M1, nearest-even: floor and ceiling of |4y|, added, tell which of the
/// numbers and midpoints 0, 1/4, 1/2, … y is or lies between.
struct NearestE2M1 {
  static constexpr float kLimit = 8;
  static constexpr float kUnit = 4;
  static constexpr bool kCuts = false;
  Table128 table;

  explicit NearestE2M1(const CodecParams &params) : table(params.nearestE2M1) {}
  MX_INLINE I operator()(const F x[4], const F factor[4], const I *,
                         const I *) const {
    I j[4];
    for (int i = 0; i < 4; ++i)
      j[i] = floorPlusCeil(mul(x[i], factor[i]));
    // -0 is the only number whose sign the table does not see.
    return withSigns<4>(table(packBytes(j[0], j[1], j[2], j[3])), x);
  }
};

/// The same for elements far beyond 6, as quest leaves them.
struct ClippedE2M1 {
  static constexpr float kLimit = 0x1p20f;
  static constexpr float kUnit = 4;
  static constexpr bool kCuts = false;
  Table128 table;

  explicit ClippedE2M1(const CodecParams &params) : table(params.nearestE2M1) {}
  MX_INLINE I operator()(const F x[4], const F factor[4], const I *,
                         const I *) const {
    I j[4];
    for (int i = 0; i < 4; ++i)
      j[i] = floorPlusCeil(mul(floats(magnitude(bits(x[i]))), factor[i]));
    I bytes = packBytes<false>(j[0], j[1], j[2], j[3]);
    return withSigns<4>(table(minBytesU(bytes, setBytes(63))), x);
  }
};

/// E2M1, stochastic with at most 16 bits: |y| plus R·2^-r gaps, cut.
template <unsigned RandomBits> struct StochasticE2M1 {
  static constexpr float kLimit = 8;
  static constexpr float kUnit = 2;
  static constexpr bool kCuts = true;
  Table16 table;

  explicit StochasticE2M1(const CodecParams &params) : table(params.cutE2M1) {}
  MX_INLINE I operator()(const F x[4], const F factor[4], const I *,
                         const I random[4]) const {
    I index[4];
    for (int i = 0; i < 4; ++i) {
      I y = bits(mulCut(x[i], factor[i]));
      I field = maxU(both(y, setI(0x7F800000)), setI(0x40000000));
      F step = floats(sub(field, setI((1 + RandomBits) << 23)));
      index[i] = cut(mulAddCut(toFloat(random[i]), step, floats(magnitude(y))));
    }
    I bytes = packBytes(index[0], index[1], index[2], index[3]);
    return withSigns<4>(table(minBytesU(bytes, setBytes(15))), x);
  }
};

struct NearestInt8 {
  static constexpr float kLimit = 0x1p20f;
  static constexpr float kUnit = 64;
  static constexpr bool kCuts = false;
  explicit NearestInt8(const CodecParams &) {}
  MX_INLINE I operator()(const F x[4], const F factor[4], const I *,
                         const I *) const {
    I j[4];
    for (int i = 0; i < 4; ++i)
      j[i] = nearest(mul(x[i], factor[i]));
    return maxBytesS(packBytes(j[0], j[1], j[2], j[3]), setBytes(-127));
  }
};

/// Floats, nearest-even, whose codes of numbers below kLimit fit a byte without
/// end: low bytes are all that needs to be right.
template <unsigned Bits> struct NearestFloat {
  static constexpr int kLimitExponent = 20;
  static constexpr float kLimit = 1 << kLimitExponent;
  static constexpr float kUnit = 1;
  static constexpr bool kCuts = false;
  QuickGrid grid;
  I least, maxCode;

  explicit NearestFloat(const CodecParams &params)
      : grid(params.grid, 0),
        least(setBytes(int(QuickGrid::field(params.grid) >>
                           (23 - params.grid.mantissaBits)))),
        maxCode(setBytes(int(params.grid.maxCode))) {}
  static bool accepts(const contract::Grid &grid) {
    return (kLimitExponent + 1 - grid.minExponent - grid.mantissaBits)
               << grid.mantissaBits <=
           256;
  }
  MX_INLINE I operator()(const F x[4], const F factor[4], const I *,
                         const I *) const {
    I code[4];
    for (int i = 0; i < 4; ++i) {
      I y = bits(mul(x[i], factor[i])), field = grid.fieldOf(y);
      F sum = add(floats(magnitude(y)), floats(add(field, grid.toGaps)));
      code[i] = add(bits(sum), shr(field, grid.codeShift));
    }
    I bytes = subBytes(lowBytes(code[0], code[1], code[2], code[3]), least);
    return withSigns<Bits>(minBytesU(bytes, maxCode), x);
  }
};

/// Floats: nearest-even, or cut to the grid or to RandomBits below it.
template <Rounding Mode, unsigned Bits, unsigned RandomBits> struct QuickFloat {
  static constexpr float kLimit = 0x1p20f;
  static constexpr float kUnit = 1;
  static constexpr bool kCuts = Mode != Rounding::NearestEven;
  QuickGrid grid;
  I maxCode;

  explicit QuickFloat(const CodecParams &params)
      : grid(params.grid, Mode == Rounding::Stochastic ? int(RandomBits) : 0),
        maxCode(setBytes(int(params.grid.maxCode))) {}
  MX_INLINE I operator()(const F x[4], const F factor[4], const I *,
                         const I *random) const {
    I code[4];
    for (int i = 0; i < 4; ++i) {
      I y = bits(kCuts ? mulCut(x[i], factor[i]) : mul(x[i], factor[i]));
      I field = grid.fieldOf(y), gaps = add(field, grid.toGaps);
      F a = floats(magnitude(y));
      F sum = kCuts ? addCut(a, floats(gaps)) : add(a, floats(gaps));
      I count = sub(bits(sum), gaps);
      if (Mode == Rounding::Stochastic)
        count = shr<int(RandomBits)>(add(count, random[i]));
      code[i] = add(count, grid.base(field));
    }
    I bytes = packBytes<false>(code[0], code[1], code[2], code[3]);
    return withSigns<Bits>(minBytesU(bytes, maxCode), x);
  }
};

/// Every format of up to 8 bits, rounding and prescale.
template <Rounding Mode> struct Generic {
  static constexpr float kLimit = 0;
  static constexpr float kUnit = 1; // never used as the short way
  static constexpr bool kCuts = false;
  GridLanes grid;
  bool isPower;

  explicit Generic(const CodecParams &params)
      : grid(params.grid, params.odd, params.exponent),
        isPower(params.isPower) {}
  MX_INLINE I operator()(const F x[4], const F factor[4], const I exponent[4],
                         const I *random) const {
    I code[4];
    for (int i = 0; i < 4; ++i) {
      I v = bits(isPower ? x[i] : mul(x[i], factor[i]));
      I rounded = roundLanes<Mode>(
          v, exponent[i], Mode == Rounding::Stochastic ? random[i] : v, grid);
      code[i] = withSign(minU(rounded, grid.maxCode), v, grid);
    }
    return packBytes<false>(code[0], code[1], code[2], code[3]);
  }
};

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_CODECS_H

//===- Decode.h - Codes to numbers ------------------------------*- C++ -*-===//
//
// Sixteen codes of at most 8 bits to the f32 they stand for, which is exact,
// and f32 to the type of a result.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_DECODE_H
#define MX_RUNTIME_LIB_VECTOR_DECODE_H

#include "Round.h"
#include "Widen.h"

#include <array>
#include <cmath>

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// Results of so many floats go past the caches.
inline constexpr int64_t kStreamedFloats = int64_t(2) << 20;

/// Sixteen packed codes from `bytes` on; bits above a code are left over.
template <unsigned Bits> MX_INLINE I loadCodes(const uint8_t *bytes) {
  return Bits == 4   ? loadNibbles(bytes)
         : Bits == 6 ? loadSixBits(bytes)
                     : loadBytes(bytes);
}

/// Formats of up to four bits.
struct SmallDecoder {
  FloatTable16 table;

  explicit SmallDecoder(const contract::FloatFormat &format)
      : table(values(format).data()) {}
  static std::array<float, 16> values(const contract::FloatFormat &format) {
    std::array<float, 16> result;
    uint32_t mask = (1u << format.bits()) - 1;
    for (uint32_t code = 0; code < 16; ++code)
      result[code] = float(contract::decode(format, code & mask));
    return result;
  }
  MX_INLINE F operator()(I codes) const { return table(codes); }
};

/// Signed floats: the fields moved, or below the least normal number counted.
struct FloatDecoder {
  I mask, bias, normal, maxCode, infinity;
  F quantum;
  I up, signUp; ///< shifts

  explicit FloatDecoder(const contract::FloatFormat &format)
      : mask(setI((1u << (format.bits() - 1)) - 1)),
        bias(setI(uint32_t(127 - format.bias()) << 23)),
        normal(setI((1u << format.mantissaBits) - 1)),
        maxCode(setI(format.maxCode())),
        infinity(setI(format.kind == contract::FloatKind::IEEE
                          ? format.maxCode() + 1
                          : ~0u)),
        quantum(setF(float(std::ldexp(1.0, format.minExponent())))),
        up(setI(23u - format.mantissaBits)), signUp(setI(32 - format.bits())) {}
  static bool accepts(const contract::FloatFormat &format) {
    return format.isSigned && !format.isInteger && format.exponentBits > 0 &&
           format.exponentBits < 8;
  }
  MX_INLINE F operator()(I codes) const {
    I m = both(codes, mask);
    I value = add(shl(m, up), bias);
    value = select(above(m, normal), value, bits(mul(toFloat(m), quantum)));
    value = select(above(m, maxCode), setI(contract::kNaNBits), value);
    value = select(equal(m, infinity), setI(0x7F800000), value);
    return floats(orBoth(value, shl(codes, signUp), setI(0x80000000)));
  }
};

/// Every code of a format; those of fewer bits repeat.
struct CodeTable {
  float values[256];

  explicit CodeTable(const contract::FloatFormat &format) {
    if (format.isE8M0)
      fillPowers();
    else if (FloatDecoder::accepts(format) && format.bits() == 8)
      fillFrom(FloatDecoder(format));
    else
      fillOneByOne(format);
  }

private:
  void fillOneByOne(const contract::FloatFormat &format) {
    uint32_t mask = (1u << format.bits()) - 1;
    for (uint32_t code = 0; code < 256; ++code)
      values[code] = float(contract::decode(format, code & mask));
  }
  void fillPowers() {
    values[0] = 0x1p-127f;
    for (uint32_t code = 1; code < 255; ++code)
      values[code] = contract::floatOf(code << 23);
    values[255] = contract::floatOf(contract::kNaNBits);
  }
  void fillFrom(const FloatDecoder &decoder) {
    uint8_t codes[16];
    for (int first = 0; first < 256; first += 16) {
      for (int i = 0; i < 16; ++i)
        codes[i] = uint8_t(first + i);
      store(values + first, decoder(loadBytes(codes)));
    }
  }
};

/// Whatever a table holds.
struct TableDecoder {
  const float *table;

  MX_INLINE F operator()(I codes) const {
    return gather(table, both(codes, setI(0xFF)));
  }
};

MX_INLINE I canonical(F x) {
  return select(isNaN(x), setI(contract::kNaNBits), bits(x));
}

/// Rounds to nearest-even.
template <int DType> MX_INLINE void storeAs(void *to, F x) {
  I v = canonical(x);
  if (DType == MX_F32)
    store(to, v);
  else if (DType == MX_F16)
    storeHalves(to, floats(v));
  else
    storeWords(to,
               shr<16>(add(add(v, setI(0x7FFF)), both(shr<16>(v), setI(1)))));
}

template <int DType> MX_INLINE void storeSomeAs(void *to, F x, int64_t count) {
  constexpr int64_t size = DType == MX_F32 ? 4 : 2;
  if (count >= 16)
    return storeAs<DType>(to, x);
  alignas(64) char all[64];
  storeAs<DType>(all, x);
  std::memcpy(to, all, size_t(std::max<int64_t>(count, 0) * size));
}

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_DECODE_H

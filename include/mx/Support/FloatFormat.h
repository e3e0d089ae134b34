//===- FloatFormat.h - Sign-exponent-mantissa formats -----------*- C++ -*-===//
//
// The element and scale formats of the numeric contract (docs/contract.md),
// without any MLIR type: the compiler, the runtime and the tests share them.
//
//===----------------------------------------------------------------------===//

#ifndef MX_SUPPORT_FLOATFORMAT_H
#define MX_SUPPORT_FLOATFORMAT_H

#include <cstdint>

namespace mx::contract {

/// Which codes are not numbers. Values as in mx_abi.h.
enum class FloatKind : uint8_t {
  IEEE = 0,   ///< exponent all ones: Inf (mantissa 0) and NaN
  FN = 1,     ///< one NaN: all exponent and mantissa bits set; no Inf
  Finite = 2, ///< every code is a number
};

/// An element or scale format: ExMy of at most 16 bits, E8M0, f32, or int8.
///
/// ExMy has bias max(0, 2^(E-1) - 1), subnormals, and a sign unless
/// `isSigned` is false. Codes sit in the low bits: sign, exponent, mantissa.
struct FloatFormat {
  uint8_t exponentBits = 0; ///< 0 … 8
  uint8_t mantissaBits = 0;
  FloatKind kind = FloatKind::Finite;
  bool isSigned = true;
  bool isInteger = false; ///< two's complement int8, value code·2^-6
  bool isE8M0 = false;    ///< OCP E8M0: 2^(code-127), 0xFF is NaN

  constexpr unsigned bits() const {
    return exponentBits + mantissaBits + (isSigned ? 1u : 0u);
  }
  /// 1 for codes of up to 8 bits, 2 for up to 16, 4 for f32.
  constexpr unsigned bytes() const {
    return bits() <= 8 ? 1 : bits() <= 16 ? 2 : 4;
  }
  constexpr int bias() const {
    return exponentBits == 0 ? 0 : (1 << (exponentBits - 1)) - 1;
  }
  constexpr bool operator==(const FloatFormat &o) const {
    return exponentBits == o.exponentBits && mantissaBits == o.mantissaBits &&
           kind == o.kind && isSigned == o.isSigned &&
           isInteger == o.isInteger && isE8M0 == o.isE8M0;
  }
  constexpr bool operator!=(const FloatFormat &o) const {
    return !(*this == o);
  }

  /// The exponent of the largest number: floor(log2(max)). E2M1 2, E4M3 8.
  int emax() const;
  /// The largest number, as a double (E8 formats without Inf pass FLT_MAX).
  double max() const;
  /// The canonical NaN code, or -1 where the format has none.
  int nanCode() const;
  /// The code of the largest number (sign bit clear).
  unsigned maxCode() const;
  /// Exponent of the subnormal quantum: the least positive number is
  /// 2^minExponent() (2^-6 for int8, 2^-127 for E8M0).
  int minExponent() const;
  /// Bits of max() in units of the least positive number, i.e. of the magnitude
  /// of any number as an integer. E2M1 4, E4M3 18, E5M2 32, int8 8.
  unsigned fixedPointBits() const;
  /// Whether the format is one that the contract knows: int8, E8M0, f32, or
  /// 1 <= E+M, at most 16 bits, and some positive number.
  bool isValid() const;
};

inline constexpr FloatFormat kE2M1{2, 1, FloatKind::Finite};
inline constexpr FloatFormat kE2M3{2, 3, FloatKind::Finite};
inline constexpr FloatFormat kE3M2{3, 2, FloatKind::Finite};
inline constexpr FloatFormat kE4M3{4, 3, FloatKind::FN};
inline constexpr FloatFormat kE5M2{5, 2, FloatKind::IEEE};
inline constexpr FloatFormat kF16{5, 10, FloatKind::IEEE};
inline constexpr FloatFormat kBF16{8, 7, FloatKind::IEEE};
inline constexpr FloatFormat kF32{8, 23, FloatKind::IEEE};
inline constexpr FloatFormat kUE5M3{5, 3, FloatKind::FN, /*isSigned=*/false};
inline constexpr FloatFormat kE8M0{8,
                                   0,
                                   FloatKind::FN,
                                   /*isSigned=*/false,
                                   /*isInteger=*/false,
                                   /*isE8M0=*/true};
inline constexpr FloatFormat kInt8{0, 7, FloatKind::Finite, /*isSigned=*/true,
                                   /*isInteger=*/true};

/// Whether `code` is a NaN of `format` (either sign).
bool isNaN(const FloatFormat &format, uint32_t code);
/// Whether `code` is an infinity of `format`.
bool isInf(const FloatFormat &format, uint32_t code);
/// The value of `code`, exactly; ±Inf and NaN where the code says so. Bits
/// above the format's width are ignored. Int8 0x80 is -2 (contract 11).
double decode(const FloatFormat &format, uint32_t code);

/// A number as ±significand·2^exponent; what decode() returns, in integers.
struct Decoded {
  int64_t significand = 0; ///< signed, at most 24 bits
  int exponent = 0;
  bool isNaN = false;
  bool isInf = false; ///< the significand is then ±1
};
Decoded decodeParts(const FloatFormat &format, uint32_t code);

} // namespace mx::contract

#endif // MX_SUPPORT_FLOATFORMAT_H

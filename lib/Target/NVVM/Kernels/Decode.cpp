//===- Decode.cpp - Codes of small formats to f32 -------------------------===//

#include "Decode.h"

#include <cmath>

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// Exponent and mantissa at the place of f32's: the number times
/// 2^(bias - 127), subnormals included.
static Int placeMagnitude(Kernel &k, Int code,
                          const contract::FloatFormat &format) {
  unsigned mantissa = format.mantissaBits;
  int64_t largest = (1ll << (format.exponentBits + mantissa)) - 1;
  Int magnitude = code & largest;
  Int placed = magnitude << (23 - mantissa);
  if (format.kind == contract::FloatKind::FN)
    return (magnitude == largest).select(k.i32(0x7FC00000), placed);
  if (format.kind == contract::FloatKind::Finite)
    return placed;
  int64_t special = largest & ~((1ll << mantissa) - 1);
  return magnitude.uge(special).select(placed | 0x7F800000, placed);
}

Value mx::nvvm::decodeSmall(Kernel &k, Int code,
                            const contract::FloatFormat &format) {
  if (format.isInteger)
    return k.fmul(k.toFloat(code.zext(8).sext(32)), k.f32(0x1p-6f));
  Int bits = placeMagnitude(k, code, format);
  if (format.isSigned)
    bits = bits | ((code << (32 - format.bits())) & 0x80000000ll);
  return k.fmul(floatOf(bits, k.f32Type()),
                k.f32(std::ldexp(1.0f, 127 - format.bias())));
}

Value mx::nvvm::decodeE8M0(Kernel &k, Int code, Int shift) {
  Int field = (code + shift).smin(254);
  Int subnormal = k.i32(0x00400000) >> (k.i32(0) - field).smax(0).smin(31);
  Int bits = field.sgt(0).select(field << 23, subnormal);
  return floatOf((code == 255).select(k.i32(0x7FC00000), bits), k.f32Type());
}

Int mx::nvvm::pickCode(ArrayRef<Int> words, int i, unsigned bits) {
  unsigned word = i * bits / 32, shift = i * bits % 32;
  Int code = words[word] >> shift;
  if (shift + bits > 32)
    code = code | (words[word + 1] << (32 - shift));
  return code;
}

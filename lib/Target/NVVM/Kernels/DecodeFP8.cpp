//===- DecodeFP8.cpp - Codes of 8 bits to pairs of bf16 -------------------===//

#include "DecodeFP8.h"

#include "../Builder/Warp.h"
#include "mx/Support/FloatFormat.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// Bytes b and b + 1 of a word, each below eight copies of its sign.
FP8Pairs::FP8Pairs(Kernel &k, const contract::FloatFormat &element, Int quarter)
    : k(k), isE4M3(element == contract::kE4M3),
      pick((quarter & 1) * 0x2222 + 0x9180) {}

bool FP8Pairs::takes(const contract::ScaledFormat &format) {
  return format.scale.isE8M0 && (format.element == contract::kE4M3 ||
                                 format.element == contract::kE5M2);
}

/// The mantissa ends at bit 4 or 5: below it, and above the exponent but for
/// the sign, are bits of neighbours.
Int FP8Pairs::decode(Int word) {
  Int spread = permuteBytes(k, word, word, pick);
  return isE4M3 ? (spread << 4) & 0x87F087F0ll : (spread << 5) & 0x8FE08FE0ll;
}

SmallVector<Int> FP8Pairs::restoreSpecials(ArrayRef<Int> pairs) {
  // Carries into the bit above the exponent: of E4M3's NaN, whose bits are all
  // 1, and of E5M2's largest exponent.
  int bit = isE4M3 ? 11 : 12;
  Int most = k.i32(isE4M3 ? 0x00100010 : 0x00800080);
  Int carries = k.i32((1ll << bit) * 0x00010001), any = k.i32(0);
  SmallVector<Value> values;
  for (Int pair : pairs) {
    any = any | (pair + most);
    values.push_back(pair.get());
  }
  Int hasSpecial = warpOr(k, any & carries) != 0;
  values = k.choose(hasSpecial, values, [&] {
    return llvm::map_to_vector(pairs, [&](Int pair) {
      Int which = ((pair + most) & carries) >> bit;
      return (pair | which * 0x7F80).get();
    });
  });
  return llvm::map_to_vector(
      values, [&](Value value) { return Int(k.emitter(), value); });
}

int FP8Pairs::getExponent() const { return isE4M3 ? 120 : 112; }

//===- DecodeE2M1.cpp - Codes and scales to pairs of bf16 -----------------===//

#include "DecodeE2M1.h"

#include "../Builder/Mma.h"
#include "../Builder/Warp.h"
#include "mx/Support/FloatFormat.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// Of what E8M0 scales bring along.
static constexpr int kExponent = 124;

E2M1Pairs::E2M1Pairs(Kernel &k, const contract::ScaledFormat &format,
                     Int quarter)
    : k(k), isE8M0(format.scale.isE8M0), pick(quarter | ((quarter + 4) << 4)) {}

bool E2M1Pairs::takes(const contract::ScaledFormat &format) {
  return format.element == contract::kE2M1 &&
         (format.scale.isE8M0 || format.scale == contract::kE4M3);
}

SmallVector<Int> E2M1Pairs::decode(ArrayRef<Int> words) {
  Int first = permuteBytes(k, words[0], words[1], pick);
  Int second = permuteBytes(k, words[2], words[3], pick);
  Int bytes = permuteBytes(k, first, second, k.i32(0x5410));
  Int low = bytes & 0x0F0F0F0F, high = (bytes >> 4) & 0x0F0F0F0F;
  SmallVector<Int> pairs;
  for (int i = 0; i < 4; ++i) {
    // Byte i of both in the halves of a word; the sign of such a byte is 0.
    Int codes = permuteBytes(k, low, high, k.i32(0xC480 + 0x1111 * i));
    // Its bits from 6 on and from 12 on: the magnitude, and the sign.
    pairs.push_back((codes * 0x1040) & 0x81C081C0ll);
  }
  return pairs;
}

Int E2M1Pairs::areLarge(ArrayRef<Int> words) {
  Int all = k.i32(0);
  for (Int word : words)
    all = all | word;
  return isE8M0 ? warpOr(k, all & 0x80808080ll) != 0 : Int();
}

Int E2M1Pairs::placeScale(Int word, int byte, Int more) {
  Int codes = permuteBytes(k, word, k.i32(0), k.i32(0x4040 + 0x101 * byte));
  // E8M0's code is bf16's exponent; 0 stands for 2^-127.
  return maxHalves(k, codes * 128 + more, k.i32(0x00400040));
}

Int E2M1Pairs::readScale(Int word, int byte, Int isLarge) {
  if (isE8M0)
    return placeScale(
        word, byte,
        isLarge.select(k.i32(0), k.i32(kExponent << 7) * 0x00010001));
  // E4M3's bits where bf16's are: times 2^-120.
  Int codes = permuteBytes(k, word, k.i32(0), k.i32(0x4040 + 0x101 * byte));
  return multiplyBF16PairByPower(k, codes << 4, 120 + 117);
}

SmallVector<Int> mx::nvvm::multiplyScales(Kernel &k, ArrayRef<Int> pairs,
                                          ArrayRef<Int> scales, Int areLarge,
                                          std::array<Int, 2> powers) {
  SmallVector<Value> values =
      llvm::map_to_vector(pairs, [](Int pair) { return pair.get(); });
  if (areLarge.get())
    values = k.choose(areLarge, values, [&] {
      SmallVector<Value> larger;
      for (auto [i, pair] : llvm::enumerate(pairs))
        larger.push_back(multiplyBF16Pair(k, pair, powers[i % 2]).get());
      return larger;
    });
  SmallVector<Int> products;
  for (auto [value, scale] : llvm::zip(values, scales))
    products.push_back(multiplyBF16Pair(k, Int(k.emitter(), value), scale));
  return products;
}

/// 2^124 first where the scale cannot bring it: 6 · 2^127 · 2^-2 is a bf16.
SmallVector<Int> E2M1Pairs::multiply(ArrayRef<Int> pairs, ArrayRef<Int> scales,
                                     Int isLarge) {
  Int power = bf16PairOfPower(k, kExponent);
  return multiplyScales(k, pairs, scales, isE8M0 ? isLarge : Int(),
                        {power, power});
}

float E2M1Pairs::getFactor() const { return isE8M0 ? 0x1p2f : 0x1p9f; }

Int E2M1Pairs::findNaN(Int word) {
  Int next = (word & 0x7F7F7F7F) + 0x01010101;
  return isE8M0 ? next & word : next;
}

//===- E5M2Expand.cpp - Rows of MXFP4 to E5M2 -----------------------------===//

#include "../Builder/Warp.h"
#include "E5M2Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::e5m2_fold;

/// Largest power of two on elements, and the smallest: 6 · 2^13 is finite and
/// 0.5 · 2^-15 the least denormal.
static constexpr int kTop = 13, kBottom = -15;

/// Even, so that it is a square's: the largest scale is 2^(kTop - 1) or 2^kTop
/// times it.
static Int getExponent(const RowScales &scales) {
  return (scales.largest - 127 - kTop + 1) & ~1;
}

Int e5m2_fold::isFar(const RowScales &scales) {
  Int bottom = scales.smallest - 127 - getExponent(scales);
  return (scales.largest.sgt(-1) & (scales.isNaN == 0)) & bottom.slt(kBottom);
}

namespace {

/// E2M1 · 2^power of eight codes at a time, kBottom to kTop.
class E5M2Table {
public:
  E5M2Table(Kernel &k, Int power) : k(k) {
    // Where all are normal numbers, the exponent field is moved.
    Int fields = power.smax(kBottom + 2) << 2;
    low = k.i32(0x3E3C3800) + fields * 0x01010100;
    high = k.i32(0x46444240) + fields * 0x01010101;
    choose(power == kBottom + 1, 0x06040200, 0x0E0C0A08);
    choose(power == kBottom, 0x03020100, 0x0A080604);
  }

  /// Codes in nibbles, the first lowest, to two words of four bytes.
  SmallVector<Int, 2> decode(Int word) {
    Int magnitudes = word & 0x77777777, signs = (word >> 3) & 0x11111111;
    return {pick(magnitudes, signs), pick(magnitudes >> 16, signs >> 16)};
  }

private:
  void choose(Int condition, int64_t lowBytes, int64_t highBytes) {
    low = condition.select(k.i32(lowBytes), low);
    high = condition.select(k.i32(highBytes), high);
  }

  Int pick(Int magnitudes, Int signs) {
    return permuteBytes(k, low, high, magnitudes) |
           permuteBytes(k, k.i32(0x8000), k.i32(0), signs);
  }

  Kernel &k;
  Int low, high;
};

class Expand {
public:
  Expand(Kernel &k, const bf16_fold::PackedRow &row, const RowScales &scales)
      : k(k), row(row), scales(scales), exponent(getExponent(scales)) {
    first = row.number.sext(64) * row.blocks.sext(64) * 2;
  }

  void emit() {
    k.when(k.lane() == 0, [&] {
      Int half = ((exponent + 254) >> 1) << 23; // biased
      k.store(floatOf(half, k.f32Type()), row.factors, row.number);
    });
    Int halves = row.blocks * 2;
    k.loop(k.lane(), halves, k.i32(32 * kInFlight),
           [&](Int half) { expand(half, halves); });
  }

private:
  /// Half a block a lane and item: 8 bytes of codes to 16.
  void expand(Int start, Int halves) {
    SmallVector<SmallVector<Int>> codes;
    SmallVector<Int> powers;
    for (Int item : getItems(start, halves)) {
      Int at = first + item.sext(64);
      codes.push_back(k.loadWords(row.codes, at * 2, 2));
      powers.push_back(k.loadByte(row.scales, at >> 1) - 127 - exponent);
    }
    for (int i = 0; i < kInFlight; ++i) {
      Int item = start + 32 * i;
      SmallVector<Int> bytes = decode(codes[i], powers[i]);
      k.when(item.slt(halves), [&] {
        k.storeWords(bytes, row.out, (first + item.sext(64)) * 4);
      });
    }
  }

  /// Rows with a NaN are NaN; blocks of zeros may have any scale.
  SmallVector<Int> decode(ArrayRef<Int> words, Int power) {
    E5M2Table table(k, power.smax(kBottom).smin(kTop));
    SmallVector<Int> bytes;
    for (Int word : words)
      for (Int decoded : table.decode(word))
        bytes.push_back((scales.isNaN != 0).select(k.i32(0x7F7F7F7F), decoded));
    return bytes;
  }

  Kernel &k;
  const bf16_fold::PackedRow &row;
  const RowScales &scales;
  Int exponent, first;
};

} // namespace

void e5m2_fold::emitExpand(Kernel &k, const bf16_fold::PackedRow &row,
                           const RowScales &scales) {
  Expand(k, row, scales).emit();
}

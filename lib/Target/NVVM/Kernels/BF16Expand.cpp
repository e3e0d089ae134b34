//===- BF16Expand.cpp - Packed rows to bf16 -------------------------------===//

#include "../Builder/Warp.h"
#include "BF16Fold.h"
#include "Decode.h"
#include "RowScales.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::bf16_fold;

std::string bf16_fold::findProblem(const contract::ScaledFormat &format) {
  unsigned bits = format.element.bits();
  if (bits != 4 && bits != 6 && bits != 8)
    return "elements must have 4, 6 or 8 bits";
  if (format.blockRows != 1 || format.blockCols <= 0 ||
      format.blockCols % kChunk != 0)
    return "blocks must be [B] with B a multiple of 16";
  if (format.scale.isE8M0)
    return "";
  if (format.scale.bits() > 8 || format.scale.exponentBits > 5)
    return "scales must be E8M0, or of up to 8 bits with an exponent of up to "
           "5";
  if (format.element.isInteger ||
      format.element.mantissaBits + format.scale.mantissaBits > 6)
    return "elements times scales must fit the 8 bits of a bf16";
  return "";
}

namespace {

class Expand {
public:
  Expand(Kernel &k, const Expansion &expansion, const PackedRow &row)
      : k(k), format(expansion.format), expansion(expansion), row(row),
        bits(format.element.bits()), perBlock(format.blockCols / kChunk) {
    first = row.number.sext(64) * row.blocks.sext(64);
  }

  void emit() {
    Int exponent;
    if (expansion.hasFactors())
      exponent = chooseFactor();
    Int count = row.blocks * perBlock;
    k.loop(k.i32(0), count, k.i32(32 * kInFlight), [&](Int from) {
      Int start = from + k.lane();
      SmallVector<Chunk> chunks = loadChunks(start, count);
      for (int i = 0; i < kInFlight; ++i) {
        Int chunk = start + 32 * i;
        store(expand(chunk, chunks[i], exponent), chunk, count);
      }
    });
  }

private:
  struct Chunk {
    SmallVector<Int> words;
    Int scale;
  };

  /// Those of getItems: all are read before the first is used.
  SmallVector<Chunk> loadChunks(Int start, Int count) {
    SmallVector<Chunk> chunks;
    for (Int item : getItems(start, count))
      chunks.push_back({loadChunk(item), loadScale(item)});
    return chunks;
  }

  SmallVector<Int> loadChunk(Int chunk) {
    Int word = (first * perBlock + chunk.sext(64)) * (bits * kChunk / 32);
    if (bits != 6)
      return k.loadWords(row.codes, word, bits * kChunk / 32);
    SmallVector<Int> words;
    for (int i = 0; i < 3; ++i) // 12 bytes: aligned to 4
      words.push_back(k.loadWords(row.codes, word + i, 1)[0]);
    return words;
  }

  Int loadScale(Int chunk) {
    return k.loadByte(row.scales, first + chunk.udiv(perBlock).sext(64));
  }

  /// The exponent of a row's factor: even, and so near that of its largest
  /// scale that no element of the row leaves bf16's range. Blocks of zeros do
  /// not count.
  Int chooseFactor() {
    SmallVector<Value> start = {k.i32(0).get()};
    Int count = row.blocks * perBlock;
    SmallVector<Value> found =
        k.loop(k.lane(), count, k.i32(32 * kInFlight), start,
               [&](Int first, ValueRange state) {
                 Int largest(k.emitter(), state[0]);
                 for (const Chunk &chunk : loadChunks(first, count))
                   largest = largest.smax(
                       hasNumber(chunk.words).select(chunk.scale, k.i32(0)));
                 return SmallVector<Value>{largest.get()};
               });
    Int largest = warpMax(k, Int(k.emitter(), found[0]));
    Int exponent =
        (largest - 127).smax(-100).smin(expansion.otherIsRaw ? 0 : 100) & ~1;
    k.when(k.lane() == 0, [&] {
      // Half of it, biased.
      Int half = ((exponent + 254) >> 1) << 23;
      k.store(floatOf(half, k.f32Type()), row.factors, row.number);
    });
    return exponent;
  }

  /// Whether any element of a chunk is not zero.
  Int hasNumber(ArrayRef<Int> words) {
    bool isInteger = format.element.isInteger;
    uint64_t magnitude =
        isInteger ? 0xFF : (1u << (bits - format.element.isSigned)) - 1;
    Int any = k.i32(0);
    for (auto [i, word] : llvm::enumerate(words)) {
      uint32_t mask = 0;
      for (unsigned bit = 0; bit < 32; ++bit)
        mask |= (magnitude >> ((32 * i + bit) % bits) & 1) << bit;
      any = any | (word & mask);
    }
    return any != 0;
  }

  /// Eight pairs of elements.
  SmallVector<Int> expand(Int chunk, const Chunk &loaded, Int exponent) {
    ArrayRef<Int> words = loaded.words;
    Value scale = expansion.hasFactors()
                      ? decodeE8M0(k, loaded.scale, k.i32(0) - exponent)
                      : decodeSmall(k, loaded.scale, format.scale);
    Int column = chunk * kChunk;
    SmallVector<Int> pairs;
    for (int i = 0; i < kChunk; i += 2)
      pairs.push_back(permuteBytes(k, element(words, i, column, scale),
                                   element(words, i + 1, column, scale),
                                   k.i32(0x7632)));
    return pairs;
  }

  /// Two neighbouring lanes store both halves of one chunk, then of the other
  /// one: whole sectors of memory.
  void store(ArrayRef<Int> pairs, Int chunk, Int count) {
    Int isOdd = (k.lane() & 1) != 0;
    SmallVector<Int> even, odd; // what a lane stores of the even lane's chunk
    for (int i = 0; i < 4; ++i) {
      Int low = pairs[i], high = pairs[i + 4];
      Int other = exchangeLanes(k, isOdd.select(low, high), 1);
      even.push_back(isOdd.select(other, low));
      odd.push_back(isOdd.select(high, other));
    }
    Int half = (k.lane() & 1) << 2, start = chunk & ~1;
    auto storeHalf = [&](ArrayRef<Int> words, Int at) {
      Int out = (first * perBlock + at.sext(64)) * (kChunk / 2);
      k.when(at.slt(count),
             [&] { k.storeWords(words, row.out, out + half.sext(64)); });
    };
    storeHalf(even, start);
    storeHalf(odd, start + 1);
  }

  /// The bits of an element as f32; the upper half is its bf16.
  Int element(ArrayRef<Int> words, int i, Int column, Value scale) {
    Int code = pickCode(words, i, bits);
    Value value = k.fmul(decodeSmall(k, code, format.element), scale);
    Int isIn = (column + i).slt(row.k);
    return isIn.select(bitsOf(k.emitter(), value), k.i32(0));
  }

  Kernel &k;
  const contract::ScaledFormat &format;
  const Expansion &expansion;
  const PackedRow &row;
  unsigned bits;
  int64_t perBlock;
  Int first;
};

} // namespace

void bf16_fold::emitExpand(Kernel &k, const Expansion &expansion,
                           const PackedRow &row) {
  Expand(k, expansion, row).emit();
}

void bf16_fold::buildExpand(OpBuilder &b, gpu::GPUModuleOp module,
                            StringRef name, const Expansion &expansion) {
  SmallVector<Param> params = {Param::Pointer, Param::Pointer, Param::Pointer,
                               Param::I32,     Param::I32,     Param::I32};
  if (expansion.hasFactors())
    params.push_back(Param::Pointer);
  Kernel k(b, module, name, params, kThreads);
  Int row = k.block() * (kThreads / 32) + (k.thread() >> 5);
  Value factors = expansion.hasFactors() ? k.parameter(6) : Value();
  k.when(row.slt(k.integer(3)), [&] {
    emitExpand(k, expansion,
               {k.parameter(0), k.parameter(1), k.parameter(2), factors, row,
                k.integer(4), k.integer(5)});
  });
  k.finish();
}

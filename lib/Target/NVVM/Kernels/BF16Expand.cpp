//===- BF16Expand.cpp - Packed rows to bf16 -------------------------------===//

#include "../Builder/Warp.h"
#include "BF16Chunks.h"
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
      : k(k), expansion(expansion), row(row), chunks(k, expansion.format, row) {
  }

  void emit() {
    Int exponent;
    if (expansion.hasFactors())
      exponent = chooseFactor();
    Int count = chunks.count();
    k.loop(k.i32(0), count, k.i32(32 * kInFlight), [&](Int from) {
      Int start = from + k.lane();
      SmallVector<Chunk> loaded = loadChunks(start, count);
      for (int i = 0; i < kInFlight; ++i) {
        Int chunk = start + 32 * i;
        store(chunks.expand(chunk, loaded[i], exponent), chunk, count);
      }
    });
  }

private:
  /// Those of getItems: all are read before the first is used.
  SmallVector<Chunk> loadChunks(Int start, Int count) {
    SmallVector<Chunk> loaded;
    for (Int item : getItems(start, count))
      loaded.push_back(chunks.load(item));
    return loaded;
  }

  /// The exponent of a row's factor: even, and so near that of its largest
  /// scale that no element of the row leaves bf16's range. Blocks of zeros do
  /// not count.
  Int chooseFactor() {
    SmallVector<Value> start = {k.i32(0).get()};
    Int count = chunks.count();
    SmallVector<Value> found =
        k.loop(k.lane(), count, k.i32(32 * kInFlight), start,
               [&](Int first, ValueRange state) {
                 Int largest(k.emitter(), state[0]);
                 for (const Chunk &chunk : loadChunks(first, count))
                   largest = largest.smax(
                       chunks.hasNumber(chunk).select(chunk.scale, k.i32(0)));
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
      Int out = chunks.getPlace(at) * (kChunk / 2);
      k.when(at.slt(count),
             [&] { k.storeWords(words, row.out, out + half.sext(64)); });
    };
    storeHalf(even, start);
    storeHalf(odd, start + 1);
  }

  Kernel &k;
  const Expansion &expansion;
  const PackedRow &row;
  Chunks chunks;
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

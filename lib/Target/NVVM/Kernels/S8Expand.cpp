//===- S8Expand.cpp - Rows of MXFP4 as the chosen units take them ---------===//

#include "E5M2Fold.h"
#include "OperandOfWarp.h"
#include "S8Codes.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

namespace {

constexpr unsigned kNumParameters = 10; ///< of an operand

class Expand {
public:
  explicit Expand(Kernel &k) : k(k), own(k, kNumParameters, /*rowsAt=*/8) {
    codes = own.pointer(0);
    scales = own.pointer(1);
    factors = own.pointer(2);
    rows = own.integer(8);
    blocks = k.integer(2 * kNumParameters);
    first = own.row.sext(64) * blocks.sext(64);
  }

  void emit(const std::optional<Floats> &floats) {
    if (!floats)
      return k.when(own.row.slt(rows), [&] { writeBytes(); });
    Int choice = choose(floats->e5m2Cost);
    auto whenChosen = [&](Choice own, function_ref<void()> body) {
      k.when(choice == static_cast<int>(own), body);
    };
    k.when(own.row.slt(rows), [&] {
      whenChosen(Choice::Integers, [&] { writeBytes(); });
      whenChosen(Choice::E5M2,
                 [&] { e5m2_fold::emitExpand(k, getFloats(), readRange()); });
      whenChosen(Choice::BF16,
                 [&] { bf16_fold::emitExpand(k, floats->bf16, getFloats()); });
    });
  }

private:
  /// The same in all warps; one of them writes it down.
  Int choose(int e5m2Cost) {
    auto get = [&](unsigned start) {
      return RowCounts{k.parameter(start + 6), k.integer(start + 8),
                       k.integer(start + 9)};
    };
    Int choice = chooseUnits(k, get(0), get(kNumParameters), blocks, e5m2Cost);
    k.when((k.block() == 0) & (k.thread() == 0), [&] {
      k.store(choice.get(), k.parameter(2 * kNumParameters + 2), k.i32(0));
    });
    return choice;
  }

  bf16_fold::PackedRow getFloats() {
    return {codes,
            scales,
            own.pointer(7),
            factors,
            own.row,
            blocks,
            k.integer(2 * kNumParameters + 1)};
  }

  RowScales readRange() {
    return unpackRowScales(
        Int(k.emitter(), k.load(own.pointer(3), k.i32Type(), own.row)));
  }

  void writeBytes() {
    largest = readRange().largest;
    Int slot(k.emitter(), k.load(own.pointer(4), k.i32Type(), own.row));
    SmallVector<Value> one = {k.i32(0).get(), k.i32(1).get()};
    SmallVector<Value> bands = k.choose(slot.sgt(-1), one, [&] {
      SmallVector<Int> words = k.loadWords(own.pointer(5), slot * 4, 4);
      return SmallVector<Value>{words[1].get(), words[2].get()};
    });
    Int extra = rows + Int(k.emitter(), bands[0]);
    k.loop(k.i32(0), Int(k.emitter(), bands[1]), k.i32(1), [&](Int band) {
      writeBand(band.sgt(0).select(extra + (band - 1), own.row), band);
    });
  }

  /// Bytes of the blocks that are 4·band to 4·band + 3 steps below the largest,
  /// zero for the others. Half a block a lane: 8 bytes of codes to 16.
  void writeBand(Int target, Int band) {
    Int out = target.sext(64) * blocks.sext(64) * 2;
    Int halves = blocks * 2;
    k.loop(k.lane(), halves, k.i32(32 * kInFlight), [&](Int half) {
      SmallVector<SmallVector<Int>> words;
      SmallVector<Int> scaleOf;
      for (Int item : getItems(half, halves)) {
        Int at = first * 2 + item.sext(64);
        words.push_back(k.loadWords(codes, at * 2, 2));
        scaleOf.push_back(k.loadByte(scales, at >> 1));
      }
      for (int i = 0; i < kInFlight; ++i) {
        SmallVector<Int> bytes = decode(words[i], scaleOf[i], band);
        Int item = half + 32 * i;
        k.when(item.slt(halves), [&] {
          k.storeWords(bytes, own.pointer(7), (out + item.sext(64)) * 4);
        });
      }
    });
  }

  SmallVector<Int> decode(ArrayRef<Int> words, Int scale, Int band) {
    Int steps = largest - scale - (band << 2);
    Int isIn = steps.sgt(-1) & steps.slt(4);
    ByteTable table(k, k.i32(3) - steps.smax(0).smin(3));
    SmallVector<Int> decoded;
    for (Int word : words)
      llvm::append_range(decoded, table.decode(isIn.select(word, k.i32(0))));
    return decoded;
  }

  Kernel &k;
  OperandOfWarp own;
  Value codes, scales, factors;
  Int rows, blocks, first, largest;
};

} // namespace

void s8_fold::buildExpand(OpBuilder &b, gpu::GPUModuleOp module,
                          const std::optional<Floats> &floats) {
  SmallVector<Param> params;
  for (int operand = 0; operand < 2; ++operand) {
    params.append(8, Param::Pointer);
    params.append(2, Param::I32);
  }
  params.push_back(Param::I32);
  if (floats)
    params.append({Param::I32, Param::Pointer});
  Kernel k(b, module, "expand", params, kRowThreads);
  Expand(k).emit(floats);
  k.finish();
}

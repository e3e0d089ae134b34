//===- S8Expand.cpp - Rows of MXFP4 as the chosen units take them ---------===//

#include "E5M2Fold.h"
#include "OperandOfWarp.h"
#include "S8Bytes.h"
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
  }

  void emit(const Choices &choices) {
    Int isRow = own.row.slt(rows);
    if (!choices)
      return k.when(isRow, [&] { writeBytes(); });
    Int choice = choose(choices);
    auto is = [&](Choice own) { return choice == static_cast<int>(own); };
    k.when(isRow, [&] {
      k.when(is(Choice::Integers), [&] { writeBytes(); });
      if (!choices.floats)
        return;
      k.when(is(Choice::E5M2),
             [&] { e5m2_fold::emitExpand(k, getFloats(), readRange()); });
      k.when(is(Choice::BF16), [&] {
        bf16_fold::emitExpand(k, choices.floats->bf16, getFloats());
      });
    });
  }

private:
  /// The same in all warps; one of them writes it down.
  Int choose(const Choices &choices) {
    auto get = [&](unsigned start) {
      return RowCounts{k.parameter(start + 6), k.integer(start + 8),
                       k.integer(start + 9)};
    };
    Int choice = chooseUnits(k, get(0), get(kNumParameters), blocks, choices);
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

  /// Rows of A that fit have theirs from survey.
  void writeBytes() {
    Int slot(k.emitter(), k.load(own.pointer(4), k.i32Type(), own.row));
    k.when(own.isB | (slot != kNoSlot), [&] { writeBands(slot); });
  }

  void writeBands(Int slot) {
    ByteRow bytes(k, codes, scales, own.row, blocks, readRange().largest);
    SmallVector<Value> one = {k.i32(0).get(), k.i32(1).get()};
    SmallVector<Value> bands = k.choose(slot.sgt(-1), one, [&] {
      SmallVector<Int> words = k.loadWords(own.pointer(5), slot * 4, 4);
      return SmallVector<Value>{words[1].get(), words[2].get()};
    });
    Int extra = rows + Int(k.emitter(), bands[0]);
    k.loop(k.i32(0), Int(k.emitter(), bands[1]), k.i32(1), [&](Int band) {
      Int target = band.sgt(0).select(extra + (band - 1), own.row);
      bytes.writeBand(own.pointer(7), target, band);
    });
  }

  Kernel &k;
  OperandOfWarp own;
  Value codes, scales, factors;
  Int rows, blocks;
};

} // namespace

void s8_fold::buildExpand(OpBuilder &b, gpu::GPUModuleOp module,
                          const Choices &choices) {
  SmallVector<Param> params;
  for (int operand = 0; operand < 2; ++operand) {
    params.append(8, Param::Pointer);
    params.append(2, Param::I32);
  }
  params.push_back(Param::I32);
  if (choices)
    params.append({Param::I32, Param::Pointer});
  Kernel k(b, module, "expand", params, kRowThreads);
  Expand(k).emit(choices);
  k.finish();
}

//===- S8Repair.cpp - Elements of rows that do not fit, exactly -----------===//
//
// Every product of two blocks is an integer below 2^13 times a power of two;
// they are added without rounding, and the whole is rounded once.
//
//===----------------------------------------------------------------------===//

#include "../Builder/Warp.h"
#include "Convert.h"
#include "ExactSum.h"
#include "S8Codes.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

namespace {

/// 508 for the shift, 13 for a block's sum, 23 for their number, a sign.
constexpr unsigned kWidth = 576;
/// Sums of blocks are kept apart by their shift, 32 to a window: 13 bits of a
/// block's sum, 31 of the shift and 18 for the number of blocks fit an i64.
constexpr int kWindows = 16;
/// A sum counts 2^kBase: two scales of bias 127, two factors of 2.
constexpr int kBase = -256;

class Repair {
public:
  Repair(Kernel &k, const Finish &f)
      : k(k), f(f), m(f.m), n(f.n), blocks(f.blocks),
        windows(k.allocateLocal(k.i64(0).getType(), kWindows)) {}

  /// All pairs of a misfit of A and a row of B, then of a misfit of B and a row
  /// of A, shared by all threads.
  void emit() {
    Int ofA = countMisfits(f.a).sext(64) * n.sext(64);
    Int ofB = countMisfits(f.b).sext(64) * m.sext(64);
    Int first = k.block() * kFinishThreads + k.thread();
    k.loop(first.sext(64), ofA + ofB, (k.blocks() * kFinishThreads).sext(64),
           [&](Int pair) {
             Int isOfA = pair.slt(ofA);
             repair(isOfA, isOfA.select(pair, pair - ofA));
           });
  }

private:
  Int countMisfits(const FinishOperand &o) {
    return Int(k.emitter(), k.load(o.counts, k.i32Type(), k.i32(kMisfits)));
  }

  void repair(Int isOfA, Int pair) {
    Int others = isOfA.select(n, m).sext(64);
    Int other = pair.urem(others).zext(32);
    Value misfits = arith::SelectOp::create(
        k.builder(), k.emitter().loc, isOfA.get(), f.a.misfits, f.b.misfits);
    Int misfit(k.emitter(), k.load(misfits, k.i32Type(), pair.udiv(others)));
    Int rows = isOfA.select(m, n);
    Int partner = misfit.udiv(rows) * isOfA.select(n, m) + other;
    element(isOfA.select(misfit, partner), isOfA.select(partner, misfit),
            isOfA.select(other, misfit.urem(rows)));
  }

  void element(Int rowA, Int rowB, Int column) {
    Int a = rowA.sext(64) * blocks.sext(64),
        b = rowB.sext(64) * blocks.sext(64);
    for (int window = 0; window < kWindows; ++window)
      k.store(k.i64(0).get(), windows, k.i32(window));
    SmallVector<Value> start = {k.i32(0).get()};
    SmallVector<Value> found = k.loop(
        k.i32(0), blocks, k.i32(1), start, [&](Int block, ValueRange state) {
          Int atA = a + block.sext(64), atB = b + block.sext(64);
          Int scaleA = k.loadByte(f.a.scales, atA);
          Int scaleB = k.loadByte(f.b.scales, atB);
          Int isNaN = (scaleA == 255) | (scaleB == 255);
          add(dot(atA, atB), scaleA + scaleB);
          Int bad = Int(k.emitter(), state[0]) | isNaN.zext(32);
          return SmallVector<Value>{bad.get()};
        });
    Value sum = finishSum(k, roundSum(k, collect(), k.i32(kBase)), f.form.alpha,
                          f.form.type);
    Int isNaN = Int(k.emitter(), found[0]) != 0;
    sum = isNaN.select(canonicalNaN(k, f.form.type), sum);
    f.store(k, sum, rowA.sext(64), column);
  }

  /// Adds value · 2^shift to the window of 32 shifts that it belongs to.
  void add(Int value, Int shift) {
    Int window = shift >> 5;
    Int sum(k.emitter(), k.load(windows, k.i64(0).getType(), window));
    sum = sum + (value.sext(64) << (shift & 31).zext(64));
    k.store(sum.get(), windows, window);
  }

  /// All windows in one integer.
  Int collect() {
    Int sum = Int::constant(k.emitter(), k.builder().getIntegerType(kWidth), 0);
    for (int window = 0; window < kWindows; ++window) {
      Int part(k.emitter(), k.load(windows, k.i64(0).getType(), k.i32(window)));
      sum = sum + (part.sext(kWidth) << (32 * window));
    }
    return sum;
  }

  /// Four times the dot product of two blocks of E2M1.
  Int dot(Int blockA, Int blockB) {
    SmallVector<Int> a = k.loadWords(f.a.codes, blockA * 4, 4);
    SmallVector<Int> b = k.loadWords(f.b.codes, blockB * 4, 4);
    ByteTable table(k, /*factor=*/k.i32(1));
    Int sum = k.i32(0);
    for (auto [wordA, wordB] : llvm::zip(a, b))
      for (auto [x, y] : llvm::zip(table.decode(wordA), table.decode(wordB)))
        sum = dotBytes(k, x, y, sum);
    return sum;
  }

  Kernel &k;
  const Finish &f;
  Int m, n, blocks;
  Value windows; ///< i64, a thread's own
};

} // namespace

void s8_fold::emitRepair(Kernel &k, const Finish &finish) {
  Repair(k, finish).emit();
}

//===- S8Repair.cpp - Elements of rows that do not fit, exactly -----------===//
//
// Every product of two blocks is an integer below 2^13 times a power of two;
// they are added without rounding, and the whole is rounded once.
//
//===----------------------------------------------------------------------===//

#include "../Builder/Warp.h"
#include "Convert.h"
#include "S8Codes.h"
#include "S8Fold.h"
#include "mlir/Dialect/Math/IR/Math.h"

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
  Repair(Kernel &k, const fold::Form &form) : k(k), form(form) {
    m = k.integer(7);
    n = k.integer(8);
    blocks = k.integer(9);
    windows = k.allocateLocal(k.i64(0).getType(), kWindows);
  }

  void emit() {
    repair(k.parameter(4), n, [&](Int misfit, Int other) {
      Int item = misfit.udiv(m);
      element(misfit, item * n + other,
              misfit.sext(64) * n.sext(64) + other.sext(64));
    });
    repair(k.parameter(5), m, [&](Int misfit, Int other) {
      Int row = misfit.udiv(n) * m + other;
      element(row, misfit, row.sext(64) * n.sext(64) + misfit.urem(n).sext(64));
    });
  }

private:
  /// All pairs of a misfit and a row of the other operand, shared by all
  /// threads.
  void repair(Value misfits, Int others, function_ref<void(Int, Int)> body) {
    Int count(k.emitter(), k.load(misfits, k.i32Type(), k.i32(0)));
    Int first = k.block() * kRepairThreads + k.thread();
    k.loop(first.sext(64), count.sext(64) * others.sext(64),
           (k.blocks() * kRepairThreads).sext(64), [&](Int pair) {
             Int wide = others.sext(64);
             Int place = pair.udiv(wide).zext(32) + 1;
             Int misfit(k.emitter(), k.load(misfits, k.i32Type(), place));
             body(misfit, pair.urem(wide).zext(32));
           });
  }

  void element(Int rowA, Int rowB, Int place) {
    Int a = rowA.sext(64) * blocks.sext(64),
        b = rowB.sext(64) * blocks.sext(64);
    for (int window = 0; window < kWindows; ++window)
      k.store(k.i64(0).get(), windows, k.i32(window));
    SmallVector<Value> start = {k.i32(0).get()};
    SmallVector<Value> found = k.loop(
        k.i32(0), blocks, k.i32(1), start, [&](Int block, ValueRange state) {
          Int atA = a + block.sext(64), atB = b + block.sext(64);
          Int scaleA = k.loadByte(k.parameter(1), atA);
          Int scaleB = k.loadByte(k.parameter(3), atB);
          Int isNaN = (scaleA == 255) | (scaleB == 255);
          add(dot(atA, atB), scaleA + scaleB);
          Int bad = Int(k.emitter(), state[0]) | isNaN.zext(32);
          return SmallVector<Value>{bad.get()};
        });
    Value sum = finishSum(k, round(collect()), form.alpha, form.type);
    Int isNaN = Int(k.emitter(), found[0]) != 0;
    sum = isNaN.select(canonicalNaN(k, form.type), sum);
    k.store(sum, k.parameter(6), place);
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
    SmallVector<Int> a = k.loadWords(k.parameter(0), blockA * 4, 4);
    SmallVector<Int> b = k.loadWords(k.parameter(2), blockB * 4, 4);
    ByteTable table(k, k.i32(0));
    Int sum = k.i32(0);
    for (auto [wordA, wordB] : llvm::zip(a, b))
      for (auto [x, y] : llvm::zip(table.decode(wordA), table.decode(wordB)))
        sum = dotBytes(k, x, y, sum);
    return sum;
  }

  /// To f32: 53 leading bits, the last holding whether anything is below, are
  /// an f64, which is rounded once.
  Value round(Int sum) {
    Int zero = sum.like(0);
    Int negative = sum.slt(0);
    Int magnitude = negative.select(zero - sum, sum);
    Int top = zero.like(kWidth - 1) - magnitude.leadingZeros();
    Int shift = (top - 52).smax(0);
    Int kept = (magnitude >> shift).zext(64);
    Int below = magnitude & ((zero.like(1) << shift) - 1);
    kept = kept | (below != 0).zext(64);
    kept = negative.select(kept.like(0) - kept, kept);
    OpBuilder &b = k.builder();
    Location loc = k.emitter().loc;
    Type f64 = b.getF64Type();
    Value value = arith::SIToFPOp::create(b, loc, f64, kept.get());
    Int exponent = (shift.zext(64) + (kBase + 1023)) << 52;
    value = arith::MulFOp::create(b, loc, value, floatOf(exponent, f64));
    return arith::TruncFOp::create(b, loc, k.f32Type(), value);
  }

  Kernel &k;
  const fold::Form &form;
  Int m, n, blocks;
  Value windows; ///< i64, a thread's own
};

} // namespace

void s8_fold::buildRepair(OpBuilder &b, gpu::GPUModuleOp module,
                          const fold::Form &form) {
  Kernel k(b, module, "repair",
           {Param::Pointer, Param::Pointer, Param::Pointer, Param::Pointer,
            Param::Pointer, Param::Pointer, Param::Pointer, Param::I32,
            Param::I32, Param::I32},
           kRepairThreads);
  Repair(k, form).emit();
  k.finish();
}

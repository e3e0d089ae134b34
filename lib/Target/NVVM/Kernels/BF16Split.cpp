//===- BF16Split.cpp - Float rows to one or more bf16 ---------------------===//
//
// A part is what the upper half of an f32 says; the next one is of the rest,
// which f32 holds exactly.
//
//===----------------------------------------------------------------------===//

#include "../Builder/Warp.h"
#include "BF16Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::bf16_fold;

namespace {

class SplitRows {
public:
  SplitRows(Kernel &k, const Split &split) : k(k), split(split) {
    cols = k.integer(4);
    padded = k.integer(5);
    row = k.block() * (kThreads / 32) + (k.thread() >> 5);
  }

  void emit() {
    k.when(row.slt(k.integer(3)), [&] {
      Int exponent = chooseFactor();
      Value inverse = k.powerOfTwo(k.i32(0) - exponent);
      k.loop(k.lane() * 2, padded, k.i32(64), [&](Int column) {
        SmallVector<Int> low = cut(k.fmul(load(column), inverse));
        SmallVector<Int> high = cut(k.fmul(load(column + 1), inverse));
        Int line = row.sext(64) * padded.sext(64) * split.parts;
        for (int part = 0; part < split.parts; ++part) {
          Int place = line + (padded * part + column).sext(64);
          Int pair = permuteBytes(k, low[part], high[part], k.i32(0x7632));
          k.storeWords({pair}, k.parameter(1), place >> 1);
        }
      });
    });
  }

private:
  /// As f32, zero past the end.
  Value load(Int column) {
    Int isIn = column.slt(cols);
    Int place =
        row.sext(64) * cols.sext(64) + isIn.select(column, k.i32(0)).sext(64);
    Value value = k.widen(k.load(k.parameter(0), split.type, place));
    return isIn.select(value, k.f32(0));
  }

  /// The exponent of a row's factor: even, near that of its largest element.
  Int chooseFactor() {
    SmallVector<Value> start = {k.i32(0).get()};
    SmallVector<Value> found = k.loop(
        k.lane(), cols, k.i32(32), start, [&](Int column, ValueRange state) {
          Int magnitude = bitsOf(k.emitter(), load(column)) & 0x7FFFFFFF;
          return SmallVector<Value>{
              Int(k.emitter(), state[0]).smax(magnitude).get()};
        });
    Int largest = warpMax(k, Int(k.emitter(), found[0])) >> 23;
    Int exponent = (largest - 127).smax(-100).smin(100) & ~1;
    k.when(k.lane() == 0, [&] {
      Int half = ((exponent + 254) >> 1) << 23;
      k.store(floatOf(half, k.f32Type()), k.parameter(2), row);
    });
    return exponent;
  }

  /// The parts, each in the upper half of a word. Inf and NaN have one.
  SmallVector<Int> cut(Value value) {
    Int bits = bitsOf(k.emitter(), value);
    Int magnitude = bits & 0x7FFFFFFF;
    Int isNaN = magnitude.ugt(0x7F800000);
    Int isNumber = magnitude.ult(0x7F800000);
    SmallVector<Int> parts = {isNaN.select(k.i32(0x7FC00000), bits)};
    Value rest = isNumber.select(value, k.f32(0));
    for (int part = 1; part < split.parts; ++part) {
      Int upper = bitsOf(k.emitter(), rest) & 0xFFFF0000ll;
      rest = k.fsub(rest, floatOf(upper, k.f32Type()));
      parts.push_back(bitsOf(k.emitter(), rest));
    }
    return parts;
  }

  Kernel &k;
  const Split &split;
  Int cols, padded, row;
};

} // namespace

void bf16_fold::buildSplit(OpBuilder &b, gpu::GPUModuleOp module,
                           StringRef name, const Split &split) {
  Kernel k(b, module, name,
           {Param::Pointer, Param::Pointer, Param::Pointer, Param::I32,
            Param::I32, Param::I32},
           kThreads);
  SplitRows(k, split).emit();
  k.finish();
}

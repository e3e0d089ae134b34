//===- Warp.cpp - Instructions among the lanes of a warp, bytes -----------===//

#include "Warp.h"

#include "Assembly.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

static Int reduce(Kernel &k, StringRef operation, Int x) {
  std::string text = ("redux.sync." + operation + " $0, $1, 0xffffffff;").str();
  return Int(k.emitter(),
             assembly(k, text, "=r,r", {k.i32Type()}, {x.get()})[0]);
}
Int mx::nvvm::warpMax(Kernel &k, Int x) { return reduce(k, "max.s32", x); }
Int mx::nvvm::warpMin(Kernel &k, Int x) { return reduce(k, "min.s32", x); }
Int mx::nvvm::warpOr(Kernel &k, Int x) { return reduce(k, "or.b32", x); }

void mx::nvvm::syncWarp(Kernel &k) {
  assembly(k, "bar.warp.sync 0xffffffff;", "~{memory}", {}, {});
}

static Int shuffle(Kernel &k, StringRef kind, Int x, Int lane) {
  std::string text =
      ("shfl.sync." + kind + ".b32 $0, $1, $2, 31, 0xffffffff;").str();
  return Int(k.emitter(), assembly(k, text, "=r,r,r", {k.i32Type()},
                                   {x.get(), lane.get()})[0]);
}
Int mx::nvvm::shareLane(Kernel &k, Int x) {
  return shuffle(k, "idx", x, k.i32(0));
}
Int mx::nvvm::readLane(Kernel &k, Int x, Int lane) {
  return shuffle(k, "idx", x, lane);
}
Int mx::nvvm::exchangeLanes(Kernel &k, Int x, int mask) {
  return shuffle(k, "bfly", x, k.i32(mask));
}
SmallVector<Int> mx::nvvm::transposeQuad(Kernel &k, ArrayRef<Int> words,
                                         int stride) {
  SmallVector<Int> own(words);
  for (int bit : {1, 2}) {
    Int isUpper = (k.lane() & (bit * stride)) != 0;
    for (int low = 0; low < 4; ++low) {
      if (low & bit)
        continue;
      Int &first = own[low], &second = own[low | bit];
      Int other = exchangeLanes(k, isUpper.select(first, second), bit * stride);
      first = isUpper.select(other, first);
      second = isUpper.select(second, other);
    }
  }
  return own;
}

Int mx::nvvm::permuteBytes(Kernel &k, Int a, Int b, Int selector) {
  return Int(k.emitter(),
             assembly(k, "prmt.b32 $0, $1, $2, $3;", "=r,r,r,r", {k.i32Type()},
                      {a.get(), b.get(), selector.get()},
                      /*hasSideEffects=*/false)[0]);
}

Int mx::nvvm::dotBytes(Kernel &k, Int a, Int b, Int sum) {
  return Int(k.emitter(),
             assembly(k, "dp4a.s32.s32 $0, $1, $2, $3;", "=r,r,r,r",
                      {k.i32Type()}, {a.get(), b.get(), sum.get()},
                      /*hasSideEffects=*/false)[0]);
}

Int mx::nvvm::addHalf(Kernel &k, Int word, int half, uint8_t factor, Int sum) {
  Int factors = k.i32(int64_t(factor) << (8 * half));
  return Int(k.emitter(),
             assembly(k, "dp2a.lo.u32.u32 $0, $1, $2, $3;", "=r,r,r,r",
                      {k.i32Type()}, {word.get(), factors.get(), sum.get()},
                      /*hasSideEffects=*/false)[0]);
}

Value mx::nvvm::multiplyTowardZero(Emitter e, Value x, Value y) {
  return assembly(e, "mul.rz.f32 $0, $1, $2;", "=f,f,f", {e.b.getF32Type()},
                  {x, y}, /*hasSideEffects=*/false)[0];
}

Value mx::nvvm::multiplyTowardZero(Kernel &k, Value x, Value y) {
  return multiplyTowardZero(k.emitter(), x, y);
}

// LLVM makes integers of magnitudes; ptxas makes one instruction of the two.
Value mx::nvvm::largerMagnitude(Kernel &k, Value x, Value y) {
  return assembly(k,
                  "{\n.reg .f32 m;\nabs.f32 m, $2;\nmax.NaN.f32 $0, $1, m;\n}",
                  "=f,f,f", {k.f32Type()}, {x, y},
                  /*hasSideEffects=*/false)[0];
}

static Int computeWord(Kernel &k, StringRef text, StringRef constraints,
                       ValueRange operands) {
  return Int(k.emitter(), assembly(k, text, constraints, {k.i32Type()},
                                   operands, /*hasSideEffects=*/false)[0]);
}

Int mx::nvvm::convertToHalves(Kernel &k, Value low, Value high) {
  return computeWord(k, "cvt.rz.f16x2.f32 $0, $1, $2;", "=r,f,f", {high, low});
}

Int mx::nvvm::convertTwo(Kernel &k, Value low, Value high, Type type) {
  return computeWord(k,
                     type.isBF16() ? "cvt.rn.bf16x2.f32 $0, $1, $2;"
                                   : "cvt.rn.f16x2.f32 $0, $1, $2;",
                     "=r,f,f", {high, low});
}

Int mx::nvvm::clampHalves(Kernel &k, Int x, uint16_t most) {
  Int bound = k.i32(most | uint32_t(most) << 16);
  Int below =
      computeWord(k, "min.f16x2 $0, $1, $2;", "=r,r,r", {x.get(), bound.get()});
  return computeWord(k, "max.f16x2 $0, $1, $2;", "=r,r,r",
                     {below.get(), (bound | 0x80008000).get()});
}

static Value convertPair(Emitter e, Value low, Value high, StringRef format) {
  std::string text =
      ("cvt.rn.satfinite." + format + "x2.f32 $0, $1, $2;").str();
  return assembly(e, text, "=h,f,f", {e.b.getI16Type()}, {high, low},
                  /*hasSideEffects=*/false)[0];
}

Int mx::nvvm::convertToBytes(Kernel &k, Value low, Value high,
                             StringRef format) {
  return Int(k.emitter(), convertPair(k.emitter(), low, high, format)).zext(32);
}

Value mx::nvvm::convertToByte(Emitter e, Value value, StringRef format) {
  Value zero = arith::ConstantOp::create(e.b, e.loc, e.b.getF32FloatAttr(0.0f));
  return Int(e, convertPair(e, value, zero, format)).zext(8).get();
}

// No constraint names a register of a byte.
Int mx::nvvm::convertToNibbles(Kernel &k, Value low, Value high) {
  return computeWord(k,
                     "{\n.reg .b8 pair;\n"
                     "cvt.rn.satfinite.e2m1x2.f32 pair, $1, $2;\n"
                     "cvt.u32.u8 $0, pair;\n}",
                     "=r,f,f", {high, low});
}

//===- Mma.cpp - Matrix multiply-accumulate of one warp -------------------===//

#include "Mma.h"

#include "Assembly.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

SmallVector<Value> mx::nvvm::multiplyTile(Kernel &k, ValueRange sums,
                                          ArrayRef<Int> a, ArrayRef<Int> b) {
  SmallVector<Value> operands;
  for (ArrayRef<Int> fragment : {a, b})
    for (Int word : fragment)
      operands.push_back(word.get());
  llvm::append_range(operands, sums);
  return assembly(k,
                  "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
                  "{$0, $1, $2, $3}, {$4, $5, $6, $7}, {$8, $9}, "
                  "{$0, $1, $2, $3};",
                  "=f,=f,=f,=f,r,r,r,r,r,r,0,1,2,3",
                  SmallVector<Type>(4, k.f32Type()), operands,
                  /*hasSideEffects=*/false);
}

Int mx::nvvm::multiplyBF16Pair(Kernel &k, Int x, Int y) {
  // With -0 no product changes; mul.rn.bf16x2 begins at sm_90.
  return Int(k.emitter(),
             assembly(k, "fma.rn.bf16x2 $0, $1, $2, $3;", "=r,r,r,r",
                      {k.i32Type()},
                      {x.get(), y.get(), k.i32(0x80008000ll).get()},
                      /*hasSideEffects=*/false)[0]);
}

Int mx::nvvm::bf16PairOfPower(Kernel &k, int exponent) {
  return k.i32(int64_t(exponent + 127) * 0x00800080);
}

Int mx::nvvm::multiplyBF16PairByPower(Kernel &k, Int pair, int exponent) {
  constexpr int kMost = 127;
  if (exponent > kMost) {
    pair = multiplyBF16Pair(k, pair, bf16PairOfPower(k, kMost));
    exponent -= kMost;
  }
  return multiplyBF16Pair(k, pair, bf16PairOfPower(k, exponent));
}

Int mx::nvvm::maxHalves(Kernel &k, Int x, Int y) {
  return Int(k.emitter(),
             assembly(k, "max.u16x2 $0, $1, $2;", "=r,r,r", {k.i32Type()},
                      {x.get(), y.get()}, /*hasSideEffects=*/false)[0]);
}

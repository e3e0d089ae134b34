//===- BlockScale.cpp - mma.sync with block scales ------------------------===//

#include "BlockScale.h"

#include "Assembly.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// As `m16n8k64.row.col.kind::mxf4nvf4.block_scale.scale_vec::4X`.
static std::string spell(const BlockScaleMma &form) {
  StringRef kind = !form.isPacked      ? "mxf8f6f4"
                   : form.vector == 32 ? "mxf4"
                                       : "mxf4nvf4";
  return llvm::formatv("mma.sync.aligned.m16n8k{0}.row.col.kind::{1}."
                       "block_scale.scale_vec::{2}X.f32.{3}.{4}.f32.{5}",
                       form.getK(), kind, form.getScales(), form.a, form.b,
                       form.scale);
}

SmallVector<Value>
mx::nvvm::multiplyScaled(Kernel &k, const BlockScaleMma &form, ValueRange sums,
                         ArrayRef<Int> a, ArrayRef<Int> b, ScaleSelector scaleA,
                         ScaleSelector scaleB) {
  SmallVector<Value> operands;
  for (ArrayRef<Int> fragment : {a, b})
    for (Int word : fragment)
      operands.push_back(word.get());
  llvm::append_range(operands, sums);
  operands.append({scaleA.word.get(), scaleB.word.get()});
  std::string text =
      spell(form) +
      " {$0, $1, $2, $3}, {$4, $5, $6, $7}, {$8, $9}, "
      "{$0, $1, $2, $3}, $14, {" +
      llvm::formatv("{0}, {1}", scaleA.byte, scaleA.thread).str() +
      "}, $15, {" +
      llvm::formatv("{0}, {1}", scaleB.byte, scaleB.thread).str() + "};";
  return assembly(k, text, "=f,=f,=f,=f,r,r,r,r,r,r,0,1,2,3,r,r",
                  SmallVector<Type>(4, k.f32Type()), operands,
                  /*hasSideEffects=*/false);
}

SmallVector<Int> mx::nvvm::loadMatrices(Kernel &k, Int address, unsigned bits) {
  StringRef form = bits == 4   ? "m8n16.x4.shared.b8x16.b4x16_p64"
                   : bits == 6 ? "m8n16.x4.shared.b8x16.b6x16_p32"
                               : "m8n8.x4.shared.b16";
  SmallVector<Int> words;
  for (Value word : assembly(
           k,
           ("ldmatrix.sync.aligned." + form + " {$0, $1, $2, $3}, [$4];").str(),
           "=r,=r,=r,=r,r,~{memory}", SmallVector<Type>(4, k.i32Type()),
           {address.get()}))
    words.push_back(Int(k.emitter(), word));
  return words;
}

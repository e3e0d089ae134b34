//===- Wgmma.cpp - Warpgroup matrix multiply-accumulate -------------------===//
//
// A group is one assembly statement, so that nothing comes between its fence,
// instructions and wait. The accumulators are tied through every statement.
//
//===----------------------------------------------------------------------===//

#include "Wgmma.h"

#include "Assembly.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

Int mx::nvvm::describeRows(Kernel &k, Int address) {
  // Bits 0-13 address / 16; 16-29 leading offset (unused); 32-45 stride of 8
  // rows / 16; 62-63 swizzle of 128 bytes.
  Int start = ((address & 0x3FFFF) >> 4).zext(64);
  return start | ((1ll << 16) | (64ll << 32) | (1ll << 62));
}

Int mx::nvvm::describeColumns(Kernel &k, Int address) {
  // The leading offset is that of blocks, the stride that of 8 rows.
  Int start = ((address & 0x3FFFF) >> 4).zext(64);
  return start | ((512ll << 16) | (64ll << 32) | (1ll << 62));
}

/// `{$0,$1,…}` and the constraints of registers that are read and written.
static std::string listRegisters(int count) {
  return "{" +
         llvm::join(
             llvm::map_range(llvm::seq(count),
                             [](int i) { return "$" + std::to_string(i); }),
             ",") +
         "}";
}
static std::string tie(const WgmmaShape &shape) {
  std::string text;
  for (int i = 0; i < shape.accumulators(); ++i)
    text += shape.isFloat ? "=f," : "=r,";
  for (int i = 0; i < shape.accumulators(); ++i)
    text += std::to_string(i) + ",";
  return text;
}

SmallVector<Value> mx::nvvm::multiply(Kernel &k, const WgmmaShape &shape,
                                      ValueRange accumulators, Int a, Int b,
                                      int steps, int pending) {
  int count = shape.accumulators();
  std::string registers = listRegisters(count);
  std::string descriptors[] = {"$" + std::to_string(2 * count),
                               "$" + std::to_string(2 * count + 1)};
  std::string text = "{\n.reg .pred add;\n.reg .b64 a, b;\n"
                     "setp.eq.u32 add, 0, 0;\n"
                     "wgmma.fence.sync.aligned;\n";
  // 32 bytes along K, or 16 rows of 128, in units of 16 bytes.
  const int strides[] = {shape.isTransposedA ? 128 : 2,
                         shape.isTransposedB ? 128 : 2};
  std::string flags;
  if (shape.canTranspose)
    flags = (Twine(", ") + Twine(int(shape.isTransposedA)) + ", " +
             Twine(int(shape.isTransposedB)))
                .str();
  for (int step = 0; step < steps; ++step) {
    for (auto [name, source, stride] :
         llvm::zip(StringRef("ab"), descriptors, strides))
      text += (Twine("add.s64 ") + Twine(name) + ", " + source + ", " +
               Twine(stride * step) + ";\n")
                  .str();
    text += ("wgmma.mma_async.sync.aligned.m64n" + Twine(shape.n) + "k" +
             Twine(shape.k) + "." + shape.types + " " + registers +
             ", a, b, add" + (shape.isFloat ? ", 1, 1" : "") + flags + ";\n")
                .str();
  }
  text += ("wgmma.commit_group.sync.aligned;\n"
           "wgmma.wait_group.sync.aligned " +
           Twine(pending) + ";\n}")
              .str();
  SmallVector<Value> operands(accumulators);
  operands.append({a.get(), b.get()});
  return assembly(k, text, tie(shape) + "l,l,~{memory}",
                  accumulators.getTypes(), operands);
}

SmallVector<Value> mx::nvvm::waitForAll(Kernel &k, const WgmmaShape &shape,
                                        ValueRange accumulators) {
  return assembly(k, "wgmma.wait_group.sync.aligned 0;",
                  tie(shape) + "~{memory}", accumulators.getTypes(),
                  accumulators);
}

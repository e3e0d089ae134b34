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
static std::string listRegisters(int first, int count) {
  return "{" +
         llvm::join(
             llvm::map_range(llvm::seq(first, first + count),
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

/// An instruction on a, register b and the predicate add.
static std::string printInstruction(const WgmmaShape &shape, StringRef a,
                                    StringRef flags) {
  return ("wgmma.mma_async.sync.aligned.m64n" + Twine(shape.n) + "k" +
          Twine(shape.k) + "." + shape.types + " " +
          listRegisters(0, shape.accumulators()) + ", " + a + ", b, add" +
          (shape.isFloat ? ", 1, 1" : "") + flags + ";\n")
      .str();
}
static std::string printFlag(bool isTransposed) {
  return isTransposed ? ", 1" : ", 0";
}

/// One group of instructions, `offsets` on (descriptors count 16 bytes), added
/// to the accumulators or in their place.
static std::string printGroup(const WgmmaShape &shape, bool isAdded,
                              ArrayRef<std::pair<int, int>> offsets) {
  int count = shape.accumulators();
  std::string flags;
  if (shape.canTranspose)
    flags = printFlag(shape.isTransposedA) + printFlag(shape.isTransposedB);
  std::string text = "{\n.reg .pred add;\n.reg .b64 a, b;\n"
                     "wgmma.fence.sync.aligned;\n";
  for (auto [i, offset] : llvm::enumerate(offsets)) {
    if (i < 2)
      text += (Twine("setp.") + (isAdded || i > 0 ? "eq" : "ne") +
               ".u32 add, 0, 0;\n")
                  .str();
    text += ("add.s64 a, $" + Twine(2 * count) + ", " + Twine(offset.first) +
             ";\nadd.s64 b, $" + Twine(2 * count + 1) + ", " +
             Twine(offset.second) + ";\n" + printInstruction(shape, "a", flags))
                .str();
  }
  return text + "wgmma.commit_group.sync.aligned;\n";
}

static std::string printWait(int pending) {
  return ("wgmma.wait_group.sync.aligned " + Twine(pending) + ";").str();
}

static SmallVector<Value> emitGroup(Kernel &k, const WgmmaShape &shape,
                                    ValueRange accumulators, Int a, Int b,
                                    StringRef text) {
  SmallVector<Value> operands(accumulators);
  operands.append({a.get(), b.get()});
  return assembly(k, text, tie(shape) + "l,l,~{memory}",
                  accumulators.getTypes(), operands);
}

SmallVector<Value> mx::nvvm::multiply(Kernel &k, const WgmmaShape &shape,
                                      ValueRange accumulators, Int a, Int b,
                                      int steps, int pending) {
  // 32 bytes along K, or 16 rows of 128, in units of 16 bytes.
  SmallVector<std::pair<int, int>> offsets;
  for (int step = 0; step < steps; ++step)
    offsets.push_back({step * (shape.isTransposedA ? 128 : 2),
                       step * (shape.isTransposedB ? 128 : 2)});
  return emitGroup(k, shape, accumulators, a, b,
                   printGroup(shape, /*isAdded=*/true, offsets) +
                       printWait(pending) + "\n}");
}

SmallVector<Value> mx::nvvm::multiplyRegisters(Kernel &k,
                                               const WgmmaShape &shape,
                                               ValueRange accumulators,
                                               ArrayRef<Int> a, Int b,
                                               int pending, Turn next) {
  constexpr int kWords = 4; // of an instruction
  int first = 2 * shape.accumulators(), words = a.size(), at = first + words;
  std::string text = "{\n.reg .pred add;\n.reg .b64 b;\nsetp.eq.u32 add, 0, "
                     "0;\nwgmma.fence.sync.aligned;\n";
  std::string flag = shape.canTranspose ? printFlag(shape.isTransposedB) : "";
  for (int i = 0; i < words; i += kWords) {
    if (i + kWords == words)
      text += ("bar.arrive $" + Twine(at + 1) + ", $" + Twine(at + 2) + ";\n")
                  .str();
    text += ("add.s64 b, $" + Twine(at) + ", " + Twine(i / 2) + ";\n" +
             printInstruction(shape, listRegisters(first + i, kWords), flag))
                .str();
  }
  text += "wgmma.commit_group.sync.aligned;\n" + printWait(pending) + "\n}";
  SmallVector<Value> operands(accumulators);
  std::string constraints = tie(shape);
  for (Int word : a) {
    operands.push_back(word.get());
    constraints += "r,";
  }
  operands.append({b.get(), next.barrier.get(), k.i32(next.threads).get()});
  return assembly(k, text, constraints + "l,r,r,~{memory}",
                  accumulators.getTypes(), operands);
}

SmallVector<Value> mx::nvvm::start(Kernel &k, const WgmmaShape &shape,
                                   ValueRange accumulators, Int a, Int b,
                                   ArrayRef<std::pair<int, int>> offsets) {
  return emitGroup(k, shape, accumulators, a, b,
                   printGroup(shape, /*isAdded=*/false, offsets) + "}");
}

SmallVector<Value> mx::nvvm::wait(Kernel &k, const WgmmaShape &shape,
                                  ValueRange accumulators, int pending) {
  return assembly(k, printWait(pending), tie(shape) + "~{memory}",
                  accumulators.getTypes(), accumulators);
}

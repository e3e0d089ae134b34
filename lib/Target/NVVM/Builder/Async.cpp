//===- Async.cpp - Copies to shared memory, each thread's own -------------===//

#include "Async.h"

#include "Assembly.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

void mx::nvvm::copyAsync(Kernel &k, Int target, Value source, Int condition,
                         int bytes) {
  Int size = condition.select(k.i32(bytes), k.i32(0));
  // Only whole 16 bytes pass the first-level cache by.
  std::string text = "cp.async.c";
  text += bytes == 16 ? "g" : "a";
  text += ".shared.global [$0], [$1], " + std::to_string(bytes) + ", $2;";
  assembly(k, text, "r,l,r,~{memory}", {}, {target.get(), source, size.get()});
}

void mx::nvvm::commitCopies(Kernel &k) {
  assembly(k, "cp.async.commit_group;", "~{memory}", {}, {});
}

void mx::nvvm::waitForCopies(Kernel &k, int pending) {
  assembly(k, "cp.async.wait_group " + std::to_string(pending) + ";",
           "~{memory}", {}, {});
}

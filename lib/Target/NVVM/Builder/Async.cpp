//===- Async.cpp - Copies to shared memory, each thread's own -------------===//

#include "Async.h"

#include "Assembly.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

void mx::nvvm::copyAsync(Kernel &k, Int target, Value source, Int condition) {
  Int size = condition.select(k.i32(16), k.i32(0));
  assembly(k, "cp.async.cg.shared.global [$0], [$1], 16, $2;",
           "r,l,r,~{memory}", {}, {target.get(), source, size.get()});
}

void mx::nvvm::commitCopies(Kernel &k) {
  assembly(k, "cp.async.commit_group;", "~{memory}", {}, {});
}

void mx::nvvm::waitForCopies(Kernel &k, int pending) {
  assembly(k, "cp.async.wait_group " + std::to_string(pending) + ";",
           "~{memory}", {}, {});
}

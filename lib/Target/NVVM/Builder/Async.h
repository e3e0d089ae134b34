//===- Async.h - Copies to shared memory, each thread's own -----*- C++ -*-===//
//
// sm_80 and later. PTX ISA 9.7.9.25, cp.async.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_BUILDER_ASYNC_H
#define MX_LIB_TARGET_NVVM_BUILDER_ASYNC_H

#include "Kernel.h"

namespace mx::nvvm {

/// 4, 8 or 16 bytes, both sides aligned to as many; zeros where the condition
/// does not hold, and nothing is read then.
void copyAsync(Kernel &k, Int target, Value source, Int condition,
               int bytes = 16);
/// Ends a group of copies.
void commitCopies(Kernel &k);
/// Waits until at most `pending` of this thread's groups are unfinished.
void waitForCopies(Kernel &k, int pending);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_BUILDER_ASYNC_H

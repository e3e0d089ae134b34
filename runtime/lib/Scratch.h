//===- Scratch.h - Memory that a thread keeps between calls -----*- C++ -*-===//
//
// Operands repacked for a kernel and accumulators that do not fit registers.
// Fresh memory would cost a page fault per 4 KiB in every call; this memory
// grows to what the thread's calls need, holds nothing from one call to the
// next, and goes when the thread ends.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_SCRATCH_H
#define MX_RUNTIME_LIB_SCRATCH_H

#include <cstdint>

namespace mx::runtime {

/// Uses that exist at the same time in one thread.
enum class ScratchSlot { Operand, RowsA, RowsB, CodesA, CodesB, Worker, Count };

/// `bytes` bytes, aligned to a page; what the slot held before is lost.
void *scratchBytes(ScratchSlot slot, int64_t bytes);

template <typename T> T *scratch(ScratchSlot slot, int64_t count) {
  return static_cast<T *>(
      scratchBytes(slot, count * static_cast<int64_t>(sizeof(T))));
}

} // namespace mx::runtime

#endif // MX_RUNTIME_LIB_SCRATCH_H

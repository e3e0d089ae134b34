//===- Scratch.cpp - Memory that a thread keeps between calls -------------===//
//
// Large blocks ask for huge pages: kernels walk them with strides that miss a
// TLB of small ones.
//
//===----------------------------------------------------------------------===//

#include "Scratch.h"

#include <cstdio>
#include <cstdlib>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace mx::runtime {

namespace {

constexpr int64_t kPage = 4096, kHugePage = 2 << 20;

struct Block {
  void *data = nullptr;
  int64_t size = 0;
  ~Block() { std::free(data); }
};

struct Blocks {
  Block slots[static_cast<int>(ScratchSlot::Count)];
};

void grow(Block &block, int64_t bytes) {
  int64_t page = bytes >= kHugePage / 2 ? kHugePage : kPage;
  int64_t size = (bytes + page - 1) / page * page;
  std::free(block.data);
  block.data =
      std::aligned_alloc(static_cast<size_t>(page), static_cast<size_t>(size));
  block.size = size;
  if (!block.data) { // as operator new without exceptions
    std::fprintf(stderr, "mx-runtime: out of memory (%lld bytes)\n",
                 static_cast<long long>(size));
    std::abort();
  }
#if defined(__linux__)
  if (page == kHugePage)
    madvise(block.data, static_cast<size_t>(size), MADV_HUGEPAGE);
#endif
}

} // namespace

void *scratchBytes(ScratchSlot slot, int64_t bytes) {
  static thread_local Blocks blocks;
  Block &block = blocks.slots[static_cast<int>(slot)];
  if (bytes > block.size || !block.data)
    grow(block, bytes > 0 ? bytes : 1);
  return block.data;
}

} // namespace mx::runtime

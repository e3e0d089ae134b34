//===- Invoke.cpp - Calls of functions of the JIT -------------------------===//
//
// A memref is {allocated, aligned, offset, sizes…, strides…}, passed by
// address. A function's memref results, or all of several results, come back in
// a struct whose address is the first argument; a single scalar is returned.
//
//===----------------------------------------------------------------------===//

#include "mx/Target/Invoke.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace mx;
using llvm::ArrayRef;
using llvm::SmallVector;

using Words = SmallVector<int64_t, 12>;
static constexpr size_t kAllocated = 0, kAligned = 1, kOffset = 2, kSizes = 3;

SmallVector<int64_t> mx::getRowMajorStrides(ArrayRef<int64_t> sizes) {
  SmallVector<int64_t> strides(sizes.size(), 1);
  for (size_t i = sizes.size(); i-- > 1;)
    strides[i - 1] = strides[i] * sizes[i];
  return strides;
}

static Words describe(const CallArgument &argument) {
  auto address = reinterpret_cast<int64_t>(argument.data);
  Words words = {address, address, 0};
  llvm::append_range(words, *argument.sizes);
  llvm::append_range(words, getRowMajorStrides(*argument.sizes));
  return words;
}

namespace {
/// Room for results, and where each lies in it.
struct ResultStruct {
  explicit ResultStruct(ArrayRef<CallResult> results) {
    size_t size = 0;
    for (const CallResult &result : results) {
      size_t alignment = result.rank ? sizeof(int64_t) : result.itemSize;
      size = llvm::alignTo(size, alignment);
      offsets.push_back(size);
      size += result.rank ? (kSizes + 2 * *result.rank) * sizeof(int64_t)
                          : result.itemSize;
    }
    words.resize(size / sizeof(int64_t) + 1);
  }
  const uint8_t *getField(size_t i) const {
    return reinterpret_cast<const uint8_t *>(words.data()) + offsets[i];
  }

  std::vector<int64_t> words;
  SmallVector<size_t> offsets;
};
} // namespace

static void take(const uint8_t *field, CallResult &result) {
  if (!result.rank) {
    std::memcpy(&result.scalar, field, result.itemSize);
    return;
  }
  Words words(kSizes + 2 * *result.rank);
  std::memcpy(words.data(), field, words.size() * sizeof(int64_t));
  result.allocated = reinterpret_cast<void *>(words[kAllocated]);
  result.data = reinterpret_cast<char *>(words[kAligned]) +
                words[kOffset] * result.itemSize;
  auto extents = ArrayRef(words).drop_front(kSizes);
  result.sizes.assign(extents.take_front(*result.rank));
  result.strides.assign(extents.drop_front(*result.rank));
}

void mx::invoke(JIT::Function function, ArrayRef<CallArgument> arguments,
                llvm::MutableArrayRef<CallResult> results) {
  ResultStruct room(results);
  void *roomAddress = room.words.data();
  bool byAddress =
      results.size() > 1 || (results.size() == 1 && results[0].rank);
  std::vector<Words> descriptors;
  descriptors.reserve(arguments.size());
  std::vector<void *> addresses;
  addresses.reserve(arguments.size());
  SmallVector<void *> slots;
  if (byAddress)
    slots.push_back(&roomAddress);
  for (const CallArgument &argument : arguments) {
    if (!argument.sizes) {
      slots.push_back(argument.data);
      continue;
    }
    descriptors.push_back(describe(argument));
    addresses.push_back(descriptors.back().data());
    slots.push_back(&addresses.back());
  }
  if (!byAddress)
    slots.push_back(roomAddress);
  function(slots.data());
  for (auto [i, result] : llvm::enumerate(results))
    take(room.getField(i), result);
}

/// Axes from `axis` on; a run along the last one is copied at once where both
/// sides have no gaps there.
static void copyAxes(char *to, ArrayRef<int64_t> toStrides, const char *from,
                     ArrayRef<int64_t> fromStrides, ArrayRef<int64_t> sizes,
                     unsigned itemSize) {
  if (sizes.empty()) {
    std::memcpy(to, from, itemSize);
    return;
  }
  if (sizes.size() == 1 && toStrides[0] == 1 && fromStrides[0] == 1) {
    std::memcpy(to, from, sizes[0] * itemSize);
    return;
  }
  for (int64_t i = 0; i < sizes[0]; ++i)
    copyAxes(to + i * toStrides[0] * itemSize, toStrides.drop_front(),
             from + i * fromStrides[0] * itemSize, fromStrides.drop_front(),
             sizes.drop_front(), itemSize);
}

void mx::copyElements(void *to, ArrayRef<int64_t> toStrides, const void *from,
                      ArrayRef<int64_t> fromStrides, ArrayRef<int64_t> sizes,
                      unsigned itemSize) {
  if (!llvm::is_contained(sizes, 0))
    copyAxes(static_cast<char *>(to), toStrides,
             static_cast<const char *>(from), fromStrides, sizes, itemSize);
}

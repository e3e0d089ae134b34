//===- Call.cpp - Descriptors of buffers for compiled functions -----------===//
//
// A memref is {allocated, aligned, offset, sizes…, strides…}, passed by
// address. A function's memref results, or all of several results, come back in
// a struct whose address is the first argument; a single scalar is returned.
//
//===----------------------------------------------------------------------===//

#include "Call.h"

#include "Elements.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/MathExtras.h"
#include <cstdlib>
#include <cstring>

using namespace mlir;
using namespace mxc;

using Words = SmallVector<int64_t, 12>;
static constexpr size_t kAligned = 1, kOffset = 2, kSizes = 3;

static bool isBuffer(Type type) { return isa<RankedTensorType>(type); }

static size_t getNumWords(RankedTensorType type) {
  return kSizes + 2 * type.getRank();
}

static Words describe(Array &array) {
  Words words = {reinterpret_cast<int64_t>(array.data.data()),
                 reinterpret_cast<int64_t>(array.data.data()), 0};
  llvm::append_range(words, array.shape);
  Words strides(array.shape.size(), 1);
  for (size_t i = array.shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * array.shape[i];
  llvm::append_range(words, strides);
  return words;
}

/// Copies a strided buffer into an array.
static Array takeArray(RankedTensorType type, ArrayRef<int64_t> words) {
  size_t rank = type.getRank();
  ArrayRef<int64_t> sizes = words.slice(kSizes, rank);
  ArrayRef<int64_t> strides = words.slice(kSizes + rank, rank);
  Array array = makeArray(type.getElementType(), sizes);
  const auto *base = reinterpret_cast<const uint8_t *>(words[kAligned]);
  SmallVector<int64_t> index(rank, 0);
  for (int64_t i = 0, e = array.getNumElements(); i < e; ++i) {
    int64_t offset = words[kOffset];
    for (size_t axis = 0; axis < rank; ++axis)
      offset += index[axis] * strides[axis];
    std::memcpy(&array.data[i * array.itemSize], base + offset * array.itemSize,
                array.itemSize);
    for (size_t axis = rank; axis-- > 0;) {
      if (++index[axis] < sizes[axis])
        break;
      index[axis] = 0;
    }
  }
  return array;
}

namespace {
/// Room for results, and where each lies in it.
struct ResultStruct {
  explicit ResultStruct(ArrayRef<Buffer> outputs) {
    size_t size = 0;
    for (const Buffer &output : outputs) {
      auto tensor = dyn_cast<RankedTensorType>(output.type);
      size_t bytes = tensor ? getNumWords(tensor) * sizeof(int64_t)
                            : getElementSize(output.type);
      size = llvm::alignTo(size, tensor ? sizeof(int64_t) : bytes);
      offsets.push_back(size);
      size += bytes;
    }
    words.resize(size / sizeof(int64_t) + 1);
  }
  uint8_t *getField(size_t i) {
    return reinterpret_cast<uint8_t *>(words.data()) + offsets[i];
  }

  std::vector<int64_t> words;
  SmallVector<size_t> offsets;
};
} // namespace

static void takeResults(ResultStruct &room, MutableArrayRef<Buffer> outputs) {
  llvm::DenseSet<int64_t> allocations;
  for (auto [i, output] : llvm::enumerate(outputs)) {
    uint8_t *field = room.getField(i);
    auto tensor = dyn_cast<RankedTensorType>(output.type);
    if (!tensor) {
      output.array = makeArray(output.type, {});
      std::memcpy(output.array.data.data(), field, output.array.itemSize);
      continue;
    }
    Words words(getNumWords(tensor));
    std::memcpy(words.data(), field, words.size() * sizeof(int64_t));
    output.array = takeArray(tensor, words);
    allocations.insert(words.front());
  }
  for (int64_t allocation : allocations)
    std::free(reinterpret_cast<void *>(allocation));
}

llvm::Error mxc::call(mx::JIT &jit, StringRef name,
                      MutableArrayRef<Buffer> inputs,
                      MutableArrayRef<Buffer> outputs) {
  ResultStruct room(outputs);
  void *roomAddress = room.words.data();
  bool byAddress =
      outputs.size() > 1 || (outputs.size() == 1 && isBuffer(outputs[0].type));
  std::vector<Words> descriptors;
  descriptors.reserve(inputs.size());
  std::vector<void *> addresses;
  addresses.reserve(inputs.size());
  SmallVector<void *> slots;
  if (byAddress)
    slots.push_back(&roomAddress);
  for (Buffer &input : inputs) {
    if (!isBuffer(input.type)) {
      slots.push_back(input.array.data.data());
      continue;
    }
    descriptors.push_back(describe(input.array));
    addresses.push_back(descriptors.back().data());
    slots.push_back(&addresses.back());
  }
  if (!byAddress)
    slots.push_back(roomAddress);
  llvm::Expected<mx::JIT::Function> function = jit.lookup(name);
  if (!function)
    return function.takeError();
  (*function)(slots.data());
  takeResults(room, outputs);
  return llvm::Error::success();
}

//===- Call.cpp - Calls with strided arrays -------------------------------===//

#include "Arrays.h"
#include "Place.h"

#include "mx-runtime/mx_cuda.h"
#include "mx-runtime/mx_runtime.h"
#include "mx/Target/Invoke.h"
#include <cstdlib>
#include <cstring>

using namespace llvm;
using namespace mx::capi;

namespace {
/// What mx_array::owner points to; sizes and strides follow it.
struct Owner {
  void *allocated;
  Place place;
  int64_t extents[1];
};
} // namespace

/// Without a GPU, code for one ends the process.
static Error checkMachine(const mx_executable &executable) {
  const char *reason = "";
  if (executable.target == mx::TargetKind::NVVM && !mx_cuda_available(&reason))
    return makeError(std::errc::no_such_device,
                     Twine("target nvvm needs a GPU: ") + reason);
  return Error::success();
}

static Error checkCount(StringRef what, size_t wanted, const mx_array *arrays,
                        size_t found) {
  if (found != wanted)
    return argumentError("expected " + Twine(wanted) + " " + what + "; found " +
                         Twine(found));
  return wanted ? checkNotNull(arrays, what) : Error::success();
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

/// Codes narrower than their byte have no other bits set.
static Error checkCodes(const Slot &slot, const void *data, size_t count) {
  if (slot.part->itemSize != 1 || slot.part->bits == 8)
    return Error::success();
  for (size_t i = 0; i < count; ++i) {
    unsigned code = static_cast<const uint8_t *>(data)[i];
    if (code >> slot.part->bits)
      return argumentError("expected " + slot.name + " with codes below " +
                           Twine(1u << slot.part->bits) + " for " +
                           slot.value->type + "; found " + Twine(code) +
                           " at element " + Twine(i));
  }
  return Error::success();
}

/// An argument as compiled code takes it, in `copies` where it is not so yet.
static Expected<mx::CallArgument> pass(const mx_array &array, const Slot &slot,
                                       const Place &place,
                                       std::vector<Memory> &copies) {
  if (place.onDevice && slot.part->shape)
    return mx::CallArgument{array.data, getSizes(array)};
  unsigned itemSize = slot.part->itemSize;
  ArrayRef<int64_t> sizes = getSizes(array);
  SmallVector<int64_t> wanted = mx::getRowMajorStrides(sizes);
  SmallVector<int64_t> strides = getStrides(array);
  size_t count = 1;
  bool isDirect = reinterpret_cast<uintptr_t>(array.data) % itemSize == 0;
  for (auto [size, stride, rowMajor] : zip(sizes, strides, wanted)) {
    count *= size;
    isDirect &= size <= 1 || stride == rowMajor;
  }
  mx::CallArgument argument{array.data, std::nullopt};
  if (!isDirect || !array.data) {
    Expected<Memory> copy = allocate(count * itemSize);
    if (!copy)
      return copy.takeError();
    mx::copyElements(copy->get(), wanted, array.data, strides, sizes, itemSize);
    argument.data = copy->get();
    copies.push_back(std::move(*copy));
  }
  if (Error error = checkCodes(slot, argument.data, count))
    return std::move(error);
  if (slot.part->shape)
    argument.sizes = sizes;
  return argument;
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

/// The memory of results, each distinct block once.
static std::vector<Memory> own(ArrayRef<mx::CallResult> results,
                               const Place &place) {
  std::vector<Memory> blocks;
  for (const mx::CallResult &result : results)
    if (result.allocated && none_of(blocks, [&](const Memory &block) {
          return block.get() == result.allocated;
        }))
      blocks.push_back(Memory(result.allocated, {place}));
  return blocks;
}

static const void *getData(const mx::CallResult &result) {
  return result.rank ? result.data : &result.scalar;
}

/// The block of a result, which is the array's from then on; a copy for a
/// scalar, and where an earlier result has the block.
static Expected<Memory> takeBlock(mx::CallResult &result, const Place &place,
                                  std::vector<Memory> &blocks) {
  for (Memory &block : blocks)
    if (block && block.get() == result.allocated)
      return std::move(block);
  size_t count = 1;
  for (int64_t size : result.sizes)
    count *= size;
  // A number has no block, and is the host's.
  Place mine = result.rank ? place : Place();
  Expected<Memory> room = allocate(count * result.itemSize, mine);
  if (!room)
    return room;
  SmallVector<int64_t> strides = mx::getRowMajorStrides(result.sizes);
  copy(mine, room->get(), strides, getData(result), result.strides,
       result.sizes, result.itemSize);
  result.strides = std::move(strides);
  result.data = room->get();
  return room;
}

/// An array of the library's. What it points to lies behind its owner: extents
/// and the element's name.
static Error make(mx::CallResult &result, const Slot &slot, const Place &place,
                  std::vector<Memory> &blocks, mx_array &array) {
  Expected<Memory> block = takeBlock(result, place, blocks);
  if (!block)
    return block.takeError();
  size_t rank = result.sizes.size();
  const std::string &element = slot.part->element;
  size_t bytes = sizeof(Owner) + 2 * rank * sizeof(int64_t);
  Expected<Memory> memory = allocate(bytes + element.size() + 1);
  if (!memory)
    return memory.takeError();
  auto *owner = static_cast<Owner *>(memory->release());
  owner->place = block->get_deleter().place;
  owner->allocated = block->release();
  llvm::copy(result.sizes, owner->extents);
  llvm::copy(result.strides, owner->extents + rank);
  char *name = reinterpret_cast<char *>(owner) + bytes;
  std::memcpy(name, element.c_str(), element.size() + 1);
  array = {
      result.data,           name, static_cast<int64_t>(rank), owner->extents,
      owner->extents + rank, owner};
  return Error::success();
}

/// Static extents were checked before the call, dynamic ones show now.
static Error checkResultShape(const mx::CallResult &result, const Slot &slot,
                              const mx_array &array) {
  if (!array.element || getSizes(array) == ArrayRef(result.sizes))
    return Error::success();
  std::string wanted;
  for (int64_t size : result.sizes)
    wanted += (wanted.empty() ? "" : ", ") + std::to_string(size);
  return argumentError("expected " + slot.name + " of shape [" + wanted +
                       "], which the call has found; the array given for it "
                       "has another one");
}

static Error give(MutableArrayRef<mx::CallResult> found, ArrayRef<Slot> slots,
                  const Place &place, mx_array *results) {
  std::vector<Memory> blocks = own(found, place);
  for (auto [i, result] : enumerate(found))
    if (Error error = checkResultShape(result, slots[i], results[i]))
      return error;
  // Copies first, while all blocks are here.
  for (auto [i, result] : enumerate(found))
    if (results[i].element)
      copy(result.rank ? place : Place(), results[i].data,
           getStrides(results[i]), getData(result), result.strides,
           result.sizes, result.itemSize);
  for (auto [i, result] : enumerate(found)) {
    if (results[i].element)
      continue;
    if (Error error = make(result, slots[i], place, blocks, results[i])) {
      for (size_t made = 0; made < i; ++made)
        mx_array_release(&results[made]);
      return error;
    }
  }
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static Error checkResults(ArrayRef<Slot> slots, bool onDevice,
                          const mx_array *results) {
  for (auto [i, slot] : enumerate(slots)) {
    if (results[i].element) {
      if (Error error = checkResult(results[i], slot))
        return error;
      if (onDevice)
        if (Error error = checkDeviceArray(results[i], slot))
          return error;
    } else if (results[i].owner) {
      return argumentError("expected " + slot.name +
                           " without an owner; found one: release it first");
    } else if (!slot.part->itemSize) {
      return argumentError(slot.name + " has type " + slot.value->type +
                           ", which no array can carry; use "
                           "mx_executable_lookup");
    }
  }
  return Error::success();
}

static Error checkInputs(const mx::FunctionSignature &function,
                         ArrayRef<Slot> slots, bool onDevice,
                         const mx_array *arguments) {
  for (auto [i, slot] : enumerate(slots)) {
    if (Error error = checkArray(arguments[i], slot))
      return error;
    if (onDevice)
      if (Error error = checkDeviceArray(arguments[i], slot))
        return error;
  }
  return checkArguments(function, slots, arguments);
}

namespace {
/// What the runtimes refuse would end the process outside of a scope.
class RuntimeScope {
public:
  RuntimeScope(mx::TargetKind target, void *stream)
      : onGPU(target == mx::TargetKind::NVVM) {
    mx_enter(&host, 0);
    if (onGPU)
      mx_cuda_enter(&device, stream);
  }
  ~RuntimeScope() {
    if (!left)
      consumeError(leave());
  }
  RuntimeScope(const RuntimeScope &) = delete;
  RuntimeScope &operator=(const RuntimeScope &) = delete;

  Error leave() {
    left = true;
    bool failed = onGPU && mx_cuda_leave(&device);
    if (mx_leave(&host) != MX_OK)
      return makeError(std::errc::not_supported, mx_last_error());
    return failed ? makeError(std::errc::io_error, mx_cuda_last_error())
                  : Error::success();
  }

private:
  bool onGPU, left = false;
  mx_scope host;
  mx_cuda_scope device;
};
} // namespace

static Error call(mx_executable *executable, const char *name,
                  const mx_array *arguments, size_t argumentCount,
                  mx_array *results, size_t resultCount, void *stream) {
  auto function = findFunction(executable, name);
  if (!function)
    return function.takeError();
  Place place{executable->onDevice, stream};
  SmallVector<Slot> ins = getSlots((*function)->arguments, "argument");
  SmallVector<Slot> outs = getSlots((*function)->results, "result");
  if (Error error =
          checkCount("arguments", ins.size(), arguments, argumentCount))
    return error;
  if (Error error = checkCount("results", outs.size(), results, resultCount))
    return error;
  if (Error error = checkInputs(**function, ins, place.onDevice, arguments))
    return error;
  if (Error error = checkResults(outs, place.onDevice, results))
    return error;
  if (Error error = checkMachine(*executable))
    return error;

  std::vector<Memory> copies;
  SmallVector<mx::CallArgument> passed;
  for (auto [i, slot] : enumerate(ins)) {
    Expected<mx::CallArgument> argument =
        pass(arguments[i], slot, place, copies);
    if (!argument)
      return argument.takeError();
    passed.push_back(*argument);
  }
  SmallVector<mx::CallResult> found;
  for (const Slot &slot : outs) {
    found.emplace_back().itemSize = slot.part->itemSize;
    if (slot.part->shape)
      found.back().rank = slot.getRank();
  }
  RuntimeScope scope(executable->target, stream);
  mx::invoke(executable->functions.lookup((*function)->name), passed, found);
  Error error = scope.leave();
  if (error) {
    own(found, place); // and free
    return error;
  }
  RuntimeScope copying(executable->target, stream);
  if (Error error = give(found, outs, place, results))
    return error;
  return copying.leave();
}

/// The per-thread default stream (CU_STREAM_PER_THREAD).
static void *getThreadStream() { return reinterpret_cast<void *>(2); }

int mx_executable_call(mx_executable *executable, const char *name,
                       const mx_array *arguments, size_t argument_count,
                       mx_array *results, size_t result_count) {
  return report(call(executable, name, arguments, argument_count, results,
                     result_count, getThreadStream()));
}

int mx_executable_call_on_stream(mx_executable *executable, const char *name,
                                 const mx_array *arguments,
                                 size_t argument_count, mx_array *results,
                                 size_t result_count, void *stream) {
  return report(call(executable, name, arguments, argument_count, results,
                     result_count, stream));
}

void mx_array_release(mx_array *array) {
  if (!array || !array->owner)
    return;
  auto *owner = static_cast<Owner *>(array->owner);
  owner->place.free(owner->allocated);
  std::free(owner);
  *array = {};
}

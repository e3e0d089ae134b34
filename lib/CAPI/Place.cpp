//===- Place.cpp - Where the arrays of a call are -------------------------===//

#include "Place.h"

#include "Handles.h"
#include "mx-runtime/mx_cuda.h"
#include <cstdlib>

using namespace llvm;
using namespace mx::capi;

void Place::free(void *memory) const {
  if (!onDevice)
    return std::free(memory);
  // An array may be given back after the stream's end: that is no error.
  mx_cuda_scope outer;
  mx_cuda_enter(&outer, stream);
  mx_cuda_free(memory);
  mx_cuda_leave(&outer);
}

Expected<Memory> mx::capi::allocate(size_t bytes, Place place) {
  void *found = place.onDevice ? mx_cuda_alloc(static_cast<int64_t>(bytes))
                               : std::malloc(std::max<size_t>(bytes, 1));
  if (!found)
    return makeError(std::errc::not_enough_memory,
                     "no memory for " + Twine(bytes) + " bytes");
  return Memory(found, {place});
}

void mx::capi::copy(Place place, void *to, ArrayRef<int64_t> toStrides,
                    const void *from, ArrayRef<int64_t> fromStrides,
                    ArrayRef<int64_t> sizes, unsigned itemSize) {
  if (!place.onDevice)
    return mx::copyElements(to, toStrides, from, fromStrides, sizes, itemSize);
  int64_t bytes = itemSize;
  for (int64_t size : sizes)
    bytes *= size;
  mx_cuda_copy(to, from, bytes);
}

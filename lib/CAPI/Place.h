//===- Place.h - Where the arrays of a call are -----------------*- C++ -*-===//

#ifndef MX_LIB_CAPI_PLACE_H
#define MX_LIB_CAPI_PLACE_H

#include "mx/Target/Invoke.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace mx::capi {

/// Host memory, or memory of the GPU in the order of a stream. On the GPU it is
/// used within mx_cuda_enter and mx_cuda_leave.
struct Place {
  bool onDevice = false;
  void *stream = nullptr;

  void free(void *memory) const;
};

/// Memory that is given back where it came from.
struct Free {
  Place place;
  void operator()(void *memory) const { place.free(memory); }
};
using Memory = std::unique_ptr<void, Free>;

llvm::Expected<Memory> allocate(size_t bytes, Place place = {});

/// Copies elements; on the GPU both sides are row-major without gaps.
void copy(Place place, void *to, llvm::ArrayRef<int64_t> toStrides,
          const void *from, llvm::ArrayRef<int64_t> fromStrides,
          llvm::ArrayRef<int64_t> sizes, unsigned itemSize);

} // namespace mx::capi

#endif // MX_LIB_CAPI_PLACE_H

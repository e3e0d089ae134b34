//===- Invoke.h - Calls of functions of the JIT -----------------*- C++ -*-===//

#ifndef MX_TARGET_INVOKE_H
#define MX_TARGET_INVOKE_H

#include "mx/Target/JIT.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <vector>

namespace mx {

/// An argument: a scalar, or a row-major buffer without gaps.
struct CallArgument {
  void *data;
  std::optional<llvm::ArrayRef<int64_t>> sizes; ///< nothing for a scalar
};

/// A result. The caller frees each distinct `allocated` once.
struct CallResult {
  unsigned itemSize = 0;
  std::optional<size_t> rank; ///< nothing for a scalar
  // Of a buffer, after the call:
  void *allocated = nullptr, *data = nullptr;
  llvm::SmallVector<int64_t> sizes, strides; ///< strides count elements
  // Of a scalar, after the call:
  uint64_t scalar = 0; ///< its bytes come first
};

/// Calls a compiled function.
void invoke(JIT::Function function, llvm::ArrayRef<CallArgument> arguments,
            llvm::MutableArrayRef<CallResult> results);

/// The strides of a row-major buffer without gaps.
llvm::SmallVector<int64_t> getRowMajorStrides(llvm::ArrayRef<int64_t> sizes);

/// Copies elements between strided buffers of one shape.
void copyElements(void *to, llvm::ArrayRef<int64_t> toStrides, const void *from,
                  llvm::ArrayRef<int64_t> fromStrides,
                  llvm::ArrayRef<int64_t> sizes, unsigned itemSize);

} // namespace mx

#endif // MX_TARGET_INVOKE_H

//===- Arrays.h - Arrays of a call, checked ---------------------*- C++ -*-===//

#ifndef MX_LIB_CAPI_ARRAYS_H
#define MX_LIB_CAPI_ARRAYS_H

#include "Handles.h"

namespace mx::capi {

/// What a call takes for one array: a value, or a part of one.
struct Slot {
  const ValueSignature *value; ///< of the function
  const ValueSignature *part;  ///< itself, or one of its parts
  std::string name;            ///< "argument 0", "argument 0 (scale)"

  size_t getRank() const { return part->shape ? part->shape->size() : 0; }
};

/// One for each array; `what` is argument or result.
llvm::SmallVector<Slot> getSlots(llvm::ArrayRef<ValueSignature> values,
                                 llvm::StringRef what);

/// The extents and the strides of an array; `array` is checked.
llvm::ArrayRef<int64_t> getSizes(const mx_array &array);
llvm::SmallVector<int64_t> getStrides(const mx_array &array);

/// Fails where an array is not what a slot takes.
llvm::Error checkArray(const mx_array &array, const Slot &slot);
/// The same for one that is written to: no two elements at one place.
llvm::Error checkResult(const mx_array &array, const Slot &slot);

/// Fails where an array of GPU memory is not as kernels take it: row-major
/// without gaps, aligned to 16 bytes. Numbers are the host's.
llvm::Error checkDeviceArray(const mx_array &array, const Slot &slot);

/// Fails where the parts of block-scaled arguments do not fit each other, or
/// extents differ that must be equal.
llvm::Error checkArguments(const FunctionSignature &function,
                           llvm::ArrayRef<Slot> slots,
                           const mx_array *arguments);

} // namespace mx::capi

#endif // MX_LIB_CAPI_ARRAYS_H

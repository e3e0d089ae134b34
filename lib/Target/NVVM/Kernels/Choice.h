//===- Choice.h - Kernels that the data choose ------------------*- C++ -*-===//
//
// Where only the data tell which family is faster, the kernels of both are
// launched, and those that were not chosen return at once. So the host waits
// for nothing.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_CHOICE_H
#define MX_LIB_TARGET_NVVM_KERNELS_CHOICE_H

#include "../Builder/Kernel.h"
#include <optional>

namespace mx::nvvm {

enum class Choice {
  Integers, ///< of expanded rows
  E5M2,
  BF16,
  Packed ///< integers, B decoded on the way
};

/// Whether i32 [1] at `choice` is `own` (i1).
Int isChosen(Kernel &k, Value choice, Choice own);

/// What `body` emits runs where i32 [1] at `choice` is `own`, and always if
/// there is no `own`.
void whenChosen(Kernel &k, Value choice, std::optional<Choice> own,
                llvm::function_ref<void()> body);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_CHOICE_H

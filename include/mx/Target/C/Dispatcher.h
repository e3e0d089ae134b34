//===- Dispatcher.h - Functions that choose by shape ------------*- C++ -*-===//

#ifndef MX_TARGET_C_DISPATCHER_H
#define MX_TARGET_C_DISPATCHER_H

#include "llvm/ADT/SmallVector.h"
#include <string>
#include <vector>

namespace mx::c {

/// A plain C function that takes all extents as numbers and calls the first of
/// several functions, alike but for extents, that was made for them:
///
///     int PREFIX_name(arguments…, results…, m, n, k, workspace);
///     int64_t PREFIX_name_workspace_bytes(m, n, k);
///
/// Where none fits, the first returns an error of kind NO_KERNEL and the second
/// -1.
struct Dispatcher {
  struct Choice {
    std::string function; ///< its name in the module
    /// What it is made for, in the order of `extents`; kDynamic: any.
    llvm::SmallVector<int64_t> extents;
  };
  std::string name;
  /// The parameters, as the functions call the extents that they take.
  std::vector<std::string> extents;
  std::vector<Choice> choices; ///< the first one that fits is called
};

} // namespace mx::c

#endif // MX_TARGET_C_DISPATCHER_H

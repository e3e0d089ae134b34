//===- CheckRoles.h - Which array of a dump is what -------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_CHECKROLES_H
#define MX_TOOLS_MXC_CHECKROLES_H

#include "CheckInput.h"

namespace mxc {

/// The arrays of a dump by role; `dequantized` may stand for `codes`.
struct Roles {
  std::string sourceName;
  const Array *source = nullptr, *codes = nullptr, *dequantized = nullptr,
              *scale = nullptr, *tensorScale = nullptr;
};

/// Finds them by the names that libraries use, whatever the case, also after a
/// prefix: `layers.0.weight_scale`.
llvm::Expected<Roles> findRoles(const Arrays &arrays,
                                const DumpOptions &options);

} // namespace mxc

#endif // MX_TOOLS_MXC_CHECKROLES_H

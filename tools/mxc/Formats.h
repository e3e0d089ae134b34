//===- Formats.h - The words of --format ------------------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_FORMATS_H
#define MX_TOOLS_MXC_FORMATS_H

#include "mx/Dialect/MX/IR/MX.h"
#include "llvm/Support/Error.h"

namespace mxc {

/// The block-scaled type that `text` names: a named form or a type.
llvm::Expected<mx::ScaledType> parseFormat(llvm::StringRef text,
                                           mlir::MLIRContext &context);

} // namespace mxc

#endif // MX_TOOLS_MXC_FORMATS_H

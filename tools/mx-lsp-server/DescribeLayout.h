//===- DescribeLayout.h - A scaled type in words ----------------*- C++ -*-===//

#ifndef MX_TOOLS_MX_LSP_SERVER_DESCRIBELAYOUT_H
#define MX_TOOLS_MX_LSP_SERVER_DESCRIBELAYOUT_H

#include "mlir/IR/BuiltinTypes.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx {

/// What mx-pack makes of a tensor of `!mx.scaled`, in Markdown: tensors of
/// codes and scales, how codes lie in bytes, and bytes where extents are known.
std::string describeLayout(mlir::RankedTensorType type);

} // namespace mx

#endif // MX_TOOLS_MX_LSP_SERVER_DESCRIBELAYOUT_H

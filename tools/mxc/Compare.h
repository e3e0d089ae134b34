//===- Compare.h - Results against expected arrays --------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_COMPARE_H
#define MX_TOOLS_MXC_COMPARE_H

#include "Npz.h"
#include "mlir/IR/Types.h"

namespace mxc {

struct Difference {
  double relativeL2 = 0;  // |found - expected| / |expected|
  double relativeMax = 0; // largest error over the largest expected value
  double cosine = 1;
  int64_t numBadNaN = 0; // NaN in one of the two only
};

/// Fails where the arrays have different shapes or types.
llvm::Expected<Difference> compare(const Array &found, const Array &expected,
                                   mlir::Type elementType);

} // namespace mxc

#endif // MX_TOOLS_MXC_COMPARE_H

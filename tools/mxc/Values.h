//===- Values.h - Arrays as arguments and results of functions --*- C++ -*-===//

#ifndef MX_TOOLS_MXC_VALUES_H
#define MX_TOOLS_MXC_VALUES_H

#include "Npz.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mxc {

/// One value of a function's signature. A scaled tensor is made of several
/// parts (codes, scale, …); any other value is its own only part.
struct Port {
  std::string name;                    // "arg0"
  mlir::Type type;                     // at the stage `quantized`
  mlir::SmallVector<mlir::Type> parts; // at the stage `packed`
  bool isSeed = false;
};

/// A part of a value: numbers and their extents. Scalars have rank 0.
struct Buffer {
  mlir::Type type; // of the part
  Array array;
};

/// Appends the buffers of one argument, taken from the arrays of its name.
llvm::Error readPort(const Port &port, const Arrays &arrays, uint64_t seed,
                     std::vector<Buffer> &buffers);

/// Appends the arrays of one result, made of its parts.
void writePort(const Port &port, llvm::ArrayRef<Buffer> parts,
               std::vector<std::pair<std::string, Array>> &arrays);

/// The element type of a tensor, the type itself of a scalar.
mlir::Type getElementTypeOf(mlir::Type type);

} // namespace mxc

#endif // MX_TOOLS_MXC_VALUES_H

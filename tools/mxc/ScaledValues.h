//===- ScaledValues.h - Block-scaled tensors as arrays ----------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_SCALEDVALUES_H
#define MX_TOOLS_MXC_SCALEDVALUES_H

#include "Values.h"

namespace mxc {

bool isScaled(mlir::Type type);

/// How many values mx-pack makes of a scaled tensor.
unsigned getNumParts(mlir::RankedTensorType type);

/// Finds an array and checks it against a tensor or scalar type.
llvm::Error readArray(llvm::StringRef name, mlir::Type type,
                      const Arrays &arrays, Array &result);

/// `NAME_codes` has one code an element (u1, or u2 above 8 bits), or is packed
/// as [.., blocks, bytes of a block];
/// `NAME_scale` and `NAME_tensor_scale` are as stored.
llvm::Error readScaledPort(const Port &port, const Arrays &arrays,
                           std::vector<Buffer> &buffers);
void writeScaledPort(const Port &port, llvm::ArrayRef<Buffer> parts,
                     std::vector<std::pair<std::string, Array>> &arrays);

} // namespace mxc

#endif // MX_TOOLS_MXC_SCALEDVALUES_H

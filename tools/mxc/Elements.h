//===- Elements.h - Element types as NumPy stores them ----------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_ELEMENTS_H
#define MX_TOOLS_MXC_ELEMENTS_H

#include "Npz.h"
#include "mlir/IR/Types.h"

namespace mxc {

/// Bytes of an element in memory, or 0 for types that arrays cannot carry.
unsigned getElementSize(mlir::Type type);

/// Fails unless `array` may hold elements of `type`: f32 as f4, bf16 as u2 or
/// V2, floats of up to 8 bits as u1 or V1, i1 as bool, index as i8, other
/// integers of their width. Codes beyond the type's bits are an error.
llvm::Error checkElements(const Array &array, mlir::Type type);

/// An array of zeros for elements of `type`.
Array makeArray(mlir::Type type, llvm::ArrayRef<int64_t> shape);

/// The value of an element.
double getElement(const Array &array, mlir::Type type, int64_t index);

/// A type as MLIR prints it.
std::string formatType(mlir::Type type);

} // namespace mxc

#endif // MX_TOOLS_MXC_ELEMENTS_H

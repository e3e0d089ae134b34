//===- Signature.h - What a call of a public function takes -----*- C++ -*-===//
//
// Arguments, results and the extents that must agree, as plain data: they
// outlive the module. The C API prints them as JSON and checks calls against
// them, and so does `mxc run`.
//
//===----------------------------------------------------------------------===//

#ifndef MX_PIPELINES_SIGNATURE_H
#define MX_PIPELINES_SIGNATURE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mx/Support/ScaledFormat.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>

namespace mx {

/// An argument or a result, or a part of one.
struct ValueSignature {
  std::string type;    ///< in MLIR; for a part, which one it is
  std::string element; ///< the scalar type
  /// Bytes of an element in memory: 1 for floats of up to 8 bits and i1; 0 for
  /// types that no array can carry.
  unsigned itemSize = 0;
  unsigned bits = 0; ///< of a code, where it is shorter than its byte
  /// Nothing for a scalar; ShapedType::kDynamic for an extent known at the
  /// call.
  std::optional<llvm::SmallVector<int64_t>> shape;
  bool isSeed = false;
  /// Of a block-scaled tensor: the format as stored, which for blocks [B, 1] is
  /// that of the transpose.
  std::optional<contract::ScaledFormat> format;
  bool isColumnWise = false;

  /// What a block-scaled tensor is passed as: packed codes, scales, the tensor
  /// scale and, where the blocked axis is dynamic, that extent; else empty.
  std::vector<ValueSignature> parts;
};

/// An extent: axis `axis` of argument `argument`, or for -1 the number `axis`.
struct ArgumentExtent {
  int64_t argument, axis;
};

struct FunctionSignature {
  std::string name;
  std::vector<ValueSignature> arguments, results;
  /// Sets of extents that must be equal at a call, else memory is read that is
  /// no argument's.
  std::vector<llvm::SmallVector<ArgumentExtent>> equal;
};

/// Sets of extents of a function's arguments that must be equal, found at the
/// stage imported.
std::vector<llvm::SmallVector<ArgumentExtent>>
findEqualExtents(mlir::func::FuncOp function);

/// The arguments and results of the public functions of a module of the stage
/// quantized.
std::vector<FunctionSignature> readSignatures(mlir::ModuleOp module);

/// Fails where extents differ that `function` takes to be equal. `shapes` are
/// those of its arguments; `names` what the message calls them.
llvm::Error checkEqualExtents(const FunctionSignature &function,
                              llvm::ArrayRef<llvm::SmallVector<int64_t>> shapes,
                              llvm::ArrayRef<std::string> names);

} // namespace mx

#endif // MX_PIPELINES_SIGNATURE_H

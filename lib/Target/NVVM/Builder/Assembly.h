//===- Assembly.h - PTX for what no op emits --------------------*- C++ -*-===//
//
// Used in this folder only.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_BUILDER_ASSEMBLY_H
#define MX_LIB_TARGET_NVVM_BUILDER_ASSEMBLY_H

#include "Kernel.h"

namespace mx::nvvm {

/// One inline assembly statement with side effects; results are registers of
/// the types given, numbered before the operands.
llvm::SmallVector<Value> assembly(Kernel &k, llvm::StringRef text,
                                  llvm::StringRef constraints,
                                  mlir::TypeRange results, ValueRange operands,
                                  bool hasSideEffects = true);

/// The same outside a kernel that is built.
llvm::SmallVector<Value> assembly(Emitter e, llvm::StringRef text,
                                  llvm::StringRef constraints,
                                  mlir::TypeRange results, ValueRange operands,
                                  bool hasSideEffects = true);

/// x, of which the optimiser knows nothing: what is computed of it stays
/// where it is.
Int hide(Kernel &k, Int x);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_BUILDER_ASSEMBLY_H

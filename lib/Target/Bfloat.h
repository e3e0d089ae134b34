//===- Bfloat.h - Conversions to bf16 in host code --------------*- C++ -*-===//
//
// x86's conversions (vcvtneps2bf16) flush denormals to zero, so that results
// would depend on the CPU. Host code rounds by integer operations instead.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_BFLOAT_H
#define MX_LIB_TARGET_BFLOAT_H

#include "llvm/ADT/StringRef.h"

namespace llvm {
class Module;
class Triple;
} // namespace llvm

namespace mx {

/// Replaces conversions of scalars to bf16 by integer operations, before
/// optimisations, which make vectors of them.
void expandBfloatConversions(llvm::Module &module);

/// What keeps code generation from converting by itself where it makes bf16 of
/// arithmetic: it calls addBfloatConversions' functions.
llvm::StringRef getBfloatFeatures(const llvm::Triple &triple);

/// Code for CPUs without bf16 calls `__truncsfbf2` and `__truncdfbf2`, which
/// libgcc has from version 13 on only: a module that computes with bf16 gets
/// them as functions of its own.
void addBfloatConversions(llvm::Module &module);

} // namespace mx

#endif // MX_LIB_TARGET_BFLOAT_H

//===- Bfloat.h - Conversions to bf16 by LLVM's calls -----------*- C++ -*-===//

#ifndef MX_LIB_TARGET_BFLOAT_H
#define MX_LIB_TARGET_BFLOAT_H

namespace llvm {
class Module;
} // namespace llvm

namespace mx {

/// Code for CPUs without bf16 calls `__truncsfbf2` and `__truncdfbf2`, which
/// libgcc has from version 13 on only: a module that computes with bf16 gets
/// them as functions of its own.
void addBfloatConversions(llvm::Module &module);

} // namespace mx

#endif // MX_LIB_TARGET_BFLOAT_H

//===- Optimize.h - LLVM's optimisations ------------------------*- C++ -*-===//

#ifndef MX_TARGET_OPTIMIZE_H
#define MX_TARGET_OPTIMIZE_H

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace mx {

/// LLVM's O2, without fast-math: f32 operations keep their order.
void optimize(llvm::Module &module, llvm::TargetMachine &machine);

} // namespace mx

#endif // MX_TARGET_OPTIMIZE_H

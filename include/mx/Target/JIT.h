//===- JIT.h - Run lowered modules in this process --------------*- C++ -*-===//

#ifndef MX_TARGET_JIT_H
#define MX_TARGET_JIT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace mx {

/// A module of the llvm dialect, compiled for this CPU. Symbols of this process
/// (libm, libmx_runtime) resolve.
class JIT {
public:
  /// A function that the module calls instead of this process's.
  struct Symbol {
    llvm::StringRef name;
    void *address;
  };
  static llvm::Expected<std::unique_ptr<JIT>>
  create(mlir::ModuleOp module, llvm::ArrayRef<Symbol> symbols = {});
  ~JIT();

  /// `_mlir_ciface_NAME` as a function of slots: each entry of `args` points to
  /// an argument's value; where the function returns one value that is no
  /// memref, a last entry points to room for it.
  using Function = void (*)(void **slots);
  llvm::Expected<Function> lookup(llvm::StringRef name);

private:
  JIT();
  std::string errors; ///< of LLVM's back end and linker
  std::unique_ptr<llvm::orc::LLJIT> engine;
};

} // namespace mx

#endif // MX_TARGET_JIT_H

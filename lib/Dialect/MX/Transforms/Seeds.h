//===- Seeds.h - The seed of every call and iteration -----------*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_SEEDS_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_SEEDS_H

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SetVector.h"

namespace mx {

/// Gives functions a seed argument and makes a seed of its own for each call
/// site and each loop iteration.
class SeedBuilder {
public:
  explicit SeedBuilder(mlir::ModuleOp module) : module(module) {}

  /// Whether a seed can be had at `op`; else what stands in the way.
  static mlir::LogicalResult canSeed(mlir::Operation *op, std::string &whyNot);

  /// Adds the argument to the functions that hold `ops` and to all that call
  /// them; call sites pass a derived seed.
  void addSeedArguments(llvm::ArrayRef<mlir::Operation *> ops);

  /// The seed at an op, in a function that has one.
  mlir::Value getSeed(mlir::Operation *op);

private:
  mlir::ModuleOp module;
  llvm::DenseMap<mlir::Operation *, mlir::Value> loopSeeds;
};

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_SEEDS_H

//===- Products.h - The products of a module and how they relate -*- C++ -*-==//
//
// What mx-infer-roles and mx-apply-recipe need to know of all products at once:
// which share an operand, which depend on which, what their locations say.
//
//===----------------------------------------------------------------------===//

#ifndef MX_DIALECT_MX_TRANSFORMS_PRODUCTS_H
#define MX_DIALECT_MX_TRANSFORMS_PRODUCTS_H

#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/Contraction.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/MapVector.h"

namespace mx {

/// How a product uses an axis of an operand.
enum class AxisUse { Batch, Free, Contracted };

/// A stretch of an axis that a product uses in one way: of an axis of
/// heads·width, the heads may be a batch and the width contracted.
struct AxisPart {
  int64_t extent;
  AxisUse use;
};

/// The parts of an axis, outermost first; at least one.
using AxisParts = llvm::SmallVector<AxisPart, 2>;

/// An operand traced through transposes, reshapes and casts to the value that
/// it is a view of, with the use of each of that value's axes.
struct OperandView {
  mlir::Value root;
  llvm::SmallVector<AxisParts> axes;
};

/// What a location's name stack says (JAX): `jvp` is forward,
/// `transpose(jvp` backward, `rematted_computation` forward again.
enum class NameStackVote { None, Forward, Backward };

NameStackVote getNameStackVote(mlir::Location loc);

/// All names in a location: of NameLocs, fused parts and call sites.
llvm::SmallVector<llvm::StringRef> getLocationNames(mlir::Location loc);

struct Product {
  Contraction contraction;
  OperandView lhs, rhs;
  NameStackVote vote = NameStackVote::None;
  /// Products that use this one's lhs or rhs as a backward product would: what
  /// was free there is contracted, and the result depends on this one's.
  llvm::SmallVector<unsigned> usesOfLhs, usesOfRhs;
  /// For a product that another one lists there: the operand it shares.
  mlir::OpOperand *sharedOperand = nullptr;

  mlir::Operation *getOperation() const { return contraction.op; }
  std::optional<Role> getRole() const;
};

class ProductAnalysis {
public:
  explicit ProductAnalysis(mlir::Operation *root);

  /// In pre-order.
  llvm::ArrayRef<Product> getProducts() const { return products; }
  /// Ops that multiply and add but are no contraction, with the reason.
  llvm::ArrayRef<std::pair<mlir::Operation *, std::string>>
  getRejected() const {
    return rejected;
  }

  /// 0 (left) or 1 (right): the weight of a forward product, that is, the
  /// operand it shares with a dgrad; else the one beside an operand that it
  /// shares with a wgrad; else the one that is only a view of arguments or
  /// constants; else the right one.
  unsigned getWeight(unsigned product) const;
  /// Whether nothing tells which operand of a forward product is the weight.
  bool isWeightTied(unsigned product) const;

  /// 0 or 1: the operand of a backward product that is not shared with a
  /// forward product, dY. Left where nothing is shared (JAX's order).
  unsigned getGradient(unsigned product) const;

private:
  std::pair<bool, bool> getWeightCandidates(unsigned product) const;
  void collect(mlir::Operation *root);
  void computeDependences(mlir::Operation *root);
  void relate();
  bool dependsOn(unsigned product, unsigned other) const;

  std::vector<Product> products;
  std::vector<std::pair<mlir::Operation *, std::string>> rejected;
  /// For each op the products that its results depend on.
  llvm::DenseMap<mlir::Operation *, llvm::BitVector> dependences;
};

/// True for a value that is a view of function arguments or constants: what a
/// weight looks like. Slices count as views here.
bool isParameter(mlir::Value value);

} // namespace mx

#endif // MX_DIALECT_MX_TRANSFORMS_PRODUCTS_H

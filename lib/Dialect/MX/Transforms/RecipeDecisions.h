//===- RecipeDecisions.h - What a recipe makes of each product --*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_RECIPEDECISIONS_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_RECIPEDECISIONS_H

#include "mx/Dialect/MX/Transforms/Products.h"

#include "llvm/Support/GlobPattern.h"

namespace mx {

/// Whether rounding, scales or signs of a product are drawn.
bool needsSeed(ProductRecipeAttr recipe);

/// What stands in the way of each product, or the recipe that it gets.
class RecipeDecisions {
public:
  RecipeDecisions(RecipeAttr recipe, const ProductAnalysis &analysis)
      : recipe(recipe), analysis(analysis) {}

  /// Reads `exclude`; an error at `loc` for what is no pattern.
  mlir::LogicalResult compilePatterns(mlir::Location loc);

  /// The recipe of a product, or null with the reason: its own mx.product, else
  /// that of its role, unless something excludes it.
  ProductRecipeAttr decide(unsigned number, std::string &whyNot) const;

private:
  mlir::StringAttr findExclusion(mlir::Operation *op) const;

  RecipeAttr recipe;
  const ProductAnalysis &analysis;
  llvm::SmallVector<std::pair<mlir::StringAttr, llvm::GlobPattern>, 0> patterns;
};

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_RECIPEDECISIONS_H

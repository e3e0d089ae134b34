//===- Recipes.h - Built-in recipes, recipe files, overrides ----*- C++ -*-===//

#ifndef MX_DIALECT_MX_TRANSFORMS_RECIPES_H
#define MX_DIALECT_MX_TRANSFORMS_RECIPES_H

#include "mx/Dialect/MX/IR/MX.h"

namespace mx {

/// A built-in recipe: its name, what it is in a line, and its attribute's text.
struct BuiltinRecipe {
  llvm::StringLiteral name, summary, text;
};

llvm::ArrayRef<BuiltinRecipe> getBuiltinRecipes();

/// The recipe that `NAME|FILE[,override=value…]` stands for, or that is written
/// out, `#mx.recipe<…>`. FILE is a module with the attribute mx.recipe. Errors
/// are emitted at `loc`, or where in the file they are.
///
/// | override | effect on every product that the recipe rewrites |
/// |---|---|
/// | rht=none | no Hadamard transform |
/// | rht=G | groups of G; seeded signs where the recipe has no transform |
/// | rounding=R | that rounding; unless stochastic, prescale and alpha, which
///   only make room for it, become 1 |
/// | random_bits=8/16/24, scale_rule=R, accumulate=A | as named |
/// | forward=none, dgrad=none, wgrad=none | these products stay float |
/// | exclude=PATTERN | one more pattern over names, or attention |
mlir::FailureOr<RecipeAttr> getRecipe(mlir::Location loc, llvm::StringRef spec);

} // namespace mx

#endif // MX_DIALECT_MX_TRANSFORMS_RECIPES_H

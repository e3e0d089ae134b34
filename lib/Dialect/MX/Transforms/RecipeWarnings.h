//===- RecipeWarnings.h - What is known to go wrong -------------*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_RECIPEWARNINGS_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_RECIPEWARNINGS_H

#include "mx/Dialect/MX/IR/MX.h"

namespace mx {

/// A remark at `loc` for each combination of the recipe that is legal and known
/// to be biased or to diverge, with the source that found it.
void warnAboutRecipe(mlir::Location loc, RecipeAttr recipe);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_RECIPEWARNINGS_H

//===- RecipeDecisions.cpp - What a recipe makes of each product ----------===//

#include "RecipeDecisions.h"

#include "Seeds.h"

#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;

namespace mx {

static bool draws(OperandRecipeAttr operand) {
  return operand && drawsBits(operand.getScaleRule(), operand.getRounding());
}

bool needsSeed(ProductRecipeAttr recipe) {
  HadamardAttr hadamard = recipe.getHadamard();
  return draws(recipe.getLhs()) || draws(recipe.getRhs()) ||
         (hadamard && hadamard.getSigns() == Signs::Seed);
}

/// Whether only oneoperand is quantised and use, not side, says which one.
static bool needsWeight(ProductRecipeAttr recipe) {
  return recipe.getNaming() == OperandNaming::Weight &&
         !recipe.getLhs() != !recipe.getRhs();
}

LogicalResult RecipeDecisions::compilePatterns(Location loc) {
  for (StringAttr text : recipe.getExcludeNames()) {
    auto pattern = llvm::GlobPattern::create(text.getValue());
    if (!pattern)
      return emitError(loc)
             << "expected a glob pattern in 'exclude', but found " << text
             << ": " << llvm::toString(pattern.takeError());
    patterns.emplace_back(text, std::move(*pattern));
  }
  return success();
}

/// A recipe on the product itself goes before the module's.
static ProductRecipeAttr checkOwn(Operation *op, Role role,
                                  ProductRecipeAttr own, std::string &whyNot) {
  bool isForward = role == Role::Forward;
  if (own.getNaming() ==
      (isForward ? OperandNaming::Gradient : OperandNaming::Weight)) {
    whyNot = ("its " + MXDialect::kProductAttrName + " names operands that " +
              stringifyRole(role) + " products do not have")
                 .str();
    return {};
  }
  if (needsSeed(own) && failed(SeedBuilder::canSeed(op, whyNot)))
    return {};
  return own;
}

ProductRecipeAttr RecipeDecisions::decide(unsigned number,
                                          std::string &whyNot) const {
  const Product &product = analysis.getProducts()[number];
  Operation *op = product.getOperation();
  std::optional<Role> role = product.getRole();
  if (!role) {
    whyNot = "it has no role; run mx-infer-roles or set mx.role";
    return {};
  }
  llvm::raw_string_ostream os(whyNot);
  if (auto own =
          op->getAttrOfType<ProductRecipeAttr>(MXDialect::kProductAttrName))
    return checkOwn(op, *role, own, whyNot);
  ProductRecipeAttr productRecipe = recipe.getProduct(*role);
  if (!productRecipe) {
    os << "recipe '" << recipe.getName().getValue() << "' keeps "
       << stringifyRole(*role) << " products float";
    return {};
  }
  if (recipe.getExcludeAttention() && product.contraction.isBatched()) {
    os << "the recipe excludes attention (two batched operands)";
    return {};
  }
  if (needsWeight(productRecipe) && product.contraction.isBatched() &&
      analysis.isWeightTied(number)) {
    os << "it is attention (two batched operands), which has no weight, and "
          "the recipe quantises only one of activation and weight";
    return {};
  }
  if (StringAttr pattern = findExclusion(op)) {
    os << "the recipe excludes names that match " << pattern;
    return {};
  }
  if (needsSeed(productRecipe) && failed(SeedBuilder::canSeed(op, whyNot)))
    return {};
  return productRecipe;
}

StringAttr RecipeDecisions::findExclusion(Operation *op) const {
  SmallVector<StringRef> names = getLocationNames(op->getLoc());
  if (auto name = op->getAttrOfType<StringAttr>(MXDialect::kNameAttrName))
    names.push_back(name.getValue());
  for (const auto &[text, pattern] : patterns)
    for (StringRef name : names)
      if (pattern.match(name))
        return text;
  return {};
}

} // namespace mx

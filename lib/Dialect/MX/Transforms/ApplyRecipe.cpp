//===- ApplyRecipe.cpp - Products in block-scaled form by a recipe --------===//
//
// mx-apply-recipe decides for each product what the recipe makes of it, says
// why where it makes nothing, threads seeds, and rewrites.
//
//===----------------------------------------------------------------------===//

#include "RewriteProduct.h"
#include "SavedOperands.h"
#include "Seeds.h"

#include "mx/Dialect/MX/Transforms/Passes.h"
#include "mx/Dialect/MX/Transforms/Products.h"
#include "mx/Dialect/MX/Transforms/Recipes.h"

#include "llvm/Support/GlobPattern.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXAPPLYRECIPE
#include "mx/Dialect/MX/Transforms/Passes.h.inc"

namespace {

bool isStochastic(OperandRecipeAttr operand) {
  return operand && operand.getRounding() == Rounding::Stochastic;
}

bool needsSeed(ProductRecipeAttr recipe) {
  HadamardAttr hadamard = recipe.getHadamard();
  return isStochastic(recipe.getLhs()) || isStochastic(recipe.getRhs()) ||
         (hadamard && hadamard.getSigns() == Signs::Seed);
}

/// Whether only one operand is quantised and use, not side, says which one.
bool needsWeight(ProductRecipeAttr recipe) {
  return recipe.getNaming() == OperandNaming::Weight &&
         !recipe.getLhs() != !recipe.getRhs();
}

/// What stands in the way of each product, or the recipe that it gets.
class Decisions {
public:
  Decisions(RecipeAttr recipe, const ProductAnalysis &analysis)
      : recipe(recipe), analysis(analysis) {}

  LogicalResult compilePatterns(Location loc) {
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

  /// The recipe of a product, or null with the reason.
  ProductRecipeAttr decide(unsigned number, std::string &whyNot) const {
    const Product &product = analysis.getProducts()[number];
    Operation *op = product.getOperation();
    std::optional<Role> role = product.getRole();
    if (!role) {
      whyNot = "it has no role; run mx-infer-roles or set mx.role";
      return {};
    }
    ProductRecipeAttr productRecipe = recipe.getProduct(*role);
    llvm::raw_string_ostream os(whyNot);
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

private:
  StringAttr findExclusion(Operation *op) const {
    SmallVector<StringRef> names = getLocationNames(op->getLoc());
    if (auto name = op->getAttrOfType<StringAttr>(MXDialect::kNameAttrName))
      names.push_back(name.getValue());
    for (const auto &[text, pattern] : patterns)
      for (StringRef name : names)
        if (pattern.match(name))
          return text;
    return {};
  }

  RecipeAttr recipe;
  const ProductAnalysis &analysis;
  SmallVector<std::pair<StringAttr, llvm::GlobPattern>, 0> patterns;
};

struct ApplyRecipe : impl::MXApplyRecipeBase<ApplyRecipe> {
  using MXApplyRecipeBase::MXApplyRecipeBase;

  void runOnOperation() final {
    ModuleOp module = getOperation();
    FailureOr<RecipeAttr> recipe = getRecipe(module.getLoc(), this->recipe);
    if (failed(recipe))
      return signalPassFailure();
    ProductAnalysis analysis(module);
    Decisions decisions(*recipe, analysis);
    if (failed(decisions.compilePatterns(module.getLoc())))
      return signalPassFailure();
    // Remarks go to the location: one of the op would print the whole function
    // each time.
    for (const auto &[op, reason] : analysis.getRejected())
      emitRemark(op->getLoc()) << "left as it is: " << reason;

    SmallVector<ProductRecipeAttr> chosen;
    SmallVector<Operation *> seeded;
    for (unsigned i = 0; i < analysis.getProducts().size(); ++i) {
      std::string whyNot;
      Operation *op = analysis.getProducts()[i].getOperation();
      chosen.push_back(decisions.decide(i, whyNot));
      if (!chosen.back())
        emitRemark(op->getLoc()) << "left as it is: " << whyNot;
      else if (needsSeed(chosen.back()))
        seeded.push_back(op);
    }
    SeedBuilder seeds(module);
    seeds.addSeedArguments(seeded);
    rewriteAll(analysis, chosen, seeds, recipe->getSaved() == Saved::Packed);
  }

  void rewriteAll(const ProductAnalysis &analysis,
                  ArrayRef<ProductRecipeAttr> chosen, SeedBuilder &seeds,
                  bool savesPacked) {
    IRRewriter rewriter(&getContext());
    int64_t base = getFirstFreeNumber();
    // What depends on other products is read before any of them goes.
    SmallVector<std::pair<unsigned, ProductRewrite>, 0> rewrites;
    for (auto [number, recipe] : llvm::enumerate(chosen))
      if (recipe)
        rewrites.emplace_back(number, getRewrite(analysis, number, recipe));
    for (auto &[number, rewrite] : rewrites) {
      const Product &product = analysis.getProducts()[number];
      rewrite.number = base + number;
      if (needsSeed(chosen[number]))
        rewrite.seed = seeds.getSeed(product.getOperation());
      bool saves = savesPacked && product.getRole() == Role::Forward;
      Value lhs = product.contraction.getLhs(),
            rhs = product.contraction.getRhs();
      QuantizedOperands saved;
      rewriteProduct(rewriter, product.contraction, rewrite,
                     saves ? &saved : nullptr);
      if (!saves)
        continue;
      useSaved(rewriter, analysis, product.usesOfLhs, lhs, saved.lhs);
      useSaved(rewriter, analysis, product.usesOfRhs, rhs, saved.rhs);
    }
  }

  /// Backward products that share an operand with a forward one read what it
  /// was quantised to.
  void useSaved(RewriterBase &rewriter, const ProductAnalysis &analysis,
                ArrayRef<unsigned> uses, Value operand, Value saved) {
    for (unsigned use : uses) {
      const Product &product = analysis.getProducts()[use];
      if (!saved || product.getRole() == Role::Forward)
        continue;
      Operation *op = product.getOperation();
      rewriter.setInsertionPoint(op);
      OpOperand &shared = *product.sharedOperand;
      Value view = viewSavedOperand(rewriter, shared.get(), operand, saved);
      if (view)
        rewriter.modifyOpInPlace(op, [&] { shared.set(view); });
      else
        emitRemark(op->getLoc())
            << "its float operand is kept: what the forward product quantised "
               "is not at hand here as a view";
    }
  }

  ProductRewrite getRewrite(const ProductAnalysis &analysis, unsigned number,
                            ProductRecipeAttr recipe) {
    ProductRewrite rewrite;
    rewrite.lhs = recipe.getLhs();
    rewrite.rhs = recipe.getRhs();
    rewrite.hadamard = recipe.getHadamard();
    rewrite.alpha = recipe.getAlpha();
    rewrite.accumulate = recipe.getAccumulate();
    if (isSwapped(analysis, number, recipe))
      std::swap(rewrite.lhs, rewrite.rhs);
    return rewrite;
  }

  /// Whether the recipe's first operand is the product's right one.
  bool isSwapped(const ProductAnalysis &analysis, unsigned number,
                 ProductRecipeAttr recipe) {
    Operation *op = analysis.getProducts()[number].getOperation();
    switch (recipe.getNaming()) {
    case OperandNaming::Side:
      return false;
    case OperandNaming::Weight:
      if (recipe.getLhs() != recipe.getRhs() && analysis.isWeightTied(number))
        emitRemark(op->getLoc())
            << "either operand could be the weight; the right one "
               "is taken for it";
      return analysis.getWeight(number) == 0;
    case OperandNaming::Gradient:
      return analysis.getGradient(number) == 1;
    }
    llvm_unreachable("every naming is listed");
  }

  /// Streams that are already in the module are never renumbered.
  int64_t getFirstFreeNumber() {
    int64_t first = 0;
    getOperation()->walk([&](Operation *op) {
      if (auto quantize = dyn_cast<QuantizeOp>(op))
        first = std::max<int64_t>(first, quantize.getStream() / 2 + 1);
      if (auto hadamard = dyn_cast<HadamardOp>(op))
        first = std::max<int64_t>(first, hadamard.getSignStream() + 1);
      if (auto cast = dyn_cast<CastOp>(op))
        first = std::max<int64_t>(first, cast.getStream() / 2 + 1);
    });
    return first;
  }
};

} // namespace
} // namespace mx

//===- ApplyRecipe.cpp - Products in block-scaled form by a recipe --------===//
//
// mx-apply-recipe decides for each product what the recipe makes of it, says
// why where it makes nothing, threads seeds, and rewrites.
//
//===----------------------------------------------------------------------===//

#include "RecipeDecisions.h"
#include "RecipeWarnings.h"
#include "RewriteProduct.h"
#include "SavedOperands.h"
#include "SavedReport.h"
#include "Seeds.h"
#include "WeightAverage.h"

#include "mx/Dialect/MX/Transforms/Passes.h"
#include "mx/Dialect/MX/Transforms/Recipes.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXAPPLYRECIPE
#include "mx/Dialect/MX/Transforms/Passes.h.inc"

namespace {

struct ApplyRecipe : impl::MXApplyRecipeBase<ApplyRecipe> {
  using MXApplyRecipeBase::MXApplyRecipeBase;

  void runOnOperation() final {
    ModuleOp module = getOperation();
    FailureOr<RecipeAttr> recipe = getRecipe(module.getLoc(), this->recipe);
    if (failed(recipe))
      return signalPassFailure();
    warnAboutRecipe(module.getLoc(), *recipe);
    ProductAnalysis analysis(module);
    RecipeDecisions decisions(*recipe, analysis);
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
    SavedReport report;
    // What depends on other products is read before any of them goes.
    SmallVector<std::pair<unsigned, ProductRewrite>, 0> rewrites;
    for (auto [number, recipe] : llvm::enumerate(chosen))
      if (recipe)
        rewrites.emplace_back(number, getRewrite(analysis, number, recipe));
    auto findRewrite = [&](unsigned number) -> ProductRewrite * {
      for (auto &[other, rewrite] : rewrites)
        if (other == number)
          return &rewrite;
      return nullptr;
    };
    for (auto &[number, rewrite] : rewrites) {
      const Product &product = analysis.getProducts()[number];
      rewrite.number = base + number;
      if (needsSeed(chosen[number]))
        rewrite.seed = seeds.getSeed(product.getOperation());
      bool saves = savesPacked && product.getRole() == Role::Forward;
      Value lhs = product.contraction.getLhs(),
            rhs = product.contraction.getRhs();
      if (product.getRole() != Role::Forward && product.sharedOperand)
        report.addOperand(product.sharedOperand->get());
      if (product.getRole() == Role::Forward)
        findAverages(rewriter, product, rewrite);
      SavedOperands saved;
      rewriteProduct(rewriter, product.contraction, rewrite,
                     saves ? &saved : nullptr);
      if (!saves)
        continue;
      for (unsigned use : product.usesOfLhs)
        useSaved(rewriter, analysis.getProducts()[use], findRewrite(use), lhs,
                 saved.lhs, saved.rhs, report);
      for (unsigned use : product.usesOfRhs)
        useSaved(rewriter, analysis.getProducts()[use], findRewrite(use), rhs,
                 saved.rhs, saved.lhs, report);
    }
    if (reportSaved)
      report.emit();
    dropAverages();
  }

  /// Operands of a forward product that the user gives a moving average of.
  void findAverages(RewriterBase &rewriter, const Product &product,
                    ProductRewrite &rewrite) {
    Operation *op = product.getOperation();
    rewriter.setInsertionPoint(op);
    auto find = [&](Value operand, OperandRecipeAttr recipe) -> Value {
      Value average = viewWeightAverage(rewriter, operand);
      if (!average)
        return {};
      StringRef problem = findProblemOfAverage(recipe, rewrite.hadamard);
      if (problem.empty())
        return average;
      emitRemark(op->getLoc()) << "the moving average of its weight is not "
                                  "used: "
                               << problem;
      return {};
    };
    rewrite.lhsAverage = find(product.contraction.getLhs(), rewrite.lhs);
    rewrite.rhsAverage = find(product.contraction.getRhs(), rewrite.rhs);
  }

  /// Arguments change their numbers from here on.
  void dropAverages() {
    getOperation().walk([](FunctionOpInterface function) {
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        function.removeArgAttr(i, StringAttr::get(function.getContext(),
                                                  MXDialect::kAverageAttrName));
    });
  }

  /// A backward product that shares `operand` with a forward one reads what was
  /// `saved` of it, and returns the gradient of the `other` forward operand.
  void useSaved(RewriterBase &rewriter, const Product &product,
                ProductRewrite *rewrite, Value operand,
                const SavedOperand &saved, const SavedOperand &other,
                SavedReport &report) {
    if (product.getRole() == Role::Forward)
      return;
    Operation *op = product.getOperation();
    rewriter.setInsertionPoint(op);
    OpOperand &shared = *product.sharedOperand;
    auto keepFloat = [&](StringRef reason) {
      emitRemark(op->getLoc()) << "its float operand is kept: " << reason;
    };
    if (!saved.quantized)
      return keepFloat(saved.problem);
    GradientReturn owed;
    if ((saved.hadamard || other.clipMask) &&
        !getGradientReturn(product, rewrite, saved, other, owed))
      return keepFloat("the gradient does not lie as the operand that it is "
                       "of, so that its mask or transform could be applied");
    Value view =
        viewSavedOperand(rewriter, op->getLoc(), shared.get(), operand, saved);
    if (!view)
      return keepFloat("what the forward product quantised is not at hand here "
                       "as a view");
    rewriter.modifyOpInPlace(op, [&] { shared.set(view); });
    if (!owed)
      return;
    rewrite->gradientReturn = owed;
    if (owed.clipMask)
      report.addMask(owed.clipMask);
  }

  /// What a product of a transformed operand owes; false where its result does
  /// not lie as the gradient of the `other` operand must.
  static bool getGradientReturn(const Product &product,
                                const ProductRewrite *rewrite,
                                const SavedOperand &saved,
                                const SavedOperand &other,
                                GradientReturn &owed) {
    const Contraction &contraction = product.contraction;
    bool onRows = product.sharedOperand == contraction.lhs;
    ArrayRef<unsigned> transformed = onRows ? contraction.m : contraction.n;
    ArrayRef<unsigned> rows = onRows ? contraction.n : contraction.m;
    bool isBatched = llvm::any_of(contraction.batch, [&](unsigned loop) {
      return contraction.getExtent(loop) != 1;
    });
    if (!rewrite || isBatched || transformed.size() != 1 || !other.quantized)
      return false;
    if (other.clipMask && !haveSameRows(contraction, rows, other))
      return false;
    owed = {other.clipMask, saved.hadamard, onRows};
    return true;
  }

  /// Whether the rows of the gradient are flattened as those of the operand:
  /// loops with distinct extents in the same order, or one.
  static bool haveSameRows(const Contraction &contraction,
                           ArrayRef<unsigned> rows,
                           const SavedOperand &operand) {
    const MatrixLayout &layout = operand.layout;
    ArrayRef<int64_t> shape =
        layout.type.getShape().drop_back(layout.columns).take_back(layout.rows);
    if (rows.size() != shape.size())
      return false;
    if (rows.size() == 1)
      return true;
    llvm::SmallDenseSet<int64_t> seen;
    for (auto [loop, extent] : llvm::zip(rows, shape))
      if (ShapedType::isDynamic(extent) ||
          contraction.getExtent(loop) != extent || !seen.insert(extent).second)
        return false;
    return true;
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

//===- ChooseFormat.cpp - Element formats and blocks by the scaling law ---===//
//
// mx-choose-format weighs the penalty that the scaling law gives each format of
// the target against its stored bits, operand by operand.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Dialect/MX/Transforms/Passes.h"
#include "mx/Dialect/MX/Transforms/Products.h"
#include "mx/Support/ScalingLaw.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXCHOOSEFORMAT
#include "mx/Dialect/MX/Transforms/Passes.h.inc"

namespace {

/// A format that an operand could take.
struct Candidate {
  ScaledType type;
  law::Layout layout;
  int64_t block;
  double bits;    ///< stored, an element: its own and its part of the scale
  double penalty; ///< by the law, in nats
};

/// The formats of a target, each with its penalty for N and D.
class Candidates {
public:
  Candidates(MLIRContext *context, double params, double tokens)
      : context(context), params(params), tokens(tokens) {}

  /// False where the target is unknown.
  bool addTarget(StringRef target) {
    if (target == "nvvm") { // its quantize kernel's blocks; no tensor scale
      addPowerScaled({16, 32});
      return true;
    }
    if (target != "reference" && target != "cpu")
      return false;
    // First of equals: the law's scales were of high precision.
    add(ScaledType::getNamed(context, "nvfp4"));
    addPowerScaled({16, 32, 64, 128});
    return true;
  }

  /// Those whose blocks a contraction of length `k` fills.
  SmallVector<Candidate> getFor(int64_t k) const {
    SmallVector<Candidate> fitting;
    llvm::copy_if(all, std::back_inserter(fitting), [&](const Candidate &c) {
      return ShapedType::isDynamic(k) || c.block <= k;
    });
    return fitting;
  }

private:
  /// OCP MX's float elements with E8M0 scales.
  void addPowerScaled(ArrayRef<int64_t> blocks) {
    Type scale = Float8E8M0FNUType::get(context);
    for (StringRef name :
         {"mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3", "mxfp8_e5m2"})
      for (int64_t block : blocks)
        add(ScaledType::get(context,
                            ScaledType::getNamed(context, name).getElement(),
                            scale, {block}));
  }

  void add(ScaledType type) {
    contract::FloatFormat element = *getFloatFormat(type.getElement());
    Candidate c;
    c.type = type;
    c.layout = {element.exponentBits, element.mantissaBits};
    c.block = type.getBlockCols();
    c.bits = element.bits() + 8.0 / double(c.block);
    c.penalty = law::penalty(params, tokens, c.layout, std::log2(c.block));
    all.push_back(c);
  }

  MLIRContext *context;
  double params, tokens;
  SmallVector<Candidate> all;
};

/// One operand of a product: what the law's authors call P1…P6.
struct Choice {
  StringRef name;   ///< P1 to P6, and what it is
  bool isSensitive; ///< outside of what the law was fitted with
  const Candidate *candidate = nullptr;
};

/// P1 = X, P2 = W; P3 = dY, P4 = W; P5 = dY, P6 = X: the first and the second
/// operand of a product recipe by use.
std::array<Choice, 2> getChoices(Role role) {
  switch (role) {
  case Role::Forward:
    return {Choice{"P1 activation", true}, Choice{"P2 weight", false}};
  case Role::DGrad:
    return {Choice{"P3 gradient", true}, Choice{"P4 weight", false}};
  case Role::WGrad:
    return {Choice{"P5 gradient", true}, Choice{"P6 activation", false}};
  }
  llvm_unreachable("every role is listed");
}

OperandRecipeAttr getOperandRecipe(const Candidate *candidate) {
  if (!candidate)
    return {};
  MLIRContext *context = candidate->type.getContext();
  ScaleRule rule = isa<Float8E8M0FNUType>(candidate->type.getScale())
                       ? ScaleRule::RCeil // never clips
                       : ScaleRule::Amax;
  return OperandRecipeAttr::get(
      context, candidate->type, rule, Rounding::NearestEven,
      Builder(context).getF32FloatAttr(1.0), /*randomBits=*/16,
      /*scaleMinNormal=*/false);
}

struct ChooseFormat : impl::MXChooseFormatBase<ChooseFormat> {
  using MXChooseFormatBase::MXChooseFormatBase;

  void runOnOperation() final {
    ModuleOp module = getOperation();
    Candidates candidates(&getContext(), params, tokens);
    if (failed(checkOptions(candidates)))
      return signalPassFailure();
    emitRemark(module.getLoc())
        << llvm::formatv("{0:E2} parameters, {1:E2} tokens: loss in BF16 "
                         "{2:F4}; the law is {3}",
                         double(params), double(tokens),
                         law::lossInBF16(params, tokens), law::kLimits)
               .str();
    ProductAnalysis analysis(module);
    for (const Product &product : analysis.getProducts())
      choose(product, candidates);
  }

private:
  LogicalResult checkOptions(Candidates &candidates) {
    Location loc = getOperation().getLoc();
    if (!(params >= 1) || !(tokens >= 1) || !std::isfinite(params) ||
        !std::isfinite(tokens))
      return emitError(loc) << "expected options params and tokens of at least "
                               "1, the model's parameters and training tokens";
    if ((budget > 0) == (bits > 0))
      return emitError(loc) << "expected one of the options budget (nats of "
                               "loss) and bits (stored bits an element), above "
                               "0, but found "
                            << (budget > 0 ? "both" : "neither");
    if (!(margin >= 1))
      return emitError(loc) << "expected a margin of at least 1, but found "
                            << llvm::formatv("{0}", double(margin)).str();
    if (!candidates.addTarget(target))
      return emitError(loc) << "expected target reference, cpu or nvvm, but "
                               "found '"
                            << target << "'";
    return success();
  }

  void choose(const Product &product, const Candidates &all) {
    Operation *op = product.getOperation();
    std::optional<Role> role = product.getRole();
    if (!role) {
      emitRemark(op->getLoc()) << "no format is chosen: the product has no "
                                  "role; run mx-infer-roles or set mx.role";
      return;
    }
    SmallVector<Candidate> candidates =
        all.getFor(getContractionLength(product));
    std::array<Choice, 2> choices = getChoices(*role);
    if (budget > 0)
      chooseByBudget(choices, candidates);
    else
      chooseByBits(choices, candidates);
    annotate(op, *role, choices);
  }

  static int64_t getContractionLength(const Product &product) {
    int64_t length = 1;
    for (unsigned loop : product.contraction.k) {
      int64_t extent = product.contraction.getExtent(loop);
      if (ShapedType::isDynamic(extent))
        return ShapedType::kDynamic;
      length *= extent;
    }
    return length;
  }

  double weigh(const Choice &choice, const Candidate &candidate) const {
    return candidate.penalty * (choice.isSensitive ? double(margin) : 1.0);
  }

  /// The fewest bits whose weighed penalty is within the budget; of equals the
  /// smallest penalty. None: the operand stays float.
  void chooseByBudget(std::array<Choice, 2> &choices,
                      ArrayRef<Candidate> candidates) const {
    for (Choice &choice : choices)
      for (const Candidate &c : candidates) {
        if (weigh(choice, c) > budget)
          continue;
        const Candidate *best = choice.candidate;
        if (!best || c.bits < best->bits ||
            (c.bits == best->bits && c.penalty < best->penalty))
          choice.candidate = &c;
      }
  }

  /// The pair with the least weighed penalty whose bits are within the limit on
  /// average; of equals the one with fewer bits.
  void chooseByBits(std::array<Choice, 2> &choices,
                    ArrayRef<Candidate> candidates) const {
    double least = std::numeric_limits<double>::infinity();
    double fewest = least;
    for (const Candidate &first : candidates)
      for (const Candidate &second : candidates) {
        double total = first.bits + second.bits;
        double penalty = weigh(choices[0], first) + weigh(choices[1], second);
        if (total > 2 * bits ||
            std::make_pair(penalty, total) >= std::make_pair(least, fewest))
          continue;
        least = penalty, fewest = total;
        choices[0].candidate = &first, choices[1].candidate = &second;
      }
  }

  void annotate(Operation *op, Role role, ArrayRef<Choice> choices) {
    InFlightDiagnostic remark = emitRemark(op->getLoc());
    remark << stringifyRole(role) << ": ";
    llvm::interleaveComma(choices, remark, [&](const Choice &choice) {
      remark << choice.name << " ";
      if (!choice.candidate)
        remark << "stays float (no format is within the limit)";
      else
        remark << choice.candidate->type
               << llvm::formatv(" (penalty {0:E2})", choice.candidate->penalty)
                      .str();
    });
    for (const Choice &choice : choices)
      if (choice.candidate)
        warnBeyondCriticalTokens(remark, *choice.candidate);
    OperandRecipeAttr first = getOperandRecipe(choices[0].candidate);
    OperandRecipeAttr second = getOperandRecipe(choices[1].candidate);
    if (!first && !second)
      return;
    Builder b(&getContext());
    op->setAttr(MXDialect::kProductAttrName,
                ProductRecipeAttr::get(&getContext(), first, second,
                                       role == Role::Forward
                                           ? OperandNaming::Weight
                                           : OperandNaming::Gradient,
                                       HadamardAttr(), b.getF32FloatAttr(1.0),
                                       Accumulate::Default));
  }

  void warnBeyondCriticalTokens(InFlightDiagnostic &remark,
                                const Candidate &candidate) {
    double critical = law::criticalTokens(params, candidate.layout,
                                          std::log2(candidate.block));
    if (tokens > critical)
      remark << llvm::formatv("; beyond {0:E2} tokens more training raises the "
                              "loss with E{1}M{2}",
                              critical, candidate.layout.exponent,
                              candidate.layout.mantissa)
                    .str();
  }
};

} // namespace
} // namespace mx

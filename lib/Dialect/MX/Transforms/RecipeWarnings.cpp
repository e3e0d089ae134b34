//===- RecipeWarnings.cpp - What is known to go wrong ---------------------===//

#include "RecipeWarnings.h"

#include "mx/Dialect/MX/IR/Formats.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;

namespace mx {

/// Whether prescale · |v| / scale can exceed the largest element: floor leaves
/// magnitudes below 2^(emax + 1), even those below the last midpoint there.
static bool saturates(OperandRecipeAttr operand) {
  contract::FloatFormat element =
      *getFloatFormat(operand.getFormat().getElement());
  double limit = std::ldexp(1.0, element.emax() + 1);
  if (operand.getScaleRule() == ScaleRule::Even)
    limit -= std::ldexp(0.25, element.emax() + 1 - element.mantissaBits);
  else if (operand.getScaleRule() != ScaleRule::Floor)
    return false;
  return limit * operand.getPrescale().getValueAsDouble() > element.max();
}

static void warnAboutOperand(Location loc, Role role, StringRef name,
                             OperandRecipeAttr operand) {
  if (!operand || operand.getRounding() != Rounding::Stochastic)
    return;
  auto remark = [&] {
    return emitRemark(loc) << "the " << stringifyRole(role) << " product's '"
                           << name << "' ";
  };
  if (role == Role::Forward)
    remark() << "is rounded stochastically: weights and activations so rounded "
                "made training diverge (arXiv 2509.25149, appendix E)";
  if (operand.getScaleRule() == ScaleRule::FourOverSix)
    remark() << "is biased: four_over_six chooses a scale by the error of "
                "elements that were rounded stochastically (arXiv 2601.22813, "
                "section 4.2); use nearest_even, or amax";
  if (operand.getScaleRule() == ScaleRule::Quest)
    remark() << "is biased: quest clips, and stochastic rounding is unbiased "
                "only where nothing saturates; use nearest_even";
  if (saturates(operand))
    remark()
        << "is biased: with scale_rule "
        << stringifyScaleRule(operand.getScaleRule()) << " and prescale "
        << llvm::formatv("{0}", operand.getPrescale().getValueAsDouble()).str()
        << " the largest elements saturate, and stochastic rounding is "
           "unbiased only where none does (arXiv 2502.20586, lemma 3.1); "
           "use rceil, or a prescale of 0.75 for E2M1 under floor";
}

/// MS-EDEN's estimate is unbiased over rotations by random signs.
static void warnAboutRotation(Location loc, Role role,
                              ProductRecipeAttr product) {
  auto isEden = [](OperandRecipeAttr operand) {
    return operand && operand.getScaleRule() == ScaleRule::MSEden;
  };
  HadamardAttr hadamard = product.getHadamard();
  if ((!isEden(product.getLhs()) && !isEden(product.getRhs())) ||
      (hadamard && hadamard.getSigns() == Signs::Seed))
    return;
  emitRemark(loc) << "the " << stringifyRole(role)
                  << " product is biased: ms_eden corrects scales for "
                     "transforms with random signs (arXiv 2601.22813); "
                     "add hadamard = {size = 128, signs = seed}";
}

void warnAboutRecipe(Location loc, RecipeAttr recipe) {
  for (Role role : {Role::Forward, Role::DGrad, Role::WGrad}) {
    ProductRecipeAttr product = recipe.getProduct(role);
    if (!product)
      continue;
    warnAboutRotation(loc, role, product);
    auto [first, second] = getOperandKeys(product.getNaming());
    warnAboutOperand(loc, role, first, product.getLhs());
    warnAboutOperand(loc, role, second, product.getRhs());
  }
}

} // namespace mx

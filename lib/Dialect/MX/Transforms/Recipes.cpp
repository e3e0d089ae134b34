//===- Recipes.cpp - Recipes by name or file, with overrides
//---------------===//

#include "mx/Dialect/MX/Transforms/Recipes.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;

namespace mx {

static FailureOr<RecipeAttr> loadRecipe(Location loc, StringRef path) {
  MLIRContext *context = loc.getContext();
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(path, ParserConfig(context));
  if (!module)
    return failure();
  auto recipe =
      (*module)->getAttrOfType<RecipeAttr>(MXDialect::kRecipeAttrName);
  if (!recipe)
    return emitError(loc) << "expected the module in recipe file '" << path
                          << "' to have the attribute "
                          << MXDialect::kRecipeAttrName
                          << " = #mx.recipe<…>, but found none";
  return recipe;
}

static FailureOr<RecipeAttr> findRecipe(Location loc, StringRef name) {
  for (const BuiltinRecipe &builtin : getBuiltinRecipes())
    if (builtin.name == name)
      return cast<RecipeAttr>(parseAttribute(builtin.text, loc.getContext()));
  if (llvm::sys::fs::is_regular_file(name))
    return loadRecipe(loc, name);
  InFlightDiagnostic error = emitError(loc) << "expected a built-in recipe (";
  llvm::interleaveComma(
      getBuiltinRecipes(), error,
      [&](const BuiltinRecipe &builtin) { error << builtin.name; });
  return error << ") or a recipe file, but found '" << name
               << "', which is neither";
}

//===----------------------------------------------------------------------===//
// Overrides
//===----------------------------------------------------------------------===//

namespace {
/// The overrides that were given; each says what it changes.
struct Overrides {
  bool noHadamard = false;
  std::optional<int64_t> hadamardSize;
  std::optional<Rounding> rounding;
  std::optional<ScaleRule> scaleRule;
  std::optional<unsigned> randomBits;
  std::optional<Accumulate> accumulate;
  /// Roles whose products stay float, and more patterns to exclude.
  SmallVector<Role> floatRoles;
  SmallVector<StringAttr> excludeNames;
  bool excludeAttention = false;
};
} // namespace

static LogicalResult parseOverride(Location loc, StringRef key, StringRef value,
                                   Overrides &overrides) {
  auto expected = [&](StringRef what) -> LogicalResult {
    return emitError(loc) << "expected recipe override " << key << "=" << what
                          << ", but found '" << value << "'";
  };
  if (key == "rht") {
    int64_t size = 0;
    if (value == "none")
      overrides.noHadamard = true;
    else if (value.getAsInteger(10, size) || size < 2 || size > 1024 ||
             !llvm::isPowerOf2_64(size))
      return expected("none or a power of two from 2 to 1024");
    else
      overrides.hadamardSize = size;
    return success();
  }
  if (key == "rounding") {
    overrides.rounding = symbolizeRounding(value);
    return overrides.rounding
               ? success()
               : expected("nearest_even, nearest_away, toward_zero or "
                          "stochastic");
  }
  if (key == "scale_rule") {
    overrides.scaleRule = symbolizeScaleRule(value);
    return overrides.scaleRule ? success()
                               : expected("floor, ceil, rceil, even or amax");
  }
  if (key == "accumulate") {
    overrides.accumulate = symbolizeAccumulate(value);
    return overrides.accumulate ? success()
                                : expected("default, exact or fast");
  }
  if (key == "random_bits") {
    unsigned bits = 0;
    if (value.getAsInteger(10, bits) || (bits != 8 && bits != 16 && bits != 24))
      return expected("8, 16 or 24");
    overrides.randomBits = bits;
    return success();
  }
  if (std::optional<Role> role = symbolizeRole(key)) {
    if (value != "none")
      return expected("none, which keeps these products float");
    overrides.floatRoles.push_back(*role);
    return success();
  }
  if (key == "exclude") {
    if (value.empty())
      return expected("attention or a glob pattern over names");
    if (value == "attention")
      overrides.excludeAttention = true;
    else
      overrides.excludeNames.push_back(
          StringAttr::get(loc.getContext(), value));
    return success();
  }
  return emitError(loc) << "expected a recipe override rht, rounding, "
                           "scale_rule, random_bits, accumulate, forward, "
                           "dgrad, wgrad or exclude, but found '"
                        << key << "'";
}

static FailureOr<OperandRecipeAttr>
apply(Location loc, const Overrides &overrides, OperandRecipeAttr operand) {
  if (!operand)
    return operand;
  Rounding rounding = overrides.rounding.value_or(operand.getRounding());
  FloatAttr prescale = operand.getPrescale();
  if (overrides.rounding && rounding != Rounding::Stochastic)
    prescale = Builder(loc.getContext()).getF32FloatAttr(1.0);
  auto result = OperandRecipeAttr::getChecked(
      [&] { return emitError(loc); }, loc.getContext(), operand.getFormat(),
      overrides.scaleRule.value_or(operand.getScaleRule()), rounding, prescale,
      overrides.randomBits.value_or(operand.getRandomBits()),
      operand.getScaleMinNormal());
  if (!result)
    return failure();
  return result;
}

static HadamardAttr apply(const Overrides &overrides, MLIRContext *context,
                          HadamardAttr hadamard) {
  if (overrides.noHadamard)
    return {};
  if (!overrides.hadamardSize)
    return hadamard;
  Signs signs = hadamard && hadamard.getSigns() == Signs::None ? Signs::None
                                                               : Signs::Seed;
  return HadamardAttr::get(context, *overrides.hadamardSize, signs, {});
}

static FailureOr<ProductRecipeAttr>
apply(Location loc, const Overrides &overrides, ProductRecipeAttr product) {
  if (!product)
    return product;
  FailureOr<OperandRecipeAttr> lhs = apply(loc, overrides, product.getLhs());
  FailureOr<OperandRecipeAttr> rhs = apply(loc, overrides, product.getRhs());
  if (failed(lhs) || failed(rhs))
    return failure();
  FloatAttr alpha = product.getAlpha();
  if (overrides.rounding && *overrides.rounding != Rounding::Stochastic)
    alpha = Builder(loc.getContext()).getF32FloatAttr(1.0);
  return ProductRecipeAttr::get(
      loc.getContext(), *lhs, *rhs, product.getNaming(),
      apply(overrides, loc.getContext(), product.getHadamard()), alpha,
      overrides.accumulate.value_or(product.getAccumulate()));
}

static FailureOr<RecipeAttr> apply(Location loc, const Overrides &overrides,
                                   RecipeAttr recipe) {
  ProductRecipeAttr products[3];
  for (Role role : {Role::Forward, Role::DGrad, Role::WGrad}) {
    if (llvm::is_contained(overrides.floatRoles, role))
      continue;
    FailureOr<ProductRecipeAttr> product =
        apply(loc, overrides, recipe.getProduct(role));
    if (failed(product))
      return failure();
    products[int(role)] = *product;
  }
  SmallVector<StringAttr> names(recipe.getExcludeNames());
  llvm::append_range(names, overrides.excludeNames);
  return RecipeAttr::get(
      loc.getContext(), recipe.getName(), products[int(Role::Forward)],
      products[int(Role::DGrad)], products[int(Role::WGrad)],
      recipe.getExcludeAttention() || overrides.excludeAttention, names,
      recipe.getSaved());
}

/// A recipe written out in place of its name.
static FailureOr<RecipeAttr> readRecipe(Location loc, StringRef text) {
  auto recipe =
      dyn_cast_if_present<RecipeAttr>(parseAttribute(text, loc.getContext()));
  if (!recipe)
    return emitError(loc) << "expected an attribute #mx.recipe<…>, but found "
                          << text;
  return recipe;
}

FailureOr<RecipeAttr> getRecipe(Location loc, StringRef spec) {
  if (spec.starts_with("#"))
    return readRecipe(loc, spec);
  auto [name, rest] = spec.split(',');
  FailureOr<RecipeAttr> recipe = findRecipe(loc, name);
  if (failed(recipe))
    return failure();
  Overrides overrides;
  while (!rest.empty()) {
    auto [item, remaining] = rest.split(',');
    auto [key, value] = item.split('=');
    if (failed(parseOverride(loc, key.trim(), value.trim(), overrides)))
      return failure();
    rest = remaining;
  }
  return apply(loc, overrides, *recipe);
}

} // namespace mx

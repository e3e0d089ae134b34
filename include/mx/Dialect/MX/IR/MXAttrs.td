//===- MXAttrs.td - Attributes of the mx dialect ------------*- tablegen -*-===//

#ifndef MX_DIALECT_MX_IR_MXATTRS_TD
#define MX_DIALECT_MX_IR_MXATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mx/Dialect/MX/IR/MXDialect.td"
include "mx/Dialect/MX/IR/MXEnums.td"
include "mx/Dialect/MX/IR/MXTypes.td"

class MX_EnumAttr<EnumInfo info, string name> : EnumAttr<MX_Dialect, info, name> {
  let assemblyFormat = "$value";
}
def MX_RoundingAttr : MX_EnumAttr<MX_Rounding, "rounding">;
def MX_ScaleRuleAttr : MX_EnumAttr<MX_ScaleRule, "scale_rule">;
def MX_AccumulateAttr : MX_EnumAttr<MX_Accumulate, "accumulate">;
def MX_ScaleLayoutAttr : MX_EnumAttr<MX_ScaleLayout, "scale_layout">;

class MX_Attr<string name, string attrMnemonic>
    : AttrDef<MX_Dialect, name> {
  let mnemonic = attrMnemonic;
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def MX_HadamardAttr : MX_Attr<"Hadamard", "hadamard"> {
  let summary = "a randomised Hadamard transform of the contraction axis";
  let description = [{
    Groups of `size` (a power of two, 2 to 1024) are multiplied by
    diag(S)·H_size/√size. `signs` is `none`, `seed` (drawn from the run's seed)
    or a list of ±1 of length `size`.

    ```mlir
    #h = #mx.hadamard<size = 64, signs = seed>
    #fixed = #mx.hadamard<size = 4, signs = [1, -1, 1, 1]>
    func.func private @f() attributes {a = #h, b = #fixed}
    ```
  }];
  let parameters = (ins "int64_t":$size, "Signs":$signs,
                        OptionalArrayRefParameter<"int32_t">:$fixedSigns);
}

def MX_OperandRecipeAttr : MX_Attr<"OperandRecipe", "operand"> {
  let summary = "how a recipe quantises one operand of a product";
  let description = [{
    Keys: `format` (required), `scale_rule` (default: floor for E8M0 scales,
    amax for float scales), `rounding` (nearest_even), `prescale` (1.0),
    `random_bits` (16), `scale_min_normal` (false).

    ```mlir
    #o = #mx.operand<format = !mx.mxfp4, scale_rule = floor, prescale = 0.75, rounding = stochastic>
    func.func private @f() attributes {a = #o}
    ```
  }];
  let parameters = (ins "::mx::ScaledType":$format, "ScaleRule":$scaleRule,
                        "Rounding":$rounding, "::mlir::FloatAttr":$prescale,
                        "unsigned":$randomBits, "bool":$scaleMinNormal);
  let extraClassDeclaration = [{
    /// The rule that a scale format takes where none is named.
    static ScaleRule getDefaultScaleRule(ScaledType format);
  }];
}

def MX_ProductRecipeAttr : MX_Attr<"ProductRecipe", "product"> {
  let summary = "how a recipe rewrites the products of one role";
  let description = [{
    Keys: two operands, of which a missing one stays float; `hadamard`;
    `alpha` (1.0, multiplied into the f32 result); `accumulate` (default).
    Operands are named by side (`lhs`, `rhs`), in forward products also by use
    (`activation`, `weight`), in backward ones by `gradient` (dY) and `other`
    (the weight of a dgrad, the activation of a wgrad), wherever they stand.

    ```mlir
    #p = #mx.product<lhs = {format = !mx.mxfp4}, rhs = {format = !mx.mxfp4}, hadamard = {size = 64, signs = seed}, alpha = 2.0>
    func.func private @f() attributes {a = #p}
    ```
  }];
  let parameters = (ins
    OptionalParameter<"::mx::OperandRecipeAttr">:$lhs,
    OptionalParameter<"::mx::OperandRecipeAttr">:$rhs,
    // Weight: lhs is the activation and rhs the weight. Gradient: lhs is dY.
    "OperandNaming":$naming,
    OptionalParameter<"::mx::HadamardAttr">:$hadamard,
    "::mlir::FloatAttr":$alpha, "Accumulate":$accumulate);
}

def MX_RecipeAttr : MX_Attr<"Recipe", "recipe"> {
  let summary = "a training or inference recipe: a product recipe for each role";
  let description = [{
    A role that is not named stays float. `exclude` lists `attention` (products
    of two batched operands) and glob patterns over location names and
    `mx.name`. `saved` says what of the forward operands is kept for the
    backward products: their `source`, or the `packed` form, which they read
    dequantised.

    Example: the backward half of Algorithm 3 of "Training LLMs with MXFP4"
    (arXiv 2502.20586) for dgrad products.

    ```mlir
    #r = #mx.recipe<name = "mine", dgrad = {
      lhs = {format = !mx.mxfp4, scale_rule = floor, prescale = 0.75, rounding = stochastic},
      rhs = {format = !mx.mxfp4, scale_rule = floor, prescale = 0.75, rounding = stochastic},
      hadamard = {size = 64, signs = seed}, alpha = 1.7777778},
      exclude = [attention, "*head*"]>
    module attributes {mx.recipe = #r} {}
    ```
  }];
  let parameters = (ins
    "::mlir::StringAttr":$name,
    OptionalParameter<"::mx::ProductRecipeAttr">:$forward,
    OptionalParameter<"::mx::ProductRecipeAttr">:$dgrad,
    OptionalParameter<"::mx::ProductRecipeAttr">:$wgrad,
    "bool":$excludeAttention,
    OptionalArrayRefParameter<"::mlir::StringAttr">:$excludeNames,
    "Saved":$saved);
  let extraClassDeclaration = [{
    /// The product recipe of a role, or null where it stays float.
    ProductRecipeAttr getProduct(Role role) const;
  }];
}

def MX_QuantizerAttr : MX_Attr<"Quantizer", "quantizer"> {
  let summary = "one result of mx.packed.quantize: everything from the float to the codes";
  let description = [{
    In order: the source's last two axes are swapped if `transpose`; with
    `pad_to_group` the last axis is padded with zeros to a multiple of the
    Hadamard size; groups of it are transformed by `hadamard` (with
    `sign_stream`); then it is quantised to `format`.

    ```mlir
    #q = #mx.quantizer<format = !mx.mxfp4, rounding = stochastic, prescale = 0.75, stream = 2, transpose, hadamard = {size = 64, signs = seed}, sign_stream = 1>
    func.func private @f() attributes {a = #q}
    ```
  }];
  let parameters = (ins
    "::mx::ScaledType":$format, "ScaleRule":$scaleRule, "Rounding":$rounding,
    "::mlir::FloatAttr":$prescale, "unsigned":$randomBits,
    "bool":$scaleMinNormal, "int64_t":$stream, "bool":$transpose,
    "bool":$padToGroup, // pad the last axis to a multiple of the Hadamard size
    OptionalParameter<"::mx::HadamardAttr">:$hadamard,
    "int64_t":$signStream);
}

def MX_ScheduleAttr : AttrDef<MX_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "how the nvvm target computes one op";
  let description = [{
    Set by `mx-select-schedule` as `mx.schedule` on a packed op or a linalg op
    that is a product of floats, or by the user before it. `family` is a kernel family; `tile` the rows, columns and bytes
    of K that a block holds at a time; `stages` the depth of its ring in shared
    memory; `cluster` the blocks that share loads.

    ```mlir
    #s = #mx.schedule<"s8_fold", tile = [128, 256, 128], stages = 4, cluster = 2>
    func.func private @f() attributes {a = #s}
    ```
  }];
  let parameters = (ins StringRefParameter<"kernel family">:$family,
                        ArrayRefParameter<"int64_t">:$tile,
                        "int64_t":$stages, "int64_t":$cluster);
  let assemblyFormat = [{
    `<` $family `,` `tile` `=` `[` $tile `]` `,` `stages` `=` $stages `,`
    `cluster` `=` $cluster `>`
  }];
}

#endif // MX_DIALECT_MX_IR_MXATTRS_TD

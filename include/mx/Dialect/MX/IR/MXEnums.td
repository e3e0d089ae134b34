//===- MXEnums.td - Enumerations of the mx dialect ----------*- tablegen -*-===//
//
// The numeric values are shared with include/mx-runtime/mx_abi.h and never
// change.
//
//===----------------------------------------------------------------------===//

#ifndef MX_DIALECT_MX_IR_MXENUMS_TD
#define MX_DIALECT_MX_IR_MXENUMS_TD

include "mlir/IR/EnumAttr.td"

class MX_Enum<string name, string summary, list<I32EnumCase> cases>
    : I32Enum<name, summary, cases> {
  let cppNamespace = "::mx";
}

def MX_FloatKind : MX_Enum<"FloatKind", "which codes are not numbers", [
    I32EnumCase<"IEEE", 0, "ieee">,
    I32EnumCase<"FN", 1, "fn">,
    I32EnumCase<"Finite", 2, "finite">]>;

def MX_Rounding : MX_Enum<"Rounding", "rounding of an element", [
    I32EnumCase<"NearestEven", 0, "nearest_even">,
    I32EnumCase<"NearestAway", 1, "nearest_away">,
    I32EnumCase<"TowardZero", 2, "toward_zero">,
    I32EnumCase<"Stochastic", 3, "stochastic">]>;

def MX_ScaleRule : MX_Enum<"ScaleRule", "how a block's scale follows from its largest magnitude", [
    I32EnumCase<"Floor", 0, "floor">,
    I32EnumCase<"Ceil", 1, "ceil">,
    I32EnumCase<"RCeil", 2, "rceil">,
    I32EnumCase<"Even", 3, "even">,
    I32EnumCase<"Amax", 4, "amax">,
    I32EnumCase<"FourOverSix", 5, "four_over_six">,
    I32EnumCase<"Quest", 6, "quest">,
    I32EnumCase<"MSEden", 7, "ms_eden">,
    I32EnumCase<"Headroom", 8, "headroom">]>;

def MX_Accumulate : MX_Enum<"Accumulate", "how a matmul's sum is made", [
    I32EnumCase<"Default", 0, "default">,
    I32EnumCase<"Exact", 1, "exact">,
    I32EnumCase<"Fast", 2, "fast">]>;

def MX_Role : MX_Enum<"Role", "the part a product plays in a train step", [
    I32EnumCase<"Forward", 0, "forward">,
    I32EnumCase<"DGrad", 1, "dgrad">,
    I32EnumCase<"WGrad", 2, "wgrad">]>;

def MX_OperandNaming : MX_Enum<"OperandNaming", "how a recipe names the two operands of a product", [
    I32EnumCase<"Side", 0, "side">,
    I32EnumCase<"Weight", 1, "weight">,
    I32EnumCase<"Gradient", 2, "gradient">]>;

def MX_Signs : MX_Enum<"Signs", "where the signs of a Hadamard transform come from", [
    I32EnumCase<"None", 0, "none">,
    I32EnumCase<"Fixed", 1, "fixed">,
    I32EnumCase<"Seed", 2, "seed">]>;

def MX_Saved : MX_Enum<"Saved", "what is kept of the forward operands for the backward products", [
    I32EnumCase<"Source", 0, "source">,
    I32EnumCase<"Packed", 1, "packed">]>;

def MX_ScaleLayout : MX_Enum<"ScaleLayout", "physical order of a matrix of scales or codes", [
    I32EnumCase<"Linear", 0, "linear">,
    I32EnumCase<"Tile128x4", 1, "tile_128x4">,
    I32EnumCase<"Tile16x4", 2, "tile_16x4">]>;

#endif // MX_DIALECT_MX_IR_MXENUMS_TD

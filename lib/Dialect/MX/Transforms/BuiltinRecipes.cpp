//===- BuiltinRecipes.cpp - The recipes that have a name ------------------===//
//
// Each is text, as a user's file holds it; docs/recipes.md gives the source of
// each and what is checked of it.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/Transforms/Recipes.h"

using namespace mlir;

namespace mx {

// Operands that several recipes share.
#define MX_SR "rounding = stochastic"
#define MX_TSENG "{format = !mx.mxfp4, prescale = 0.75, " MX_SR "}"
#define MX_NVFP4 "{format = !mx.nvfp4}"
#define MX_NVFP4_SR "{format = !mx.nvfp4, " MX_SR "}"
#define MX_NVFP4_TILE                                                          \
  "{format = !mx.scaled<f4E2M1FN, f8E4M3FN, [16, 16], tensor_scale = f32>}"
#define MX_UP "{format = !mx.mxfp4, scale_rule = rceil}"
#define MX_UP_SR "{format = !mx.mxfp4, scale_rule = rceil, " MX_SR "}"
#define MX_UP_TILE                                                             \
  "{format = !mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 32]>, scale_rule = rceil}"
#define MX_H16 "hadamard = {size = 16, signs = none}"
// TransformerEngine's vector of NVFP4BlockScaling.
#define MX_NV_RHT16                                                            \
  "hadamard = {size = 16, signs = "                                            \
  "[1, 1, 1, -1, 1, -1, -1, -1, -1, -1, -1, 1, -1, 1, -1, -1]}"
#define MX_46 "{format = !mx.nvfp4, scale_rule = four_over_six}"
#define MX_46_TILE                                                             \
  "{format = !mx.scaled<f4E2M1FN, f8E4M3FN, [16, 16], tensor_scale = f32>, "   \
  "scale_rule = four_over_six}"
#define MX_NVFP4_ROOM "{format = !mx.nvfp4, scale_rule = headroom, " MX_SR "}"
#define MX_EDEN "{format = !mx.nvfp4, scale_rule = ms_eden}"
#define MX_QUEST "{format = !mx.mxfp4, scale_rule = quest}"
#define MX_TSENG_RTN "{format = !mx.mxfp4, prescale = 0.75}"
#define MX_RHT(size) "hadamard = {size = " #size ", signs = seed}"
#define MX_QUARTET_FORWARD                                                     \
  "forward = {activation = " MX_QUEST ", weight = " MX_QUEST ", "              \
  "hadamard = {size = 32, signs = none}}, "
#define MX_LINEAR_LAYERS "exclude = [attention, \"*head*\"]"

static constexpr BuiltinRecipe builtinRecipes[] = {
    {"none", "every product stays float", R"(#mx.recipe<name = "none">)"},
    {"mxfp8", "E4M3 forward, E5M2 for gradients; round-up scales, nearest-even",
     R"(#mx.recipe<name = "mxfp8",
          forward = {lhs = {format = !mx.mxfp8_e4m3, scale_rule = rceil},
                     rhs = {format = !mx.mxfp8_e4m3, scale_rule = rceil}},
          dgrad = {gradient = {format = !mx.mxfp8_e5m2, scale_rule = rceil},
                   other = {format = !mx.mxfp8_e4m3, scale_rule = rceil}},
          wgrad = {gradient = {format = !mx.mxfp8_e5m2, scale_rule = rceil},
                   other = {format = !mx.mxfp8_e4m3, scale_rule = rceil}}>)"},
    {"mxfp4_weights",
     "weights of forward products in MXFP4, everything else float",
     R"(#mx.recipe<name = "mxfp4_weights",
          forward = {weight = {format = !mx.mxfp4}}>)"},
    {"nvfp4", "NVFP4 with 1x16 blocks and nearest-even for every product",
     "#mx.recipe<name = \"nvfp4\", "
     "forward = {lhs = " MX_NVFP4 ", rhs = " MX_NVFP4 "}, "
     "dgrad = {lhs = " MX_NVFP4 ", rhs = " MX_NVFP4 "}, "
     "wgrad = {lhs = " MX_NVFP4 ", rhs = " MX_NVFP4 "}>"},
    {"mxfp4_backward",
     "Algorithm 3 of \"Training LLMs with MXFP4\" (arXiv 2502.20586): unbiased "
     "MXFP4 backward products",
     "#mx.recipe<name = \"mxfp4_backward\", "
     "dgrad = {lhs = " MX_TSENG ", rhs = " MX_TSENG ", "
     "hadamard = {size = 64, signs = seed}, alpha = 1.7777778}, "
     "wgrad = {lhs = " MX_TSENG ", rhs = " MX_TSENG ", "
     "hadamard = {size = 64, signs = seed}, alpha = "
     "1.7777778}, " MX_LINEAR_LAYERS ">"},
    {"mxfp4_hadamard",
     "MXFP4 with nearest-even and a deterministic Hadamard transform of 16 for "
     "every product (arXiv 2605.09825)",
     "#mx.recipe<name = \"mxfp4_hadamard\", "
     "forward = {lhs = {format = !mx.mxfp4}, rhs = {format = "
     "!mx.mxfp4}, " MX_H16 "}, "
     "dgrad = {lhs = {format = !mx.mxfp4}, rhs = {format = !mx.mxfp4}, " MX_H16
     "}, "
     "wgrad = {lhs = {format = !mx.mxfp4}, rhs = {format = !mx.mxfp4}, " MX_H16
     "}, " MX_LINEAR_LAYERS ">"},
    {"mxfp4_training",
     "MXFP4 with weights in 32x32 tiles, stochastic gradients and a Hadamard "
     "transform of 32 in wgrad (arXiv 2509.25149, section 5; AMD ALTO)",
     "#mx.recipe<name = \"mxfp4_training\", "
     "forward = {activation = " MX_UP ", weight = " MX_UP_TILE "}, "
     "dgrad = {gradient = " MX_UP_SR ", other = " MX_UP_TILE "}, "
     "wgrad = {gradient = " MX_UP_SR ", other = " MX_UP ", "
     "hadamard = {size = 32, signs = seed}}, " MX_LINEAR_LAYERS ">"},
    {"tetrajet",
     "TetraJet's MXFP4 (arXiv 2502.20853): stochastic backward products of "
     "what "
     "the forward ones quantised",
     "#mx.recipe<name = \"tetrajet\", "
     "forward = {activation = " MX_UP ", weight = " MX_UP "}, "
     "dgrad = {gradient = " MX_UP_SR ", other = " MX_UP_SR "}, "
     "wgrad = {gradient = " MX_UP_SR ", other = " MX_UP_SR
     "}, " MX_LINEAR_LAYERS ", saved = packed>"},
    {"fp4_all_the_way",
     "\"FP4 All the Way\" (arXiv 2505.19115): NVFP4 with stochastic rounding "
     "of "
     "gradients and, in wgrad, of activations",
     "#mx.recipe<name = \"fp4_all_the_way\", "
     "forward = {activation = " MX_NVFP4 ", weight = " MX_NVFP4 "}, "
     "dgrad = {gradient = " MX_NVFP4_SR ", other = " MX_NVFP4 "}, "
     "wgrad = {gradient = " MX_NVFP4_SR ", other = " MX_NVFP4_SR
     "}, " MX_LINEAR_LAYERS ">"},
    {"nvfp4_training",
     "NVIDIA's NVFP4 pretraining (arXiv 2509.25149): weights in 16x16 tiles, "
     "stochastic gradients, fixed signs in wgrad",
     "#mx.recipe<name = \"nvfp4_training\", "
     "forward = {activation = " MX_NVFP4 ", weight = " MX_NVFP4_TILE "}, "
     "dgrad = {gradient = " MX_NVFP4_SR ", other = " MX_NVFP4_TILE "}, "
     "wgrad = {gradient = " MX_NVFP4_SR ", other = " MX_NVFP4 ", " MX_NV_RHT16
     "}, " MX_LINEAR_LAYERS ">"},
    {"four_over_six",
     "Four over Six (arXiv 2512.02010): NVFP4 with the better of two scales a "
     "block, unbiased gradients",
     "#mx.recipe<name = \"four_over_six\", "
     "forward = {activation = " MX_46 ", weight = " MX_46_TILE "}, "
     "dgrad = {gradient = " MX_NVFP4_ROOM ", other = " MX_46_TILE "}, "
     "wgrad = {gradient = " MX_NVFP4_ROOM ", other = " MX_46
     ", " MX_RHT(16) "}, " MX_LINEAR_LAYERS ">"},
    {"quartet",
     "Quartet (arXiv 2505.14669v4): MXFP4 with QuEST scales forward, "
     "nearest-even on randomised transforms backward",
     "#mx.recipe<name = \"quartet\", " MX_QUARTET_FORWARD
     "dgrad = {lhs = " MX_TSENG_RTN ", rhs = " MX_TSENG_RTN
     ", " MX_RHT(32) ", "
                     "alpha = 1.7777778}, "
                     "wgrad = {lhs = " MX_TSENG_RTN ", rhs = " MX_TSENG_RTN
                     ", " MX_RHT(32) ", "
                                     "alpha = 1.7777778}, " MX_LINEAR_LAYERS
                                     ", saved = packed>"},
    {"quartet_v1",
     "Quartet as first published (arXiv 2505.14669v1): stochastic rounding "
     "backward",
     "#mx.recipe<name = \"quartet_v1\", " MX_QUARTET_FORWARD
     "dgrad = {lhs = " MX_TSENG ", rhs = " MX_TSENG
     ", " MX_RHT(32) ", "
                     "alpha = 1.7777778}, "
                     "wgrad = {lhs = " MX_TSENG ", rhs = " MX_TSENG
                     ", " MX_RHT(32) ", "
                                     "alpha = 1.7777778}, " MX_LINEAR_LAYERS
                                     ", saved = packed>"},
    {"quartet2",
     "Quartet II (arXiv 2601.22813): NVFP4, four over six forward, MS-EDEN on "
     "randomised transforms backward",
     "#mx.recipe<name = \"quartet2\", "
     "forward = {activation = " MX_46 ", weight = " MX_46 "}, "
     "dgrad = {lhs = " MX_EDEN ", rhs = " MX_EDEN
     ", " MX_RHT(128) "}, "
                      "wgrad = {lhs = " MX_EDEN ", rhs = " MX_EDEN ", " MX_RHT(
                          128) "}, " MX_LINEAR_LAYERS ", saved = packed>"},
};

ArrayRef<BuiltinRecipe> getBuiltinRecipes() { return builtinRecipes; }

} // namespace mx

// Combinations that are legal and known to be biased or to diverge get a remark; so do overrides that make one.
// RUN: split-file %s %t
// RUN: mx-opt %t/empty.mlir --mx-apply-recipe=recipe=%t/four.mlir 2>&1 | FileCheck %s --check-prefix=FOUR
// RUN: mx-opt %t/empty.mlir --mx-apply-recipe=recipe=nvfp4,rounding=stochastic 2>&1 | FileCheck %s --check-prefix=FORWARD
// RUN: mx-opt %t/empty.mlir --mx-apply-recipe=recipe=%t/floor.mlir 2>&1 | FileCheck %s --check-prefix=FLOOR
// RUN: mx-opt %t/empty.mlir --mx-apply-recipe=recipe=%t/even.mlir 2>&1 | FileCheck %s --check-prefix=EVEN
// RUN: mx-opt %t/empty.mlir --mx-apply-recipe=recipe=mxfp4_backward 2>&1 | FileCheck %s --check-prefix=FINE
// RUN: mx-opt %t/empty.mlir --mx-apply-recipe=recipe=tetrajet 2>&1 | FileCheck %s --check-prefix=FINE
// RUN: mx-opt %t/empty.mlir --mx-apply-recipe=recipe=four_over_six 2>&1 | FileCheck %s --check-prefix=FINE
// RUN: mx-opt %t/empty.mlir --mx-apply-recipe=recipe=quartet2 2>&1 | FileCheck %s --check-prefix=FINE
// RUN: mx-opt %t/empty.mlir --mx-apply-recipe=recipe=quartet2,rht=none 2>&1 | FileCheck %s --check-prefix=EDEN
// FOUR: remark: the dgrad product's 'gradient' is biased: four_over_six chooses a scale by the error of elements that were rounded stochastically (arXiv 2601.22813, section 4.2); use nearest_even, or amax
// FORWARD: remark: the forward product's 'rhs' is rounded stochastically: weights and activations so rounded made training diverge (arXiv 2509.25149, appendix E)
// FLOOR: remark: the wgrad product's 'gradient' is biased: with scale_rule floor and prescale 1
// EVEN: remark: the wgrad product's 'gradient' is biased: with scale_rule even and prescale 1
// EDEN: remark: the dgrad product is biased: ms_eden corrects scales for transforms with random signs (arXiv 2601.22813); add hadamard = {size = 128, signs = seed}
// EDEN: remark: the wgrad product is biased
// FINE-NOT: remark

//--- empty.mlir
module {}

//--- four.mlir
module attributes {mx.recipe = #mx.recipe<name = "four", dgrad = {
  gradient = {format = !mx.nvfp4, scale_rule = four_over_six, rounding = stochastic}}>} {}

//--- floor.mlir
module attributes {mx.recipe = #mx.recipe<name = "floor", wgrad = {gradient = {format = !mx.mxfp4, rounding = stochastic}}>} {}

//--- even.mlir
module attributes {mx.recipe = #mx.recipe<name = "even", wgrad = {
  gradient = {format = !mx.mxfp4, scale_rule = even, rounding = stochastic}}>} {}

// RUN: mx-opt %s --mx-apply-recipe=recipe=mxfp4_backward -split-input-file -verify-diagnostics | FileCheck %s
// RUN: not mx-opt %s --mx-apply-recipe=recipe=mxfp5 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not mx-opt %s --mx-apply-recipe=recipe=nvfp4,rht=48 2>&1 | FileCheck %s --check-prefix=RHT
// RUN: not mx-opt %s --mx-apply-recipe=recipe=nvfp4,colour=red 2>&1 | FileCheck %s --check-prefix=KEY
// NAME: error: expected a built-in recipe (none, mxfp8, mxfp4_weights, nvfp4, mxfp4_backward, {{.*}}quartet2) or a recipe file, but found 'mxfp5', which is neither
// RHT: error: expected recipe override rht=none or a power of two from 2 to 1024, but found '48'
// KEY: error: expected a recipe override rht, rounding, scale_rule, random_bits, accumulate, forward, dgrad, wgrad or exclude, but found 'colour'

// Algorithm 3: both operands padded, transformed with shared signs, ¾ of each rounded stochastically, 16/9.
// CHECK-LABEL: @dgrad
// CHECK-SAME: %[[X:.*]]: tensor<8x50xf32>, %[[W:.*]]: tensor<50x4xf32>, %[[O:.*]]: tensor<8x4xf32>, %[[S:.*]]: i64 {mx.seed}
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[W]]
// CHECK: %[[PX:.*]] = tensor.pad %[[X]] low[0, 0] high[0, 14]
// CHECK: %[[HX:.*]] = mx.hadamard ins(%[[PX]] : tensor<8x64xf32>) {{.*}} seed %[[S]] transform <size = 64, signs = seed> ->
// CHECK: %[[QX:.*]] = mx.quantize %[[HX]] seed %[[S]] rounding stochastic scale_rule floor {prescale = 7.500000e-01 : f32}
// CHECK: %[[PW:.*]] = tensor.pad %[[T]] low[0, 0] high[0, 14]
// CHECK: %[[HW:.*]] = mx.hadamard ins(%[[PW]] : tensor<4x64xf32>) {{.*}} seed %[[S]] transform <size = 64, signs = seed> ->
// CHECK: %[[QW:.*]] = mx.quantize %[[HW]] seed %[[S]] rounding stochastic scale_rule floor {prescale = 7.500000e-01 : f32, stream = 1 : i64}
// CHECK: %[[M:.*]] = mx.matmul %[[QX]], %[[QW]] {alpha = 1.77777779 : f32}
// CHECK: linalg.add ins(%[[M]], %[[O]]
func.func @dgrad(%x: tensor<8x50xf32>, %w: tensor<50x4xf32>, %o: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %0 = linalg.matmul {mx.role = "dgrad"} ins(%x, %w : tensor<8x50xf32>, tensor<50x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
  return %0 : tensor<8x4xf32>
}

// -----

// Dynamic extents, two rows and two contraction loops, the result permuted.
#a = affine_map<(i, j, n, k, l) -> (k, i, l, j)>
#b = affine_map<(i, j, n, k, l) -> (n, k, l)>
#c = affine_map<(i, j, n, k, l) -> (n, i, j)>
// CHECK-LABEL: @contraction
// CHECK: linalg.transpose {{.*}} permutation = [1, 3, 0, 2]
// CHECK: tensor.collapse_shape {{.*}} {{\[\[}}0, 1], [2, 3]]
// CHECK: tensor.collapse_shape {{.*}} {{\[\[}}0], [1, 2]]
// CHECK: mx.matmul {{.*}} -> tensor<?x?xf32>
// CHECK: tensor.expand_shape {{.*}} {{\[\[}}0, 1], [2]]
// CHECK: linalg.transpose {{.*}} permutation = [2, 0, 1]
func.func @contraction(%x: tensor<?x3x?x?xf32>, %w: tensor<?x?x?xf32>, %o: tensor<?x3x?xf32>) -> tensor<?x3x?xf32> {
  %0 = linalg.generic {mx.role = "wgrad", indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %w : tensor<?x3x?x?xf32>, tensor<?x?x?xf32>) outs(%o : tensor<?x3x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %c, %m : f32
    linalg.yield %s : f32
  } -> tensor<?x3x?xf32>
  return %0 : tensor<?x3x?xf32>
}

// -----

// Each reason for leaving a product alone is said.
// CHECK-LABEL: @left_alone
// CHECK-NOT: mx.matmul
func.func @left_alone(%x: tensor<8x16xf32>, %w: tensor<16x4xf32>, %o: tensor<8x4xf32>, %v: tensor<16xf32>, %ov: tensor<8xf32>,
                      %d: tensor<8x16xf64>, %e: tensor<16x4xf64>, %od: tensor<8x4xf64>,
                      %b: tensor<2x8x16xf32>, %c: tensor<2x16x4xf32>, %ob: tensor<2x8x4xf32>) {
  // expected-remark @below {{left as it is: recipe 'mxfp4_backward' keeps forward products float}}
  %0 = linalg.matmul {mx.role = "forward"} ins(%x, %w : tensor<8x16xf32>, tensor<16x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
  // expected-remark @below {{left as it is: it has no role; run mx-infer-roles or set mx.role}}
  %1 = linalg.matmul ins(%x, %w : tensor<8x16xf32>, tensor<16x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
  // expected-remark @below {{left as it is: the recipe excludes names that match "*head*"}}
  %2 = linalg.matmul {mx.role = "dgrad", mx.name = "lm_head"} ins(%x, %w : tensor<8x16xf32>, tensor<16x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
  // expected-remark @below {{left as it is: it is a product with a vector, not with a matrix}}
  %3 = linalg.matvec ins(%x, %v : tensor<8x16xf32>, tensor<16xf32>) outs(%ov : tensor<8xf32>) -> tensor<8xf32>
  // expected-remark @below {{left as it is: it has elements of type f64, and only f32, bf16 and f16 are quantised}}
  %4 = linalg.matmul ins(%d, %e : tensor<8x16xf64>, tensor<16x4xf64>) outs(%od : tensor<8x4xf64>) -> tensor<8x4xf64>
  // expected-remark @below {{left as it is: the recipe excludes attention (two batched operands)}}
  %5 = linalg.batch_matmul {mx.role = "dgrad"} ins(%b, %c : tensor<2x8x16xf32>, tensor<2x16x4xf32>) outs(%ob : tensor<2x8x4xf32>) -> tensor<2x8x4xf32>
  return
}

// -----

// Calls and iterations draw from seeds of their own; a private function gets a seed too.
// CHECK-LABEL: func.func private @callee
// CHECK-SAME: i64 {mx.seed}
func.func private @callee(%x: tensor<8x64xf32>, %w: tensor<64x8xf32>, %o: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %0 = linalg.matmul {mx.role = "dgrad"} ins(%x, %w : tensor<8x64xf32>, tensor<64x8xf32>) outs(%o : tensor<8x8xf32>) -> tensor<8x8xf32>
  return %0 : tensor<8x8xf32>
}
// CHECK-LABEL: func.func @caller
// CHECK-SAME: %[[SEED:[a-z0-9]+]]: i64 {mx.seed}
// CHECK: %[[FIRST:.*]] = mx.derive_seed %[[SEED]], %c4294967296_i64
// CHECK: call @callee({{.*}}, %[[FIRST]])
// CHECK: scf.for %[[I:.*]] =
// CHECK: %[[ITERATION:.*]] = mx.derive_seed %[[SEED]],
// CHECK: %[[SECOND:.*]] = mx.derive_seed %[[ITERATION]], %c4294967297_i64
// CHECK: func.call @callee({{.*}}, %[[SECOND]])
func.func @caller(%x: tensor<8x64xf32>, %w: tensor<64x8xf32>, %o: tensor<8x8xf32>, %n: index) -> tensor<8x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = func.call @callee(%x, %w, %o) : (tensor<8x64xf32>, tensor<64x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %0) -> tensor<8x8xf32> {
    %2 = func.call @callee(%x, %w, %a) : (tensor<8x64xf32>, tensor<64x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
    scf.yield %2 : tensor<8x8xf32>
  }
  return %1 : tensor<8x8xf32>
}

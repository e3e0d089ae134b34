// Tiles along the contraction count blocks, leave alpha and tensor scales to the end and add in f32.
// RUN: mx-opt %s --transform-interpreter --canonicalize --cse | FileCheck %s

// CHECK-LABEL: @matmul
// CHECK: %[[ZERO:.*]] = linalg.fill {{.*}} -> tensor<6x8xf32>
// CHECK: %[[SUM:.*]] = scf.for %{{.*}} = %c0 to %c4 step %c2 iter_args(%[[ACC:.*]] = %[[ZERO]])
// CHECK: %[[SLICE:.*]] = tensor.extract_slice %arg1
// CHECK: %[[CODES:.*]], %[[SCALE:.*]], %{{.*}} = mx.disassemble %[[SLICE]]
// CHECK: %[[B:.*]] = mx.assemble %[[CODES]], %[[SCALE]]
// CHECK-SAME: !mx.scaled<f4E2M1FN, f8E4M3FN, [16]>
// CHECK: mx.matmul %{{.*}}, %[[B]] acc %[[ACC]] :
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[SUM]], %{{.*}} : tensor<6x8xf32>, tensor<f32>)
// CHECK: arith.mulf
// CHECK: arith.mulf %{{.*}}, %cst
// CHECK: arith.truncf
func.func @matmul(%a: tensor<6x100x!mx.mxfp4>, %b: tensor<8x100x!mx.nvfp4>) -> tensor<6x8xbf16> {
  %0 = mx.matmul %a, %b {alpha = 2.0 : f32} : tensor<6x100x!mx.mxfp4>, tensor<8x100x!mx.nvfp4> -> tensor<6x8xbf16>
  return %0 : tensor<6x8xbf16>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %m = transform.structured.match ops{["mx.matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %f, %t, %c, %l = transform.structured.tile_reduction_using_for %m by tile_sizes = [0, 0, 2]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

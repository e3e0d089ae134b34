// What cannot be tiled says so where it stands.
// RUN: mx-opt %s --transform-interpreter --split-input-file --verify-diagnostics

func.func @whole_contraction(%a: tensor<6x96x!mx.mxfp4>, %b: tensor<8x96x!mx.mxfp4>) -> tensor<6x8xf32> {
  // expected-error @+3 {{faild to tile operation}}
  // expected-error @+2 {{expected a tile with the whole contraction axis, but found a tile size along it}}
  // expected-error @+1 {{failed to generate tiling loops}}
  %0 = mx.matmul %a, %b : tensor<6x96x!mx.mxfp4>, tensor<8x96x!mx.mxfp4> -> tensor<6x8xf32>
  return %0 : tensor<6x8xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %m = transform.structured.match ops{["mx.matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %u, %k = transform.structured.tile_using_for %m tile_sizes [0, 0, 1] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @exact(%a: tensor<6x96x!mx.mxfp4>, %b: tensor<8x96x!mx.mxfp4>) -> tensor<6x8xf32> {
  // expected-error @+1 {{expected accumulate default or fast, but found exact: parts of a sum that is rounded once cannot be rounded}}
  %0 = mx.matmul %a, %b accumulate exact : tensor<6x96x!mx.mxfp4>, tensor<8x96x!mx.mxfp4> -> tensor<6x8xf32>
  return %0 : tensor<6x8xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %m = transform.structured.match ops{["mx.matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-error @+1 {{failed to tile using partial reduction}}
    %f, %t, %c, %l = transform.structured.tile_reduction_using_for %m by tile_sizes = [0, 0, 1]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// Tiles count blocks along blocked axes, carry their origin and share the whole tensor's amax.
// RUN: mx-opt %s --transform-interpreter --canonicalize --cse | FileCheck %s

// CHECK-LABEL: @quantize
// CHECK: %[[AMAX:.*]] = mx.amax %arg0
// CHECK: scf.for %[[I:.*]] = %c0 to %c6 step %c4
// CHECK: scf.for %[[J:.*]] = %c0 to %c7 step %c2
// CHECK: %[[SLICE:.*]] = tensor.extract_slice %arg0[%[[I]], %{{.*}}]
// CHECK: mx.quantize %[[SLICE]] amax %[[AMAX]] seed %arg1 origin[%[[I]], %{{.*}}] extents[%c6] rounding stochastic
func.func @quantize(%x: tensor<6x100xf32>, %seed: i64 {mx.seed}) -> tensor<6x100x!mx.nvfp4> {
  %0 = mx.quantize %x seed %seed rounding stochastic : tensor<6x100xf32> -> tensor<6x100x!mx.nvfp4>
  return %0 : tensor<6x100x!mx.nvfp4>
}

// CHECK-LABEL: @matmul
// CHECK: scf.for %[[M:.*]] = %c0 to %c6 step %c4
// CHECK: %[[A:.*]] = tensor.extract_slice %arg0[%[[M]], 0]
// CHECK: mx.matmul %[[A]], %arg1
func.func @matmul(%a: tensor<6x96x!mx.mxfp4>, %b: tensor<8x96x!mx.nvfp4>) -> tensor<6x8xf32> {
  %0 = mx.matmul %a, %b accumulate exact : tensor<6x96x!mx.mxfp4>, tensor<8x96x!mx.nvfp4> -> tensor<6x8xf32>
  return %0 : tensor<6x8xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %q = transform.structured.match ops{["mx.quantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %t, %l:2 = transform.structured.tile_using_for %q tile_sizes [4, 2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    %m = transform.structured.match ops{["mx.matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %u, %k = transform.structured.tile_using_for %m tile_sizes [4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

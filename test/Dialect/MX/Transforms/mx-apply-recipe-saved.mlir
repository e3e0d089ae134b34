// With saved = packed backward products read what the forward product quantised.
// RUN: split-file %s %t
// RUN: mx-opt %t/step.mlir --mx-apply-recipe=recipe=%t/recipe.mlir --canonicalize --cse --verify-diagnostics | FileCheck %t/step.mlir

//--- recipe.mlir
module attributes {mx.recipe = #mx.recipe<name = "saved",
  forward = {activation = {format = !mx.mxfp8_e4m3}, weight = {format = !mx.mxfp4}}, saved = packed>} {}

//--- step.mlir
// The wgrad's transpose is taken of the dequantised activation; the dgrad gets the dequantised weight. Both are
// dequantised where they are used.
// CHECK-LABEL: @step
// CHECK: %[[QX:.*]] = mx.quantize %arg0
// CHECK: %[[QW:.*]] = mx.quantize
// CHECK: mx.matmul %[[QX]], %[[QW]]
// CHECK: %[[X:.*]] = mx.dequantize %[[QX]]
// CHECK: %[[XT:.*]] = linalg.transpose ins(%[[X]]
// CHECK: linalg.matmul {mx.role = "wgrad"} ins(%[[XT]], %[[G:[a-z0-9]+]] :
// CHECK: %[[WT:.*]] = mx.dequantize %[[QW]] : tensor<16x64x!mx.mxfp4>
// CHECK: %[[W:.*]] = linalg.transpose ins(%[[WT]]
// CHECK: linalg.matmul {{.*}}mx.role = "dgrad"} ins(%[[G]], %[[W]]
func.func @step(%x: tensor<32x64xf32>, %w: tensor<64x16xf32>, %dy: tensor<32x16xf32>)
    -> (tensor<32x16xf32>, tensor<64x16xf32>, tensor<32x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %e0 = tensor.empty() : tensor<32x16xf32>
  %f0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<32x16xf32>) -> tensor<32x16xf32>
  %y = linalg.matmul {mx.role = "forward"} ins(%x, %w : tensor<32x64xf32>, tensor<64x16xf32>) outs(%f0 : tensor<32x16xf32>) -> tensor<32x16xf32>
  %g = linalg.mul ins(%dy, %y : tensor<32x16xf32>, tensor<32x16xf32>) outs(%e0 : tensor<32x16xf32>) -> tensor<32x16xf32>
  %e1 = tensor.empty() : tensor<64x32xf32>
  %xt = linalg.transpose ins(%x : tensor<32x64xf32>) outs(%e1 : tensor<64x32xf32>) permutation = [1, 0]
  %e2 = tensor.empty() : tensor<64x16xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<64x16xf32>) -> tensor<64x16xf32>
  // expected-remark @+1 {{left as it is: recipe 'saved' keeps wgrad products float}}
  %dw = linalg.matmul {mx.role = "wgrad"} ins(%xt, %g : tensor<64x32xf32>, tensor<32x16xf32>) outs(%f2 : tensor<64x16xf32>) -> tensor<64x16xf32>
  %e3 = tensor.empty() : tensor<32x64xf32>
  %f3 = linalg.fill ins(%zero : f32) outs(%e3 : tensor<32x64xf32>) -> tensor<32x64xf32>
  // expected-remark @+1 {{left as it is: recipe 'saved' keeps dgrad products float}}
  %dx = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    {mx.role = "dgrad"} ins(%g, %w : tensor<32x16xf32>, tensor<64x16xf32>) outs(%f3 : tensor<32x64xf32>) -> tensor<32x64xf32>
  return %y, %dw, %dx : tensor<32x16xf32>, tensor<64x16xf32>, tensor<32x64xf32>
}

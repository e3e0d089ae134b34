// No family of target nvvm reads the tiles of CPUs.
// RUN: mxc explain %s | FileCheck %s
// CHECK: f32 x !mx.mxfp4 -> tensor<4x20xf32>: portable
// CHECK-NEXT: not any family: operands are in tiles; relayout them to linear
func.func @main(%a: tensor<4x64xf32>, %codes: tensor<2x8x64xi8>, %scale: tensor<2x1x64xi8>) -> tensor<4x20xf32> {
  %k = arith.constant 64 : index
  %out = tensor.empty() : tensor<4x20xf32>
  %0 = mx.packed.matmul a(%a : tensor<4x64xf32>) b(%codes, %scale : tensor<2x8x64xi8>, tensor<2x1x64xi8>) k %k
         outs(%out : tensor<4x20xf32>) b_layout tile_16x4 {b_format = !mx.mxfp4} -> tensor<4x20xf32>
  return %0 : tensor<4x20xf32>
}

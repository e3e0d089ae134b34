// The reference target leaves linalg and arith only, whatever the format, and no float op that
// could round by another rule than the contract's.

// RUN: mx-opt %s --mx-pack --mx-lower-reference | FileCheck %s

// CHECK-LABEL: func.func @quantize
// CHECK-NOT: mx.
// CHECK: linalg.generic
// CHECK-NOT: {{ mx\.}}
func.func @quantize(%x: tensor<4x64xf32>) -> tensor<4x64x!mx.mxfp4> {
  %0 = mx.quantize %x scale_rule rceil : tensor<4x64xf32> -> tensor<4x64x!mx.mxfp4>
  return %0 : tensor<4x64x!mx.mxfp4>
}

// Two levels of scale.
// CHECK-LABEL: func.func @round_trip
// CHECK: linalg.generic
// CHECK-NOT: {{ mx\.}}
func.func @round_trip(%x: tensor<?x48xbf16>) -> tensor<?x48xf32> {
  %0 = mx.quantize %x scale_rule amax : tensor<?x48xbf16> -> tensor<?x48x!mx.nvfp4>
  %1 = mx.dequantize %0 : tensor<?x48x!mx.nvfp4> -> tensor<?x48xf32>
  return %1 : tensor<?x48xf32>
}

// An exact product is one wide integer sum.
// CHECK-LABEL: func.func @exact
// CHECK: i640
// CHECK-NOT: {{ mx\.}}
func.func @exact(%a: tensor<4x64x!mx.mxfp4>, %b: tensor<8x64x!mx.mxfp8_e4m3>) -> tensor<4x8xf32> {
  %0 = mx.matmul %a, %b {accumulate = #mx<accumulate exact>} : tensor<4x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp8_e4m3> -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// Weights in the tiles of CPUs are read where they lie.
// CHECK-LABEL: func.func @tiles
// CHECK-NOT: mx.
// CHECK: tensor.extract %{{.*}} : tensor<2x8x64xi8>
// CHECK-NOT: {{ mx\.}}
func.func @tiles(%a: tensor<4x64xf32>, %codes: tensor<2x8x64xi8>, %scale: tensor<2x1x64xi8>, %out: tensor<4x20xf32>) -> tensor<4x20xf32> {
  %k = arith.constant 64 : index
  %0 = mx.packed.matmul a(%a : tensor<4x64xf32>) b(%codes, %scale : tensor<2x8x64xi8>, tensor<2x1x64xi8>) k %k
         outs(%out : tensor<4x20xf32>) accumulate exact b_layout tile_16x4 {b_format = !mx.mxfp4} -> tensor<4x20xf32>
  return %0 : tensor<4x20xf32>
}

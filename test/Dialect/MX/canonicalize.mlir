// RUN: mx-opt %s --canonicalize | FileCheck %s

// Two transposes cancel.
// CHECK-LABEL: @transpose_twice
// CHECK-NEXT: return %arg0
func.func @transpose_twice(%x: tensor<4x32x!mx.mxfp4>) -> tensor<4x32x!mx.mxfp4> {
  %0 = mx.transpose %x : tensor<4x32x!mx.mxfp4> -> tensor<32x4x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>>
  %1 = mx.transpose %0 : tensor<32x4x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>> -> tensor<4x32x!mx.mxfp4>
  return %1 : tensor<4x32x!mx.mxfp4>
}

// Taking apart what was put together.
// CHECK-LABEL: @disassemble_assemble
// CHECK-NEXT: return %arg0, %arg1
func.func @disassemble_assemble(%c: tensor<4x2x16xi8>, %s: tensor<4x2xi8>) -> (tensor<4x2x16xi8>, tensor<4x2xi8>) {
  %0 = mx.assemble %c, %s : tensor<4x2x16xi8>, tensor<4x2xi8> -> tensor<4x64x!mx.mxfp4>
  %1:2 = mx.disassemble %0 : tensor<4x64x!mx.mxfp4> -> tensor<4x2x16xi8>, tensor<4x2xi8>
  return %1#0, %1#1 : tensor<4x2x16xi8>, tensor<4x2xi8>
}

// Other forms of the codes stay.
// CHECK-LABEL: @disassemble_differently
// CHECK: mx.disassemble
func.func @disassemble_differently(%c: tensor<4x2x16xi8>, %s: tensor<4x2xi8>) -> (tensor<4x64xf4E2M1FN>, tensor<4x2xi8>) {
  %0 = mx.assemble %c, %s : tensor<4x2x16xi8>, tensor<4x2xi8> -> tensor<4x64x!mx.mxfp4>
  %1:2 = mx.disassemble %0 : tensor<4x64x!mx.mxfp4> -> tensor<4x64xf4E2M1FN>, tensor<4x2xi8>
  return %1#0, %1#1 : tensor<4x64xf4E2M1FN>, tensor<4x2xi8>
}

// Seeds of constants are constants: Philox4x32-10 of counter (0, 0, 0, 2) under key 0.
// CHECK-LABEL: @derive_constant
// CHECK-NOT: mx.derive_seed
// CHECK: arith.constant {{-?[0-9]+}} : i64
func.func @derive_constant() -> i64 {
  %c0 = arith.constant 0 : i64
  %0 = mx.derive_seed %c0, %c0
  return %0 : i64
}

// The origin matters to stochastic rounding alone.
// CHECK-LABEL: @unused_origin
// CHECK: mx.quantize %arg0 :
// CHECK: mx.quantize %arg0 seed %arg2 origin[%arg1, %arg1]
func.func @unused_origin(%x: tensor<4x32xf32>, %i: index, %seed: i64) -> (tensor<4x32x!mx.mxfp4>, tensor<4x32x!mx.mxfp4>) {
  %0 = mx.quantize %x origin[%i, %i] extents[%i] : tensor<4x32xf32> -> tensor<4x32x!mx.mxfp4>
  %1 = mx.quantize %x seed %seed origin[%i, %i] extents[%i] rounding stochastic : tensor<4x32xf32> -> tensor<4x32x!mx.mxfp4>
  return %0, %1 : tensor<4x32x!mx.mxfp4>, tensor<4x32x!mx.mxfp4>
}

// A relayout to tiles and back is nothing; tiles, linear and tiles again is not.
// CHECK-LABEL: @relayout
// CHECK-NEXT: return %arg0
func.func @relayout(%s: tensor<64x7xi8>, %t: tensor<1x2x512xi8>) -> tensor<64x7xi8> {
  %0 = mx.packed.relayout ins(%s : tensor<64x7xi8>) outs(%t : tensor<1x2x512xi8>) linear to tile_128x4 -> tensor<1x2x512xi8>
  %1 = mx.packed.relayout ins(%0 : tensor<1x2x512xi8>) outs(%s : tensor<64x7xi8>) tile_128x4 to linear -> tensor<64x7xi8>
  return %1 : tensor<64x7xi8>
}
// CHECK-LABEL: @relayout_of_tiles
// CHECK-COUNT-2: mx.packed.relayout
func.func @relayout_of_tiles(%s: tensor<64x7xi8>, %t: tensor<1x2x512xi8>) -> tensor<1x2x512xi8> {
  %0 = mx.packed.relayout ins(%t : tensor<1x2x512xi8>) outs(%s : tensor<64x7xi8>) tile_128x4 to linear -> tensor<64x7xi8>
  %1 = mx.packed.relayout ins(%0 : tensor<64x7xi8>) outs(%t : tensor<1x2x512xi8>) linear to tile_128x4 -> tensor<1x2x512xi8>
  return %1 : tensor<1x2x512xi8>
}

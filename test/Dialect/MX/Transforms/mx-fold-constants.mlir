// Constants are quantised by the compiler; what draws bits from a seed of the caller stays.
// RUN: mx-opt %s --split-input-file --mx-fold-constants | FileCheck %s

// 1.5 is 6 times 2^-2: code 7 twice a byte, scale 127 - 2. The second row is zero, with the least scale.
// CHECK-LABEL: @dense
// CHECK-NOT: quantize
// CHECK-DAG: %[[CODES:.*]] = arith.constant dense<{{\[\[\[}}119, 119, 119, 119, 119, 119, 119, 119, 119, 119, 119, 119, 119, 119, 119, 119]], {{\[\[}}0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]]> : tensor<2x1x16xi8>
// CHECK-DAG: %[[SCALE:.*]] = arith.constant dense<{{\[\[}}125], [{{-?[0-9]+}}]]> : tensor<2x1xi8>
// CHECK: return %[[CODES]], %[[SCALE]]
func.func @dense(%codes: tensor<2x1x16xi8>, %scale: tensor<2x1xi8>) -> (tensor<2x1x16xi8>, tensor<2x1xi8>) {
  %x = arith.constant dense<"0x0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000C03F0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"> : tensor<2x32xf32>
  %0:2 = mx.packed.quantize ins(%x : tensor<2x32xf32>) outs(%codes, %scale : tensor<2x1x16xi8>, tensor<2x1xi8>)
           {quantizers = [#mx.quantizer<format = !mx.mxfp4>]} -> tensor<2x1x16xi8>, tensor<2x1xi8>
  return %0#0, %0#1 : tensor<2x1x16xi8>, tensor<2x1xi8>
}

// -----

// A resource, in bf16 and transposed; 4 columns of 2 make rows of 2 in a block of 32.
// CHECK-LABEL: @resource
// CHECK-NOT: quantize
// CHECK-DAG: arith.constant dense<{{.*}}> : tensor<4x1x16xi8>
// CHECK-DAG: arith.constant dense<125> : tensor<4x1xi8>
func.func @resource(%codes: tensor<4x1x16xi8>, %scale: tensor<4x1xi8>) -> (tensor<4x1x16xi8>, tensor<4x1xi8>) {
  %x = arith.constant dense_resource<weights> : tensor<2x4xbf16>
  %0:2 = mx.packed.quantize ins(%x : tensor<2x4xbf16>) outs(%codes, %scale : tensor<4x1x16xi8>, tensor<4x1xi8>)
           {quantizers = [#mx.quantizer<format = !mx.mxfp4, transpose>]} -> tensor<4x1x16xi8>, tensor<4x1xi8>
  return %0#0, %0#1 : tensor<4x1x16xi8>, tensor<4x1xi8>
}
{-#
  dialect_resources: { builtin: { weights: "0x02000000C03FC03FC03FC03FC03FC03FC03FC03F" } }
#-}

// -----

// With a tensor scale: amax 6 of the tensor gives the f32 of 6 / (6 · 448), and the block the scale 448.
// CHECK-LABEL: @two_levels
// CHECK-NOT: quantize
// CHECK-DAG: arith.constant dense<119> : tensor<1x1x8xi8>
// CHECK-DAG: arith.constant dense<126> : tensor<1x1xi8>
// CHECK-DAG: arith.constant dense<0.00223214296> : tensor<f32>
func.func @two_levels(%codes: tensor<1x1x8xi8>, %scale: tensor<1x1xi8>, %tensor: tensor<f32>)
    -> (tensor<1x1x8xi8>, tensor<1x1xi8>, tensor<f32>) {
  %x = arith.constant dense<6.0> : tensor<1x16xf32>
  %0:3 = mx.packed.quantize ins(%x : tensor<1x16xf32>) outs(%codes, %scale, %tensor : tensor<1x1x8xi8>, tensor<1x1xi8>, tensor<f32>)
           {quantizers = [#mx.quantizer<format = !mx.nvfp4, scale_rule = amax>]} -> tensor<1x1x8xi8>, tensor<1x1xi8>, tensor<f32>
  return %0#0, %0#1, %0#2 : tensor<1x1x8xi8>, tensor<1x1xi8>, tensor<f32>
}

// -----

// CHECK-LABEL: @seed
// CHECK: mx.packed.quantize
func.func @seed(%codes: tensor<1x1x16xi8>, %scale: tensor<1x1xi8>, %seed: i64) -> (tensor<1x1x16xi8>, tensor<1x1xi8>) {
  %x = arith.constant dense<1.3> : tensor<1x32xf32>
  %0:2 = mx.packed.quantize ins(%x : tensor<1x32xf32>) outs(%codes, %scale : tensor<1x1x16xi8>, tensor<1x1xi8>) seed %seed
           {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic>]} -> tensor<1x1x16xi8>, tensor<1x1xi8>
  return %0#0, %0#1 : tensor<1x1x16xi8>, tensor<1x1xi8>
}

// -----

// A transform folds with it: of 32 ones the first becomes √32 = 5.66, and the others 0.
// CHECK-LABEL: @transformed
// CHECK-NOT: quantize
// CHECK-DAG: arith.constant dense<{{\[\[\[}}7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]]> : tensor<1x1x16xi8>
// CHECK-DAG: arith.constant dense<127> : tensor<1x1xi8>
func.func @transformed(%codes: tensor<1x1x16xi8>, %scale: tensor<1x1xi8>) -> (tensor<1x1x16xi8>, tensor<1x1xi8>) {
  %x = arith.constant dense<1.0> : tensor<1x32xf32>
  %0:2 = mx.packed.quantize ins(%x : tensor<1x32xf32>) outs(%codes, %scale : tensor<1x1x16xi8>, tensor<1x1xi8>)
           {quantizers = [#mx.quantizer<format = !mx.mxfp4, hadamard = {size = 32}>]} -> tensor<1x1x16xi8>, tensor<1x1xi8>
  return %0#0, %0#1 : tensor<1x1x16xi8>, tensor<1x1xi8>
}

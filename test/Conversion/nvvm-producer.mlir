// RUN: mx-opt %s --split-input-file --pass-pipeline='builtin.module(mx-lowered-pipeline{target=nvvm})' | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i, 0)>

// What is computed only to be quantised, along both axes, is computed by the kernel that quantises it.
// CHECK-LABEL: func.func @norm
// CHECK-NOT: linalg.generic
// CHECK-NOT: memref<128x256xbf16>
// CHECK: gpu.launch_func {{.*}}mx_quantize_tiles_f32_
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @norm(%x: tensor<128x256xf32>, %r: tensor<128x1xf32>, %c: tensor<128x8x16xi8>, %s: tensor<128x8xi8>, %ct: tensor<256x4x16xi8>, %st: tensor<256x4xi8>)
    -> (tensor<128x8x16xi8>, tensor<128x8xi8>, tensor<256x4x16xi8>, tensor<256x4xi8>) {
  %e = tensor.empty() : tensor<128x256xbf16>
  %h = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %r : tensor<128x256xf32>, tensor<128x1xf32>) outs(%e : tensor<128x256xbf16>) {
  ^bb0(%a: f32, %b: f32, %o: bf16):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.truncf %0 : f32 to bf16
    linalg.yield %1 : bf16
  } -> tensor<128x256xbf16>
  %q:4 = mx.packed.quantize ins(%h : tensor<128x256xbf16>) outs(%c, %s, %ct, %st : tensor<128x8x16xi8>, tensor<128x8xi8>, tensor<256x4x16xi8>, tensor<256x4xi8>)
    {quantizers = [#mx.quantizer<format = !mx.mxfp4, scale_rule = even>, #mx.quantizer<format = !mx.mxfp4, scale_rule = even, transpose>]}
    -> tensor<128x8x16xi8>, tensor<128x8xi8>, tensor<256x4x16xi8>, tensor<256x4xi8>
  return %q#0, %q#1, %q#2, %q#3 : tensor<128x8x16xi8>, tensor<128x8xi8>, tensor<256x4x16xi8>, tensor<256x4xi8>
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// What the caller gets, too, is in memory.
// CHECK-LABEL: func.func @returned
// CHECK: linalg.generic
// CHECK: gpu.launch_func {{.*}}mx_quantize_bf16_
func.func @returned(%x: tensor<128x256xf32>, %c: tensor<128x8x16xi8>, %s: tensor<128x8xi8>) -> (tensor<128x256xbf16>, tensor<128x8x16xi8>, tensor<128x8xi8>) {
  %e = tensor.empty() : tensor<128x256xbf16>
  %h = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<128x256xf32>) outs(%e : tensor<128x256xbf16>) {
  ^bb0(%a: f32, %o: bf16):
    %1 = arith.truncf %a : f32 to bf16
    linalg.yield %1 : bf16
  } -> tensor<128x256xbf16>
  %q:2 = mx.packed.quantize ins(%h : tensor<128x256xbf16>) outs(%c, %s : tensor<128x8x16xi8>, tensor<128x8xi8>)
    {quantizers = [#mx.quantizer<format = !mx.mxfp4, scale_rule = even>]} -> tensor<128x8x16xi8>, tensor<128x8xi8>
  return %h, %q#0, %q#1 : tensor<128x256xbf16>, tensor<128x8x16xi8>, tensor<128x8xi8>
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// A tensor scale reads it twice, and so do two results of a matrix that is not in whole tiles.
// CHECK-LABEL: func.func @twice
// CHECK: linalg.generic
// CHECK: gpu.launch_func {{.*}}mx_amax_bf16_
// CHECK: linalg.generic
// CHECK: gpu.launch_func {{.*}}mx_quantize_bf16_
// CHECK: gpu.launch_func {{.*}}mx_quantize_bf16_
func.func @twice(%x: tensor<100x64xf32>, %c: tensor<100x4x8xi8>, %s: tensor<100x4xi8>, %t: tensor<f32>, %d: tensor<100x2x16xi8>, %u: tensor<100x2xi8>, %dt: tensor<64x4x16xi8>, %ut: tensor<64x4xi8>)
    -> (tensor<100x4x8xi8>, tensor<100x4xi8>, tensor<f32>, tensor<100x2x16xi8>, tensor<100x2xi8>, tensor<64x4x16xi8>, tensor<64x4xi8>) {
  %e = tensor.empty() : tensor<100x64xbf16>
  %h = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<100x64xf32>) outs(%e : tensor<100x64xbf16>) {
  ^bb0(%a: f32, %o: bf16):
    %1 = arith.truncf %a : f32 to bf16
    linalg.yield %1 : bf16
  } -> tensor<100x64xbf16>
  %q:3 = mx.packed.quantize ins(%h : tensor<100x64xbf16>) outs(%c, %s, %t : tensor<100x4x8xi8>, tensor<100x4xi8>, tensor<f32>)
    {quantizers = [#mx.quantizer<format = !mx.nvfp4, scale_rule = amax>]} -> tensor<100x4x8xi8>, tensor<100x4xi8>, tensor<f32>
  %f = tensor.empty() : tensor<100x64xbf16>
  %g = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<100x64xf32>) outs(%f : tensor<100x64xbf16>) {
  ^bb0(%a: f32, %o: bf16):
    %1 = arith.negf %a : f32
    %2 = arith.truncf %1 : f32 to bf16
    linalg.yield %2 : bf16
  } -> tensor<100x64xbf16>
  %r:4 = mx.packed.quantize ins(%g : tensor<100x64xbf16>) outs(%d, %u, %dt, %ut : tensor<100x2x16xi8>, tensor<100x2xi8>, tensor<64x4x16xi8>, tensor<64x4xi8>)
    {quantizers = [#mx.quantizer<format = !mx.mxfp4, scale_rule = even>, #mx.quantizer<format = !mx.mxfp4, scale_rule = even, transpose>]}
    -> tensor<100x2x16xi8>, tensor<100x2xi8>, tensor<64x4x16xi8>, tensor<64x4xi8>
  return %q#0, %q#1, %q#2, %r#0, %r#1, %r#2, %r#3 : tensor<100x4x8xi8>, tensor<100x4xi8>, tensor<f32>, tensor<100x2x16xi8>, tensor<100x2xi8>, tensor<64x4x16xi8>, tensor<64x4xi8>
}

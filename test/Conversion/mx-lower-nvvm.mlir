// RUN: mx-opt %s --split-input-file --verify-diagnostics --mx-lower-nvvm | FileCheck %s

// Kernels are made once for equal forms, whatever the streams.
// CHECK-DAG: gpu.module @mx_s8_fold_f32_even
// CHECK-DAG: llvm.func @mx_s8_fold_f32_even_multiply({{.*}}llvm.byval = !llvm.array<16 x i64>, nvvm.grid_constant
// CHECK-LABEL: func.func @product
// CHECK-COUNT-2: gpu.launch_func @mx_s8_fold_f32_even::@mx_s8_fold_f32_even_expand
// CHECK: call @mx_cuda_map_bytes
// CHECK: gpu.launch_func @mx_s8_fold_f32_even::@mx_s8_fold_f32_even_multiply clusters in (%{{.*}}, %{{.*}}, %{{.*}})
// CHECK: gpu.launch_func @mx_s8_fold_f32_even::@mx_s8_fold_f32_even_repair
// CHECK-NOT: mx.packed
func.func @product(%a: memref<64x4x16xi8>, %as: memref<64x4xi8>, %b: memref<32x4x16xi8>, %bs: memref<32x4xi8>, %out: memref<64x32xf32>) {
  %k = arith.constant 128 : index
  mx.packed.matmul a(%a, %as : memref<64x4x16xi8>, memref<64x4xi8>) b(%b, %bs : memref<32x4x16xi8>, memref<32x4xi8>) k %k outs(%out : memref<64x32xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"s8_fold", tile = [128, 256, 128], stages = 4, cluster = 2>}
  return
}

// CHECK-LABEL: func.func @quantize
// CHECK: gpu.launch_func @[[M:mx_quantize_f32_[0-9a-f]+]]::
// CHECK: gpu.launch_func @[[M]]::
// A strided result is written through a buffer without gaps.
// CHECK: memref.alloc
// CHECK: gpu.launch_func @[[M]]::
// CHECK: memref.copy
func.func @quantize(%x: memref<8x64xf32>, %c: memref<8x2x16xi8>, %s: memref<8x2xi8>, %wide: memref<8x2x16xi8, strided<[64, 32, 1]>>, %seed: i64) {
  mx.packed.quantize ins(%x : memref<8x64xf32>) outs(%c, %s : memref<8x2x16xi8>, memref<8x2xi8>) seed %seed {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic, stream = 1>], mx.schedule = #mx.schedule<"quantize", tile = [128, 32], stages = 1, cluster = 1>}
  mx.packed.quantize ins(%x : memref<8x64xf32>) outs(%c, %s : memref<8x2x16xi8>, memref<8x2xi8>) seed %seed {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic, stream = 2>], mx.schedule = #mx.schedule<"quantize", tile = [128, 32], stages = 1, cluster = 1>}
  mx.packed.quantize ins(%x : memref<8x64xf32>) outs(%wide, %s : memref<8x2x16xi8, strided<[64, 32, 1]>>, memref<8x2xi8>) seed %seed {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic, stream = 2>], mx.schedule = #mx.schedule<"quantize", tile = [128, 32], stages = 1, cluster = 1>}
  return
}

// -----

func.func @unknown(%x: memref<8x64xf32>, %c: memref<8x2x16xi8>, %s: memref<8x2xi8>) {
  // expected-error @below {{has no kernel family 'mine'; expected s8_fold on mx.packed.matmul or quantize on mx.packed.quantize}}
  mx.packed.quantize ins(%x : memref<8x64xf32>) outs(%c, %s : memref<8x2x16xi8>, memref<8x2xi8>) {quantizers = [#mx.quantizer<format = !mx.mxfp4>], mx.schedule = #mx.schedule<"mine", tile = [1], stages = 1, cluster = 1>}
  return
}

// -----

func.func @tensors(%x: tensor<8x64xf32>, %c: tensor<8x2x16xi8>, %s: tensor<8x2xi8>) -> tensor<8x2xi8> {
  // expected-error @below {{expected buffers; run 'one-shot-bufferize' before 'mx-lower-nvvm'}}
  %0:2 = mx.packed.quantize ins(%x : tensor<8x64xf32>) outs(%c, %s : tensor<8x2x16xi8>, tensor<8x2xi8>) {quantizers = [#mx.quantizer<format = !mx.mxfp4>], mx.schedule = #mx.schedule<"quantize", tile = [1], stages = 1, cluster = 1>} -> tensor<8x2x16xi8>, tensor<8x2xi8>
  return %0#1 : tensor<8x2xi8>
}

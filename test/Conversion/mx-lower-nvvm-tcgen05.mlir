// Schedules of tcgen05: what their tiles choose, and what is no kernel.
// RUN: mx-opt %s --mx-lower-nvvm=chip=sm_100a --split-input-file --verify-diagnostics | FileCheck %s

// The names of kernels say what is not usual.
// CHECK-DAG: gpu.module @mx_tcgen05_mxfp4_mxfp4_f32_even_raw_raw
// CHECK-DAG: gpu.module @mx_tcgen05_mxfp4_mxfp4_f32_even_cluster2_raw_raw
// CHECK-DAG: gpu.module @mx_tcgen05_mxfp4_mxfp4_f32_even_pair128_stages4_raw_raw
// CHECK-DAG: gpu.module @mx_tcgen05_mxfp4_mxfp4_f32_even_pair256_raw_raw
// Both operands' scales go to tiles by the kernel of relayout.
// CHECK-LABEL: func.func @chosen
// CHECK-COUNT-2: gpu.launch_func @mx_relayout::@mx_relayout_tiles blocks
// CHECK: gpu.launch_func @mx_tcgen05_mxfp4_mxfp4_f32_even_raw_raw::
func.func @chosen(%a: memref<64x4x16xi8>, %as: memref<64x4xi8>, %b: memref<32x4x16xi8>, %bs: memref<32x4xi8>, %out: memref<64x32xf32>) {
  %k = arith.constant 128 : index
  mx.packed.matmul a(%a, %as : memref<64x4x16xi8>, memref<64x4xi8>) b(%b, %bs : memref<32x4x16xi8>, memref<32x4xi8>) k %k outs(%out : memref<64x32xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"tcgen05", tile = [128, 128, 128], stages = 6, cluster = 1>}
  mx.packed.matmul a(%a, %as : memref<64x4x16xi8>, memref<64x4xi8>) b(%b, %bs : memref<32x4x16xi8>, memref<32x4xi8>) k %k outs(%out : memref<64x32xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"tcgen05", tile = [128, 128, 128], stages = 6, cluster = 2>}
  mx.packed.matmul a(%a, %as : memref<64x4x16xi8>, memref<64x4xi8>) b(%b, %bs : memref<32x4x16xi8>, memref<32x4xi8>) k %k outs(%out : memref<64x32xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"tcgen05", tile = [256, 128, 128], stages = 4, cluster = 2>}
  mx.packed.matmul a(%a, %as : memref<64x4x16xi8>, memref<64x4xi8>) b(%b, %bs : memref<32x4x16xi8>, memref<32x4xi8>) k %k outs(%out : memref<64x32xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"tcgen05", tile = [256, 256, 128], stages = 6, cluster = 2>}
  return
}

// -----

func.func @alone(%a: memref<64x4x16xi8>, %as: memref<64x4xi8>, %b: memref<32x4x16xi8>, %bs: memref<32x4xi8>, %out: memref<64x32xf32>) {
  %k = arith.constant 128 : index
  // expected-error @below {{expected tile = [128, 128, 128] and cluster = 1 or 2, or for groups of two blocks tile = [256, 128, 128] or [256, 256, 128] and cluster = 2}}
  mx.packed.matmul a(%a, %as : memref<64x4x16xi8>, memref<64x4xi8>) b(%b, %bs : memref<32x4x16xi8>, memref<32x4xi8>) k %k outs(%out : memref<64x32xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"tcgen05", tile = [256, 256, 128], stages = 4, cluster = 1>}
  return
}

// -----

func.func @wide(%a: memref<64x4x16xi8>, %as: memref<64x4xi8>, %b: memref<32x4x16xi8>, %bs: memref<32x4xi8>, %out: memref<64x32xf32>) {
  %k = arith.constant 128 : index
  // expected-error @below {{cannot take #mx.schedule<"tcgen05", tile = [128, 256, 128], stages = 4, cluster = 2>: expected tile}}
  mx.packed.matmul a(%a, %as : memref<64x4x16xi8>, memref<64x4xi8>) b(%b, %bs : memref<32x4x16xi8>, memref<32x4xi8>) k %k outs(%out : memref<64x32xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"tcgen05", tile = [128, 256, 128], stages = 4, cluster = 2>}
  return
}

// -----

func.func @deep(%a: memref<64x8x8xi8>, %as: memref<64x8xi8>, %at: memref<f32>, %out: memref<64x64xf32>) {
  %k = arith.constant 128 : index
  // expected-error @below {{expected 2 to 5 stages}}
  mx.packed.matmul a(%a, %as, %at : memref<64x8x8xi8>, memref<64x8xi8>, memref<f32>) b(%a, %as, %at : memref<64x8x8xi8>, memref<64x8xi8>, memref<f32>) k %k outs(%out : memref<64x64xf32>) {a_format = !mx.nvfp4, b_format = !mx.nvfp4, mx.schedule = #mx.schedule<"tcgen05", tile = [256, 256, 128], stages = 6, cluster = 2>}
  return
}

// RUN: mx-opt %s --mx-linalg-to-runtime | FileCheck %s

// CHECK-DAG: func.func private @mx_runtime_matmul_bf16_bf16_f32(memref<*xi64>, memref<*xbf16>, memref<*xi8>, memref<*xf32>, memref<*xbf16>, memref<*xi8>, memref<*xf32>, memref<*xf32>, memref<*xf32>) attributes {llvm.emit_c_interface}
// CHECK-DAG: func.func private @mx_runtime_matmul_f32_f32_f32(
// CHECK-DAG: func.func private @mx_runtime_matmul_f16_f16_f32(

// The runtime takes b as [n, k], and adds to the result itself.
// CHECK-LABEL: func.func @matmul(
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<32x64xbf16>, %[[W:[a-z0-9]+]]: memref<64x16xbf16>, %[[Y:[a-z0-9]+]]: memref<32x16xf32>)
// CHECK: %[[R:.*]] = memref.get_global @mx_record_
// CHECK: %[[T:.*]] = memref.transpose %[[W]] (d0, d1) -> (d1, d0)
// CHECK: call @mx_call_matmul_bf16_bf16_f32_{{[0-9a-f]+}}(%[[R]], %[[X]], %[[T]], %[[Y]], %[[Y]])
func.func @matmul(%x: memref<32x64xbf16>, %w: memref<64x16xbf16>, %y: memref<32x16xf32>) {
  linalg.matmul ins(%x, %w : memref<32x64xbf16>, memref<64x16xbf16>) outs(%y : memref<32x16xf32>)
  return
}

// dY·Wᵀ: both operands lie as they are read.
// CHECK-LABEL: func.func @transposed(
// CHECK-NOT: memref.transpose
// CHECK: call @mx_call_matmul_f32_f32_f32_
func.func @transposed(%x: memref<?x?xf32>, %w: memref<?x?xf32>, %y: memref<?x?xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%x, %w : memref<?x?xf32>, memref<?x?xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

// Attention: batch axes stand first, in whatever order the buffers have them.
// CHECK-LABEL: func.func @attention(
// CHECK-SAME: %[[Q:[a-z0-9]+]]: memref<2x16x4x32xf16>, %[[K:[a-z0-9]+]]: memref<2x4x16x32xf16>, %[[S:[a-z0-9]+]]: memref<2x4x16x16xf32>)
// CHECK: %[[T:.*]] = memref.transpose %[[Q]] (d0, d1, d2, d3) -> (d0, d2, d1, d3)
// CHECK: call @mx_call_matmul_f16_f16_f32_{{[0-9a-f]+}}(%{{.*}}, %[[T]], %[[K]], %[[S]], %[[S]])
func.func @attention(%q: memref<2x16x4x32xf16>, %k: memref<2x4x16x32xf16>, %s: memref<2x4x16x16xf32>) {
  linalg.generic {indexing_maps = [affine_map<(b, h, m, n, k) -> (b, m, h, k)>, affine_map<(b, h, m, n, k) -> (b, h, n, k)>, affine_map<(b, h, m, n, k) -> (b, h, m, n)>],
                  iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
    ins(%q, %k : memref<2x16x4x32xf16>, memref<2x4x16x32xf16>) outs(%s : memref<2x4x16x16xf32>) {
  ^bb0(%a: f16, %b: f16, %c: f32):
    %0 = arith.extf %a : f16 to f32
    %1 = arith.extf %b : f16 to f32
    %2 = arith.mulf %0, %1 : f32
    %3 = arith.addf %c, %2 : f32
    linalg.yield %3 : f32
  }
  return
}

// Rows of rows: the first are batch axes that the weight lacks.
// CHECK-LABEL: func.func @rows(
// CHECK: call @mx_call_matmul_f32_f32_f32_{{[0-9a-f]+}}(%{{.*}}, %arg0, %{{.*}}, %arg2, %arg2) : (memref<{{.*}}>, memref<4x8x64xf32>, memref<32x64xf32, strided<[1, 32]>>, memref<4x8x32xf32>, memref<4x8x32xf32>) -> ()
func.func @rows(%x: memref<4x8x64xf32>, %w: memref<64x32xf32>, %y: memref<4x8x32xf32>) {
  linalg.contract indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (k, n)>, affine_map<(b, m, n, k) -> (b, m, n)>]
    ins(%x, %w : memref<4x8x64xf32>, memref<64x32xf32>) outs(%y : memref<4x8x32xf32>)
  return
}

// What the runtime has no kernel for, or what a call costs more than, stays.
// CHECK-LABEL: func.func @loops(
// CHECK-COUNT-2: linalg.matmul
// CHECK: linalg.matvec
// CHECK: linalg.generic
// CHECK-NOT: call @mx_call
func.func @loops(%a: memref<8x8xf32>, %b: memref<64x64xf64>, %c: memref<64x64xf32>, %v: memref<64xf32>, %w: memref<64xf32>) {
  linalg.matmul ins(%a, %a : memref<8x8xf32>, memref<8x8xf32>) outs(%a : memref<8x8xf32>)
  linalg.matmul ins(%b, %b : memref<64x64xf64>, memref<64x64xf64>) outs(%b : memref<64x64xf64>)
  linalg.matvec ins(%c, %v : memref<64x64xf32>, memref<64xf32>) outs(%w : memref<64xf32>)
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%c, %c : memref<64x64xf32>, memref<64x64xf32>) outs(%c : memref<64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %0 = arith.mulf %x, %y : f32
    %1 = arith.maximumf %z, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

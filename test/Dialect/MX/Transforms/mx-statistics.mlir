// RUN: mx-opt %s --mx-statistics -verify-diagnostics | FileCheck %s

// Two more results and a label for each quantisation; what was there stays.
// CHECK-LABEL: @counted
// CHECK-SAME: -> (tensor<8x8xf32>, tensor<2x8xf64>, tensor<2x256xi64>) attributes {mx.statistics = ["product 3 lhs !mx.mxfp4", "product 3 rhs !mx.scaled<f8E4M3FN, f32, [4, 8]>"]}
// CHECK: %[[Q:.*]] = mx.quantize
// CHECK: %[[P:.*]] = mx.quantize
// CHECK: %[[R:.*]] = mx.matmul %[[Q]], %[[P]]
// CHECK: mx.dequantize %[[Q]]
// CHECK: mx.dequantize %[[P]]
// CHECK: return %[[R]], %{{.*}}, %{{.*}} : tensor<8x8xf32>, tensor<2x8xf64>, tensor<2x256xi64>
func.func @counted(%x: tensor<8x50xf32>, %w: tensor<8x50xbf16>) -> tensor<8x8xf32> {
  %0 = mx.quantize %x {stream = 6 : i64} : tensor<8x50xf32> -> tensor<8x50x!mx.mxfp4>
  %1 = mx.quantize %w {stream = 7 : i64} : tensor<8x50xbf16> -> tensor<8x50x!mx.scaled<f8E4M3FN, f32, [4, 8]>>
  %2 = mx.matmul %0, %1 : tensor<8x50x!mx.mxfp4>, tensor<8x50x!mx.scaled<f8E4M3FN, f32, [4, 8]>> -> tensor<8x8xf32>
  return %2 : tensor<8x8xf32>
}

// CHECK-LABEL: @nothing
// CHECK-SAME: -> tensor<8x50xf32> {
func.func @nothing(%x: tensor<8x50xf32>) -> tensor<8x50xf32> {
  return %x : tensor<8x50xf32>
}

// Sums over the iterations of every loop around it.
// CHECK-LABEL: @loops
// CHECK-SAME: tensor<1x8xf64>, tensor<1x256xi64>) attributes {mx.statistics
// CHECK: %[[OUTER:.*]]:10 = scf.for
// CHECK: %[[INNER:.*]]:10 = scf.for
// CHECK: mx.quantize
// CHECK: arith.addf
// CHECK: linalg.add
// CHECK: scf.yield
// CHECK: tensor.from_elements %[[OUTER]]#1, %[[OUTER]]#2
func.func @loops(%x: tensor<8x32xf32>, %n: index) -> tensor<8x32xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = scf.for %i = %c0 to %n step %c1 iter_args(%y = %x) -> tensor<8x32xf32> {
    %1 = scf.for %j = %c0 to %n step %c1 iter_args(%z = %y) -> tensor<8x32xf32> {
      %2 = mx.quantize %z : tensor<8x32xf32> -> tensor<8x32x!mx.mxfp4>
      %3 = mx.dequantize %2 : tensor<8x32x!mx.mxfp4> -> tensor<8x32xf32>
      scf.yield %3 : tensor<8x32xf32>
    }
    scf.yield %1 : tensor<8x32xf32>
  }
  return %0 : tensor<8x32xf32>
}

// CHECK-LABEL: @problems
// CHECK-NOT: mx.statistics
func.func @problems(%x: tensor<?x32xf32>, %y: tensor<64x32xf32>, %n: index, %c: i1) {
  // expected-remark @below {{no statistics: its extents are dynamic}}
  %0 = mx.quantize %x : tensor<?x32xf32> -> tensor<?x32x!mx.mxfp4>
  // expected-remark @below {{no statistics: its blocks lie along the last axis but one}}
  %1 = mx.quantize %y : tensor<64x32xf32> -> tensor<64x32x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>>
  scf.if %c {
    // expected-remark @below {{no statistics: it stands in a branch or in a loop that is not 'scf.for'}}
    %2 = mx.quantize %y : tensor<64x32xf32> -> tensor<64x32x!mx.mxfp4>
  }
  return
}

// Quantisations, transforms and casts that draw no bits are done once, whatever their streams, and what reads them too.
// RUN: mx-opt %s --mx-share-quantizations --split-input-file | FileCheck %s

// CHECK-LABEL: @projections
// CHECK-COUNT-1: mx.hadamard
// CHECK-NOT: mx.hadamard
// CHECK: %[[X:.*]] = mx.quantize
// CHECK-NOT: mx.quantize
// CHECK: mx.matmul %[[X]], %arg1
// CHECK: mx.matmul %[[X]], %arg2
func.func @projections(%x: tensor<8x64xf32>, %q: tensor<8x64x!mx.mxfp4>, %k: tensor<8x64x!mx.mxfp4>)
    -> (tensor<8x8xf32>, tensor<8x8xf32>) {
  %e = tensor.empty() : tensor<8x64xf32>
  %h0 = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 16> -> tensor<8x64xf32>
  %0 = mx.quantize %h0 : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %h1 = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 16> {sign_stream = 1 : i64} -> tensor<8x64xf32>
  %1 = mx.quantize %h1 {stream = 2 : i64} : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %2 = mx.matmul %0, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  %3 = mx.matmul %1, %k : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %2, %3 : tensor<8x8xf32>, tensor<8x8xf32>
}

// -----

// Bits of their own, another rule, another format, another input.
// CHECK-LABEL: @apart
// CHECK-COUNT-6: mx.quantize
func.func @apart(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %seed: i64)
    -> (tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4>,
        tensor<8x64x!mx.mxfp8_e4m3>, tensor<8x64x!mx.mxfp4>) {
  %0 = mx.quantize %x seed %seed rounding stochastic : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %1 = mx.quantize %x seed %seed rounding stochastic {stream = 2 : i64} : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %2 = mx.quantize %x : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %3 = mx.quantize %x scale_rule rceil {stream = 1 : i64} : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %4 = mx.quantize %x {stream = 3 : i64} : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp8_e4m3>
  %5 = mx.quantize %y {stream = 4 : i64} : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  return %0, %1, %2, %3, %4, %5 : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4>,
    tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp8_e4m3>, tensor<8x64x!mx.mxfp4>
}

// -----

// Signs that are drawn are of their stream; one value in two branches stays in both.
// CHECK-LABEL: @signs
// CHECK-COUNT-2: mx.hadamard
// CHECK-COUNT-2: mx.cast
func.func @signs(%x: tensor<8x64xf32>, %seed: i64, %c: i1) -> (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x64xbf16>) {
  %e = tensor.empty() : tensor<8x64xf32>
  %0 = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %seed transform <size = 16, signs = seed> -> tensor<8x64xf32>
  %1 = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %seed transform <size = 16, signs = seed> {sign_stream = 1 : i64} -> tensor<8x64xf32>
  %b = tensor.empty() : tensor<8x64xbf16>
  %2 = scf.if %c -> tensor<8x64xbf16> {
    %3 = mx.cast ins(%x : tensor<8x64xf32>) outs(%b : tensor<8x64xbf16>) {stream = 1 : i64} -> tensor<8x64xbf16>
    scf.yield %3 : tensor<8x64xbf16>
  } else {
    %3 = mx.cast ins(%x : tensor<8x64xf32>) outs(%b : tensor<8x64xbf16>) {stream = 5 : i64} -> tensor<8x64xbf16>
    scf.yield %3 : tensor<8x64xbf16>
  }
  return %0, %1, %2 : tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x64xbf16>
}

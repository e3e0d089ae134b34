// RUN: mx-opt %s --mx-pack --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// A fused op comes from all that it does, a joined one from both.
// CHECK: mx.packed.quantize {{.*}} loc(fused["rows", "hadamard", "columns", "transpose"])
func.func @fused(%x: tensor<64x64xf32>, %e: tensor<64x64xf32>) -> (tensor<64x64x!mx.mxfp4>, tensor<64x64x!mx.mxfp4>) {
  %h = mx.hadamard ins(%x : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) transform <size = 64> -> tensor<64x64xf32> loc("hadamard")
  %q = mx.quantize %h : tensor<64x64xf32> -> tensor<64x64x!mx.mxfp4> loc("rows")
  %t = linalg.transpose ins(%x : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) permutation = [1, 0] loc("transpose")
  %r = mx.quantize %t : tensor<64x64xf32> -> tensor<64x64x!mx.mxfp4> loc("columns")
  return %q, %r : tensor<64x64x!mx.mxfp4>, tensor<64x64x!mx.mxfp4>
}

// CHECK: mx.packed.matmul {{.*}} loc("product")
// CHECK: mx.packed.dequantize {{.*}} loc("back")
// CHECK: tensor.extract_slice {{.*}} loc("slice")
// CHECK: tensor.extract_slice {{.*}} loc("slice")
func.func @others(%a: tensor<4x64x!mx.mxfp4>, %b: tensor<8x64x!mx.mxfp4>) -> (tensor<4x8xf32>, tensor<4x64xf32>, tensor<4x32x!mx.mxfp4>) {
  %0 = mx.matmul %a, %b : tensor<4x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<4x8xf32> loc("product")
  %1 = mx.dequantize %a : tensor<4x64x!mx.mxfp4> -> tensor<4x64xf32> loc("back")
  %2 = tensor.extract_slice %a[0, 32] [4, 32] [1, 1] : tensor<4x64x!mx.mxfp4> to tensor<4x32x!mx.mxfp4> loc("slice")
  return %0, %1, %2 : tensor<4x8xf32>, tensor<4x64xf32>, tensor<4x32x!mx.mxfp4>
}

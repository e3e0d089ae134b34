// Calls are inlined before roles are inferred: what relates products ends at a function, and so does JAX's name stack.
// RUN: mxc compile %s --recipe=mxfp4_backward --stop-after=imported -o - | FileCheck %s --check-prefix=IMPORTED
// RUN: mxc compile %s --recipe=mxfp4_backward --stop-after=quantized -o - | FileCheck %s --check-prefix=QUANTIZED

// IMPORTED-NOT: call
// IMPORTED-NOT: @layer

// QUANTIZED: linalg.matmul
// QUANTIZED: mx.matmul
// QUANTIZED: mx.matmul
func.func private @layer(%x: tensor<32x64xf32>, %w: tensor<64x32xf32>) -> tensor<32x32xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<32x32xf32>
  %o = linalg.fill ins(%zero : f32) outs(%e : tensor<32x32xf32>) -> tensor<32x32xf32>
  %y = linalg.matmul ins(%x, %w : tensor<32x64xf32>, tensor<64x32xf32>) outs(%o : tensor<32x32xf32>) -> tensor<32x32xf32>
  %t = linalg.tanh ins(%y : tensor<32x32xf32>) outs(%e : tensor<32x32xf32>) -> tensor<32x32xf32>
  return %t : tensor<32x32xf32>
}

func.func private @backward(%x: tensor<32x64xf32>, %w: tensor<64x32xf32>, %d: tensor<32x32xf32>) -> (tensor<32x64xf32>, tensor<64x32xf32>) {
  %zero = arith.constant 0.0 : f32
  %ex = tensor.empty() : tensor<32x64xf32>
  %ew = tensor.empty() : tensor<64x32xf32>
  %ox = linalg.fill ins(%zero : f32) outs(%ex : tensor<32x64xf32>) -> tensor<32x64xf32>
  %ow = linalg.fill ins(%zero : f32) outs(%ew : tensor<64x32xf32>) -> tensor<64x32xf32>
  %wt = linalg.transpose ins(%w : tensor<64x32xf32>) outs(%ex : tensor<32x64xf32>) permutation = [1, 0]
  %gx = linalg.matmul ins(%d, %wt : tensor<32x32xf32>, tensor<32x64xf32>) outs(%ox : tensor<32x64xf32>) -> tensor<32x64xf32>
  %xt = linalg.transpose ins(%x : tensor<32x64xf32>) outs(%ew : tensor<64x32xf32>) permutation = [1, 0]
  %gw = linalg.matmul ins(%xt, %d : tensor<64x32xf32>, tensor<32x32xf32>) outs(%ow : tensor<64x32xf32>) -> tensor<64x32xf32>
  return %gx, %gw : tensor<32x64xf32>, tensor<64x32xf32>
}

func.func @main(%x: tensor<32x64xf32>, %w: tensor<64x32xf32>) -> (tensor<32x64xf32>, tensor<64x32xf32>) {
  %t = call @layer(%x, %w) : (tensor<32x64xf32>, tensor<64x32xf32>) -> tensor<32x32xf32>
  %gx, %gw = call @backward(%x, %w, %t) : (tensor<32x64xf32>, tensor<64x32xf32>, tensor<32x32xf32>) -> (tensor<32x64xf32>, tensor<64x32xf32>)
  return %gx, %gw : tensor<32x64xf32>, tensor<64x32xf32>
}

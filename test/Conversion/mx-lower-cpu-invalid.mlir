// RUN: mx-opt %s --mx-lower-cpu --split-input-file --verify-diagnostics

// Tensors have no buffers yet.
func.func @tensors(%x: tensor<4x64xf32>, %o: tensor<4x64xf32>) -> tensor<4x64xf32> {
  // expected-error @below {{expected a packed op on memrefs for target cpu, but found 'mx.hadamard' on tensors; run 'mx-pack' and 'one-shot-bufferize' first}}
  %0 = mx.hadamard ins(%x : tensor<4x64xf32>) outs(%o : tensor<4x64xf32>) transform <size = 64> -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// -----

// Value-level ops are for mx-pack.
func.func @value_level(%x: tensor<4x64xf32>) -> tensor<4x64x!mx.mxfp4> {
  // expected-error @below {{but found 'mx.quantize' on tensors; run 'mx-pack' and 'one-shot-bufferize' first}}
  %0 = mx.quantize %x : tensor<4x64xf32> -> tensor<4x64x!mx.mxfp4>
  return %0 : tensor<4x64x!mx.mxfp4>
}

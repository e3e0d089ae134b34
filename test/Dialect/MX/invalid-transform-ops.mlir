// RUN: mx-opt %s -split-input-file -verify-diagnostics

// Size.
func.func @f(%x: tensor<4x96xf32>) {
  // expected-error @below {{expected a last axis that is a multiple of the size 64, but found 96; pad it with zeros}}
  %0 = mx.hadamard ins(%x : tensor<4x96xf32>) outs(%x : tensor<4x96xf32>) transform <size = 64> -> tensor<4x96xf32>
  return
}

// -----

// Type.
func.func @f(%x: tensor<4x64xbf16>) {
  // expected-error @below {{expected outs of f32, in which the transform is computed, but found 'bf16'; cast it afterwards}}
  %0 = mx.hadamard ins(%x : tensor<4x64xbf16>) outs(%x : tensor<4x64xbf16>) transform <size = 64> -> tensor<4x64xbf16>
  return
}

// -----

// Seed.
func.func @f(%x: tensor<4x64xf32>) {
  // expected-error @below {{expected a seed for signs that are drawn from it, but found none; add `seed %s` (i64)}}
  %0 = mx.hadamard ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) transform <size = 64, signs = seed> -> tensor<4x64xf32>
  return
}

// -----

// Mixture.
func.func @f(%x: tensor<4x64xf32>, %o: memref<4x64xf32>) {
  // expected-error @below {{operand #0 must be tensor or memref of i8, but got 'tensor<4x64xf32>'}}
  mx.packed.relayout ins(%x : tensor<4x64xf32>) outs(%o : memref<4x64xf32>) linear to linear
  return
}

// -----

// Result on a memref.
func.func @f(%x: memref<4x64xf32>) {
  // expected-error @below {{expected 0 results, one for each tensor in outs, but found 1}}
  %0 = mx.hadamard ins(%x : memref<4x64xf32>) outs(%x : memref<4x64xf32>) transform <size = 64> -> tensor<4x64xf32>
  return
}

// -----

// Result type.
func.func @f(%x: tensor<4x64xf32>) {
  // expected-error @below {{expected a result of the type of its outs, 'tensor<4x64xf32>', but found 'tensor<4x64xbf16>'}}
  %0 = mx.hadamard ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) transform <size = 64> -> tensor<4x64xbf16>
  return
}

// -----

// Cast target.
func.func @f(%x: tensor<4xf32>, %o: tensor<4xf64>) {
  // expected-error @below {{expected outs of a float of at most 16 bits (or `format` naming one), but found 'f64'}}
  %0 = mx.cast ins(%x : tensor<4xf32>) outs(%o : tensor<4xf64>) -> tensor<4xf64>
  return
}

// -----

// Cast storage.
func.func @f(%x: tensor<4xf32>, %o: tensor<4xi8>) {
  // expected-error @below {{expected outs of 'i16', which holds a code of '!mx.float<5, 10, ieee>', but found 'i8'}}
  %0 = mx.cast ins(%x : tensor<4xf32>) outs(%o : tensor<4xi8>) {format = !mx.float<5, 10, ieee>} -> tensor<4xi8>
  return
}

// -----

// Cast bits.
func.func @f(%x: tensor<4xf32>, %o: tensor<4xf8E5M2>) {
  // expected-error @below {{expected random_bits 8, 16 or 24, but found 7}}
  %0 = mx.cast ins(%x : tensor<4xf32>) outs(%o : tensor<4xf8E5M2>) {random_bits = 7 : i64} -> tensor<4xf8E5M2>
  return
}

// -----

// Transpose.
func.func @f(%x: tensor<4x32x!mx.mxfp4>) {
  // expected-error @below {{op inferred type(s) 'tensor<32x4x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>>' are incompatible with return type(s) of operation 'tensor<32x4x!mx.mxfp4>'}}
  // expected-error @below {{failed to infer returned types}}
  %0 = mx.transpose %x : tensor<4x32x!mx.mxfp4> -> tensor<32x4x!mx.mxfp4>
  return
}

// -----

// Transpose of a vector.
func.func @f(%x: tensor<32x!mx.mxfp4>) {
  // expected-error @below {{expected a block-scaled tensor of rank 2 or more to transpose, but found 'tensor<32x!mx.mxfp4>'}}
  // expected-error @below {{failed to infer returned types}}
  %0 = mx.transpose %x : tensor<32x!mx.mxfp4> -> tensor<32x!mx.mxfp4>
  return
}

// RUN: mx-opt %s -split-input-file -verify-diagnostics

// Floats.
func.func @f(%a: tensor<4x32xf32>) {
  // expected-error @below {{expected a block-scaled operand, but found two floats; use linalg.matmul}}
  %0 = mx.matmul %a, %a : tensor<4x32xf32>, tensor<4x32xf32> -> tensor<4x4xf32>
  return
}

// -----

// K.
func.func @f(%a: tensor<4x32x!mx.mxfp4>, %b: tensor<4x64x!mx.mxfp4>) {
  // expected-error @below {{expected one contraction extent, the last axis of both operands, but found 32 and 64}}
  %0 = mx.matmul %a, %b : tensor<4x32x!mx.mxfp4>, tensor<4x64x!mx.mxfp4> -> tensor<4x4xf32>
  return
}

// -----

// N.
func.func @f(%a: tensor<4x32x!mx.mxfp4>, %b: tensor<5x32x!mx.mxfp4>) {
  // expected-error @below {{expected a result that ends in 4x5, but found 4x4}}
  %0 = mx.matmul %a, %b : tensor<4x32x!mx.mxfp4>, tensor<5x32x!mx.mxfp4> -> tensor<4x4xf32>
  return
}

// -----

// Rank.
func.func @f(%a: tensor<32x!mx.mxfp4>) {
  // expected-error @below {{expected a of rank 2 or more, but found 1}}
  %0 = mx.matmul %a, %a : tensor<32x!mx.mxfp4>, tensor<32x!mx.mxfp4> -> tensor<4x4xf32>
  return
}

// -----

// Batch.
func.func @f(%a: tensor<2x4x32x!mx.mxfp4>, %b: tensor<3x4x32x!mx.mxfp4>) {
  // expected-error @below {{expected batch axis 0 to have one extent, or 1, in both operands, but found 2 and 3}}
  %0 = mx.matmul %a, %b : tensor<2x4x32x!mx.mxfp4>, tensor<3x4x32x!mx.mxfp4> -> tensor<2x4x4xf32>
  return
}

// -----

// Result batch.
func.func @f(%a: tensor<2x4x32x!mx.mxfp4>, %b: tensor<4x32x!mx.mxfp4>) {
  // expected-error @below {{expected batch axis 0 of the result to be 2, but found 3}}
  %0 = mx.matmul %a, %b : tensor<2x4x32x!mx.mxfp4>, tensor<4x32x!mx.mxfp4> -> tensor<3x4x4xf32>
  return
}

// -----

// Result rank.
func.func @f(%a: tensor<2x4x32x!mx.mxfp4>, %b: tensor<4x32x!mx.mxfp4>) {
  // expected-error @below {{expected a result of rank 3 as the operand with more axes has, but found 2}}
  %0 = mx.matmul %a, %b : tensor<2x4x32x!mx.mxfp4>, tensor<4x32x!mx.mxfp4> -> tensor<4x4xf32>
  return
}

// -----

// Acc type.
func.func @f(%a: tensor<4x32x!mx.mxfp4>, %c: tensor<4x4xbf16>) {
  // expected-error @below {{expected acc of the result's type, 'tensor<4x4xf32>', but found 'tensor<4x4xbf16>'}}
  %0 = mx.matmul %a, %a acc %c : tensor<4x32x!mx.mxfp4>, tensor<4x32x!mx.mxfp4>, tensor<4x4xbf16> -> tensor<4x4xf32>
  return
}

// -----

// Acc and alpha.
func.func @f(%a: tensor<4x32x!mx.mxfp4>, %c: tensor<4x4xf32>) {
  // expected-error @below {{expected alpha 1 with acc, but found 2.000000e+00; add after the product instead}}
  %0 = mx.matmul %a, %a acc %c {alpha = 2.0 : f32} : tensor<4x32x!mx.mxfp4>, tensor<4x32x!mx.mxfp4>, tensor<4x4xf32> -> tensor<4x4xf32>
  return
}

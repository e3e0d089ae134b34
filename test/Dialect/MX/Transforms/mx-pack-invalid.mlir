// RUN: mx-opt %s --mx-pack --split-input-file --verify-diagnostics

// The verification of mx-verify-quantized comes first.
func.func @slice(%q: tensor<4x64x!mx.mxfp4>) -> tensor<4x32x!mx.mxfp4> {
  // expected-error @below {{expected a slice along axis 1 to start at a multiple of the block extent 32}}
  %0 = tensor.extract_slice %q[0, 13] [4, 32] [1, 1] : tensor<4x64x!mx.mxfp4> to tensor<4x32x!mx.mxfp4>
  return %0 : tensor<4x32x!mx.mxfp4>
}

// -----

// Blocks across the contraction have no packed product.
!col = !mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>
func.func @matmul(%a: tensor<64x32x!col>, %b: tensor<8x32x!mx.mxfp4>) -> tensor<64x8xf32> {
  // expected-error @below {{expected blocks along the contraction, the last axis, but found '!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>'; quantise the operand along its last axis}}
  %0 = mx.matmul %a, %b : tensor<64x32x!col>, tensor<8x32x!mx.mxfp4> -> tensor<64x8xf32>
  return %0 : tensor<64x8xf32>
}

// -----

// The extents of a tile do not say how many rows the transpose has.
!col = !mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>
func.func @origin(%x: tensor<2x32x8xf32>, %s: i64, %i: index) -> tensor<2x32x8x!col> {
  // expected-error @below {{expected no origin with batch axes and blocks along the last axis but one}}
  %0 = mx.quantize %x seed %s origin [%i, %i, %i] extents [%i, %i] rounding stochastic : tensor<2x32x8xf32> -> tensor<2x32x8x!col>
  return %0 : tensor<2x32x8x!col>
}

// -----

// Nothing computes with elements of !mx.float.
func.func @small(%x: tensor<4x!mx.float<4, 5>>) -> f32 {
  %c0 = arith.constant 0 : index
  %0 = tensor.extract %x[%c0] : tensor<4x!mx.float<4, 5>>
  // expected-error @below {{expected an op that only moves !mx.float elements, but found 'builtin.unrealized_conversion_cast'; use 'mx.cast' to make them}}
  %1 = builtin.unrealized_conversion_cast %0 : !mx.float<4, 5> to f32
  return %1 : f32
}

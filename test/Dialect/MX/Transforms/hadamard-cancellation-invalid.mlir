// RUN: mx-opt %s --mx-verify-quantized --split-input-file --verify-diagnostics

// Hadamard transforms that do not cancel in their product.

// Groups of different sizes.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  // expected-note @below {{transform of operand a}}
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 64> -> tensor<8x64xf32>
  %p = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-note @below {{transform of operand b}}
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 32> -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms that cancel, but found sizes 64 and 32}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// The smallest group against the next.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  // expected-note @below {{transform of operand a}}
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 2> -> tensor<8x64xf32>
  %p = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-note @below {{transform of operand b}}
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 4> -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms that cancel, but found sizes 2 and 4}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Different sizes with one seed and stream.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  // expected-note @below {{transform of operand a}}
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %s transform <size = 32, signs = seed> {sign_stream = 1 : i64} -> tensor<8x64xf32>
  %p = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-note @below {{transform of operand b}}
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %s transform <size = 64, signs = seed> {sign_stream = 1 : i64} -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms that cancel, but found sizes 32 and 64}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Signs on one side only.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  // expected-note @below {{transform of operand a}}
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 64> -> tensor<8x64xf32>
  %p = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-note @below {{transform of operand b}}
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %s transform <size = 64, signs = seed> {sign_stream = 1 : i64} -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms that cancel, but found different kinds of signs}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Fixed signs against none.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  // expected-note @below {{transform of operand a}}
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 2, signs = [1, -1]> -> tensor<8x64xf32>
  %p = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-note @below {{transform of operand b}}
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 2> -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms that cancel, but found different kinds of signs}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Fixed signs against drawn ones.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  // expected-note @below {{transform of operand a}}
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 2, signs = [1, -1]> -> tensor<8x64xf32>
  %p = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-note @below {{transform of operand b}}
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %s transform <size = 2, signs = seed> {sign_stream = 1 : i64} -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms that cancel, but found different kinds of signs}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Fixed signs that differ in one place.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  // expected-note @below {{transform of operand a}}
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 4, signs = [1, -1, 1, 1]> -> tensor<8x64xf32>
  %p = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-note @below {{transform of operand b}}
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 4, signs = [1, -1, 1, -1]> -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms that cancel, but found different fixed signs}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Fixed signs that are all opposite.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  // expected-note @below {{transform of operand a}}
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 2, signs = [1, -1]> -> tensor<8x64xf32>
  %p = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-note @below {{transform of operand b}}
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 2, signs = [-1, 1]> -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms that cancel, but found different fixed signs}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Seeds of two arguments.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  // expected-note @below {{transform of operand a}}
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %s transform <size = 64, signs = seed> {sign_stream = 1 : i64} -> tensor<8x64xf32>
  %p = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-note @below {{transform of operand b}}
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %u transform <size = 64, signs = seed> {sign_stream = 1 : i64} -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms that cancel, but found signs drawn from different seeds}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// A seed against one derived from it.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  // expected-note @below {{transform of operand a}}
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %s transform <size = 64, signs = seed> {sign_stream = 1 : i64} -> tensor<8x64xf32>
  %p = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-note @below {{transform of operand b}}
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %d transform <size = 64, signs = seed> {sign_stream = 1 : i64} -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms that cancel, but found signs drawn from different seeds}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Sign streams of two products.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  // expected-note @below {{transform of operand a}}
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %s transform <size = 64, signs = seed> {sign_stream = 1 : i64} -> tensor<8x64xf32>
  %p = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-note @below {{transform of operand b}}
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %s transform <size = 64, signs = seed> {sign_stream = 2 : i64} -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms that cancel, but found sign streams 1 and 2}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// The default stream against another.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  // expected-note @below {{transform of operand a}}
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %s transform <size = 64, signs = seed> -> tensor<8x64xf32>
  %p = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-note @below {{transform of operand b}}
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %s transform <size = 64, signs = seed> {sign_stream = 1 : i64} -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms that cancel, but found sign streams 0 and 1}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Only the left operand is transformed.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 64> -> tensor<8x64xf32>
  %p = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %q = mx.quantize %y : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected as many Hadamard transforms of both operands, but found 1 of a and 0 of b}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Only the right operand is transformed.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  %p = mx.quantize %x : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %h = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %s transform <size = 64, signs = seed> {sign_stream = 1 : i64} -> tensor<8x64xf32>
  %q = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected as many Hadamard transforms of both operands, but found 0 of a and 1 of b}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// One operand is transformed twice.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 64> -> tensor<8x64xf32>
  %j = mx.hadamard ins(%h : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 64> -> tensor<8x64xf32>
  %p = mx.quantize %j : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 64> -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected as many Hadamard transforms of both operands, but found 2 of a and 1 of b}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Transformed along the rows of the left operand, then transposed.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  %h = mx.hadamard ins(%v : tensor<64x8xf32>) outs(%z : tensor<64x8xf32>) transform <size = 8> -> tensor<64x8xf32>
  // expected-note @below {{the axis moves here}}
  %t = linalg.transpose ins(%h : tensor<64x8xf32>) outs(%e : tensor<8x64xf32>) permutation = [1, 0]
  %p = mx.quantize %t : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %i = mx.hadamard ins(%y : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 8> -> tensor<8x64xf32>
  %q = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms along the contraction axis, but found one along another}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Transformed along the rows of the right operand.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  %i = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 8> -> tensor<8x64xf32>
  %p = mx.quantize %i : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %h = mx.hadamard ins(%v : tensor<64x8xf32>) outs(%z : tensor<64x8xf32>) transform <size = 8> -> tensor<64x8xf32>
  // expected-note @below {{the axis moves here}}
  %t = linalg.transpose ins(%h : tensor<64x8xf32>) outs(%e : tensor<8x64xf32>) permutation = [1, 0]
  %q = mx.quantize %t : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms along the contraction axis, but found one along another}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Both along another axis.
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>, %v: tensor<64x8xf32>, %s: i64, %u: i64) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  %z = tensor.empty() : tensor<64x8xf32>
  %d = mx.derive_seed %s, %u
  %h = mx.hadamard ins(%v : tensor<64x8xf32>) outs(%z : tensor<64x8xf32>) transform <size = 8> -> tensor<64x8xf32>
  // expected-note @below {{the axis moves here}}
  %t = linalg.transpose ins(%h : tensor<64x8xf32>) outs(%e : tensor<8x64xf32>) permutation = [1, 0]
  %p = mx.quantize %t : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %k = mx.hadamard ins(%v : tensor<64x8xf32>) outs(%z : tensor<64x8xf32>) transform <size = 8> -> tensor<64x8xf32>
  %w = linalg.transpose ins(%k : tensor<64x8xf32>) outs(%e : tensor<8x64xf32>) permutation = [1, 0]
  %q = mx.quantize %w : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  // expected-error @below {{expected Hadamard transforms along the contraction axis, but found one along another}}
  %r = mx.matmul %p, %q : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// RUN: mx-opt %s -split-input-file -verify-diagnostics

// A prescale needs the room of an E8M0 scale.
func.func @f(%x: tensor<4x32xf32>) {
  // expected-error @below {{expected prescale 1 with a float scale, but found 5.000000e-01}}
  %0 = mx.quantize %x {prescale = 0.5 : f32} : tensor<4x32xf32> -> tensor<4x32x!mx.nvfp4>
  return
}

// -----

// Prescale <= 0.
func.func @f(%x: tensor<4x32xf32>) {
  // expected-error @below {{expected a positive finite prescale, but found 0.000000e+00}}
  %0 = mx.quantize %x {prescale = 0.0 : f32} : tensor<4x32xf32> -> tensor<4x32x!mx.mxfp4>
  return
}

// -----

// Amax is no rule of E8M0.
func.func @f(%x: tensor<4x32xf32>) {
  // expected-error @below {{expected scale_rule floor, ceil, rceil or even for an f8E8M0FNU scale, but found amax}}
  %0 = mx.quantize %x scale_rule amax : tensor<4x32xf32> -> tensor<4x32x!mx.mxfp4>
  return
}

// -----

// A float scale takes amax only.
func.func @f(%x: tensor<4x32xf32>) {
  // expected-error @below {{expected scale_rule amax for a float scale of type 'f8E4M3FN', but found floor}}
  %0 = mx.quantize %x scale_rule floor : tensor<4x32xf32> -> tensor<4x32x!mx.nvfp4>
  return
}

// -----

// EVEN rounds to a mantissa width.
func.func @f(%x: tensor<4x32xf32>) {
  // expected-error @below {{expected scale_rule floor, ceil or rceil for i8 elements, which have no mantissa width, but found even}}
  %0 = mx.quantize %x scale_rule even : tensor<4x32xf32> -> tensor<4x32x!mx.mxint8>
  return
}

// -----

// Random bits.
func.func @f(%x: tensor<4x32xf32>, %s: i64) {
  // expected-error @below {{expected random_bits 8, 16 or 24, but found 12}}
  %0 = mx.quantize %x seed %s rounding stochastic {random_bits = 12 : i64} : tensor<4x32xf32> -> tensor<4x32x!mx.mxfp4>
  return
}

// -----

// No seed.
func.func @f(%x: tensor<4x32xf32>) {
  // expected-error @below {{expected a seed for stochastic rounding, but found none; add `seed %s` (i64)}}
  %0 = mx.quantize %x rounding stochastic : tensor<4x32xf32> -> tensor<4x32x!mx.mxfp4>
  return
}

// -----

// An idle seed.
func.func @f(%x: tensor<4x32xf32>, %s: i64) {
  // expected-error @below {{expected no seed without stochastic rounding, but found one; remove it or ask for random bits}}
  %0 = mx.quantize %x seed %s : tensor<4x32xf32> -> tensor<4x32x!mx.mxfp4>
  return
}

// -----

// Stream.
func.func @f(%x: tensor<4x32xf32>, %s: i64) {
  // expected-error @below {{expected stream to fit 32 bits, but found 4294967296}}
  %0 = mx.quantize %x seed %s rounding stochastic {stream = 4294967296 : i64} : tensor<4x32xf32> -> tensor<4x32x!mx.mxfp4>
  return
}

// -----

// Amax operand.
func.func @f(%x: tensor<4x32xf32>, %a: tensor<f32>) {
  // expected-error @below {{expected no amax operand for '!mx.mxfp4', which has no tensor scale}}
  %0 = mx.quantize %x amax %a : tensor<4x32xf32>, tensor<f32> -> tensor<4x32x!mx.mxfp4>
  return
}

// -----

// Scale_min_normal.
func.func @f(%x: tensor<4x32xf32>) {
  // expected-error @below {{expected scale_min_normal only with a format that has a tensor scale, but found '!mx.mxfp4'}}
  %0 = mx.quantize %x {scale_min_normal} : tensor<4x32xf32> -> tensor<4x32x!mx.mxfp4>
  return
}

// -----

// Origin.
func.func @f(%x: tensor<4x32xf32>, %i: index) {
  // expected-error @below {{expected an origin of 2 indices, one for each axis, but found 1}}
  %0 = mx.quantize %x origin[%i] extents[%i] : tensor<4x32xf32> -> tensor<4x32x!mx.mxfp4>
  return
}

// -----

// Extents.
func.func @f(%x: tensor<4x32xf32>, %i: index) {
  // expected-error @below {{expected extents of 1 axes, all but the last, with an origin, but found 0}}
  %0 = mx.quantize %x origin[%i, %i] : tensor<4x32xf32> -> tensor<4x32x!mx.mxfp4>
  return
}

// -----

// Shape.
func.func @f(%x: tensor<4x32xf32>) {
  // expected-error @below {{expected a result of shape 4x32 as the input has, but found 4x64}}
  %0 = mx.quantize %x : tensor<4x32xf32> -> tensor<4x64x!mx.mxfp4>
  return
}

// -----

// Rank of tiles.
func.func @f(%x: tensor<32xf32>) {
  // expected-error @below {{expected a tensor of rank 2 or more for blocks of '!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>', but found rank 1}}
  %0 = mx.quantize %x : tensor<32xf32> -> tensor<32x!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>>
  return
}

// -----

// F64.
func.func @f(%x: tensor<4x32xf64>) {
  // expected-error @below {{operand #0 must be ranked tensor of f32, bf16 or f16 values, but got 'tensor<4x32xf64>'}}
  %0 = mx.quantize %x : tensor<4x32xf64> -> tensor<4x32x!mx.mxfp4>
  return
}

// -----

// Dequantize.
func.func @f(%q: tensor<4x32x!mx.mxfp4>) {
  // expected-error @below {{expected a result of shape 4x32 as the input has, but found 4x31}}
  %0 = mx.dequantize %q : tensor<4x32x!mx.mxfp4> -> tensor<4x31xf32>
  return
}

// -----

// Packed codes' shape.
func.func @f(%c: tensor<4x2x15xi8>, %s: tensor<4x2xi8>) {
  // expected-error @below {{expected packed codes of shape 4x2x16 ([…, M, ceil(K/B), bytes per block]), but found 4x2x15}}
  %0 = mx.assemble %c, %s : tensor<4x2x15xi8>, tensor<4x2xi8> -> tensor<4x64x!mx.mxfp4>
  return
}

// -----

// Scales' shape.
func.func @f(%c: tensor<4x2x16xi8>, %s: tensor<4x8xi8>) {
  // expected-error @below {{expected scales of shape 4x2, one for each block, but found 4x8}}
  %0 = mx.assemble %c, %s : tensor<4x2x16xi8>, tensor<4x8xi8> -> tensor<4x64x!mx.mxfp4>
  return
}

// -----

// Codes' type.
func.func @f(%c: tensor<4x64xf8E5M2>, %s: tensor<4x2xi8>) {
  // expected-error @below {{expected one code an element of type 'f8E4M3FN' or 'i8', but found 'f8E5M2'}}
  %0 = mx.assemble %c, %s : tensor<4x64xf8E5M2>, tensor<4x2xi8> -> tensor<4x64x!mx.mxfp8_e4m3>
  return
}

// -----

// Packed codes' type.
func.func @f(%c: tensor<4x2x16xi16>, %s: tensor<4x2xi8>) {
  // expected-error @below {{expected packed codes of type i8, but found 'i16'}}
  %0 = mx.assemble %c, %s : tensor<4x2x16xi16>, tensor<4x2xi8> -> tensor<4x64x!mx.mxfp4>
  return
}

// -----

// Codes' rank.
func.func @f(%c: tensor<64xi8>, %s: tensor<4x2xi8>) {
  // expected-error @below {{expected codes of rank 2 (one an element) or 3 (packed), but found rank 1}}
  %0 = mx.assemble %c, %s : tensor<64xi8>, tensor<4x2xi8> -> tensor<4x64x!mx.mxfp4>
  return
}

// -----

// Scales' type.
func.func @f(%c: tensor<4x2x16xi8>, %s: tensor<4x2xf32>) {
  // expected-error @below {{expected scales of type 'f8E8M0FNU' or 'i8', but found 'f32'}}
  %0 = mx.assemble %c, %s : tensor<4x2x16xi8>, tensor<4x2xf32> -> tensor<4x64x!mx.mxfp4>
  return
}

// -----

// Tensor scale.
func.func @f(%c: tensor<4x4x8xi8>, %s: tensor<4x4xi8>) {
  // expected-error @below {{expected a tensor scale for '!mx.nvfp4', but found none}}
  %0 = mx.assemble %c, %s : tensor<4x4x8xi8>, tensor<4x4xi8> -> tensor<4x64x!mx.nvfp4>
  return
}

// -----

// Extent missing.
func.func @f(%c: tensor<4x?x16xi8>, %s: tensor<4x?xi8>) {
  // expected-error @below {{expected an extent for the dynamic axis 1, which packed codes do not tell; add `extent %k`}}
  %0 = mx.assemble %c, %s : tensor<4x?x16xi8>, tensor<4x?xi8> -> tensor<4x?x!mx.mxfp4>
  return
}

// -----

// Extent idle.
func.func @f(%c: tensor<4x2x16xi8>, %s: tensor<4x2xi8>, %k: index) {
  // expected-error @below {{expected no extent, since axis 1 is known without it}}
  %0 = mx.assemble %c, %s extent %k : tensor<4x2x16xi8>, tensor<4x2xi8> -> tensor<4x64x!mx.mxfp4>
  return
}

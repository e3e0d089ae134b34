// RUN: mx-opt %s -split-input-file -verify-diagnostics

// Number of outs.
func.func @f(%x: tensor<4x32xf32>, %c: tensor<4x1x16xi8>) {
  // expected-error @below {{expected 2 outs (codes, scale[, tensor scale] for each quantizer), but found 1}}
  %0 = mx.packed.quantize ins(%x : tensor<4x32xf32>) outs(%c : tensor<4x1x16xi8>) {quantizers = [#mx.quantizer<format = !mx.mxfp4>]} -> tensor<4x1x16xi8>
  return
}

// -----

// Column-wise.
func.func @f(%x: tensor<32x4xf32>, %c: tensor<4x1x16xi8>, %s: tensor<4x1xi8>) {
  // expected-error @below {{expected quantizer 0 to store its blocks along the last axis, but found '!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>'; use `transpose` and '!mx.mxfp4'}}
  %0:2 = mx.packed.quantize ins(%x : tensor<32x4xf32>) outs(%c, %s : tensor<4x1x16xi8>, tensor<4x1xi8>) {quantizers = [#mx.quantizer<format = !mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>>]} -> tensor<4x1x16xi8>, tensor<4x1xi8>
  return
}

// -----

// Hadamard tail.
func.func @f(%x: tensor<4x96xf32>, %c: tensor<4x3x16xi8>, %s: tensor<4x3xi8>) {
  // expected-error @below {{expected a contraction axis that is a multiple of the Hadamard size 64, but found 96; add pad_to_group}}
  %0:2 = mx.packed.quantize ins(%x : tensor<4x96xf32>) outs(%c, %s : tensor<4x3x16xi8>, tensor<4x3xi8>) {quantizers = [#mx.quantizer<format = !mx.mxfp4, hadamard = {size = 64}>]} -> tensor<4x3x16xi8>, tensor<4x3xi8>
  return
}

// -----

// Scale type.
func.func @f(%x: tensor<4x32xf32>, %c: tensor<4x1x16xi8>, %s: tensor<4x1xf32>) {
  // expected-error @below {{expected quantizer 0's scales of 'i8' for '!mx.mxfp4', but found 'f32'}}
  %0:2 = mx.packed.quantize ins(%x : tensor<4x32xf32>) outs(%c, %s : tensor<4x1x16xi8>, tensor<4x1xf32>) {quantizers = [#mx.quantizer<format = !mx.mxfp4>]} -> tensor<4x1x16xi8>, tensor<4x1xf32>
  return
}

// -----

// Dequantize format.
func.func @f(%c: tensor<4x1x16xi8>, %s: tensor<4x1xi8>, %x: tensor<4x32xf32>) {
  // expected-error @below {{expected format to be a block-scaled type such as !mx.mxfp4, but found 'f32'}}
  %0 = mx.packed.dequantize ins(%c, %s : tensor<4x1x16xi8>, tensor<4x1xi8>) outs(%x : tensor<4x32xf32>) {format = f32} -> tensor<4x32xf32>
  return
}

// -----

// Matmul operands.
func.func @f(%a: tensor<4x32xf32>, %o: tensor<4x4xf32>, %k: index) {
  // expected-error @below {{expected a_format or b_format, but found two float operands; use linalg.matmul}}
  %0 = mx.packed.matmul a(%a : tensor<4x32xf32>) b(%a : tensor<4x32xf32>) k %k outs(%o : tensor<4x4xf32>) -> tensor<4x4xf32>
  return
}

// -----

// Matmul parts.
func.func @f(%a: tensor<4x1x16xi8>, %s: tensor<4x1xi8>, %o: tensor<4x4xf32>, %k: index) {
  // expected-error @below {{expected a's to be 2 values (codes, scale) for '!mx.mxfp4', but found 1}}
  %0 = mx.packed.matmul a(%a : tensor<4x1x16xi8>) b(%a, %s : tensor<4x1x16xi8>, tensor<4x1xi8>) k %k outs(%o : tensor<4x4xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4} -> tensor<4x4xf32>
  return
}

// -----

// Matmul float operand.
func.func @f(%a: tensor<4x1x16xi8>, %s: tensor<4x1xi8>, %o: tensor<4x4xf32>, %k: index) {
  // expected-error @below {{expected a to be one tensor of f32, bf16 or f16 without a_format, but found 'tensor<4x1x16xi8>'}}
  %0 = mx.packed.matmul a(%a : tensor<4x1x16xi8>) b(%a, %s : tensor<4x1x16xi8>, tensor<4x1xi8>) k %k outs(%o : tensor<4x4xf32>) {b_format = !mx.mxfp4} -> tensor<4x4xf32>
  return
}

// -----

// Relayout.
func.func @f(%s: tensor<64x7xi8>, %o: tensor<1x1x512xi8>) {
  // expected-error @below {{expected tiles of shape 1x2x512 ([…, ceil(R/128), ceil(C/4), 512]), but found 1x1x512}}
  %0 = mx.packed.relayout ins(%s : tensor<64x7xi8>) outs(%o : tensor<1x1x512xi8>) linear to tile_128x4 -> tensor<1x1x512xi8>
  return
}

// -----

// Relayout to the tiles of CPUs.
func.func @f(%s: tensor<64x7xi8>, %o: tensor<1x2x64xi8>) {
  // expected-error @below {{expected tiles of shape 4x2x64 ([…, ceil(R/16), ceil(C/4), 64]), but found 1x2x64}}
  %0 = mx.packed.relayout ins(%s : tensor<64x7xi8>) outs(%o : tensor<1x2x64xi8>) linear to tile_16x4 -> tensor<1x2x64xi8>
  return
}

// -----

// Relayout between tiles.
func.func @f(%s: tensor<4x2x64xi8>, %o: tensor<1x2x512xi8>) {
  // expected-error @below {{expected one side to be linear, but found tile_16x4 to tile_128x4}}
  %0 = mx.packed.relayout ins(%s : tensor<4x2x64xi8>) outs(%o : tensor<1x2x512xi8>) tile_16x4 to tile_128x4 -> tensor<1x2x512xi8>
  return
}

// -----

// Matmul layout of a float operand.
func.func @f(%a: tensor<4x32xf32>, %c: tensor<1x4x64xi8>, %s: tensor<1x1x64xi8>, %o: tensor<4x4xf32>, %k: index) {
  // expected-error @below {{expected a_layout linear for a float operand, but found tile_16x4}}
  %0 = mx.packed.matmul a(%a : tensor<4x32xf32>) b(%c, %s : tensor<1x4x64xi8>, tensor<1x1x64xi8>) k %k outs(%o : tensor<4x4xf32>)
         a_layout tile_16x4 b_layout tile_16x4 {b_format = !mx.mxfp4} -> tensor<4x4xf32>
  return
}

// -----

// Matmul layout that products do not take.
func.func @f(%a: tensor<4x32xf32>, %c: tensor<1x4x512xi8>, %s: tensor<1x1x512xi8>, %o: tensor<4x4xf32>, %k: index) {
  // expected-error @below {{expected b_layout linear or tile_16x4, but found tile_128x4}}
  %0 = mx.packed.matmul a(%a : tensor<4x32xf32>) b(%c, %s : tensor<1x4x512xi8>, tensor<1x1x512xi8>) k %k outs(%o : tensor<4x4xf32>)
         b_layout tile_128x4 {b_format = !mx.mxfp4} -> tensor<4x4xf32>
  return
}

// -----

// Matmul layout of a format that tiles do not hold.
func.func @f(%a: tensor<4x32xf32>, %c: tensor<1x4x64xi8>, %s: tensor<1x1x64xf32>, %o: tensor<4x4xf32>, %k: index) {
  // expected-error @below {{expected b in tiles to have 8-bit scales and blocks of one row, of a multiple of 4 bytes, but found '!mx.scaled<f4E2M1FN, f32, [32]>'; relayout it to linear}}
  %0 = mx.packed.matmul a(%a : tensor<4x32xf32>) b(%c, %s : tensor<1x4x64xi8>, tensor<1x1x64xf32>) k %k outs(%o : tensor<4x4xf32>)
         b_layout tile_16x4 {b_format = !mx.scaled<f4E2M1FN, f32, [32]>} -> tensor<4x4xf32>
  return
}

// -----

// Matmul tiles of half a block.
func.func @f(%a: tensor<4x32xf32>, %c: tensor<1x6x64xi8>, %s: tensor<1x1x64xi8>, %o: tensor<4x4xf32>, %k: index) {
  // expected-error @below {{expected whole blocks of 16 bytes in the tiles of b, but found 6 tiles of 4 bytes}}
  %0 = mx.packed.matmul a(%a : tensor<4x32xf32>) b(%c, %s : tensor<1x6x64xi8>, tensor<1x1x64xi8>) k %k outs(%o : tensor<4x4xf32>)
         b_layout tile_16x4 {b_format = !mx.mxfp4} -> tensor<4x4xf32>
  return
}

// -----

// Matmul tiles of too few rows.
func.func @f(%a: tensor<4x32xf32>, %c: tensor<1x4x64xi8>, %s: tensor<1x1x64xi8>, %o: tensor<4x17xf32>, %k: index) {
  // expected-error @below {{expected b's codes of shape 2x4x64 ([…, ceil(N/16), J·bytes/4, 64]), but found 1x4x64}}
  %0 = mx.packed.matmul a(%a : tensor<4x32xf32>) b(%c, %s : tensor<1x4x64xi8>, tensor<1x1x64xi8>) k %k outs(%o : tensor<4x17xf32>)
         b_layout tile_16x4 {b_format = !mx.mxfp4} -> tensor<4x17xf32>
  return
}

// -----

// Matmul scales of another shape.
func.func @f(%a: tensor<4x32xf32>, %c: tensor<1x4x64xi8>, %s: tensor<1x2x64xi8>, %o: tensor<4x4xf32>, %k: index) {
  // expected-error @below {{expected b's scales of shape 1x1x64 ([…, ceil(N/16), ceil(J/4), 64]), but found 1x2x64}}
  %0 = mx.packed.matmul a(%a : tensor<4x32xf32>) b(%c, %s : tensor<1x4x64xi8>, tensor<1x2x64xi8>) k %k outs(%o : tensor<4x4xf32>)
         b_layout tile_16x4 {b_format = !mx.mxfp4} -> tensor<4x4xf32>
  return
}

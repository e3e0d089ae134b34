// Every op round-trips in its custom form, its generic form and as bytecode.
// RUN: mx-opt %s | mx-opt | FileCheck %s
// RUN: mx-opt %s --mlir-print-op-generic | mx-opt | FileCheck %s
// RUN: mx-opt %s --emit-bytecode | mx-opt | FileCheck %s

!tile = !mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>

// CHECK-LABEL: @quantize
func.func @quantize(%x: tensor<128x100xf32>, %y: tensor<?x?xbf16>, %amax: tensor<f32>, %seed: i64, %i: index)
    -> (tensor<128x100x!mx.mxfp4>, tensor<?x?x!mx.nvfp4>, tensor<128x100x!tile>) {
  // CHECK: mx.quantize %{{.*}} seed %{{.*}} origin[%{{.*}}, %{{.*}}] extents[%{{.*}}] rounding stochastic scale_rule floor {prescale = 7.500000e-01 : f32, random_bits = 24 : i64, stream = 3 : i64} : tensor<128x100xf32> -> tensor<128x100x!mx.mxfp4>
  %0 = mx.quantize %x seed %seed origin[%i, %i] extents[%i] rounding stochastic scale_rule floor
         {prescale = 7.5e-01 : f32, random_bits = 24 : i64, stream = 3 : i64}
         : tensor<128x100xf32> -> tensor<128x100x!mx.mxfp4>
  // CHECK: mx.quantize %{{.*}} amax %{{.*}} {scale_min_normal} : tensor<?x?xbf16>, tensor<f32> -> tensor<?x?x!mx.nvfp4>
  %1 = mx.quantize %y amax %amax {scale_min_normal} : tensor<?x?xbf16>, tensor<f32> -> tensor<?x?x!mx.nvfp4>
  // CHECK: mx.quantize %{{.*}} rounding nearest_away scale_rule even : tensor<128x100xf32> -> tensor<128x100x!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>>
  %2 = mx.quantize %x rounding nearest_away scale_rule even : tensor<128x100xf32> -> tensor<128x100x!tile>
  return %0, %1, %2 : tensor<128x100x!mx.mxfp4>, tensor<?x?x!mx.nvfp4>, tensor<128x100x!tile>
}

// CHECK-LABEL: @dequantize
func.func @dequantize(%q: tensor<4x?x!mx.mxint8>) -> tensor<4x?xbf16> {
  // CHECK: mx.dequantize %{{.*}} : tensor<4x?x!mx.mxint8> -> tensor<4x?xbf16>
  %0 = mx.dequantize %q : tensor<4x?x!mx.mxint8> -> tensor<4x?xbf16>
  return %0 : tensor<4x?xbf16>
}

// CHECK-LABEL: @assemble
func.func @assemble(%c: tensor<2x3x16xi8>, %s: tensor<2x3xi8>, %dc: tensor<2x?x16xi8>, %ds: tensor<2x?xi8>,
                    %nc: tensor<2x80xf4E2M1FN>, %ns: tensor<2x5xf8E4M3FN>, %ts: tensor<f32>, %k: index) {
  // CHECK: mx.assemble %{{.*}}, %{{.*}} : tensor<2x3x16xi8>, tensor<2x3xi8> -> tensor<2x80x!mx.mxfp4>
  %0 = mx.assemble %c, %s : tensor<2x3x16xi8>, tensor<2x3xi8> -> tensor<2x80x!mx.mxfp4>
  // CHECK: mx.assemble %{{.*}}, %{{.*}} extent %{{.*}} : tensor<2x?x16xi8>, tensor<2x?xi8> -> tensor<2x?x!mx.mxfp4>
  %1 = mx.assemble %dc, %ds extent %k : tensor<2x?x16xi8>, tensor<2x?xi8> -> tensor<2x?x!mx.mxfp4>
  // CHECK: mx.assemble %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x80xf4E2M1FN>, tensor<2x5xf8E4M3FN>, tensor<f32> -> tensor<2x80x!mx.nvfp4>
  %2 = mx.assemble %nc, %ns, %ts : tensor<2x80xf4E2M1FN>, tensor<2x5xf8E4M3FN>, tensor<f32> -> tensor<2x80x!mx.nvfp4>
  // CHECK: mx.disassemble %{{.*}} : tensor<2x80x!mx.nvfp4> -> tensor<2x5x8xi8>, tensor<2x5xi8>, tensor<f32>
  %3:3 = mx.disassemble %2 : tensor<2x80x!mx.nvfp4> -> tensor<2x5x8xi8>, tensor<2x5xi8>, tensor<f32>
  return
}

// CHECK-LABEL: @transforms
func.func @transforms(%x: tensor<8x128xbf16>, %o: tensor<8x128xf32>, %b: memref<8x128xf32>, %e: tensor<8x128xf8E5M2>,
                      %i8: tensor<8x128xi8>, %seed: i64, %i: index) {
  // CHECK: mx.hadamard ins(%{{.*}} : tensor<8x128xbf16>) outs(%{{.*}} : tensor<8x128xf32>) seed %{{.*}} transform <size = 64, signs = seed> {sign_stream = 5 : i64} -> tensor<8x128xf32>
  %0 = mx.hadamard ins(%x : tensor<8x128xbf16>) outs(%o : tensor<8x128xf32>) seed %seed
         transform <size = 64, signs = seed> {sign_stream = 5 : i64} -> tensor<8x128xf32>
  // CHECK: mx.hadamard ins(%{{.*}} : memref<8x128xf32>) outs(%{{.*}} : memref<8x128xf32>) transform <size = 2, signs = [1, -1]>
  mx.hadamard ins(%b : memref<8x128xf32>) outs(%b : memref<8x128xf32>) transform <size = 2, signs = [1, -1]>
  // CHECK: mx.cast ins(%{{.*}} : tensor<8x128xbf16>) outs(%{{.*}} : tensor<8x128xf8E5M2>) -> tensor<8x128xf8E5M2>
  %1 = mx.cast ins(%x : tensor<8x128xbf16>) outs(%e : tensor<8x128xf8E5M2>) -> tensor<8x128xf8E5M2>
  // CHECK: mx.cast ins(%{{.*}}) outs(%{{.*}}) seed %{{.*}} origin[%{{.*}}, %{{.*}}] extents[%{{.*}}] rounding stochastic {format = !mx.float<3, 4, ieee>, stream = 9 : i64} -> tensor<8x128xi8>
  %2 = mx.cast ins(%x : tensor<8x128xbf16>) outs(%i8 : tensor<8x128xi8>) seed %seed origin[%i, %i] extents[%i]
         rounding stochastic {format = !mx.float<3, 4, ieee>, stream = 9 : i64} -> tensor<8x128xi8>
  // CHECK: mx.derive_seed %{{.*}}, %{{.*}}
  %3 = mx.derive_seed %seed, %seed
  // CHECK: mx.amax %{{.*}} : tensor<8x128xbf16> -> tensor<f32>
  %4 = mx.amax %x : tensor<8x128xbf16> -> tensor<f32>
  return
}

// CHECK-LABEL: @transpose
func.func @transpose(%w: tensor<2x64x128x!mx.mxfp4>) -> tensor<2x128x64x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>> {
  // CHECK: mx.transpose %{{.*}} : tensor<2x64x128x!mx.mxfp4> -> tensor<2x128x64x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>>
  %0 = mx.transpose %w : tensor<2x64x128x!mx.mxfp4> -> tensor<2x128x64x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>>
  return %0 : tensor<2x128x64x!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>>
}

// CHECK-LABEL: @matmul
func.func @matmul(%a: tensor<5x64x100x!mx.mxfp6_e2m3>, %b: tensor<32x100x!mx.nvfp4>, %f: tensor<1x32x100xf16>, %acc: tensor<5x64x32xf32>) {
  // CHECK: mx.matmul %{{.*}}, %{{.*}} acc %{{.*}} accumulate exact : tensor<5x64x100x!mx.mxfp6_e2m3>, tensor<32x100x!mx.nvfp4>, tensor<5x64x32xf32> -> tensor<5x64x32xf32>
  %0 = mx.matmul %a, %b acc %acc accumulate exact : tensor<5x64x100x!mx.mxfp6_e2m3>, tensor<32x100x!mx.nvfp4>, tensor<5x64x32xf32> -> tensor<5x64x32xf32>
  // CHECK: mx.matmul %{{.*}}, %{{.*}} {alpha = 2.000000e+00 : f32} : tensor<5x64x100x!mx.mxfp6_e2m3>, tensor<1x32x100xf16> -> tensor<5x64x32xbf16>
  %1 = mx.matmul %a, %f {alpha = 2.0 : f32} : tensor<5x64x100x!mx.mxfp6_e2m3>, tensor<1x32x100xf16> -> tensor<5x64x32xbf16>
  return
}

// CHECK-LABEL: @packed
func.func @packed(%x: tensor<64x100xf32>, %c: tensor<64x4x16xi8>, %s: tensor<64x4xi8>, %tc: tensor<100x4x8xi8>,
                  %tsc: tensor<100x4xi8>, %t: tensor<f32>, %w: memref<32x100xf32>, %mc: memref<64x4x16xi8>,
                  %ms: memref<64x4xi8>, %o: memref<64x32xf32>, %seed: i64, %tiles: tensor<1x1x512xi8>,
                  %ct: memref<2x?x64xi8>, %st: memref<2x?x64xi8>, %x2: memref<64x100xf32>, %s16: tensor<4x1x64xi8>) {
  %k = arith.constant 100 : index
  // CHECK: mx.packed.quantize ins(%{{.*}} : tensor<64x100xf32>) outs({{.*}}) seed %{{.*}} {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic, prescale = 0.75, stream = 2>, #mx.quantizer<format = !mx.nvfp4, transpose>]} ->
  %0:5 = mx.packed.quantize ins(%x : tensor<64x100xf32>)
    outs(%c, %s, %tc, %tsc, %t : tensor<64x4x16xi8>, tensor<64x4xi8>, tensor<100x4x8xi8>, tensor<100x4xi8>, tensor<f32>)
    seed %seed {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic, prescale = 0.75, stream = 2>,
                              #mx.quantizer<format = !mx.nvfp4, transpose>]}
    -> tensor<64x4x16xi8>, tensor<64x4xi8>, tensor<100x4x8xi8>, tensor<100x4xi8>, tensor<f32>
  // CHECK: mx.packed.dequantize ins({{.*}}) outs({{.*}}) {format = !mx.mxfp4} -> tensor<64x100xf32>
  %1 = mx.packed.dequantize ins(%c, %s : tensor<64x4x16xi8>, tensor<64x4xi8>) outs(%x : tensor<64x100xf32>) {format = !mx.mxfp4} -> tensor<64x100xf32>
  // CHECK: mx.packed.matmul a({{.*}}) b({{.*}}) k %{{.*}} outs({{.*}}) accumulate exact {a_format = !mx.mxfp4, alpha = 3.000000e+00 : f32}
  mx.packed.matmul a(%mc, %ms : memref<64x4x16xi8>, memref<64x4xi8>) b(%w : memref<32x100xf32>) k %k outs(%o : memref<64x32xf32>)
    accumulate exact {a_format = !mx.mxfp4, alpha = 3.0 : f32}
  // CHECK: mx.packed.relayout ins({{.*}}) outs({{.*}}) linear to tile_128x4 -> tensor<1x1x512xi8>
  %2 = mx.packed.relayout ins(%s : tensor<64x4xi8>) outs(%tiles : tensor<1x1x512xi8>) linear to tile_128x4 -> tensor<1x1x512xi8>
  // CHECK: mx.packed.relayout ins({{.*}}) outs({{.*}}) linear to tile_16x4 -> tensor<4x1x64xi8>
  %3 = mx.packed.relayout ins(%s : tensor<64x4xi8>) outs(%s16 : tensor<4x1x64xi8>) linear to tile_16x4 -> tensor<4x1x64xi8>
  // CHECK: mx.packed.matmul a({{.*}}) b({{.*}}) k %{{.*}} outs({{.*}}) b_layout tile_16x4 {b_format = !mx.mxfp4}
  mx.packed.matmul a(%x2 : memref<64x100xf32>) b(%ct, %st : memref<2x?x64xi8>, memref<2x?x64xi8>) k %k outs(%o : memref<64x32xf32>)
    b_layout tile_16x4 {b_format = !mx.mxfp4}
  return
}

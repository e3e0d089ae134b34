// RUN: mx-opt %s --mx-select-schedule | FileCheck %s
// RUN: mx-opt %s --mx-select-schedule=chip=sm_80 | FileCheck %s --check-prefix=OLD
// RUN: mx-opt %s --mx-select-schedule=chip=sm_120a | FileCheck %s --check-prefix=BLACKWELL
// RUN: not mx-opt %s --mx-select-schedule=chip=h100 2>&1 | FileCheck %s --check-prefix=CHIP
// CHIP: error: unknown chip 'h100', expected one of sm_80,

// CHECK-LABEL: func.func @mxfp4
// CHECK: mx.packed.matmul {{.*}}mx.schedule = #mx.schedule<"s8_fold", tile = [128, 256, 128], stages = 4, cluster = 2>
// OLD-LABEL: func.func @mxfp4
// OLD-NOT: mx.schedule
func.func @mxfp4(%a: tensor<2x64x4x16xi8>, %as: tensor<2x64x4xi8>, %b: tensor<2x32x4x16xi8>, %bs: tensor<2x32x4xi8>, %out: tensor<2x64x32xf32>) -> tensor<2x64x32xf32> {
  %k = arith.constant 128 : index
  %0 = mx.packed.matmul a(%a, %as : tensor<2x64x4x16xi8>, tensor<2x64x4xi8>) b(%b, %bs : tensor<2x32x4x16xi8>, tensor<2x32x4xi8>) k %k outs(%out : tensor<2x64x32xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4} -> tensor<2x64x32xf32>
  return %0 : tensor<2x64x32xf32>
}

// All items of a meet the same b: one product.
// CHECK-LABEL: func.func @shared_b
// CHECK: mx.schedule = #mx.schedule<"s8_fold"
func.func @shared_b(%a: tensor<?x64x4x16xi8>, %as: tensor<?x64x4xi8>, %b: tensor<32x4x16xi8>, %bs: tensor<32x4xi8>, %out: tensor<?x64x32xf32>) -> tensor<?x64x32xf32> {
  %k = arith.constant 128 : index
  %0 = mx.packed.matmul a(%a, %as : tensor<?x64x4x16xi8>, tensor<?x64x4xi8>) b(%b, %bs : tensor<32x4x16xi8>, tensor<32x4xi8>) k %k outs(%out : tensor<?x64x32xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4} -> tensor<?x64x32xf32>
  return %0 : tensor<?x64x32xf32>
}

// CHECK-LABEL: func.func @shared_a
// CHECK-NOT: mx.schedule
func.func @shared_a(%a: tensor<64x4x16xi8>, %as: tensor<64x4xi8>, %b: tensor<2x32x4x16xi8>, %bs: tensor<2x32x4xi8>, %out: tensor<2x64x32xf32>) -> tensor<2x64x32xf32> {
  %k = arith.constant 128 : index
  %0 = mx.packed.matmul a(%a, %as : tensor<64x4x16xi8>, tensor<64x4xi8>) b(%b, %bs : tensor<2x32x4x16xi8>, tensor<2x32x4xi8>) k %k outs(%out : tensor<2x64x32xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4} -> tensor<2x64x32xf32>
  return %0 : tensor<2x64x32xf32>
}

// Any other pair, floats and acc go by bf16; exact sums do not, nor int8 with scales that are no powers of two.
// CHECK-LABEL: func.func @bf16
// CHECK-COUNT-3: mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 256, 128], stages = 4, cluster = 2>
// CHECK: accumulate exact
// CHECK-NOT: mx.schedule
// OLD-LABEL: func.func @bf16
// OLD-NOT: mx.schedule
func.func @bf16(%a: tensor<65x4x16xi8>, %as: tensor<65x4xi8>, %j: tensor<32x4x32xi8>, %js: tensor<32x4xi8>, %x: tensor<64x128xf32>, %b: tensor<32x8x8xi8>, %bs: tensor<32x8xi8>, %bt: tensor<f32>, %i: tensor<32x8x16xi8>, %out: tensor<64x32xf32>, %o: tensor<65x32xf32>)
    -> (tensor<65x32xf32>, tensor<64x32xf32>, tensor<64x32xf32>, tensor<64x32xf32>, tensor<64x32xf32>) {
  %k = arith.constant 128 : index
  %0 = mx.packed.matmul a(%a, %as : tensor<65x4x16xi8>, tensor<65x4xi8>) b(%j, %js : tensor<32x4x32xi8>, tensor<32x4xi8>) k %k outs(%o : tensor<65x32xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxint8} -> tensor<65x32xf32>
  %1 = mx.packed.matmul a(%x : tensor<64x128xf32>) b(%b, %bs, %bt : tensor<32x8x8xi8>, tensor<32x8xi8>, tensor<f32>) k %k outs(%out : tensor<64x32xf32>) {b_format = !mx.nvfp4} -> tensor<64x32xf32>
  %2 = mx.packed.matmul a(%x : tensor<64x128xf32>) b(%b, %bs, %bt : tensor<32x8x8xi8>, tensor<32x8xi8>, tensor<f32>) k %k acc(%out : tensor<64x32xf32>) outs(%out : tensor<64x32xf32>) {b_format = !mx.nvfp4} -> tensor<64x32xf32>
  %3 = mx.packed.matmul a(%x : tensor<64x128xf32>) b(%b, %bs, %bt : tensor<32x8x8xi8>, tensor<32x8xi8>, tensor<f32>) k %k outs(%out : tensor<64x32xf32>) accumulate exact {b_format = !mx.nvfp4} -> tensor<64x32xf32>
  %4 = mx.packed.matmul a(%x : tensor<64x128xf32>) b(%i, %bs : tensor<32x8x16xi8>, tensor<32x8xi8>) k %k outs(%out : tensor<64x32xf32>) {b_format = !mx.scaled<i8, f8E4M3FN, [16]>} -> tensor<64x32xf32>
  return %0, %1, %2, %3, %4 : tensor<65x32xf32>, tensor<64x32xf32>, tensor<64x32xf32>, tensor<64x32xf32>, tensor<64x32xf32>
}

// Few rows that are packed go as bf16 do, where neither units take both operands' scales nor sums must be exact, nor the host
// has to learn how many rows there are; MXFP4 by MXFP4 up to 128 or, by fewer weights, 256.
// CHECK-LABEL: func.func @packed_rows
// CHECK: mx.schedule = #mx.schedule<"gemv", tile = [48, 64, 64]
// CHECK: mx.schedule = #mx.schedule<"s8_fold"
// CHECK: mx.schedule = #mx.schedule<"bf16_decode", tile = [64, 128, 128]
// CHECK: mx.schedule = #mx.schedule<"bf16_decode", tile = [128, 128, 128]
// CHECK-COUNT-2: mx.schedule = #mx.schedule<"s8_fold"
// CHECK: mx.schedule = #mx.schedule<"bf16_decode", tile = [256, 128, 128]
// OLD-LABEL: func.func @packed_rows
// OLD: mx.schedule = #mx.schedule<"gemv", tile = [48, 64, 64]
// OLD-NOT: mx.schedule = #mx.schedule<"s8_fold"
// BLACKWELL-LABEL: func.func @packed_rows
// BLACKWELL: mx.schedule = #mx.schedule<"mma_block_scale"
func.func @packed_rows(%a: tensor<48x256x16xi8>, %as: tensor<48x256xi8>, %c: tensor<64x256x16xi8>, %cs: tensor<64x256xi8>, %d: tensor<128x256x16xi8>, %ds: tensor<128x256xi8>, %e: tensor<129x256x16xi8>, %es: tensor<129x256xi8>,
                       %f: tensor<?x256x16xi8>, %fs: tensor<?x256xi8>, %g: tensor<129x256x32xi8>, %w: tensor<8192x256x16xi8>, %ws: tensor<8192x256xi8>,
                       %o: tensor<48x8192xf32>, %p: tensor<64x8192xf32>, %q: tensor<128x8192xf32>, %r: tensor<129x8192xf32>, %s: tensor<?x8192xf32>)
    -> (tensor<48x8192xf32>, tensor<48x8192xf32>, tensor<64x8192xf32>, tensor<128x8192xf32>, tensor<129x8192xf32>, tensor<?x8192xf32>, tensor<129x8192xf32>) {
  %k = arith.constant 8192 : index
  %0 = mx.packed.matmul a(%a, %as : tensor<48x256x16xi8>, tensor<48x256xi8>) b(%w, %ws : tensor<8192x256x16xi8>, tensor<8192x256xi8>) k %k outs(%o : tensor<48x8192xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4} -> tensor<48x8192xf32>
  %1 = mx.packed.matmul a(%a, %as : tensor<48x256x16xi8>, tensor<48x256xi8>) b(%w, %ws : tensor<8192x256x16xi8>, tensor<8192x256xi8>) k %k outs(%o : tensor<48x8192xf32>) accumulate exact {a_format = !mx.mxfp4, b_format = !mx.mxfp4} -> tensor<48x8192xf32>
  %2 = mx.packed.matmul a(%c, %cs : tensor<64x256x16xi8>, tensor<64x256xi8>) b(%w, %ws : tensor<8192x256x16xi8>, tensor<8192x256xi8>) k %k outs(%p : tensor<64x8192xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4} -> tensor<64x8192xf32>
  %3 = mx.packed.matmul a(%d, %ds : tensor<128x256x16xi8>, tensor<128x256xi8>) b(%w, %ws : tensor<8192x256x16xi8>, tensor<8192x256xi8>) k %k outs(%q : tensor<128x8192xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4} -> tensor<128x8192xf32>
  %4 = mx.packed.matmul a(%e, %es : tensor<129x256x16xi8>, tensor<129x256xi8>) b(%w, %ws : tensor<8192x256x16xi8>, tensor<8192x256xi8>) k %k outs(%r : tensor<129x8192xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4} -> tensor<129x8192xf32>
  %5 = mx.packed.matmul a(%f, %fs : tensor<?x256x16xi8>, tensor<?x256xi8>) b(%w, %ws : tensor<8192x256x16xi8>, tensor<8192x256xi8>) k %k outs(%s : tensor<?x8192xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4} -> tensor<?x8192xf32>
  %6 = mx.packed.matmul a(%g, %es : tensor<129x256x32xi8>, tensor<129x256xi8>) b(%w, %ws : tensor<8192x256x16xi8>, tensor<8192x256xi8>) k %k outs(%r : tensor<129x8192xf32>) {a_format = !mx.mxfp8_e4m3, b_format = !mx.mxfp4} -> tensor<129x8192xf32>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<48x8192xf32>, tensor<48x8192xf32>, tensor<64x8192xf32>, tensor<128x8192xf32>, tensor<129x8192xf32>, tensor<?x8192xf32>, tensor<129x8192xf32>
}

// More rows of bf16 by 4-bit weights whose K is whole tiles: they stay packed. Small results have half the rows in a tile.
// CHECK-LABEL: func.func @weights
// CHECK: mx.schedule = #mx.schedule<"bf16_decode", tile = [128, 128, 128], stages = 8, cluster = 2>
// CHECK: mx.schedule = #mx.schedule<"bf16_decode", tile = [256, 128, 128], stages = 4, cluster = 2>
// CHECK: mx.schedule = #mx.schedule<"bf16_fold"
func.func @weights(%x: tensor<512x256xbf16>, %y: tensor<?x256xbf16>, %z: tensor<512x288xbf16>, %b: tensor<4096x16x8xi8>, %bs: tensor<4096x16xi8>, %bt: tensor<f32>, %c: tensor<4096x9x16xi8>, %cs: tensor<4096x9xi8>, %o: tensor<512x4096xf32>, %p: tensor<?x4096xf32>)
    -> (tensor<512x4096xf32>, tensor<?x4096xf32>, tensor<512x4096xf32>) {
  %k = arith.constant 256 : index
  %l = arith.constant 288 : index
  %0 = mx.packed.matmul a(%x : tensor<512x256xbf16>) b(%b, %bs, %bt : tensor<4096x16x8xi8>, tensor<4096x16xi8>, tensor<f32>) k %k outs(%o : tensor<512x4096xf32>) {b_format = !mx.nvfp4} -> tensor<512x4096xf32>
  %1 = mx.packed.matmul a(%y : tensor<?x256xbf16>) b(%b, %bs, %bt : tensor<4096x16x8xi8>, tensor<4096x16xi8>, tensor<f32>) k %k outs(%p : tensor<?x4096xf32>) {b_format = !mx.nvfp4} -> tensor<?x4096xf32>
  %2 = mx.packed.matmul a(%z : tensor<512x288xbf16>) b(%c, %cs : tensor<4096x9x16xi8>, tensor<4096x9xi8>) k %l outs(%o : tensor<512x4096xf32>) {b_format = !mx.mxfp4} -> tensor<512x4096xf32>
  return %0, %1, %2 : tensor<512x4096xf32>, tensor<?x4096xf32>, tensor<512x4096xf32>
}

// Many of the rows that gemv takes, by many weights of 32 columns with a scale.
// CHECK-LABEL: func.func @many_of_few_rows
// CHECK: mx.schedule = #mx.schedule<"bf16_decode", tile = [64, 128, 128], stages = 8, cluster = 2>
// CHECK-COUNT-3: mx.schedule = #mx.schedule<"gemv"
// OLD-LABEL: func.func @many_of_few_rows
// OLD-COUNT-4: mx.schedule = #mx.schedule<"gemv"
func.func @many_of_few_rows(%x: tensor<49x8192xbf16>, %y: tensor<48x8192xbf16>, %b: tensor<4096x256x16xi8>, %bs: tensor<4096x256xi8>, %c: tensor<4095x256x16xi8>, %cs: tensor<4095x256xi8>, %d: tensor<4096x512x8xi8>, %ds: tensor<4096x512xi8>, %dt: tensor<f32>,
                            %o: tensor<49x4096xf32>, %p: tensor<48x4096xf32>, %q: tensor<49x4095xf32>)
    -> (tensor<49x4096xf32>, tensor<48x4096xf32>, tensor<49x4095xf32>, tensor<49x4096xf32>) {
  %k = arith.constant 8192 : index
  %0 = mx.packed.matmul a(%x : tensor<49x8192xbf16>) b(%b, %bs : tensor<4096x256x16xi8>, tensor<4096x256xi8>) k %k outs(%o : tensor<49x4096xf32>) {b_format = !mx.mxfp4} -> tensor<49x4096xf32>
  %1 = mx.packed.matmul a(%y : tensor<48x8192xbf16>) b(%b, %bs : tensor<4096x256x16xi8>, tensor<4096x256xi8>) k %k outs(%p : tensor<48x4096xf32>) {b_format = !mx.mxfp4} -> tensor<48x4096xf32>
  %2 = mx.packed.matmul a(%x : tensor<49x8192xbf16>) b(%c, %cs : tensor<4095x256x16xi8>, tensor<4095x256xi8>) k %k outs(%q : tensor<49x4095xf32>) {b_format = !mx.mxfp4} -> tensor<49x4095xf32>
  %3 = mx.packed.matmul a(%x : tensor<49x8192xbf16>) b(%d, %ds, %dt : tensor<4096x512x8xi8>, tensor<4096x512xi8>, tensor<f32>) k %k outs(%o : tensor<49x4096xf32>) {b_format = !mx.nvfp4} -> tensor<49x4096xf32>
  return %0, %1, %2, %3 : tensor<49x4096xf32>, tensor<48x4096xf32>, tensor<49x4095xf32>, tensor<49x4096xf32>
}

// With many rows an expansion pays where weights have a scale for each 16 columns or 8 bits, not where they have half as many.
// CHECK-LABEL: func.func @many_rows
// CHECK: mx.schedule = #mx.schedule<"bf16_decode", tile = [256, 128, 128]
// CHECK: mx.schedule = #mx.schedule<"bf16_fold"
// CHECK: mx.schedule = #mx.schedule<"bf16_decode", tile = [256, 128, 128]
// CHECK: mx.schedule = #mx.schedule<"bf16_decode", tile = [256, 128, 128]
// CHECK: mx.schedule = #mx.schedule<"bf16_fold"
func.func @many_rows(%x: tensor<4096x256xbf16>, %y: tensor<4097x256xbf16>, %d: tensor<4096x8x32xi8>, %ds: tensor<4096x8xi8>, %b: tensor<4096x16x8xi8>, %bs: tensor<4096x16xi8>, %bt: tensor<f32>, %c: tensor<4096x8x16xi8>, %cs: tensor<4096x8xi8>, %o: tensor<4096x4096xf32>, %p: tensor<4097x4096xf32>)
    -> (tensor<4096x4096xf32>, tensor<4097x4096xf32>, tensor<4097x4096xf32>, tensor<4096x4096xf32>, tensor<4097x4096xf32>) {
  %k = arith.constant 256 : index
  %0 = mx.packed.matmul a(%x : tensor<4096x256xbf16>) b(%b, %bs, %bt : tensor<4096x16x8xi8>, tensor<4096x16xi8>, tensor<f32>) k %k outs(%o : tensor<4096x4096xf32>) {b_format = !mx.nvfp4} -> tensor<4096x4096xf32>
  %1 = mx.packed.matmul a(%y : tensor<4097x256xbf16>) b(%b, %bs, %bt : tensor<4096x16x8xi8>, tensor<4096x16xi8>, tensor<f32>) k %k outs(%p : tensor<4097x4096xf32>) {b_format = !mx.nvfp4} -> tensor<4097x4096xf32>
  %2 = mx.packed.matmul a(%y : tensor<4097x256xbf16>) b(%c, %cs : tensor<4096x8x16xi8>, tensor<4096x8xi8>) k %k outs(%p : tensor<4097x4096xf32>) {b_format = !mx.mxfp4} -> tensor<4097x4096xf32>
  %3 = mx.packed.matmul a(%x : tensor<4096x256xbf16>) b(%d, %ds : tensor<4096x8x32xi8>, tensor<4096x8xi8>) k %k outs(%o : tensor<4096x4096xf32>) {b_format = !mx.mxfp8_e4m3} -> tensor<4096x4096xf32>
  %4 = mx.packed.matmul a(%y : tensor<4097x256xbf16>) b(%d, %ds : tensor<4096x8x32xi8>, tensor<4096x8xi8>) k %k outs(%p : tensor<4097x4096xf32>) {b_format = !mx.mxfp8_e4m3} -> tensor<4097x4096xf32>
  return %0, %1, %2, %3, %4 : tensor<4096x4096xf32>, tensor<4097x4096xf32>, tensor<4097x4096xf32>, tensor<4096x4096xf32>, tensor<4097x4096xf32>
}

// Up to 64 rows of bf16 by 4-bit weights, on every chip; a batch of a is more rows. K must be whole units of 32 codes.
// CHECK-LABEL: func.func @few_rows
// CHECK: mx.schedule = #mx.schedule<"gemv", tile = [64, 16, 64], stages = 2, cluster = 1>
// CHECK: mx.schedule = #mx.schedule<"gemv", tile = [1, 16, 128], stages = 2, cluster = 1>
// CHECK-COUNT-3: mx.schedule = #mx.schedule<"bf16_fold"
// OLD-LABEL: func.func @few_rows
// OLD-COUNT-2: mx.schedule = #mx.schedule<"gemv"
// OLD-NOT: mx.schedule
func.func @few_rows(%x: tensor<2x32x120xbf16>, %y: tensor<1x112xbf16>, %many: tensor<65x112xbf16>, %dynamic: tensor<?x112xbf16>, %z: tensor<1x80xbf16>, %w: tensor<16x4x16xi8>, %ws: tensor<16x4xi8>, %vt: tensor<f32>, %u: tensor<16x5x8xi8>, %us: tensor<16x5xi8>, %o: tensor<2x32x16xf32>, %p: tensor<1x16xf32>, %q: tensor<65x16xf32>, %r: tensor<?x16xf32>)
    -> (tensor<2x32x16xf32>, tensor<1x16xf32>, tensor<65x16xf32>, tensor<?x16xf32>, tensor<1x16xf32>) {
  %k = arith.constant 120 : index
  %l = arith.constant 112 : index
  %m = arith.constant 80 : index
  %0 = mx.packed.matmul a(%x : tensor<2x32x120xbf16>) b(%w, %ws : tensor<16x4x16xi8>, tensor<16x4xi8>) k %k outs(%o : tensor<2x32x16xf32>) {b_format = !mx.mxfp4} -> tensor<2x32x16xf32>
  %1 = mx.packed.matmul a(%y : tensor<1x112xbf16>) b(%w, %ws : tensor<16x4x16xi8>, tensor<16x4xi8>) k %l outs(%p : tensor<1x16xf32>) {b_format = !mx.mxfp4} -> tensor<1x16xf32>
  %2 = mx.packed.matmul a(%many : tensor<65x112xbf16>) b(%w, %ws : tensor<16x4x16xi8>, tensor<16x4xi8>) k %l outs(%q : tensor<65x16xf32>) {b_format = !mx.mxfp4} -> tensor<65x16xf32>
  %3 = mx.packed.matmul a(%dynamic : tensor<?x112xbf16>) b(%w, %ws : tensor<16x4x16xi8>, tensor<16x4xi8>) k %l outs(%r : tensor<?x16xf32>) {b_format = !mx.mxfp4} -> tensor<?x16xf32>
  %4 = mx.packed.matmul a(%z : tensor<1x80xbf16>) b(%u, %us, %vt : tensor<16x5x8xi8>, tensor<16x5xi8>, tensor<f32>) k %m outs(%p : tensor<1x16xf32>) {b_format = !mx.nvfp4} -> tensor<1x16xf32>
  return %0, %1, %2, %3, %4 : tensor<2x32x16xf32>, tensor<1x16xf32>, tensor<65x16xf32>, tensor<?x16xf32>, tensor<1x16xf32>
}

// Quantising has no need of Hopper. What the user set stays.
// CHECK-LABEL: func.func @quantize
// CHECK: mx.packed.quantize {{.*}}mx.schedule = #mx.schedule<"quantize", tile = [128, 64], stages = 1, cluster = 1>
// CHECK: mx.packed.quantize {{.*}}mx.schedule = #mx.schedule<"mine", tile = [1], stages = 1, cluster = 1>
// CHECK: mx.packed.quantize {{.*}}mx.schedule = #mx.schedule<"quantize", tile = [128, 32], stages = 1, cluster = 1>
// CHECK: mx.packed.quantize
// CHECK-NOT: mx.schedule
// OLD-LABEL: func.func @quantize
// OLD: mx.schedule
func.func @quantize(%x: tensor<8x64xf32>, %c: tensor<8x2x16xi8>, %s: tensor<8x2xi8>, %c4: tensor<8x4x8xi8>, %s4: tensor<8x4xi8>, %t: tensor<f32>, %cf: tensor<8x1x32xi8>, %sf: tensor<8x1xi8>) -> (tensor<8x2x16xi8>, tensor<8x2x16xi8>, tensor<8x4x8xi8>, tensor<8x1x32xi8>) {
  %0:2 = mx.packed.quantize ins(%x : tensor<8x64xf32>) outs(%c, %s : tensor<8x2x16xi8>, tensor<8x2xi8>) {quantizers = [#mx.quantizer<format = !mx.mxfp4, hadamard = {size = 64, signs = none}>]} -> tensor<8x2x16xi8>, tensor<8x2xi8>
  %1:2 = mx.packed.quantize ins(%x : tensor<8x64xf32>) outs(%c, %s : tensor<8x2x16xi8>, tensor<8x2xi8>) {quantizers = [#mx.quantizer<format = !mx.mxfp4>], mx.schedule = #mx.schedule<"mine", tile = [1], stages = 1, cluster = 1>} -> tensor<8x2x16xi8>, tensor<8x2xi8>
  %2:3 = mx.packed.quantize ins(%x : tensor<8x64xf32>) outs(%c4, %s4, %t : tensor<8x4x8xi8>, tensor<8x4xi8>, tensor<f32>) {quantizers = [#mx.quantizer<format = !mx.nvfp4, scale_rule = amax>]} -> tensor<8x4x8xi8>, tensor<8x4xi8>, tensor<f32>
  %3:2 = mx.packed.quantize ins(%x : tensor<8x64xf32>) outs(%cf, %sf : tensor<8x1x32xi8>, tensor<8x1xi8>) {quantizers = [#mx.quantizer<format = !mx.scaled<f4E2M1FN, f8E8M0FNU, [full]>>]} -> tensor<8x1x32xi8>, tensor<8x1xi8>
  return %0#0, %1#0, %2#0, %3#0 : tensor<8x2x16xi8>, tensor<8x2x16xi8>, tensor<8x4x8xi8>, tensor<8x1x32xi8>
}

// Transforms of any size, codes of up to 8 bits to floats; not the transpose of what was packed.
// CHECK-LABEL: func.func @elementwise
// CHECK: mx.packed.quantize {{.*}}mx.schedule = #mx.schedule<"quantize", tile = [128, 1024], stages = 1, cluster = 1>
// CHECK: mx.hadamard {{.*}}mx.schedule = #mx.schedule<"hadamard"
// CHECK: mx.packed.dequantize {{.*}}mx.schedule = #mx.schedule<"dequantize", tile = [1024, 8], stages = 1, cluster = 1>
// CHECK: mx.packed.dequantize
// CHECK-NOT: mx.schedule
// OLD-LABEL: func.func @elementwise
// OLD: mx.schedule
func.func @elementwise(%x: tensor<32x1024xf32>, %c: tensor<32x32x16xi8>, %s: tensor<32x32xi8>, %h: tensor<32x1024xf32>, %f: tensor<32x1024xbf16>, %t: tensor<1024x32xbf16>)
    -> (tensor<32x32x16xi8>, tensor<32x1024xf32>, tensor<32x1024xbf16>, tensor<1024x32xbf16>) {
  %0:2 = mx.packed.quantize ins(%x : tensor<32x1024xf32>) outs(%c, %s : tensor<32x32x16xi8>, tensor<32x32xi8>) {quantizers = [#mx.quantizer<format = !mx.mxfp4, hadamard = {size = 1024, signs = none}>]} -> tensor<32x32x16xi8>, tensor<32x32xi8>
  %1 = mx.hadamard ins(%x : tensor<32x1024xf32>) outs(%h : tensor<32x1024xf32>) transform <size = 1024, signs = none> -> tensor<32x1024xf32>
  %2 = mx.packed.dequantize ins(%c, %s : tensor<32x32x16xi8>, tensor<32x32xi8>) outs(%f : tensor<32x1024xbf16>) {format = !mx.mxfp4} -> tensor<32x1024xbf16>
  %3 = mx.packed.dequantize ins(%c, %s : tensor<32x32x16xi8>, tensor<32x32xi8>) outs(%t : tensor<1024x32xbf16>) {format = !mx.mxfp4, transpose} -> tensor<1024x32xbf16>
  return %0#0, %1, %2, %3 : tensor<32x32x16xi8>, tensor<32x1024xf32>, tensor<32x1024xbf16>, tensor<1024x32xbf16>
}

// Scales to tiles; not back.
// CHECK-LABEL: func.func @relayout
// CHECK: mx.packed.relayout {{.*}}mx.schedule = #mx.schedule<"relayout", tile = [128, 4], stages = 1, cluster = 1>
// CHECK: mx.packed.relayout
// CHECK-NOT: mx.schedule
// OLD-LABEL: func.func @relayout
// OLD: mx.schedule = #mx.schedule<"relayout"
func.func @relayout(%s: tensor<64x7xi8>, %t: tensor<1x2x512xi8>, %u: tensor<1x2x512xi8>) -> (tensor<1x2x512xi8>, tensor<64x7xi8>) {
  %0 = mx.packed.relayout ins(%s : tensor<64x7xi8>) outs(%t : tensor<1x2x512xi8>) linear to tile_128x4 -> tensor<1x2x512xi8>
  %1 = mx.packed.relayout ins(%u : tensor<1x2x512xi8>) outs(%s : tensor<64x7xi8>) tile_128x4 to linear -> tensor<64x7xi8>
  return %0, %1 : tensor<1x2x512xi8>, tensor<64x7xi8>
}

// Products of floats: bf16 and f16 as they are where their last extents are whole 16 bytes, else tiles in f32.
// CHECK-LABEL: func.func @floats
// CHECK: linalg.matmul {{.*}}mx.schedule = #mx.schedule<"bf16_fold"
// CHECK: linalg.matmul {{.*}}mx.schedule = #mx.schedule<"tiled", tile = [64, 64, 16], stages = 2, cluster = 1>
// CHECK: linalg.matmul {{.*}}mx.schedule = #mx.schedule<"tiled", tile = [128, 128, 16], stages = 2, cluster = 1>
// OLD-LABEL: func.func @floats
// OLD-COUNT-3: mx.schedule = #mx.schedule<"tiled"
func.func @floats(%a: tensor<64x40xbf16>, %b: tensor<40x48xbf16>, %c: tensor<40x47xbf16>, %d: tensor<?x40xf32>, %e: tensor<40x48xf32>, %x: tensor<64x48xf32>, %y: tensor<64x47xf32>, %z: tensor<?x48xf32>)
    -> (tensor<64x48xf32>, tensor<64x47xf32>, tensor<?x48xf32>) {
  %0 = linalg.matmul ins(%a, %b : tensor<64x40xbf16>, tensor<40x48xbf16>) outs(%x : tensor<64x48xf32>) -> tensor<64x48xf32>
  %1 = linalg.matmul ins(%a, %c : tensor<64x40xbf16>, tensor<40x47xbf16>) outs(%y : tensor<64x47xf32>) -> tensor<64x47xf32>
  %2 = linalg.matmul ins(%d, %e : tensor<?x40xf32>, tensor<40x48xf32>) outs(%z : tensor<?x48xf32>) -> tensor<?x48xf32>
  return %0, %1, %2 : tensor<64x48xf32>, tensor<64x47xf32>, tensor<?x48xf32>
}

// Heads in the middle are moved to the front, their columns stay where they are; each product has a fill of its own.
// CHECK-LABEL: func.func @attention
// CHECK-SAME: %[[Q:.*]]: tensor<2x16x3x8xbf16>, %[[K:.*]]: tensor<2x24x3x8xbf16>
// CHECK-DAG: %[[QT:.*]] = linalg.transpose ins(%[[Q]] : {{.*}}) outs({{.*}} : tensor<2x3x16x8xbf16>) permutation = [0, 2, 1, 3]
// CHECK-DAG: %[[KT:.*]] = linalg.transpose ins(%[[K]] : {{.*}}) outs({{.*}} : tensor<2x3x24x8xbf16>) permutation = [0, 2, 1, 3]
// CHECK: %[[F:.*]] = linalg.fill
// CHECK-NEXT: linalg.generic {{.*}} ins(%[[QT]], %[[KT]] : {{.*}}) outs(%[[F]] : {{.*}}) attrs = {mx.schedule = #mx.schedule<"bf16_fold"
// CHECK: %[[G:.*]] = linalg.fill
// CHECK-NEXT: linalg.generic {{.*}} outs(%[[G]] : {{.*}}) attrs = {mx.schedule
func.func @attention(%q: tensor<2x16x3x8xbf16>, %k: tensor<2x24x3x8xbf16>) -> (tensor<2x3x16x24xf32>, tensor<2x3x16x24xf32>) {
  %zero = arith.constant 0.0 : f32
  %room = tensor.empty() : tensor<2x3x16x24xf32>
  %init = linalg.fill ins(%zero : f32) outs(%room : tensor<2x3x16x24xf32>) -> tensor<2x3x16x24xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(b, h, q, s, d) -> (b, q, h, d)>, affine_map<(b, h, q, s, d) -> (b, s, h, d)>, affine_map<(b, h, q, s, d) -> (b, h, q, s)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
    ins(%q, %k : tensor<2x16x3x8xbf16>, tensor<2x24x3x8xbf16>) outs(%init : tensor<2x3x16x24xf32>) {
  ^bb0(%a: bf16, %b: bf16, %c: f32):
    %x = arith.extf %a : bf16 to f32
    %y = arith.extf %b : bf16 to f32
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<2x3x16x24xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(b, h, q, s, d) -> (b, q, h, d)>, affine_map<(b, h, q, s, d) -> (b, s, h, d)>, affine_map<(b, h, q, s, d) -> (b, h, q, s)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
    ins(%q, %k : tensor<2x16x3x8xbf16>, tensor<2x24x3x8xbf16>) outs(%init : tensor<2x3x16x24xf32>) {
  ^bb0(%a: bf16, %b: bf16, %c: f32):
    %x = arith.extf %a : bf16 to f32
    %y = arith.extf %b : bf16 to f32
    %p = arith.mulf %y, %x : f32
    %s = arith.addf %p, %c : f32
    linalg.yield %s : f32
  } -> tensor<2x3x16x24xf32>
  return %0, %1 : tensor<2x3x16x24xf32>, tensor<2x3x16x24xf32>
}

// What is no product of two matrices of floats has none.
// CHECK-LABEL: func.func @others
// CHECK-NOT: mx.schedule
func.func @others(%a: tensor<8x16xf32>, %v: tensor<16xf32>, %i: tensor<8x16xi32>, %j: tensor<16x8xi32>, %x: tensor<8xf32>, %y: tensor<8x8xi32>) -> (tensor<8xf32>, tensor<8x8xi32>) {
  %0 = linalg.matvec ins(%a, %v : tensor<8x16xf32>, tensor<16xf32>) outs(%x : tensor<8xf32>) -> tensor<8xf32>
  %1 = linalg.matmul ins(%i, %j : tensor<8x16xi32>, tensor<16x8xi32>) outs(%y : tensor<8x8xi32>) -> tensor<8x8xi32>
  return %0, %1 : tensor<8xf32>, tensor<8x8xi32>
}

// Results of few columns, or of few tiles, have narrow tiles.
// CHECK-LABEL: func.func @columns
// CHECK: mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 128, 128], stages = 4, cluster = 2>
// CHECK: mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 256, 128], stages = 4, cluster = 2>
func.func @columns(%a: tensor<4096x64xbf16>, %b: tensor<64x128xbf16>, %c: tensor<64x4096xbf16>, %x: tensor<4096x128xf32>, %y: tensor<4096x4096xf32>) -> (tensor<4096x128xf32>, tensor<4096x4096xf32>) {
  %0 = linalg.matmul ins(%a, %b : tensor<4096x64xbf16>, tensor<64x128xbf16>) outs(%x : tensor<4096x128xf32>) -> tensor<4096x128xf32>
  %1 = linalg.matmul ins(%a, %c : tensor<4096x64xbf16>, tensor<64x4096xbf16>) outs(%y : tensor<4096x4096xf32>) -> tensor<4096x4096xf32>
  return %0, %1 : tensor<4096x128xf32>, tensor<4096x4096xf32>
}

// What is only read transposed is computed transposed, with the operands exchanged.
// CHECK-LABEL: func.func @gradients
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<64x512xbf16>, %[[B:[a-z0-9]+]]: tensor<64x256xbf16>, %[[C:[a-z0-9]+]]: tensor<512x4x16xi8>, %[[CS:[a-z0-9]+]]: tensor<512x4xi8>, %[[D:[a-z0-9]+]]: tensor<256x8x8xi8>
// CHECK-NOT: linalg.transpose
// CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%[[A]], %[[B]] : {{.*}}) outs(%{{.*}} : tensor<256x512xf32>) attrs = {mx.schedule = #mx.schedule<"bf16_fold"
// CHECK: %[[S:.*]] = mx.packed.matmul a(%[[D]], {{.*}}) b(%[[C]], %[[CS]] : {{.*}}) {{.*}} {a_format = !mx.nvfp4, alpha = {{.*}}, b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"bf16_decode"{{.*}}} -> tensor<256x512xf32>
// CHECK: return %[[R]], %[[S]]
func.func @gradients(%a: tensor<64x512xbf16>, %b: tensor<64x256xbf16>, %c: tensor<512x4x16xi8>, %cs: tensor<512x4xi8>, %d: tensor<256x8x8xi8>, %ds: tensor<256x8xi8>, %dt: tensor<f32>) -> (tensor<256x512xf32>, tensor<256x512xf32>) {
  %zero = arith.constant 0.0 : f32
  %k = arith.constant 128 : index
  %e = tensor.empty() : tensor<512x256xf32>
  %t = tensor.empty() : tensor<256x512xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<512x256xf32>) -> tensor<512x256xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>] ins(%a, %b : tensor<64x512xbf16>, tensor<64x256xbf16>) outs(%f : tensor<512x256xf32>) -> tensor<512x256xf32>
  %1 = linalg.transpose ins(%0 : tensor<512x256xf32>) outs(%t : tensor<256x512xf32>) permutation = [1, 0]
  %2 = mx.packed.matmul a(%c, %cs : tensor<512x4x16xi8>, tensor<512x4xi8>) b(%d, %ds, %dt : tensor<256x8x8xi8>, tensor<256x8xi8>, tensor<f32>) k %k outs(%e : tensor<512x256xf32>) {a_format = !mx.mxfp4, b_format = !mx.nvfp4, alpha = 2.0 : f32} -> tensor<512x256xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%2 : tensor<512x256xf32>) outs(%t : tensor<256x512xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<256x512xf32>
  return %1, %3 : tensor<256x512xf32>, tensor<256x512xf32>
}

// Not where something else reads it, and not where two tensor scales are rounded in one after the other.
// CHECK-LABEL: func.func @kept
// CHECK: linalg.matmul
// CHECK: linalg.transpose
// CHECK: mx.packed.matmul a(%{{.*}}, %{{.*}}, %{{.*}} : tensor<512x8x8xi8>
// CHECK: linalg.transpose
func.func @kept(%a: tensor<512x64xbf16>, %b: tensor<64x256xbf16>, %c: tensor<512x8x8xi8>, %cs: tensor<512x8xi8>, %d: tensor<256x8x8xi8>, %ds: tensor<256x8xi8>, %dt: tensor<f32>, %e: tensor<512x256xf32>, %t: tensor<256x512xf32>)
    -> (tensor<512x256xf32>, tensor<256x512xf32>, tensor<256x512xf32>) {
  %zero = arith.constant 0.0 : f32
  %k = arith.constant 128 : index
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<512x256xf32>) -> tensor<512x256xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<512x64xbf16>, tensor<64x256xbf16>) outs(%f : tensor<512x256xf32>) -> tensor<512x256xf32>
  %1 = linalg.transpose ins(%0 : tensor<512x256xf32>) outs(%t : tensor<256x512xf32>) permutation = [1, 0]
  %2 = mx.packed.matmul a(%c, %cs, %dt : tensor<512x8x8xi8>, tensor<512x8xi8>, tensor<f32>) b(%d, %ds, %dt : tensor<256x8x8xi8>, tensor<256x8xi8>, tensor<f32>) k %k outs(%e : tensor<512x256xf32>) {a_format = !mx.nvfp4, b_format = !mx.nvfp4} -> tensor<512x256xf32>
  %3 = linalg.transpose ins(%2 : tensor<512x256xf32>) outs(%t : tensor<256x512xf32>) permutation = [1, 0]
  return %0, %1, %3 : tensor<512x256xf32>, tensor<256x512xf32>, tensor<256x512xf32>
}

// A product reads a scale for each row of a tile.
// CHECK-LABEL: func.func @tiles
// CHECK-SAME: %[[SCALES:arg[0-9]+]]: tensor<2x8xi8>, %{{.*}}: tensor<f32>
// CHECK: %[[ROWS:[0-9]+]] = linalg.generic {{.*}} outs({{.*}} : tensor<32x8xi8>)
// CHECK: tensor.extract %[[SCALES]]
// CHECK: mx.packed.matmul {{.*}} b(%{{.*}}, %[[ROWS]], %{{.*}}) {{.*}} {b_format = !mx.nvfp4, mx.schedule = #mx.schedule<"bf16_fold"
func.func @tiles(%x: tensor<128x128xbf16>, %b: tensor<32x8x8xi8>, %bs: tensor<2x8xi8>, %bt: tensor<f32>, %out: tensor<128x32xf32>) -> tensor<128x32xf32> {
  %k = arith.constant 128 : index
  %0 = mx.packed.matmul a(%x : tensor<128x128xbf16>) b(%b, %bs, %bt : tensor<32x8x8xi8>, tensor<2x8xi8>, tensor<f32>) k %k outs(%out : tensor<128x32xf32>) {b_format = !mx.scaled<f4E2M1FN, f8E4M3FN, [16, 16], tensor_scale = f32>} -> tensor<128x32xf32>
  return %0 : tensor<128x32xf32>
}

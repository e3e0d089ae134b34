// RUN: mx-opt %s --split-input-file --verify-diagnostics --mx-lower-nvvm | FileCheck %s

// Kernels are made once for equal forms, whatever the streams. One multiplies for all units that the data may choose.
// CHECK-DAG: gpu.module @mx_s8_fold_f32_even_floats
// CHECK-DAG: llvm.func @mx_s8_fold_f32_even_floats_multiply({{.*}}llvm.byval = !llvm.array<16 x i64>, nvvm.grid_constant
// CHECK-LABEL: func.func @product
// CHECK: gpu.launch_func @[[S:mx_s8_fold_f32_even_floats]]::@[[S]]_clear
// CHECK: gpu.launch_func @[[S]]::@[[S]]_survey
// CHECK: gpu.launch_func @[[S]]::@[[S]]_expand
// CHECK: call @mx_cuda_map_bytes
// CHECK: gpu.launch_func @[[S]]::@[[S]]_multiply clusters in (%{{.*}}, %{{.*}}, %{{.*}})
// CHECK: gpu.launch_func @[[S]]::@[[S]]_finish
// CHECK-NOT: mx.packed
func.func @product(%a: memref<64x4x16xi8>, %as: memref<64x4xi8>, %b: memref<32x4x16xi8>, %bs: memref<32x4xi8>, %out: memref<64x32xf32>) {
  %k = arith.constant 128 : index
  mx.packed.matmul a(%a, %as : memref<64x4x16xi8>, memref<64x4xi8>) b(%b, %bs : memref<32x4x16xi8>, memref<32x4xi8>) k %k outs(%out : memref<64x32xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"s8_fold", tile = [128, 256, 128], stages = 4, cluster = 2>}
  return
}

// Exact sums have no choice.
// CHECK-LABEL: func.func @exact
// CHECK: gpu.launch_func @[[E:mx_s8_fold_f32_even]]::@[[E]]_survey
// CHECK: gpu.launch_func @[[E]]::@[[E]]_expand
// CHECK: gpu.launch_func @[[E]]::@[[E]]_multiply
// CHECK: gpu.launch_func @[[E]]::@[[E]]_finish
// CHECK-NOT: gpu.launch_func
func.func @exact(%a: memref<64x4x16xi8>, %as: memref<64x4xi8>, %b: memref<32x4x16xi8>, %bs: memref<32x4xi8>, %out: memref<64x32xf32>) {
  %k = arith.constant 128 : index
  mx.packed.matmul a(%a, %as : memref<64x4x16xi8>, memref<64x4xi8>) b(%b, %bs : memref<32x4x16xi8>, memref<32x4xi8>) k %k outs(%out : memref<64x32xf32>) accumulate exact {a_format = !mx.mxfp4, b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"s8_fold", tile = [128, 256, 128], stages = 4, cluster = 2>}
  return
}

// Few tiles of a long K are shared by clusters, whose sums reduce adds up; others are not.
// CHECK-LABEL: func.func @few_tiles
// CHECK: gpu.launch_func @[[F:mx_bf16_fold_mxfp8_e4m3_mxfp8_e4m3_bf16_aligned_split]]::@[[F]]_multiply clusters in
// CHECK: gpu.launch_func @[[F]]::@[[F]]_reduce
func.func @few_tiles(%a: memref<64x16x32xi8>, %as: memref<64x16xi8>, %b: memref<32x16x32xi8>, %bs: memref<32x16xi8>, %out: memref<64x32xbf16>) {
  %k = arith.constant 512 : index
  mx.packed.matmul a(%a, %as : memref<64x16x32xi8>, memref<64x16xi8>) b(%b, %bs : memref<32x16x32xi8>, memref<32x16xi8>) k %k outs(%out : memref<64x32xbf16>) {a_format = !mx.mxfp8_e4m3, b_format = !mx.mxfp8_e4m3, mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 256, 64], stages = 4, cluster = 2>}
  return
}

// CHECK-LABEL: func.func @many_tiles
// CHECK-NOT: split
// CHECK: return
func.func @many_tiles(%a: memref<8192x16x32xi8>, %as: memref<8192x16xi8>, %b: memref<512x16x32xi8>, %bs: memref<512x16xi8>, %out: memref<8192x512xbf16>) {
  %k = arith.constant 512 : index
  mx.packed.matmul a(%a, %as : memref<8192x16x32xi8>, memref<8192x16xi8>) b(%b, %bs : memref<512x16x32xi8>, memref<512x16xi8>) k %k outs(%out : memref<8192x512xbf16>) {a_format = !mx.mxfp8_e4m3, b_format = !mx.mxfp8_e4m3, mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 256, 64], stages = 4, cluster = 2>}
  return
}

// One operand is taken as it is, the other one expanded; they have the same form with acc.
// CHECK-LABEL: func.func @floats
// CHECK: gpu.launch_func @[[B:mx_bf16_fold_bf16_nvfp4_bf16_aligned]]::@[[B]]_expand_b
// CHECK-NOT: expand_a
// CHECK: gpu.launch_func @[[B]]::@[[B]]_multiply clusters in
// Columns that are no multiple of 8, and other floats, are split into parts.
// CHECK: gpu.launch_func @[[F:mx_bf16_fold_f32x3_nvfp4_bf16_even_acc]]::@[[F]]_expand_a
// CHECK: gpu.launch_func @[[F]]::@[[F]]_expand_b
func.func @floats(%x: memref<64x128xbf16>, %y: memref<64x128xf32>, %b: memref<32x8x8xi8>, %bs: memref<32x8xi8>, %bt: memref<f32>, %out: memref<64x32xbf16>) {
  %k = arith.constant 128 : index
  mx.packed.matmul a(%x : memref<64x128xbf16>) b(%b, %bs, %bt : memref<32x8x8xi8>, memref<32x8xi8>, memref<f32>) k %k outs(%out : memref<64x32xbf16>) {b_format = !mx.nvfp4, mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 256, 128], stages = 4, cluster = 2>}
  mx.packed.matmul a(%y : memref<64x128xf32>) b(%b, %bs, %bt : memref<32x8x8xi8>, memref<32x8xi8>, memref<f32>) k %k acc(%out : memref<64x32xbf16>) outs(%out : memref<64x32xbf16>) {b_format = !mx.nvfp4, mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 256, 128], stages = 4, cluster = 2>}
  return
}

// Weights stay packed; the first number of the tile says which kernel.
// CHECK-LABEL: func.func @weights
// CHECK-COUNT-2: call @mx_cuda_map_bytes
// CHECK: gpu.launch_func @[[D:mx_bf16_decode_mxfp4_bf16_128x256_aligned]]::@[[D]]_multiply clusters in
// CHECK: gpu.launch_func @[[E:mx_bf16_decode_mxfp4_bf16_256x256_even_acc]]::@[[E]]_multiply clusters in
// CHECK-NOT: expand
func.func @weights(%x: memref<3x200x256xbf16>, %b: memref<32x8x16xi8>, %bs: memref<32x8xi8>, %out: memref<3x200x32xbf16>) {
  %k = arith.constant 256 : index
  mx.packed.matmul a(%x : memref<3x200x256xbf16>) b(%b, %bs : memref<32x8x16xi8>, memref<32x8xi8>) k %k outs(%out : memref<3x200x32xbf16>) {b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"bf16_decode", tile = [128, 128, 128], stages = 8, cluster = 2>}
  mx.packed.matmul a(%x : memref<3x200x256xbf16>) b(%b, %bs : memref<32x8x16xi8>, memref<32x8xi8>) k %k acc(%out : memref<3x200x32xbf16>) outs(%out : memref<3x200x32xbf16>) {b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"bf16_decode", tile = [256, 128, 128], stages = 4, cluster = 2>}
  return
}

// CHECK-LABEL: func.func @few_rows
// CHECK: gpu.launch_func @[[G:mx_gemv_nvfp4_f32_6x128_16x12_even]]::@[[G]]_gemv
// CHECK: gpu.launch_func @[[A:mx_gemv_mxfp4_bf16_6x128_16x12_even_acc]]::@[[A]]_gemv
func.func @few_rows(%x: memref<2x3x128xbf16>, %b: memref<32x8x8xi8>, %bs: memref<32x8xi8>, %bt: memref<f32>, %c: memref<32x4x16xi8>, %cs: memref<32x4xi8>, %out: memref<2x3x32xf32>, %acc: memref<2x3x32xbf16>) {
  %k = arith.constant 128 : index
  mx.packed.matmul a(%x : memref<2x3x128xbf16>) b(%b, %bs, %bt : memref<32x8x8xi8>, memref<32x8xi8>, memref<f32>) k %k outs(%out : memref<2x3x32xf32>) {b_format = !mx.nvfp4, mx.schedule = #mx.schedule<"gemv", tile = [6, 16, 128], stages = 2, cluster = 1>}
  mx.packed.matmul a(%x : memref<2x3x128xbf16>) b(%c, %cs : memref<32x4x16xi8>, memref<32x4xi8>) k %k acc(%acc : memref<2x3x32xbf16>) outs(%acc : memref<2x3x32xbf16>) {b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"gemv", tile = [6, 16, 128], stages = 2, cluster = 1>}
  return
}

// Weights that nothing writes are read before the kernels ahead are done: a view of a constant, an argument that is said to be
// one; not where another part of them is not, nor copies of them. A multiprocessor has one block where there are no more blocks than those.
// CHECK-LABEL: func.func @constant_weights
// CHECK: %[[MOST:.*]] = call @mx_cuda_multiprocessors
// CHECK: %[[ALONE:.*]] = arith.cmpi ule
// CHECK: %[[BYTES:.*]] = arith.select %[[ALONE]]
// CHECK: gpu.launch_func @[[G:mx_gemv_mxfp4_f32_6x128_16x12_even_constant]]::@[[G]]_gemv {{.*}}dynamic_shared_memory_size %[[BYTES]]
// CHECK: gpu.launch_func @[[H:mx_gemv_mxfp4_f32_6x128_16x12_even]]::@[[H]]_gemv
// CHECK: gpu.launch_func @[[G]]::@[[G]]_gemv
// CHECK: memref.copy
// CHECK: gpu.launch_func @[[H]]::@[[H]]_gemv
memref.global "private" constant @scales : memref<32x4xi8> = dense<127>
func.func @constant_weights(%x: memref<6x128xbf16>, %c: memref<32x64xi8> {mx.constant}, %cs: memref<32x4xi8> {mx.constant}, %wide: memref<32x8xi8> {mx.constant}, %other: memref<32x4xi8>, %out: memref<6x32xf32>) {
  %k = arith.constant 128 : index
  %part = memref.subview %wide[0, 0] [32, 4] [1, 1] : memref<32x8xi8> to memref<32x4xi8, strided<[8, 1]>>
  %b = memref.expand_shape %c [[0], [1, 2]] output_shape [32, 4, 16] : memref<32x64xi8> into memref<32x4x16xi8>
  %s = memref.get_global @scales : memref<32x4xi8>
  mx.packed.matmul a(%x : memref<6x128xbf16>) b(%b, %cs : memref<32x4x16xi8>, memref<32x4xi8>) k %k outs(%out : memref<6x32xf32>) {b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"gemv", tile = [6, 16, 128], stages = 2, cluster = 1>}
  mx.packed.matmul a(%x : memref<6x128xbf16>) b(%b, %other : memref<32x4x16xi8>, memref<32x4xi8>) k %k outs(%out : memref<6x32xf32>) {b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"gemv", tile = [6, 16, 128], stages = 2, cluster = 1>}
  mx.packed.matmul a(%x : memref<6x128xbf16>) b(%b, %s : memref<32x4x16xi8>, memref<32x4xi8>) k %k outs(%out : memref<6x32xf32>) {b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"gemv", tile = [6, 16, 128], stages = 2, cluster = 1>}
  mx.packed.matmul a(%x : memref<6x128xbf16>) b(%b, %part : memref<32x4x16xi8>, memref<32x4xi8, strided<[8, 1]>>) k %k outs(%out : memref<6x32xf32>) {b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"gemv", tile = [6, 16, 128], stages = 2, cluster = 1>}
  return
}

// What calls a private function may have written to its arguments.
// CHECK-LABEL: func.func private @private_weights
// CHECK: gpu.launch_func @[[H:mx_gemv_mxfp4_f32_6x128_16x12_even]]::@[[H]]_gemv
func.func private @private_weights(%x: memref<6x128xbf16>, %b: memref<32x4x16xi8> {mx.constant}, %bs: memref<32x4xi8> {mx.constant}, %out: memref<6x32xf32>) {
  %k = arith.constant 128 : index
  mx.packed.matmul a(%x : memref<6x128xbf16>) b(%b, %bs : memref<32x4x16xi8>, memref<32x4xi8>) k %k outs(%out : memref<6x32xf32>) {b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"gemv", tile = [6, 16, 128], stages = 2, cluster = 1>}
  return
}

// Rows of x that are no multiple of 16 bytes are padded with zeros; their batch may be dynamic.
// CHECK-LABEL: func.func @odd_few_rows
// CHECK: %[[PADDED:.*]] = memref.alloc(%{{.*}}) : memref<?x3x136xbf16>
// CHECK: call @mx_cuda_clear
// CHECK: %[[INSIDE:.*]] = memref.subview %[[PADDED]]
// CHECK: memref.copy %arg0, %[[INSIDE]]
// CHECK: gpu.launch_func @[[G:mx_gemv_mxfp4_f32_to16x136_16x12_even]]::@[[G]]_gemv
// CHECK: memref.dealloc %[[PADDED]]
func.func @odd_few_rows(%x: memref<?x3x130xbf16>, %b: memref<32x5x16xi8>, %bs: memref<32x5xi8>, %out: memref<?x3x32xf32>) {
  %k = arith.constant 130 : index
  mx.packed.matmul a(%x : memref<?x3x130xbf16>) b(%b, %bs : memref<32x5x16xi8>, memref<32x5xi8>) k %k outs(%out : memref<?x3x32xf32>) {b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 256, 128], stages = 4, cluster = 2>}
  return
}

// The host branches by a number of rows that is dynamic; what the others allocate is theirs alone.
// CHECK-LABEL: func.func @dynamic_rows
// CHECK: %[[FEW:.*]] = arith.cmpi ule, %[[ROWS:.*]], %c16
// CHECK-NEXT: scf.if %[[FEW]] {
// CHECK: gpu.launch_func @[[G:mx_gemv_mxfp4_bf16_to16x288_16x12_even]]::@[[G]]_gemv
// CHECK: } else {
// CHECK: %[[MORE:.*]] = arith.cmpi ule, %[[ROWS]], %c64
// CHECK-NEXT: scf.if %[[MORE]] {
// CHECK: gpu.launch_func @[[H:mx_gemv_mxfp4_bf16_to64x288_16x12_even]]::@[[H]]_gemv
// CHECK: } else {
// CHECK: memref.alloc
// CHECK: gpu.launch_func @[[F:mx_bf16_fold_bf16_mxfp4_bf16_aligned]]::@[[F]]_multiply
// CHECK: memref.dealloc
// CHECK-COUNT-2: {{^ *}}}{{$}}
// CHECK: return
func.func @dynamic_rows(%x: memref<2x?x288xbf16>, %b: memref<32x9x16xi8>, %bs: memref<32x9xi8>, %out: memref<2x?x32xbf16>) {
  %k = arith.constant 288 : index
  mx.packed.matmul a(%x : memref<2x?x288xbf16>) b(%b, %bs : memref<32x9x16xi8>, memref<32x9xi8>) k %k outs(%out : memref<2x?x32xbf16>) {b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 256, 128], stages = 4, cluster = 2>}
  return
}

// Packed rows become bf16 by a kernel of their own; more of them than pay go by integers.
// CHECK-LABEL: func.func @dynamic_packed_rows
// CHECK: arith.cmpi ule, %{{.*}}, %c16
// CHECK: gpu.launch_func @[[R:mx_bf16_mxfp4_256]]::@[[R]]_rows
// CHECK: gpu.launch_func @[[G:mx_gemv_mxfp4_bf16_to16x256_16x12_even_factors]]::@[[G]]_gemv
// CHECK: gpu.launch_func @[[R]]::@[[R]]_rows
// CHECK: gpu.launch_func {{.*}}_to64x256_16x12_even_factors_gemv
// CHECK: %[[MORE:.*]] = arith.cmpi ule, %{{.*}}, %c128
// CHECK: scf.if %[[MORE]] {
// CHECK: gpu.launch_func @[[R]]::@[[R]]_rows
// CHECK: gpu.launch_func @[[D:mx_bf16_decode_mxfp4_bf16_128x256_aligned_factors]]::@[[D]]_multiply clusters in
// CHECK: } else {
// CHECK: %[[MOST:.*]] = arith.cmpi ule, %{{.*}}, %c256
// CHECK: scf.if %[[MOST]] {
// CHECK: gpu.launch_func @[[E:mx_bf16_decode_mxfp4_bf16_256x256_aligned_factors]]::@[[E]]_multiply clusters in
// CHECK: } else {
// CHECK: gpu.launch_func {{.*}}mx_s8_fold_{{.*}}_survey
// CHECK: gpu.launch_func {{.*}}mx_s8_fold_{{.*}}_finish
func.func @dynamic_packed_rows(%a: memref<?x8x16xi8>, %as: memref<?x8xi8>, %b: memref<32x8x16xi8>, %bs: memref<32x8xi8>, %out: memref<?x32xbf16>) {
  %k = arith.constant 256 : index
  mx.packed.matmul a(%a, %as : memref<?x8x16xi8>, memref<?x8xi8>) b(%b, %bs : memref<32x8x16xi8>, memref<32x8xi8>) k %k outs(%out : memref<?x32xbf16>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"s8_fold", tile = [128, 256, 128], stages = 4, cluster = 2>}
  return
}

// And by tiles of fewer rows where those hold all, or each has a cluster.
// CHECK-LABEL: func.func @dynamic_tiles
// CHECK: _to16x256_16x12_even_gemv
// CHECK: _to64x256_16x12_even_gemv
// CHECK: %[[AT_ONCE:.*]] = arith.cmpi ule, %{{.*}}, %c66
// CHECK: %[[ARE_FEW:.*]] = arith.select %{{.*}}, %{{.*}}, %[[AT_ONCE]] : i1
// CHECK: scf.if %[[ARE_FEW]] {
// CHECK: gpu.launch_func @[[L:mx_bf16_decode_mxfp4_bf16_128x256_aligned]]::@[[L]]_multiply
// CHECK: } else {
// CHECK: gpu.launch_func @[[M:mx_bf16_decode_mxfp4_bf16_256x256_aligned]]::@[[M]]_multiply
func.func @dynamic_tiles(%x: memref<?x256xbf16>, %b: memref<32x8x16xi8>, %bs: memref<32x8xi8>, %out: memref<?x32xbf16>) {
  %k = arith.constant 256 : index
  mx.packed.matmul a(%x : memref<?x256xbf16>) b(%b, %bs : memref<32x8x16xi8>, memref<32x8xi8>) k %k outs(%out : memref<?x32xbf16>) {b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"bf16_decode", tile = [256, 128, 128], stages = 4, cluster = 2>}
  return
}

// Clusters share the tiles of few rows along K, as many as there are, and their sums are added up.
// CHECK-LABEL: func.func @shared_tiles
// CHECK: %[[PARTIALS:.*]] = memref.alloc(%{{.*}}) : memref<?xf32>
// CHECK: gpu.launch_func @[[P:mx_bf16_decode_mxfp4_bf16_128x1024_aligned_split]]::@[[P]]_multiply clusters in
// CHECK: gpu.launch_func @[[P]]::@[[P]]_reduce
func.func @shared_tiles(%x: memref<100x1024xbf16>, %b: memref<32x32x16xi8>, %bs: memref<32x32xi8>, %out: memref<100x32xbf16>) {
  %k = arith.constant 1024 : index
  mx.packed.matmul a(%x : memref<100x1024xbf16>) b(%b, %bs : memref<32x32x16xi8>, memref<32x32xi8>) k %k outs(%out : memref<100x32xbf16>) {b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"bf16_decode", tile = [128, 128, 128], stages = 8, cluster = 2>}
  return
}

// CHECK-LABEL: func.func @quantize
// CHECK: gpu.launch_func @[[M:mx_quantize_f32_[0-9a-f]+]]::
// CHECK: gpu.launch_func @[[M]]::
// A strided result is written through a buffer without gaps.
// CHECK: memref.alloc
// CHECK: gpu.launch_func @[[M]]::
// CHECK: memref.copy
func.func @quantize(%x: memref<8x64xf32>, %c: memref<8x2x16xi8>, %s: memref<8x2xi8>, %wide: memref<8x2x16xi8, strided<[64, 32, 1]>>, %seed: i64) {
  mx.packed.quantize ins(%x : memref<8x64xf32>) outs(%c, %s : memref<8x2x16xi8>, memref<8x2xi8>) seed %seed {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic, stream = 1>], mx.schedule = #mx.schedule<"quantize", tile = [128, 32], stages = 1, cluster = 1>}
  mx.packed.quantize ins(%x : memref<8x64xf32>) outs(%c, %s : memref<8x2x16xi8>, memref<8x2xi8>) seed %seed {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic, stream = 2>], mx.schedule = #mx.schedule<"quantize", tile = [128, 32], stages = 1, cluster = 1>}
  mx.packed.quantize ins(%x : memref<8x64xf32>) outs(%wide, %s : memref<8x2x16xi8, strided<[64, 32, 1]>>, memref<8x2xi8>) seed %seed {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic, stream = 2>], mx.schedule = #mx.schedule<"quantize", tile = [128, 32], stages = 1, cluster = 1>}
  return
}

// Products of floats. A zero that was filled in right before is not written, anything else is added to.
// CHECK-LABEL: func.func @float_products
// CHECK-NOT: linalg.fill
// CHECK: gpu.launch_func @[[P:mx_bf16_fold_bf16_bf16t_f32_even]]::@[[P]]_multiply clusters in
// CHECK: linalg.fill
// CHECK: gpu.launch_func @[[R:mx_bf16_fold_bf16t_bf16_f32_even_acc]]::@[[R]]_multiply clusters in
// CHECK: gpu.launch_func @[[T:mx_tiled_f32_f32t_f32_64_even_acc]]::@[[T]]_product
// CHECK-NOT: linalg.matmul
func.func @float_products(%a: memref<64x40xbf16>, %b: memref<40x32xbf16>, %at: memref<40x64xbf16>, %bt: memref<32x40xbf16>, %x: memref<64x40xf32>, %y: memref<40x32xf32>, %out: memref<64x32xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  linalg.fill ins(%zero : f32) outs(%out : memref<64x32xf32>)
  linalg.matmul {mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 256, 128], stages = 4, cluster = 2>} ins(%a, %b : memref<64x40xbf16>, memref<40x32xbf16>) outs(%out : memref<64x32xf32>)
  linalg.fill ins(%one : f32) outs(%out : memref<64x32xf32>)
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] {mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 256, 128], stages = 4, cluster = 2>} ins(%at, %bt : memref<40x64xbf16>, memref<32x40xbf16>) outs(%out : memref<64x32xf32>)
  linalg.matmul {mx.schedule = #mx.schedule<"tiled", tile = [64, 64, 16], stages = 2, cluster = 1>} ins(%x, %y : memref<64x40xf32>, memref<40x32xf32>) outs(%out : memref<64x32xf32>)
  return
}

// One kernel for all extents; parts with gaps are copied, and copied back.
// CHECK-LABEL: func.func @relayout
// CHECK: gpu.launch_func @mx_relayout::@mx_relayout_tiles blocks
// CHECK: memref.copy
// CHECK: gpu.launch_func @mx_relayout::@mx_relayout_tiles blocks
// CHECK: memref.copy
// CHECK-NOT: mx.packed
func.func @relayout(%x: memref<2x130x19xi8>, %tiles: memref<2x2x5x512xi8>, %part: memref<?x?xi8, strided<[?, 1], offset: ?>>, %gaps: memref<?x?x512xi8, strided<[?, ?, 1], offset: ?>>) {
  mx.packed.relayout ins(%x : memref<2x130x19xi8>) outs(%tiles : memref<2x2x5x512xi8>) linear to tile_128x4 {mx.schedule = #mx.schedule<"relayout", tile = [128, 4], stages = 1, cluster = 1>}
  mx.packed.relayout ins(%part : memref<?x?xi8, strided<[?, 1], offset: ?>>) outs(%gaps : memref<?x?x512xi8, strided<[?, ?, 1], offset: ?>>) linear to tile_128x4 {mx.schedule = #mx.schedule<"relayout", tile = [128, 4], stages = 1, cluster = 1>}
  return
}

// A part of a buffer without gaps is taken where it is, 16 bytes and more from the start; columns are copied.
// CHECK-LABEL: func.func @parts
// CHECK-NOT: memref.copy
// CHECK: gpu.launch_func {{.*}}_128::
// CHECK: memref.copy
// CHECK: gpu.launch_func {{.*}}_128::
func.func @parts(%x: memref<2x64x40xbf16>, %b: memref<40x32xbf16>, %wide: memref<64x80xbf16>, %out: memref<64x32xf32>) {
  %part = memref.subview %x[1, 0, 0] [1, 64, 40] [1, 1, 1] : memref<2x64x40xbf16> to memref<64x40xbf16, strided<[40, 1], offset: 2560>>
  %columns = memref.subview %wide[0, 40] [64, 40] [1, 1] : memref<64x80xbf16> to memref<64x40xbf16, strided<[80, 1], offset: 40>>
  linalg.matmul {mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 128, 128], stages = 4, cluster = 2>} ins(%part, %b : memref<64x40xbf16, strided<[40, 1], offset: 2560>>, memref<40x32xbf16>) outs(%out : memref<64x32xf32>)
  linalg.matmul {mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 128, 128], stages = 4, cluster = 2>} ins(%columns, %b : memref<64x40xbf16, strided<[80, 1], offset: 40>>, memref<40x32xbf16>) outs(%out : memref<64x32xf32>)
  return
}

// -----

func.func @odd_columns(%a: memref<64x40xbf16>, %b: memref<40x31xbf16>, %out: memref<64x31xf32>) {
  // expected-error @below {{cannot take kernel family 'bf16_fold': K must be static, and the last extents of both operands static multiples of 8}}
  linalg.matmul {mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 256, 128], stages = 4, cluster = 2>} ins(%a, %b : memref<64x40xbf16>, memref<40x31xbf16>) outs(%out : memref<64x31xf32>)
  return
}

// -----

func.func @no_product(%x: memref<64xf32>, %y: memref<64xf32>) {
  // expected-error @below {{takes no schedule; expected one on mx.packed.matmul, mx.packed.quantize, mx.packed.dequantize, mx.packed.relayout, mx.hadamard or a linalg op that is a product of matrices}}
  linalg.exp {mx.schedule = #mx.schedule<"tiled", tile = [64, 64, 16], stages = 2, cluster = 1>} ins(%x : memref<64xf32>) outs(%y : memref<64xf32>)
  return
}

// -----

func.func @unknown(%x: memref<8x64xf32>, %c: memref<8x2x16xi8>, %s: memref<8x2xi8>) {
  // expected-error @below {{has no kernel family 'mine'; expected quantize}}
  mx.packed.quantize ins(%x : memref<8x64xf32>) outs(%c, %s : memref<8x2x16xi8>, memref<8x2xi8>) {quantizers = [#mx.quantizer<format = !mx.mxfp4>], mx.schedule = #mx.schedule<"mine", tile = [1], stages = 1, cluster = 1>}
  return
}

// -----

func.func @many_rows(%x: memref<32x128xf32>, %c: memref<32x8x8xi8>, %s: memref<2x8xi8>, %seed: i64) {
  // expected-error @below {{cannot take kernel family 'quantize': blocks with several rows and stochastic rounding must have at most 64 columns, and a Hadamard size of at most 64}}
  mx.packed.quantize ins(%x : memref<32x128xf32>) outs(%c, %s : memref<32x8x8xi8>, memref<2x8xi8>) seed %seed {quantizers = [#mx.quantizer<format = !mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>, rounding = stochastic, hadamard = {size = 128, signs = none}>], mx.schedule = #mx.schedule<"quantize", tile = [1], stages = 1, cluster = 1>}
  return
}

// -----

func.func @transposed(%c: memref<32x4x16xi8>, %s: memref<32x4xi8>, %x: memref<128x32xf32>) {
  // expected-error @below {{cannot take kernel family 'dequantize': the result is the transpose of what was packed}}
  mx.packed.dequantize ins(%c, %s : memref<32x4x16xi8>, memref<32x4xi8>) outs(%x : memref<128x32xf32>) {format = !mx.mxfp4, transpose, mx.schedule = #mx.schedule<"dequantize", tile = [1], stages = 1, cluster = 1>}
  return
}

// -----

func.func @from_tiles(%tiles: memref<1x2x512xi8>, %scales: memref<64x7xi8>) {
  // expected-error @below {{cannot take kernel family 'relayout': it must go from linear to tile_128x4}}
  mx.packed.relayout ins(%tiles : memref<1x2x512xi8>) outs(%scales : memref<64x7xi8>) tile_128x4 to linear {mx.schedule = #mx.schedule<"relayout", tile = [128, 4], stages = 1, cluster = 1>}
  return
}

// -----

func.func @tensors(%x: tensor<8x64xf32>, %c: tensor<8x2x16xi8>, %s: tensor<8x2xi8>) -> tensor<8x2xi8> {
  // expected-error @below {{expected buffers; run 'one-shot-bufferize' before 'mx-lower-nvvm'}}
  %0:2 = mx.packed.quantize ins(%x : tensor<8x64xf32>) outs(%c, %s : tensor<8x2x16xi8>, tensor<8x2xi8>) {quantizers = [#mx.quantizer<format = !mx.mxfp4>], mx.schedule = #mx.schedule<"quantize", tile = [1], stages = 1, cluster = 1>} -> tensor<8x2x16xi8>, tensor<8x2xi8>
  return %0#1 : tensor<8x2xi8>
}

// -----

func.func @unfit(%x: memref<8x64xbf16>, %b: memref<16x2x16xi8>, %bs: memref<16x2xi8>, %out: memref<8x16xf32>) {
  %k = arith.constant 64 : index
  // expected-error @below {{cannot take kernel family 's8_fold': both operands must be mxfp4}}
  mx.packed.matmul a(%x : memref<8x64xbf16>) b(%b, %bs : memref<16x2x16xi8>, memref<16x2xi8>) k %k outs(%out : memref<8x16xf32>) {b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"s8_fold", tile = [1], stages = 1, cluster = 1>}
  return
}

// RUN: mx-opt %s --pass-pipeline='builtin.module(mx-lowered-pipeline{target=nvvm})' | FileCheck %s
// RUN: mx-opt %s --pass-pipeline='builtin.module(mx-lowered-pipeline{target=reference})' | FileCheck %s --check-prefix=REFERENCE

#rows = affine_map<(i, j) -> (i)>
#all = affine_map<(i, j) -> (i, j)>

// Elementwise ops become one, also with the reduction that reads them; a broadcast goes to each op that reads it. What a
// caller reads, too, is computed once.
// CHECK-LABEL: func.func @chain
// CHECK: linalg.generic {{.*}}["parallel", "parallel"]{{.*}} ins(%{{.*}}, %{{.*}} : memref<8x16xf32>, memref<8xf32>)
// CHECK: arith.subf
// CHECK: math.exp
// CHECK: linalg.generic {{.*}}["parallel", "reduction"]{{.*}} ins(%{{.*}} : memref<8x16xf32>)
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK-NOT: linalg.generic
// REFERENCE-LABEL: func.func @chain
// REFERENCE-COUNT-5: linalg.generic
func.func @chain(%x: tensor<8x16xf32>, %r: tensor<8xf32>) -> (tensor<8x16xf32>, tensor<8xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x16xf32>
  %s = tensor.empty() : tensor<8xf32>
  %0 = linalg.generic {indexing_maps = [#rows, #all], iterator_types = ["parallel", "parallel"]} ins(%r : tensor<8xf32>) outs(%e : tensor<8x16xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<8x16xf32>
  %1 = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %0 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%e : tensor<8x16xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<8x16xf32>
  %2 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%1 : tensor<8x16xf32>) outs(%e : tensor<8x16xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<8x16xf32>
  %3 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%2 : tensor<8x16xf32>) outs(%e : tensor<8x16xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.mulf %a, %a : f32
    linalg.yield %d : f32
  } -> tensor<8x16xf32>
  %4 = linalg.fill ins(%zero : f32) outs(%s : tensor<8xf32>) -> tensor<8xf32>
  %5 = linalg.generic {indexing_maps = [#all, #rows], iterator_types = ["parallel", "reduction"]} ins(%3 : tensor<8x16xf32>) outs(%4 : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.addf %a, %o : f32
    linalg.yield %d : f32
  } -> tensor<8xf32>
  return %2, %5 : tensor<8x16xf32>, tensor<8xf32>
}

// The operands of a product are not computed again for each of its results.
// CHECK-LABEL: func.func @product
// CHECK: linalg.generic
// CHECK: math.exp
// CHECK: gpu.launch_func {{.*}}mx_tiled_f32_f32t_f32_64_even_acc_product
func.func @product(%x: tensor<8x16xf32>, %w: tensor<16x8xf32>, %out: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x16xf32>
  %0 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<8x16xf32>) outs(%e : tensor<8x16xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<8x16xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%0, %w : tensor<8x16xf32>, tensor<16x8xf32>) outs(%out : tensor<8x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<8x8xf32>
  return %1 : tensor<8x8xf32>
}

// What two ops read is computed by both, as long as that reads no more than the result would: nothing of it is in memory.
// CHECK-LABEL: func.func @repeated
// CHECK-COUNT-2: math.exp
// CHECK-NOT: math.exp
func.func @repeated(%x: tensor<8x16xf32>) -> (tensor<8xf32>, tensor<8x16xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x16xf32>
  %s = tensor.empty() : tensor<8xf32>
  %1 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<8x16xf32>) outs(%e : tensor<8x16xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<8x16xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%s : tensor<8xf32>) -> tensor<8xf32>
  %3 = linalg.generic {indexing_maps = [#all, #rows], iterator_types = ["parallel", "reduction"]} ins(%1 : tensor<8x16xf32>) outs(%2 : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.addf %a, %o : f32
    linalg.yield %d : f32
  } -> tensor<8xf32>
  %4 = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%1, %3 : tensor<8x16xf32>, tensor<8xf32>) outs(%e : tensor<8x16xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.divf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<8x16xf32>
  return %3, %4 : tensor<8xf32>, tensor<8x16xf32>
}

// Two results that a third op reads, as Adam's moments, are made by it.
// CHECK-LABEL: func.func @moments
// CHECK: linalg.generic {{.*}} ins({{.*}}) outs(%{{.*}}, %{{.*}}, %{{.*}} : memref<8x16xf32>, memref<8x16xf32>, memref<8x16xf32>)
// CHECK-NOT: linalg.generic
func.func @moments(%p: tensor<8x16xf32>, %m: tensor<8x16xf32>, %v: tensor<8x16xf32>, %g: tensor<8x16xf32>) -> (tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) {
  %e = tensor.empty() : tensor<8x16xf32>
  %0 = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%m, %g : tensor<8x16xf32>, tensor<8x16xf32>) outs(%e : tensor<8x16xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.addf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<8x16xf32>
  %1 = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%v, %g : tensor<8x16xf32>, tensor<8x16xf32>) outs(%e : tensor<8x16xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %c = arith.mulf %b, %b : f32
    %d = arith.addf %a, %c : f32
    linalg.yield %d : f32
  } -> tensor<8x16xf32>
  %2 = linalg.generic {indexing_maps = [#all, #all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %0, %1 : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%e : tensor<8x16xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %d = arith.divf %b, %c : f32
    %f = arith.subf %a, %d : f32
    linalg.yield %f : f32
  } -> tensor<8x16xf32>
  return %2, %0, %1 : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>
}

// A product's rounding is its kernel's.
// CHECK-LABEL: func.func @rounded(
// CHECK-NOT: memref<8x8xf32>
// CHECK-NOT: linalg.generic
// CHECK: gpu.launch_func {{.*}}mx_bf16_fold_bf16_bf16_bf16_aligned_128_multiply
// CHECK-NOT: linalg.generic
// CHECK: return %{{.*}} : memref<8x8xbf16>
func.func @rounded(%x: tensor<8x16xbf16>, %w: tensor<8x16xbf16>) -> tensor<8x8xbf16> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x8xf32>
  %r = tensor.empty() : tensor<8x8xbf16>
  %0 = linalg.fill ins(%zero : f32) outs(%e : tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<8x16xbf16>, tensor<8x16xbf16>) outs(%0 : tensor<8x8xf32>) {
  ^bb0(%a: bf16, %b: bf16, %o: f32):
    %c = arith.extf %a : bf16 to f32
    %d = arith.extf %b : bf16 to f32
    %p = arith.mulf %c, %d : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<8x8xf32>
  %2 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%1 : tensor<8x8xf32>) outs(%r : tensor<8x8xbf16>) {
  ^bb0(%a: f32, %o: bf16):
    %d = arith.truncf %a : f32 to bf16
    linalg.yield %d : bf16
  } -> tensor<8x8xbf16>
  return %2 : tensor<8x8xbf16>
}

// CHECK-LABEL: func.func @rounded_packed
// CHECK-NOT: linalg.generic
// CHECK: gpu.launch_func {{.*}}mx_bf16_decode_mxfp4_bf16
// CHECK-NOT: linalg.generic
// CHECK: return %{{.*}} : memref<256x256xbf16>
func.func @rounded_packed(%a: tensor<256x8x16xi8>, %as: tensor<256x8xi8>, %b: tensor<256x8x16xi8>, %bs: tensor<256x8xi8>) -> tensor<256x256xbf16> {
  %k = arith.constant 256 : index
  %e = tensor.empty() : tensor<256x256xf32>
  %r = tensor.empty() : tensor<256x256xbf16>
  %0 = mx.packed.matmul a(%a, %as : tensor<256x8x16xi8>, tensor<256x8xi8>) b(%b, %bs : tensor<256x8x16xi8>, tensor<256x8xi8>) k %k outs(%e : tensor<256x256xf32>)
    {a_format = !mx.mxfp4, b_format = !mx.mxfp4} -> tensor<256x256xf32>
  %1 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<256x256xf32>) outs(%r : tensor<256x256xbf16>) {
  ^bb0(%x: f32, %o: bf16):
    %d = arith.truncf %x : f32 to bf16
    linalg.yield %d : bf16
  } -> tensor<256x256xbf16>
  return %1 : tensor<256x256xbf16>
}

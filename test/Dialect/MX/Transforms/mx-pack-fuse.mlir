// RUN: mx-opt %s --mx-pack --canonicalize --cse | FileCheck %s

!col = !mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>

// Hadamard, zero pad and transpose go into the quantizer, for dynamic extents
// too; the row-wise and the transposed quantisation read the source once.
// CHECK-LABEL: func.func @train_step
// CHECK-SAME: (%[[X:.*]]: tensor<?x?xbf16>, %[[SEED:.*]]: i64 {mx.seed})
// CHECK-NOT: mx.hadamard
// CHECK-NOT: tensor.pad
// CHECK-NOT: linalg.transpose
// CHECK: mx.packed.quantize ins(%[[X]] : tensor<?x?xbf16>) outs({{.*}}) seed %[[SEED]]
// CHECK-SAME: {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic, stream = 2, pad_to_group, hadamard = {size = 64, signs = seed}, sign_stream = 5>,
// CHECK-SAME: #mx.quantizer<format = !mx.mxfp4, rounding = stochastic, stream = 4, transpose, pad_to_group, hadamard = {size = 64, signs = seed}, sign_stream = 6>]}
// CHECK-NOT: mx.packed.quantize
func.func @train_step(%x: tensor<?x?xbf16>, %seed: i64 {mx.seed}) -> (tensor<?x?x!mx.mxfp4>, tensor<?x?x!mx.mxfp4>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : tensor<?x?xbf16>
  %k = tensor.dim %x, %c1 : tensor<?x?xbf16>
  %h = affine.apply affine_map<(d0) -> (d0 ceildiv 64 * 64 - d0)>(%k)
  %p = tensor.pad %x low[0, 0] high[0, %h] {
  ^bb0(%a: index, %b: index):
    tensor.yield %z : bf16
  } : tensor<?x?xbf16> to tensor<?x?xbf16>
  %kp = tensor.dim %p, %c1 : tensor<?x?xbf16>
  %e = tensor.empty(%m, %kp) : tensor<?x?xf32>
  %had = mx.hadamard ins(%p : tensor<?x?xbf16>) outs(%e : tensor<?x?xf32>) seed %seed
           transform <size = 64, signs = seed> {sign_stream = 5 : i64} -> tensor<?x?xf32>
  %q = mx.quantize %had seed %seed rounding stochastic {stream = 2 : i64} : tensor<?x?xf32> -> tensor<?x?x!mx.mxfp4>
  %te = tensor.empty(%k, %m) : tensor<?x?xbf16>
  %t = linalg.transpose ins(%x : tensor<?x?xbf16>) outs(%te : tensor<?x?xbf16>) permutation = [1, 0]
  %m2 = tensor.dim %t, %c1 : tensor<?x?xbf16>
  %h2 = affine.apply affine_map<(d0) -> (d0 ceildiv 64 * 64 - d0)>(%m2)
  %p2 = tensor.pad %t low[0, 0] high[0, %h2] {
  ^bb0(%a: index, %b: index):
    tensor.yield %z : bf16
  } : tensor<?x?xbf16> to tensor<?x?xbf16>
  %kp2 = tensor.dim %p2, %c1 : tensor<?x?xbf16>
  %e2 = tensor.empty(%k, %kp2) : tensor<?x?xf32>
  %had2 = mx.hadamard ins(%p2 : tensor<?x?xbf16>) outs(%e2 : tensor<?x?xf32>) seed %seed
            transform <size = 64, signs = seed> {sign_stream = 6 : i64} -> tensor<?x?xf32>
  %q2 = mx.quantize %had2 seed %seed rounding stochastic {stream = 4 : i64} : tensor<?x?xf32> -> tensor<?x?x!mx.mxfp4>
  return %q, %q2 : tensor<?x?x!mx.mxfp4>, tensor<?x?x!mx.mxfp4>
}

// Of a batch too, and written as a generic.
// CHECK-LABEL: func.func @batch
// CHECK: mx.packed.quantize ins(%{{.*}} : tensor<3x8x64xf32>) outs(%{{.*}} : tensor<3x64x1x16xi8>, tensor<3x64x1xi8>)
// CHECK-SAME: #mx.quantizer<format = !mx.mxfp4, transpose>
func.func @batch(%x: tensor<3x8x64xf32>, %o: tensor<3x64x8xf32>) -> tensor<3x64x8x!mx.mxfp4> {
  %t = linalg.generic {
    indexing_maps = [affine_map<(b, i, j) -> (b, j, i)>, affine_map<(b, i, j) -> (b, i, j)>],
    iterator_types = ["parallel", "parallel", "parallel"]
  } ins(%x : tensor<3x8x64xf32>) outs(%o : tensor<3x64x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<3x64x8xf32>
  %q = mx.quantize %t : tensor<3x64x8xf32> -> tensor<3x64x8x!mx.mxfp4>
  return %q : tensor<3x64x8x!mx.mxfp4>
}

// Two swaps cancel: [32, 1] of the transpose is the source's own [32].
// CHECK-LABEL: func.func @cancel
// CHECK-NOT: linalg.transpose
// CHECK: quantizers = [#mx.quantizer<format = !mx.mxfp4, hadamard = {size = 64}>]
func.func @cancel(%x: tensor<8x64xf32>, %e: tensor<8x64xf32>, %o: tensor<64x8xf32>) -> tensor<64x8x!col> {
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 64> -> tensor<8x64xf32>
  %t = linalg.transpose ins(%h : tensor<8x64xf32>) outs(%o : tensor<64x8xf32>) permutation = [1, 0]
  %q = mx.quantize %t : tensor<64x8xf32> -> tensor<64x8x!col>
  return %q : tensor<64x8x!col>
}

// The two formats and their amax may differ as long as they share operands.
// CHECK-LABEL: func.func @mixed_formats
// CHECK: mx.packed.quantize ins(%{{.*}}, amax %{{.*}} : tensor<8x64xf32>, tensor<f32>)
// CHECK-SAME: [#mx.quantizer<format = !mx.mxfp8_e4m3>, #mx.quantizer<format = !mx.nvfp4, transpose>]
func.func @mixed_formats(%x: tensor<8x64xf32>, %o: tensor<64x8xf32>, %amax: tensor<f32>)
    -> (tensor<64x8x!mx.nvfp4>, tensor<8x64x!mx.mxfp8_e4m3>) {
  %t = linalg.transpose ins(%x : tensor<8x64xf32>) outs(%o : tensor<64x8xf32>) permutation = [1, 0]
  %q = mx.quantize %t amax %amax : tensor<64x8xf32>, tensor<f32> -> tensor<64x8x!mx.nvfp4>
  %r = mx.quantize %x : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp8_e4m3>
  return %q, %r : tensor<64x8x!mx.nvfp4>, tensor<8x64x!mx.mxfp8_e4m3>
}

//===----------------------------------------------------------------------===//
// What stays
//===----------------------------------------------------------------------===//

// A transform that something else reads is made once.
// CHECK-LABEL: func.func @other_use
// CHECK: mx.hadamard
// CHECK: quantizers = [#mx.quantizer<format = !mx.mxfp4>]
func.func @other_use(%x: tensor<8x64xf32>, %e: tensor<8x64xf32>) -> (tensor<8x64x!mx.mxfp4>, tensor<8x64xf32>) {
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 64> -> tensor<8x64xf32>
  %q = mx.quantize %h : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  return %q, %h : tensor<8x64x!mx.mxfp4>, tensor<8x64xf32>
}

// A transform along the other axis is not the quantizer's.
// CHECK-LABEL: func.func @other_axis
// CHECK: mx.hadamard
// CHECK: quantizers = [#mx.quantizer<format = !mx.mxfp4, transpose>]
func.func @other_axis(%x: tensor<8x64xf32>, %e: tensor<8x64xf32>, %o: tensor<64x8xf32>) -> tensor<64x8x!mx.mxfp4> {
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 64> -> tensor<8x64xf32>
  %t = linalg.transpose ins(%h : tensor<8x64xf32>) outs(%o : tensor<64x8xf32>) permutation = [1, 0]
  %q = mx.quantize %t : tensor<64x8xf32> -> tensor<64x8x!mx.mxfp4>
  return %q : tensor<64x8x!mx.mxfp4>
}

// An op has one seed.
// CHECK-LABEL: func.func @two_seeds
// CHECK: mx.hadamard
// CHECK: quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic>]
func.func @two_seeds(%x: tensor<8x64xf32>, %e: tensor<8x64xf32>, %s: i64, %t: i64) -> tensor<8x64x!mx.mxfp4> {
  %h = mx.hadamard ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) seed %s transform <size = 64, signs = seed> -> tensor<8x64xf32>
  %q = mx.quantize %h seed %t rounding stochastic : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  return %q : tensor<8x64x!mx.mxfp4>
}

// Padding with ones, -0, or to another length.
// CHECK-LABEL: func.func @other_pads
// CHECK-COUNT-3: tensor.pad
func.func @other_pads(%x: tensor<8x60xf32>, %e: tensor<8x64xf32>, %f: tensor<8x128xf32>)
    -> (tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4>, tensor<8x128x!mx.mxfp4>) {
  %one = arith.constant 1.0 : f32
  %negative = arith.constant -0.0 : f32
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 0] high[0, 4] {
  ^bb0(%a: index, %b: index):
    tensor.yield %one : f32
  } : tensor<8x60xf32> to tensor<8x64xf32>
  %r = tensor.pad %x low[0, 0] high[0, 4] {
  ^bb0(%a: index, %b: index):
    tensor.yield %negative : f32
  } : tensor<8x60xf32> to tensor<8x64xf32>
  %s = tensor.pad %x low[0, 0] high[0, 68] {
  ^bb0(%a: index, %b: index):
    tensor.yield %zero : f32
  } : tensor<8x60xf32> to tensor<8x128xf32>
  %0 = mx.hadamard ins(%p : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 64> -> tensor<8x64xf32>
  %1 = mx.hadamard ins(%r : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) transform <size = 64> -> tensor<8x64xf32>
  %2 = mx.hadamard ins(%s : tensor<8x128xf32>) outs(%f : tensor<8x128xf32>) transform <size = 64> -> tensor<8x128xf32>
  %3 = mx.quantize %0 : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %4 = mx.quantize %1 : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  %5 = mx.quantize %2 : tensor<8x128xf32> -> tensor<8x128x!mx.mxfp4>
  return %3, %4, %5 : tensor<8x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4>, tensor<8x128x!mx.mxfp4>
}

// An origin counts along the input's axes, so a swap stays outside; and what
// runs in another block stays there.
// CHECK-LABEL: func.func @origin_and_blocks
// CHECK: linalg.transpose
// CHECK: scf.if
// CHECK: mx.packed.quantize
// CHECK: mx.packed.quantize
func.func @origin_and_blocks(%x: tensor<8x64xf32>, %o: tensor<64x8xf32>, %s: i64, %i: index, %c: i1, %old: tensor<64x8x!mx.mxfp4>)
    -> (tensor<8x64x!mx.mxfp4>, tensor<64x8x!mx.mxfp4>, tensor<64x8x!mx.mxfp4>) {
  %t = linalg.transpose ins(%x : tensor<8x64xf32>) outs(%o : tensor<64x8xf32>) permutation = [1, 0]
  %q = mx.quantize %t seed %s origin [%i, %i] extents [%i] rounding stochastic : tensor<64x8xf32> -> tensor<64x8x!mx.mxfp4>
  %u = scf.if %c -> tensor<64x8x!mx.mxfp4> {
    %t2 = linalg.transpose ins(%x : tensor<8x64xf32>) outs(%o : tensor<64x8xf32>) permutation = [1, 0]
    %r = mx.quantize %t2 : tensor<64x8xf32> -> tensor<64x8x!mx.mxfp4>
    scf.yield %r : tensor<64x8x!mx.mxfp4>
  } else {
    scf.yield %old : tensor<64x8x!mx.mxfp4>
  }
  %r = mx.quantize %x : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
  return %r, %q, %u : tensor<8x64x!mx.mxfp4>, tensor<64x8x!mx.mxfp4>, tensor<64x8x!mx.mxfp4>
}

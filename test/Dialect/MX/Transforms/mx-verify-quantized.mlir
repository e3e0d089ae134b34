// RUN: mx-opt %s --mx-verify-quantized | FileCheck %s

!tile = !mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>

// Values pass through functions, loops, branches and selects.
// CHECK-LABEL: func.func @control_flow
func.func private @callee(tensor<?x64x!mx.mxfp4>) -> tensor<?x64x!mx.mxfp4>
func.func @control_flow(%q: tensor<?x64x!mx.mxfp4>, %n: index, %c: i1) -> tensor<?x64x!mx.mxfp4> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %q) -> tensor<?x64x!mx.mxfp4> {
    %1 = func.call @callee(%a) : (tensor<?x64x!mx.mxfp4>) -> tensor<?x64x!mx.mxfp4>
    scf.yield %1 : tensor<?x64x!mx.mxfp4>
  }
  %2 = arith.select %c, %0, %q : tensor<?x64x!mx.mxfp4>
  cf.cond_br %c, ^bb1(%2 : tensor<?x64x!mx.mxfp4>), ^bb1(%q : tensor<?x64x!mx.mxfp4>)
^bb1(%r: tensor<?x64x!mx.mxfp4>):
  return %r : tensor<?x64x!mx.mxfp4>
}

// A slice starts at a multiple of the block and ends at one or at the end.
// CHECK-LABEL: func.func @static_slices
func.func @static_slices(%q: tensor<8x40x100x!mx.mxfp4>, %t: tensor<40x64x!tile>) {
  %0 = tensor.extract_slice %q[2, 3, 32] [1, 5, 64] [1, 1, 1]
         : tensor<8x40x100x!mx.mxfp4> to tensor<5x64x!mx.mxfp4>
  %1 = tensor.extract_slice %q[0, 0, 96] [8, 40, 4] [1, 1, 1]
         : tensor<8x40x100x!mx.mxfp4> to tensor<8x40x4x!mx.mxfp4>
  %2 = tensor.extract_slice %t[32, 16] [8, 32] [1, 1]
         : tensor<40x64x!tile> to tensor<8x32x!tile>
  %3 = tensor.insert_slice %2 into %t[32, 0] [8, 32] [1, 1]
         : tensor<8x32x!tile> into tensor<40x64x!tile>
  return
}

// Offsets that loops step by whole blocks, and the shorter last tile.
// CHECK-LABEL: func.func @tiles
func.func @tiles(%q: tensor<?x?x!mx.mxfp4>) -> tensor<?x?x!mx.mxfp4> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %m = tensor.dim %q, %c0 : tensor<?x?x!mx.mxfp4>
  %k = tensor.dim %q, %c1 : tensor<?x?x!mx.mxfp4>
  %e = tensor.empty(%m, %k) : tensor<?x?x!mx.mxfp4>
  %r = scf.for %i = %c0 to %k step %c64 iter_args(%a = %e) -> tensor<?x?x!mx.mxfp4> {
    %size = affine.min affine_map<(d0)[s0] -> (64, s0 - d0)>(%i)[%k]
    %0 = tensor.extract_slice %q[0, %i] [%m, %size] [1, 1]
           : tensor<?x?x!mx.mxfp4> to tensor<?x?x!mx.mxfp4>
    %1 = affine.apply affine_map<(d0) -> (d0 * 32)>(%i)
    %2 = tensor.extract_slice %q[0, %1] [%m, 32] [1, 1]
           : tensor<?x?x!mx.mxfp4> to tensor<?x32x!mx.mxfp4>
    %d = tensor.dim %a, %c1 : tensor<?x?x!mx.mxfp4>
    %rest = affine.min affine_map<(d0)[s0] -> (64, s0 - d0)>(%i)[%d]
    %3 = tensor.insert_slice %0 into %a[0, %i] [%m, %rest] [1, 1]
           : tensor<?x?x!mx.mxfp4> into tensor<?x?x!mx.mxfp4>
    scf.yield %3 : tensor<?x?x!mx.mxfp4>
  }
  return %r : tensor<?x?x!mx.mxfp4>
}

// Whole blocks joined, the last operand as long as it likes; whole blocks added.
// CHECK-LABEL: func.func @concat_pad
func.func @concat_pad(%a: tensor<4x64x!mx.mxfp4>, %b: tensor<4x?x!mx.mxfp4>) {
  %0 = tensor.concat dim(1) %a, %b
         : (tensor<4x64x!mx.mxfp4>, tensor<4x?x!mx.mxfp4>) -> tensor<4x?x!mx.mxfp4>
  %zero = ub.poison : !mx.mxfp4
  %1 = tensor.pad %a low[1, 0] high[0, 64] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : !mx.mxfp4
  } : tensor<4x64x!mx.mxfp4> to tensor<5x128x!mx.mxfp4>
  return
}

// Tiles that were quantised with one amax share their tensor scale.
// CHECK-LABEL: func.func @shared_tensor_scale
func.func @shared_tensor_scale(%x: tensor<64x32xf32>, %amax: tensor<f32>) -> tensor<64x32x!mx.nvfp4> {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %e = tensor.empty() : tensor<64x32x!mx.nvfp4>
  %r = scf.for %i = %c0 to %c64 step %c16 iter_args(%a = %e) -> tensor<64x32x!mx.nvfp4> {
    %0 = tensor.extract_slice %x[%i, 0] [16, 32] [1, 1] : tensor<64x32xf32> to tensor<16x32xf32>
    %1 = mx.quantize %0 amax %amax : tensor<16x32xf32>, tensor<f32> -> tensor<16x32x!mx.nvfp4>
    %2 = tensor.insert_slice %1 into %a[%i, 0] [16, 32] [1, 1]
           : tensor<16x32x!mx.nvfp4> into tensor<64x32x!mx.nvfp4>
    scf.yield %2 : tensor<64x32x!mx.nvfp4>
  }
  return %r : tensor<64x32x!mx.nvfp4>
}

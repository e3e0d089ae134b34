// RUN: mx-opt %s --mx-verify-quantized --split-input-file --verify-diagnostics

// A transpose would leave the scales where they were.
func.func @transpose(%q: tensor<4x64x!mx.mxfp4>, %o: tensor<64x4x!mx.mxfp4>) -> tensor<64x4x!mx.mxfp4> {
  // expected-error @below {{op expected an op that keeps blocks and their scales together, but found 'linalg.transpose' on a block-scaled tensor; apply it before 'mx.quantize' or after 'mx.dequantize', or use 'mx.transpose'}}
  %0 = linalg.transpose ins(%q : tensor<4x64x!mx.mxfp4>) outs(%o : tensor<64x4x!mx.mxfp4>) permutation = [1, 0]
  return %0 : tensor<64x4x!mx.mxfp4>
}

// -----

// The body of a generic would see codes without scales.
func.func @generic(%q: tensor<64x!mx.mxfp4>, %o: tensor<64xi1>) -> tensor<64xi1> {
  // expected-error @below {{but found 'linalg.generic' on a block-scaled tensor; apply it before 'mx.quantize' or after 'mx.dequantize'}}
  %0 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
         ins(%q : tensor<64x!mx.mxfp4>) outs(%o : tensor<64xi1>) {
  ^bb0(%in: !mx.mxfp4, %out: i1):
    linalg.yield %out : i1
  } -> tensor<64xi1>
  return %0 : tensor<64xi1>
}

// -----

// A reshape moves elements between blocks.
func.func @collapse(%q: tensor<4x64x!mx.mxfp4>) -> tensor<256x!mx.mxfp4> {
  // expected-error @below {{but found 'tensor.collapse_shape' on a block-scaled tensor}}
  %0 = tensor.collapse_shape %q [[0, 1]] : tensor<4x64x!mx.mxfp4> into tensor<256x!mx.mxfp4>
  return %0 : tensor<256x!mx.mxfp4>
}

// -----

// An offset inside a block.
func.func @offset(%q: tensor<4x64x!mx.mxfp4>) -> tensor<4x32x!mx.mxfp4> {
  // expected-error @below {{expected a slice along axis 1 to start at a multiple of the block extent 32 and end at one or at the tensor's end, but found offset 13 and size 32; slice before 'mx.quantize' or after 'mx.dequantize'}}
  %0 = tensor.extract_slice %q[0, 13] [4, 32] [1, 1] : tensor<4x64x!mx.mxfp4> to tensor<4x32x!mx.mxfp4>
  return %0 : tensor<4x32x!mx.mxfp4>
}

// -----

// An end inside a block.
func.func @size(%q: tensor<4x64x!mx.mxfp4>) -> tensor<4x40x!mx.mxfp4> {
  // expected-error @below {{but found offset 0 and size 40}}
  %0 = tensor.extract_slice %q[0, 0] [4, 40] [1, 1] : tensor<4x64x!mx.mxfp4> to tensor<4x40x!mx.mxfp4>
  return %0 : tensor<4x40x!mx.mxfp4>
}

// -----

// An offset of which nothing is known.
func.func @computed(%q: tensor<4x64x!mx.mxfp4>, %i: index) -> tensor<4x32x!mx.mxfp4> {
  // expected-error @below {{but found offset a computed value and size 32}}
  %0 = tensor.extract_slice %q[0, %i] [4, 32] [1, 1] : tensor<4x64x!mx.mxfp4> to tensor<4x32x!mx.mxfp4>
  return %0 : tensor<4x32x!mx.mxfp4>
}

// -----

// A loop that steps by less than a block.
func.func @step(%q: tensor<4x64x!mx.mxfp4>) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c32 = arith.constant 32 : index
  scf.for %i = %c0 to %c32 step %c16 {
    // expected-error @below {{expected a slice along axis 1 to start at a multiple of the block extent 32}}
    %0 = tensor.extract_slice %q[0, %i] [4, 32] [1, 1] : tensor<4x64x!mx.mxfp4> to tensor<4x32x!mx.mxfp4>
  }
  return
}

// -----

// Rows divide a 2-D tile too.
!tile = !mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>
func.func @tile_rows(%q: tensor<32x64x!tile>, %s: tensor<8x64x!tile>) -> tensor<32x64x!tile> {
  // expected-error @below {{expected a slice along axis 0 to start at a multiple of the block extent 16}}
  %0 = tensor.insert_slice %s into %q[8, 0] [8, 64] [1, 1] : tensor<8x64x!tile> into tensor<32x64x!tile>
  return %0 : tensor<32x64x!tile>
}

// -----

// A block that is the whole axis cannot be cut.
!full = !mx.scaled<f4E2M1FN, f32, [full]>
func.func @full(%q: tensor<32x64x!full>) -> tensor<32x32x!full> {
  // expected-error @below {{expected a slice along axis 1 to cover the axis, whose blocks are 'full', but found offset 0 and size 32}}
  %0 = tensor.extract_slice %q[0, 0] [32, 32] [1, 1] : tensor<32x64x!full> to tensor<32x32x!full>
  return %0 : tensor<32x32x!full>
}

// -----

// Every other row.
func.func @stride(%q: tensor<4x64x!mx.mxfp4>) -> tensor<2x64x!mx.mxfp4> {
  // expected-error @below {{expected stride 1 along axis 0 of a block-scaled tensor, but found 2}}
  %0 = tensor.extract_slice %q[0, 0] [2, 64] [2, 1] : tensor<4x64x!mx.mxfp4> to tensor<2x64x!mx.mxfp4>
  return %0 : tensor<2x64x!mx.mxfp4>
}

// -----

// The blocked axis dropped from the shape: the batch axis would be divided.
func.func @dropped(%q: tensor<4x8x1x!mx.mxfp4>) -> tensor<4x8x!mx.mxfp4> {
  // expected-error @below {{expected a slice that keeps the last axis of a block-scaled tensor, but found one that drops it}}
  %0 = tensor.extract_slice %q[0, 0, 0] [4, 8, 1] [1, 1, 1] : tensor<4x8x1x!mx.mxfp4> to tensor<4x8x!mx.mxfp4>
  return %0 : tensor<4x8x!mx.mxfp4>
}

// -----

// A first operand that ends inside a block.
func.func @concat(%a: tensor<4x40x!mx.mxfp4>) -> tensor<4x80x!mx.mxfp4> {
  // expected-error @below {{expected operand 0 to hold whole blocks of 32 along axis 1, but found extent 40; concatenate before 'mx.quantize' or after 'mx.dequantize'}}
  %0 = tensor.concat dim(1) %a, %a : (tensor<4x40x!mx.mxfp4>, tensor<4x40x!mx.mxfp4>) -> tensor<4x80x!mx.mxfp4>
  return %0 : tensor<4x80x!mx.mxfp4>
}

// -----

// Two tensor scales cannot be one.
func.func @concat_two_level(%a: tensor<4x32x!mx.nvfp4>) -> tensor<8x32x!mx.nvfp4> {
  // expected-error @below {{expected parts without a tensor scale of their own, but found '!mx.nvfp4'; concatenate before 'mx.quantize'}}
  %0 = tensor.concat dim(0) %a, %a : (tensor<4x32x!mx.nvfp4>, tensor<4x32x!mx.nvfp4>) -> tensor<8x32x!mx.nvfp4>
  return %0 : tensor<8x32x!mx.nvfp4>
}

// -----

// A tile that was quantised by itself has a tensor scale of its own.
func.func @insert_two_level(%x: tensor<4x32xf32>, %q: tensor<8x32x!mx.nvfp4>) -> tensor<8x32x!mx.nvfp4> {
  %0 = mx.quantize %x : tensor<4x32xf32> -> tensor<4x32x!mx.nvfp4>
  // expected-error @below {{expected the parts of a tensor of '!mx.nvfp4' to share one tensor scale, but found parts quantised apart; give each 'mx.quantize' the whole tensor's 'amax'}}
  %1 = tensor.insert_slice %0 into %q[0, 0] [4, 32] [1, 1] : tensor<4x32x!mx.nvfp4> into tensor<8x32x!mx.nvfp4>
  return %1 : tensor<8x32x!mx.nvfp4>
}

// -----

// Padding inside the last block.
func.func @pad(%a: tensor<4x40x!mx.mxfp4>) -> tensor<4x64x!mx.mxfp4> {
  %zero = ub.poison : !mx.mxfp4
  // expected-error @below {{expected padding along axis 1 to add to whole blocks, but found low 0 and high 24; pad before 'mx.quantize'}}
  %1 = tensor.pad %a low[0, 0] high[0, 24] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : !mx.mxfp4
  } : tensor<4x40x!mx.mxfp4> to tensor<4x64x!mx.mxfp4>
  return %1 : tensor<4x64x!mx.mxfp4>
}

// -----

// The axis of tensor.dim must be known, since one of them has its own extent.
func.func @dim(%a: tensor<?x?x!mx.mxfp4>, %i: index) -> index {
  // expected-error @below {{expected a constant axis of a block-scaled tensor, but found a computed one}}
  %0 = tensor.dim %a, %i : tensor<?x?x!mx.mxfp4>
  return %0 : index
}

// -----

// One error for each op.
func.func @several(%q: tensor<4x64x!mx.mxfp4>) {
  // expected-error @below {{but found offset 1 and size 32}}
  %0 = tensor.extract_slice %q[0, 1] [4, 32] [1, 1] : tensor<4x64x!mx.mxfp4> to tensor<4x32x!mx.mxfp4>
  // expected-error @below {{but found offset 2 and size 32}}
  %1 = tensor.extract_slice %q[0, 2] [4, 32] [1, 1] : tensor<4x64x!mx.mxfp4> to tensor<4x32x!mx.mxfp4>
  return
}

// -----

// A scaled type is the element type of tensors and nothing else.
// expected-error @below {{expected block-scaled elements in ranked tensors only, but found '!mx.mxfp4'}}
func.func @scalar(%q: !mx.mxfp4) {
  return
}

// -----

// A reduction of scaled tensors would have to compute with them.
func.func @reduction(%q: tensor<4x64x!mx.mxfp4>, %n: index) -> tensor<4x64x!mx.mxfp4> {
  // expected-error @below {{but found 'scf.parallel' on a block-scaled tensor}}
  %0 = scf.parallel (%i) = (%n) to (%n) step (%n) init (%q) -> tensor<4x64x!mx.mxfp4> {
    scf.reduce(%q : tensor<4x64x!mx.mxfp4>) {
    ^bb0(%a: tensor<4x64x!mx.mxfp4>, %b: tensor<4x64x!mx.mxfp4>):
      scf.reduce.return %a : tensor<4x64x!mx.mxfp4>
    }
  }
  return %0 : tensor<4x64x!mx.mxfp4>
}

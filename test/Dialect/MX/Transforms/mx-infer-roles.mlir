// RUN: mx-opt %s --mx-infer-roles -split-input-file -verify-diagnostics | FileCheck %s

// A module without backward products is all forward.
// CHECK-LABEL: @forward_only
// CHECK: linalg.matmul {mx.role = "forward"}
func.func @forward_only(%x: tensor<8x16xf32>, %w: tensor<16x4xf32>, %o: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %0 = linalg.matmul ins(%x, %w : tensor<8x16xf32>, tensor<16x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
  return %0 : tensor<8x4xf32>
}

// -----

// Three-dimensional activations: the wgrad contracts two axes, the dgrad shares the weight.
#y = affine_map<(b, s, o, i) -> (b, s, o)>
#x = affine_map<(b, s, o, i) -> (b, s, i)>
#w = affine_map<(b, s, o, i) -> (i, o)>
#gw = affine_map<(i, o, b, s) -> (i, o)>
#gx = affine_map<(i, o, b, s) -> (b, s, i)>
#gy = affine_map<(i, o, b, s) -> (b, s, o)>
#dx = affine_map<(b, s, i, o) -> (b, s, i)>
#dy = affine_map<(b, s, i, o) -> (b, s, o)>
#dw = affine_map<(b, s, i, o) -> (i, o)>
// CHECK-LABEL: @three_dimensional
// CHECK: mx.role = "forward"
// CHECK: mx.role = "wgrad"
// CHECK: mx.role = "dgrad"
func.func @three_dimensional(%x: tensor<2x8x16xf32>, %w: tensor<16x4xf32>, %zy: tensor<2x8x4xf32>, %zw: tensor<16x4xf32>, %zx: tensor<2x8x16xf32>)
    -> (tensor<16x4xf32>, tensor<2x8x16xf32>) {
  %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<2x8x16xf32>, tensor<16x4xf32>) outs(%zy : tensor<2x8x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %c, %m : f32
    linalg.yield %s : f32
  } -> tensor<2x8x4xf32>
  %d = linalg.tanh ins(%y : tensor<2x8x4xf32>) outs(%zy : tensor<2x8x4xf32>) -> tensor<2x8x4xf32>
  %gw = linalg.generic {indexing_maps = [#gx, #gy, #gw], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %d : tensor<2x8x16xf32>, tensor<2x8x4xf32>) outs(%zw : tensor<16x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %c, %m : f32
    linalg.yield %s : f32
  } -> tensor<16x4xf32>
  %gx = linalg.generic {indexing_maps = [#dy, #dw, #dx], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%d, %w : tensor<2x8x4xf32>, tensor<16x4xf32>) outs(%zx : tensor<2x8x16xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %c, %m : f32
    linalg.yield %s : f32
  } -> tensor<2x8x16xf32>
  return %gw, %gx : tensor<16x4xf32>, tensor<2x8x16xf32>
}

// -----

// Attention: with batched operands every backward product is a dgrad.
// CHECK-LABEL: @attention
// CHECK: linalg.batch_matmul {mx.role = "forward"}
// CHECK: linalg.batch_matmul {mx.role = "dgrad"}
func.func @attention(%q: tensor<2x8x16xf32>, %kt: tensor<2x16x8xf32>, %z: tensor<2x8x8xf32>, %zq: tensor<2x8x16xf32>, %zt: tensor<2x8x16xf32>) -> tensor<2x8x16xf32> {
  %s = linalg.batch_matmul ins(%q, %kt : tensor<2x8x16xf32>, tensor<2x16x8xf32>) outs(%z : tensor<2x8x8xf32>) -> tensor<2x8x8xf32>
  %p = linalg.exp ins(%s : tensor<2x8x8xf32>) outs(%z : tensor<2x8x8xf32>) -> tensor<2x8x8xf32>
  %k = linalg.transpose ins(%kt : tensor<2x16x8xf32>) outs(%zt : tensor<2x8x16xf32>) permutation = [0, 2, 1]
  %dq = linalg.batch_matmul ins(%p, %k : tensor<2x8x8xf32>, tensor<2x8x16xf32>) outs(%zq : tensor<2x8x16xf32>) -> tensor<2x8x16xf32>
  return %dq : tensor<2x8x16xf32>
}

// -----

// Heads that a transpose merges into an activation: an axis of the value behind it is free in one part and
// contracted in the other, with extents that are known and with ones that are not.
// CHECK-LABEL: @merged_heads
// CHECK: mx.role = "forward"
// CHECK: mx.role = "dgrad"
// CHECK: mx.role = "wgrad"
func.func @merged_heads(%a: tensor<6x5x8xf32>, %w: tensor<24x16xf32>, %ze: tensor<2x5x3x8xf32>, %zy: tensor<10x16xf32>, %zx: tensor<10x24xf32>,
    %zt: tensor<24x10xf32>, %zw: tensor<24x16xf32>, %wt: tensor<16x24xf32>) -> (tensor<10x24xf32>, tensor<24x16xf32>) {
  %e = tensor.expand_shape %a [[0, 1], [2], [3]] output_shape [2, 3, 5, 8] : tensor<6x5x8xf32> into tensor<2x3x5x8xf32>
  %t = linalg.transpose ins(%e : tensor<2x3x5x8xf32>) outs(%ze : tensor<2x5x3x8xf32>) permutation = [0, 2, 1, 3]
  %x = tensor.collapse_shape %t [[0, 1], [2, 3]] : tensor<2x5x3x8xf32> into tensor<10x24xf32>
  %y = linalg.matmul ins(%x, %w : tensor<10x24xf32>, tensor<24x16xf32>) outs(%zy : tensor<10x16xf32>) -> tensor<10x16xf32>
  %d = linalg.tanh ins(%y : tensor<10x16xf32>) outs(%zy : tensor<10x16xf32>) -> tensor<10x16xf32>
  %dw = linalg.transpose ins(%w : tensor<24x16xf32>) outs(%wt : tensor<16x24xf32>) permutation = [1, 0]
  %gx = linalg.matmul ins(%d, %dw : tensor<10x16xf32>, tensor<16x24xf32>) outs(%zx : tensor<10x24xf32>) -> tensor<10x24xf32>
  %xt = linalg.transpose ins(%x : tensor<10x24xf32>) outs(%zt : tensor<24x10xf32>) permutation = [1, 0]
  %gw = linalg.matmul ins(%xt, %d : tensor<24x10xf32>, tensor<10x16xf32>) outs(%zw : tensor<24x16xf32>) -> tensor<24x16xf32>
  return %gx, %gw : tensor<10x24xf32>, tensor<24x16xf32>
}

// -----

// CHECK-LABEL: @merged_heads_dynamic
// CHECK: mx.role = "forward"
// CHECK: mx.role = "dgrad"
// CHECK: mx.role = "wgrad"
func.func @merged_heads_dynamic(%a: tensor<?x5x8xf32>, %w: tensor<24x16xf32>, %ze: tensor<?x5x3x8xf32>, %zy: tensor<?x16xf32>, %zx: tensor<?x24xf32>,
    %zt: tensor<24x?xf32>, %zw: tensor<24x16xf32>, %wt: tensor<16x24xf32>, %b: index) -> (tensor<?x24xf32>, tensor<24x16xf32>) {
  %e = tensor.expand_shape %a [[0, 1], [2], [3]] output_shape [%b, 3, 5, 8] : tensor<?x5x8xf32> into tensor<?x3x5x8xf32>
  %t = linalg.transpose ins(%e : tensor<?x3x5x8xf32>) outs(%ze : tensor<?x5x3x8xf32>) permutation = [0, 2, 1, 3]
  %x = tensor.collapse_shape %t [[0, 1], [2, 3]] : tensor<?x5x3x8xf32> into tensor<?x24xf32>
  %y = linalg.matmul ins(%x, %w : tensor<?x24xf32>, tensor<24x16xf32>) outs(%zy : tensor<?x16xf32>) -> tensor<?x16xf32>
  %d = linalg.tanh ins(%y : tensor<?x16xf32>) outs(%zy : tensor<?x16xf32>) -> tensor<?x16xf32>
  %dw = linalg.transpose ins(%w : tensor<24x16xf32>) outs(%wt : tensor<16x24xf32>) permutation = [1, 0]
  %gx = linalg.matmul ins(%d, %dw : tensor<?x16xf32>, tensor<16x24xf32>) outs(%zx : tensor<?x24xf32>) -> tensor<?x24xf32>
  %xt = linalg.transpose ins(%x : tensor<?x24xf32>) outs(%zt : tensor<24x?xf32>) permutation = [1, 0]
  %gw = linalg.matmul ins(%xt, %d : tensor<24x?xf32>, tensor<?x16xf32>) outs(%zw : tensor<24x16xf32>) -> tensor<24x16xf32>
  return %gx, %gw : tensor<?x24xf32>, tensor<24x16xf32>
}

// -----

// x·xᵀ that multiplies x again is a forward graph that looks like a backward one: nothing is decided.
// CHECK-LABEL: @self_product
// CHECK: linalg.matmul {mx.role = "forward"}
// CHECK: linalg.matmul ins
func.func @self_product(%x: tensor<8x16xf32>, %z: tensor<8x8xf32>, %zx: tensor<8x16xf32>, %zt: tensor<16x8xf32>) -> tensor<8x16xf32> {
  %xt = linalg.transpose ins(%x : tensor<8x16xf32>) outs(%zt : tensor<16x8xf32>) permutation = [1, 0]
  %s = linalg.matmul ins(%x, %xt : tensor<8x16xf32>, tensor<16x8xf32>) outs(%z : tensor<8x8xf32>) -> tensor<8x8xf32>
  %p = linalg.exp ins(%s : tensor<8x8xf32>) outs(%z : tensor<8x8xf32>) -> tensor<8x8xf32>
  // expected-remark @below {{the role of this product is undecided: a product of a value with itself multiplies that value again, which forward and backward products both do; name it with mx.role}}
  %o = linalg.matmul ins(%p, %x : tensor<8x8xf32>, tensor<8x16xf32>) outs(%zx : tensor<8x16xf32>) -> tensor<8x16xf32>
  return %o : tensor<8x16xf32>
}

// -----

// A tied embedding: the logits share the table as a dgrad would, but there is no wgrad.
// CHECK-LABEL: @tied_embedding
// CHECK: linalg.matmul {mx.role = "forward"}
// CHECK: linalg.matmul ins
func.func @tied_embedding(%ids: tensor<8x32xi1>, %e: tensor<32x16xf32>, %z: tensor<8x16xf32>, %zl: tensor<8x32xf32>, %zt: tensor<16x32xf32>) -> tensor<8x32xf32> {
  %onehot = arith.uitofp %ids : tensor<8x32xi1> to tensor<8x32xf32>
  %h = linalg.matmul ins(%onehot, %e : tensor<8x32xf32>, tensor<32x16xf32>) outs(%z : tensor<8x16xf32>) -> tensor<8x16xf32>
  %et = linalg.transpose ins(%e : tensor<32x16xf32>) outs(%zt : tensor<16x32xf32>) permutation = [1, 0]
  // expected-remark @below {{the role of this product is undecided: it shares a weight with an earlier product as a dgrad would, but that product has no wgrad; name it with mx.role}}
  %l = linalg.matmul ins(%h, %et : tensor<8x16xf32>, tensor<16x32xf32>) outs(%zl : tensor<8x32xf32>) -> tensor<8x32xf32>
  return %l : tensor<8x32xf32>
}

// -----

// JAX begins a new name stack within a loop: where it says nothing, the loop's counts.
// CHECK-LABEL: @names_of_loops
// CHECK: linalg.matmul {mx.role = "forward"}
// CHECK: linalg.matmul {mx.role = "dgrad"}
func.func @names_of_loops(%x: tensor<8x16xf32>, %w: tensor<16x4xf32>, %o: tensor<8x4xf32>, %n: index) {
  %c = arith.constant 1 : index
  scf.for %i = %c to %n step %c {
    %0 = linalg.matmul ins(%x, %w : tensor<8x16xf32>, tensor<16x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
      loc("checkpoint/rematted_computation/dot_general")
    %1 = linalg.matmul ins(%x, %w : tensor<8x16xf32>, tensor<16x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
      loc("checkpoint/dot_general")
  } loc("jit(step)/transpose(jvp())/while")
  return
}

// -----

// What the user says stays, and JAX's name stack decides before the structure: a rematerialised product is forward.
// CHECK-LABEL: @names
// CHECK: linalg.matmul {mx.role = "wgrad"}
// CHECK: linalg.matmul {mx.role = "forward"}
// CHECK: linalg.matmul {mx.role = "dgrad"}
func.func @names(%x: tensor<8x16xf32>, %w: tensor<16x4xf32>, %o: tensor<8x4xf32>) {
  %0 = linalg.matmul {mx.role = "wgrad"} ins(%x, %w : tensor<8x16xf32>, tensor<16x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<8x16xf32>, tensor<16x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
    loc("jit(step)/transpose(jvp(jvp()))/checkpoint/rematted_computation/dot_general")
  %2 = linalg.matmul ins(%x, %w : tensor<8x16xf32>, tensor<16x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
    loc(callsite("dot_general" at "jit(step)/transpose(jvp(block0))/while/body"))
  return
}

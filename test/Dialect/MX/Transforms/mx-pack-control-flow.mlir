// RUN: mx-opt %s --mx-pack | FileCheck %s

// One value becomes two, three or four; attributes stay with the codes and the
// seed keeps its own.
// CHECK-LABEL: func.func private @external
// CHECK-SAME: (tensor<?x?x16xi8> {mx.name = "w"}, tensor<?x?xi8>, index, i64 {mx.seed})
// CHECK-SAME: -> (tensor<?x?x8xi8> {test.result}, tensor<?x?xi8>, tensor<f32>, index)
func.func private @external(tensor<?x?x!mx.mxfp4> {mx.name = "w"}, i64 {mx.seed}) -> (tensor<?x?x!mx.nvfp4> {test.result})

// CHECK-LABEL: func.func @calls
// CHECK-SAME: (%[[C:.*]]: tensor<?x?x16xi8>, %[[S:.*]]: tensor<?x?xi8>, %[[K:.*]]: index, %[[SEED:.*]]: i64 {mx.seed})
// CHECK: %[[R:.*]]:4 = call @external(%[[C]], %[[S]], %[[K]], %[[SEED]])
// CHECK: return %[[R]]#0, %[[R]]#1, %[[R]]#2, %[[R]]#3
func.func @calls(%q: tensor<?x?x!mx.mxfp4>, %seed: i64 {mx.seed}) -> tensor<?x?x!mx.nvfp4> {
  %0 = func.call @external(%q, %seed) : (tensor<?x?x!mx.mxfp4>, i64) -> tensor<?x?x!mx.nvfp4>
  return %0 : tensor<?x?x!mx.nvfp4>
}

// CHECK-LABEL: func.func @loops
// CHECK: scf.for {{.*}} iter_args(%{{.*}}, %{{.*}}) -> (tensor<4x2x16xi8>, tensor<4x2xi8>)
// CHECK: scf.yield %{{.*}}, %{{.*}} : tensor<4x2x16xi8>, tensor<4x2xi8>
// CHECK: scf.while {{.*}} : (tensor<4x2x16xi8>, tensor<4x2xi8>, index) -> (tensor<4x2x16xi8>, tensor<4x2xi8>, index)
// CHECK: scf.condition(%{{.*}}) %{{.*}}, %{{.*}}, %{{.*}} : tensor<4x2x16xi8>, tensor<4x2xi8>, index
func.func @loops(%q: tensor<4x64x!mx.mxfp4>, %n: index) -> tensor<4x64x!mx.mxfp4> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %q) -> tensor<4x64x!mx.mxfp4> {
    scf.yield %a : tensor<4x64x!mx.mxfp4>
  }
  %1:2 = scf.while (%a = %0, %i = %c0) : (tensor<4x64x!mx.mxfp4>, index) -> (tensor<4x64x!mx.mxfp4>, index) {
    %c = arith.cmpi ult, %i, %n : index
    scf.condition(%c) %a, %i : tensor<4x64x!mx.mxfp4>, index
  } do {
  ^bb0(%a: tensor<4x64x!mx.mxfp4>, %i: index):
    %j = arith.addi %i, %c1 : index
    scf.yield %a, %j : tensor<4x64x!mx.mxfp4>, index
  }
  return %1#0 : tensor<4x64x!mx.mxfp4>
}

// CHECK-LABEL: func.func @branches
// CHECK: scf.if %{{.*}} -> (tensor<4x?x16xi8>, tensor<4x?xi8>, index)
// CHECK: scf.index_switch %{{.*}} -> tensor<4x?x16xi8>, tensor<4x?xi8>, index
// CHECK-COUNT-2: arith.select %{{.*}} : tensor
// CHECK-NEXT: arith.select %{{.*}} : index
// CHECK: cf.switch
// CHECK-NEXT: default: ^bb1(%{{.*}}, %{{.*}}, %{{.*}} : tensor<4x?x16xi8>, tensor<4x?xi8>, index)
// CHECK: ^bb1(%{{.*}}: tensor<4x?x16xi8>, %{{.*}}: tensor<4x?xi8>, %{{.*}}: index):
// CHECK: cf.cond_br %{{.*}}, ^bb2(%{{.*}}, %{{.*}}, %{{.*}} : tensor<4x?x16xi8>, tensor<4x?xi8>, index), ^bb3
// CHECK: cf.br ^bb3(%{{.*}}, %{{.*}}, %{{.*}} : tensor<4x?x16xi8>, tensor<4x?xi8>, index)
func.func @branches(%q: tensor<4x?x!mx.mxfp4>, %r: tensor<4x?x!mx.mxfp4>, %c: i1, %n: index, %f: i32) -> tensor<4x?x!mx.mxfp4> {
  %0 = scf.if %c -> tensor<4x?x!mx.mxfp4> {
    scf.yield %q : tensor<4x?x!mx.mxfp4>
  } else {
    scf.yield %r : tensor<4x?x!mx.mxfp4>
  }
  %1 = scf.index_switch %n -> tensor<4x?x!mx.mxfp4>
  case 1 {
    scf.yield %q : tensor<4x?x!mx.mxfp4>
  }
  default {
    scf.yield %0 : tensor<4x?x!mx.mxfp4>
  }
  %2 = arith.select %c, %0, %1 : tensor<4x?x!mx.mxfp4>
  cf.switch %f : i32, [
    default: ^bb1(%2 : tensor<4x?x!mx.mxfp4>),
    7: ^bb2(%1 : tensor<4x?x!mx.mxfp4>)
  ]
^bb1(%a: tensor<4x?x!mx.mxfp4>):
  cf.cond_br %c, ^bb2(%a : tensor<4x?x!mx.mxfp4>), ^bb3(%q : tensor<4x?x!mx.mxfp4>)
^bb2(%b: tensor<4x?x!mx.mxfp4>):
  cf.br ^bb3(%b : tensor<4x?x!mx.mxfp4>)
^bb3(%d: tensor<4x?x!mx.mxfp4>):
  return %d : tensor<4x?x!mx.mxfp4>
}

// Tiles of a parallel loop; all of them write the one tensor scale.
// CHECK-LABEL: func.func @forall
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = (0, 0) to (%{{.*}}, 128) step (1, 32) shared_outs(%[[C:.*]] = %{{.*}}, %[[S:.*]] = %{{.*}}, %[[T:.*]] = %{{.*}})
// CHECK: %[[Q:.*]]:3 = mx.packed.quantize
// CHECK: %[[BLOCK:.*]] = affine.apply #{{.*}}(%[[J]])
// CHECK: scf.forall.in_parallel {
// CHECK-NEXT: tensor.parallel_insert_slice %[[Q]]#0 into %[[C]][%[[I]], %[[BLOCK]], 0] [1, 2, 8] [1, 1, 1]
// CHECK-NEXT: tensor.parallel_insert_slice %[[Q]]#1 into %[[S]][%[[I]], %[[BLOCK]]] [1, 2] [1, 1]
// CHECK-NEXT: tensor.parallel_insert_slice %[[Q]]#2 into %[[T]][] [] []
// CHECK-NEXT: }
func.func @forall(%x: tensor<?x128xf32>, %amax: tensor<f32>) -> tensor<?x128x!mx.nvfp4> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x128xf32>
  %e = tensor.empty(%m) : tensor<?x128x!mx.nvfp4>
  %r = scf.forall (%i, %j) = (0, 0) to (%m, 128) step (1, 32) shared_outs(%a = %e) -> tensor<?x128x!mx.nvfp4> {
    %0 = tensor.extract_slice %x[%i, %j] [1, 32] [1, 1] : tensor<?x128xf32> to tensor<1x32xf32>
    %1 = mx.quantize %0 amax %amax : tensor<1x32xf32>, tensor<f32> -> tensor<1x32x!mx.nvfp4>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %1 into %a[%i, %j] [1, 32] [1, 1] : tensor<1x32x!mx.nvfp4> into tensor<?x128x!mx.nvfp4>
    }
  }
  return %r : tensor<?x128x!mx.nvfp4>
}

// CHECK-LABEL: func.func @execute_region
// CHECK: scf.execute_region -> (tensor<4x2x16xi8>, tensor<4x2xi8>) {
// CHECK: scf.yield %{{.*}}, %{{.*}} : tensor<4x2x16xi8>, tensor<4x2xi8>
func.func @execute_region(%q: tensor<4x64x!mx.mxfp4>) -> tensor<4x64x!mx.mxfp4> {
  %0 = scf.execute_region -> tensor<4x64x!mx.mxfp4> {
    scf.yield %q : tensor<4x64x!mx.mxfp4>
  }
  return %0 : tensor<4x64x!mx.mxfp4>
}

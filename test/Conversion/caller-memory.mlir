// Results become last arguments, temporaries views of a workspace, and a function says how large that is.
// RUN: mx-opt %s --split-input-file --mx-lowered-pipeline=caller-memory | FileCheck %s

// The buffer that is returned is the caller's; one returned twice is copied once.
// CHECK-LABEL: func.func @twice(
// CHECK-SAME: %[[X:.*]]: memref<4xf32>, %[[A:.*]]: memref<4xf32>, %[[B:.*]]: memref<4xf32>, %{{.*}}: memref<?xi8>)
// CHECK-NOT: alloc
// CHECK: linalg.generic {{.*}} ins(%[[X]] : memref<4xf32>) outs(%[[A]] : memref<4xf32>)
// CHECK: memref.copy %[[A]], %[[B]]
// CHECK: return
// CHECK-LABEL: func.func private @twice.workspace_bytes(
// CHECK: %[[NONE:.*]] = arith.constant 0 : index
// CHECK: return %[[NONE]] : index
func.func @twice(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %empty = tensor.empty() : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %sum = arith.addf %in, %in : f32
    linalg.yield %sum : f32
  } -> tensor<4xf32>
  return %0, %0 : tensor<4xf32>, tensor<4xf32>
}

// -----

// An argument is never handed back; it is copied.
// CHECK-LABEL: func.func @argument(
// CHECK-SAME: %[[X:.*]]: memref<4xf32>, %[[OUT:.*]]: memref<4xf32>, %{{.*}}: memref<?xi8>)
// CHECK: memref.copy %[[X]], %[[OUT]]
func.func @argument(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// Of three temporaries of one dynamic size the first and the last are never alive together: two places of 4·m bytes, each
// rounded up to 64.
#id = affine_map<(i) -> (i)>
// CHECK-LABEL: func.func @chain(
// CHECK-SAME: %[[WORKSPACE:[a-z0-9]*]]: memref<?xi8>)
// CHECK-NOT: memref.alloc
// CHECK: memref.view %[[WORKSPACE]][%[[FIRST:.*]]][
// CHECK: memref.view %[[WORKSPACE]][%[[SECOND:.*]]][
// CHECK: memref.view %[[WORKSPACE]][%[[FIRST]]][
// CHECK-NOT: dealloc
// CHECK-LABEL: func.func private @chain.workspace_bytes(
func.func @chain(%x: tensor<?xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?xf32>
  %e = tensor.empty(%m) : tensor<?xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%in: f32, %out: f32):
    %a = arith.addf %in, %in : f32
    linalg.yield %a : f32
  } -> tensor<?xf32>
  %r = tensor.empty(%m) : tensor<?xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%0 : tensor<?xf32>) outs(%r : tensor<?xf32>) {
  ^bb0(%in: f32, %out: f32):
    %b = arith.mulf %in, %in : f32
    linalg.yield %b : f32
  } -> tensor<?xf32>
  %s = tensor.empty(%m) : tensor<?xf32>
  %2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%1 : tensor<?xf32>) outs(%s : tensor<?xf32>) {
  ^bb0(%in: f32, %out: f32):
    %b = arith.mulf %in, %in : f32
    linalg.yield %b : f32
  } -> tensor<?xf32>
  %first = tensor.extract %2[%c0] : tensor<?xf32>
  return %first : f32
}

// RUN: mx-opt %s --mx-linalg-to-kernels | FileCheck %s

// Parallel dimensions are threads in row-major order of the result, wherever they stand; reductions are loops.
// CHECK-LABEL: func.func @reduce
// CHECK-SAME: %[[X:.*]]: memref<?x8xf32>, %[[Y:.*]]: memref<8xf32>
// CHECK: gpu.launch blocks{{.*}} threads{{.*}} module(@reduce_kernel_0) function(@reduce_kernel_0)
// CHECK: arith.muli %{{.*}}, %{{.*}} : index
// CHECK: %[[INSIDE:.*]] = arith.cmpi ult
// CHECK: scf.if %[[INSIDE]]
// CHECK: scf.for %[[I:.*]] =
// CHECK: memref.load %[[X]][
// CHECK: gpu.terminator
func.func @reduce(%x: memref<?x8xf32>, %y: memref<8xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>], iterator_types = ["reduction", "parallel"]}
    ins(%x : memref<?x8xf32>) outs(%y : memref<8xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// Without a parallel dimension one thread does the work. Kernels of a function have names of their own.
// CHECK-LABEL: func.func @scalars
// CHECK: gpu.launch {{.*}}function(@scalars_kernel_0)
// CHECK: memref.store
// CHECK: gpu.launch {{.*}}function(@scalars_kernel_1)
// CHECK: scf.for
func.func @scalars(%x: memref<4xf32>, %sum: memref<f32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%sum : memref<f32>)
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
    ins(%x : memref<4xf32>) outs(%sum : memref<f32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// Ops on tensors are not ours.
// CHECK-LABEL: func.func @tensors
// CHECK: linalg.fill
func.func @tensors(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// RUN: mx-opt %s --split-input-file --pass-pipeline='builtin.module(mx-lowered-pipeline{target=nvvm})' | FileCheck %s

#id = affine_map<(i) -> (i)>

// The pieces of a concatenation are made where they end up.
// CHECK-LABEL: func.func @pieces
// CHECK: %[[ALL:.*]] = memref.alloc() {{.*}}: memref<12xf32>
// CHECK-NOT: memref.copy
// CHECK: memref.reinterpret_cast %[[ALL]] to offset: [0], sizes: [2, 4]
// CHECK: memref.reinterpret_cast %[[ALL]] to offset: [8], sizes: [4]
// CHECK-NOT: memref.copy
// CHECK: return %[[ALL]]
func.func @pieces(%x: tensor<2x4xf32>, %y: tensor<4xf32>) -> tensor<12xf32> {
  %e = tensor.empty() : tensor<2x4xf32>
  %f = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<2x4xf32>) outs(%e : tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = linalg.exp ins(%y : tensor<4xf32>) outs(%f : tensor<4xf32>) -> tensor<4xf32>
  %2 = tensor.collapse_shape %0 [[0, 1]] : tensor<2x4xf32> into tensor<8xf32>
  %3 = tensor.concat dim(0) %2, %1 : (tensor<8xf32>, tensor<4xf32>) -> tensor<12xf32>
  return %3 : tensor<12xf32>
}

// -----

// A piece that is an argument, and one that stands twice, are copied.
// CHECK-LABEL: func.func @copied
// CHECK-COUNT-2: memref.copy
// CHECK-NOT: memref.copy
func.func @copied(%x: tensor<4xf32>) -> tensor<12xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = tensor.concat dim(0) %0, %x, %0 : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<12xf32>
  return %1 : tensor<12xf32>
}

// -----

// Columns do not lie together.
// CHECK-LABEL: func.func @columns
// CHECK-COUNT-2: memref.copy
func.func @columns(%x: tensor<4x2xf32>, %y: tensor<4x2xf32>) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x2xf32>
  %0 = linalg.exp ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
  %1 = linalg.exp ins(%y : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
  %2 = tensor.concat dim(1) %0, %1 : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}

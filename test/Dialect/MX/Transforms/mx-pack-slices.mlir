// RUN: mx-opt %s --mx-pack --canonicalize --cse | FileCheck %s

!col = !mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>
!tile = !mx.scaled<f8E4M3FN, f32, [16, 16]>

// Elements to blocks along the last axis; a dropped batch axis stays dropped.
// CHECK-LABEL: func.func @extract
// CHECK: tensor.extract_slice %{{.*}}[%{{.*}}, 3, 2, 0] [1, %{{.*}}, 2, 16] [1, 1, 1, 1] : tensor<8x?x4x16xi8> to tensor<?x2x16xi8>
// CHECK: tensor.extract_slice %{{.*}}[%{{.*}}, 3, 2] [1, %{{.*}}, 2] [1, 1, 1] : tensor<8x?x4xi8> to tensor<?x2xi8>
func.func @extract(%q: tensor<8x?x100x!mx.mxfp4>, %i: index, %n: index) -> tensor<?x36x!mx.mxfp4> {
  %0 = tensor.extract_slice %q[%i, 3, 64] [1, %n, 36] [1, 1, 1] : tensor<8x?x100x!mx.mxfp4> to tensor<?x36x!mx.mxfp4>
  return %0 : tensor<?x36x!mx.mxfp4>
}

// A dynamic size is the extent of the slice.
// CHECK-LABEL: func.func @extract_dynamic
// CHECK-SAME: %[[Q:.*]]: tensor<4x?x16xi8>, %[[S:.*]]: tensor<4x?xi8>, %[[K:.*]]: index, %[[N:.*]]: index)
// CHECK: %[[SIZE:.*]] = affine.apply #{{.*}}()[%[[N]]]
// CHECK: %[[C:.*]] = tensor.extract_slice %[[Q]][0, 1, 0] [4, %[[N]], 16] [1, 1, 1]
// CHECK: %[[R:.*]] = tensor.extract_slice %[[S]][0, 1] [4, %[[N]]] [1, 1]
// CHECK: return %[[C]], %[[R]], %[[SIZE]]
func.func @extract_dynamic(%q: tensor<4x?x!mx.mxfp4>, %n: index) -> tensor<4x?x!mx.mxfp4> {
  %size = affine.apply affine_map<(d0) -> (d0 * 32)>(%n)
  %0 = tensor.extract_slice %q[0, 32] [4, %size] [1, 1] : tensor<4x?x!mx.mxfp4> to tensor<4x?x!mx.mxfp4>
  return %0 : tensor<4x?x!mx.mxfp4>
}

// Stored transposed: rows of the tensor are columns of the bytes.
// CHECK-LABEL: func.func @column_wise
// CHECK: tensor.extract_slice %{{.*}}[5, 1, 0] [8, 2, 16] [1, 1, 1] : tensor<64x4x16xi8> to tensor<8x2x16xi8>
// CHECK: tensor.extract_slice %{{.*}}[5, 1] [8, 2] [1, 1] : tensor<64x4xi8> to tensor<8x2xi8>
func.func @column_wise(%q: tensor<128x64x!col>) -> tensor<64x8x!col> {
  %0 = tensor.extract_slice %q[32, 5] [64, 8] [1, 1] : tensor<128x64x!col> to tensor<64x8x!col>
  return %0 : tensor<64x8x!col>
}

// Rows of codes, rows of blocks of scales.
// CHECK-LABEL: func.func @tile
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[32, 1, 0] [8, 2, 16] [1, 1, 1] : tensor<8x2x16xi8> into tensor<40x4x16xi8>
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[2, 1] [1, 2] [1, 1] : tensor<1x2xf32> into tensor<3x4xf32>
func.func @tile(%q: tensor<40x64x!tile>, %s: tensor<8x32x!tile>) -> tensor<40x64x!tile> {
  %0 = tensor.insert_slice %s into %q[32, 16] [8, 32] [1, 1] : tensor<8x32x!tile> into tensor<40x64x!tile>
  return %0 : tensor<40x64x!tile>
}

// CHECK-LABEL: func.func @concat
// CHECK-SAME: (%[[A:.*]]: tensor<4x2x16xi8>, %{{.*}}: tensor<4x2xi8>, %[[B:.*]]: tensor<4x?x16xi8>, %{{.*}}: tensor<4x?xi8>, %[[K:.*]]: index)
// CHECK: %[[TOTAL:.*]] = affine.apply #{{.*}}()[%[[K]]]
// CHECK: tensor.insert_slice %[[A]] into %{{.*}}[0, 0, 0] [4, 2, 16] [1, 1, 1]
// CHECK: tensor.insert_slice %[[B]] into %{{.*}}[0, 2, 0] [4, %{{.*}}, 16] [1, 1, 1]
// CHECK: return %{{.*}}, %{{.*}}, %[[TOTAL]]
func.func @concat(%a: tensor<4x64x!mx.mxfp4>, %b: tensor<4x?x!mx.mxfp4>) -> tensor<4x?x!mx.mxfp4> {
  %0 = tensor.concat dim(1) %a, %b : (tensor<4x64x!mx.mxfp4>, tensor<4x?x!mx.mxfp4>) -> tensor<4x?x!mx.mxfp4>
  return %0 : tensor<4x?x!mx.mxfp4>
}

// Blocks of zeros around.
// CHECK-LABEL: func.func @pad
// CHECK-NOT: poison
// CHECK: %[[C:.*]] = linalg.fill ins(%c0_i8 : i8) outs(%{{.*}} : tensor<5x4x16xi8>)
// CHECK: %[[S:.*]] = linalg.fill ins(%c0_i8 : i8) outs(%{{.*}} : tensor<5x4xi8>)
// CHECK: tensor.insert_slice %{{.*}} into %[[C]][1, 0, 0] [4, 2, 16] [1, 1, 1]
// CHECK: tensor.insert_slice %{{.*}} into %[[S]][1, 0] [4, 2] [1, 1]
func.func @pad(%a: tensor<4x64x!mx.mxfp4>) -> tensor<5x128x!mx.mxfp4> {
  %zero = ub.poison : !mx.mxfp4
  %0 = tensor.pad %a low[1, 0] high[0, 64] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : !mx.mxfp4
  } : tensor<4x64x!mx.mxfp4> to tensor<5x128x!mx.mxfp4>
  return %0 : tensor<5x128x!mx.mxfp4>
}

// The blocked axis has its own value, others are extents of the codes.
// CHECK-LABEL: func.func @dims
// CHECK-SAME: (%[[Q:.*]]: tensor<?x?x16xi8>, %{{.*}}: tensor<?x?xi8>, %[[K:.*]]: index)
// CHECK: %[[M:.*]] = tensor.dim %[[Q]], %c0
// CHECK: return %[[M]], %[[K]]
func.func @dims(%q: tensor<?x?x!mx.mxfp4>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = tensor.dim %q, %c0 : tensor<?x?x!mx.mxfp4>
  %1 = tensor.dim %q, %c1 : tensor<?x?x!mx.mxfp4>
  return %0, %1 : index, index
}

// CHECK-LABEL: func.func @cast
// CHECK: tensor.cast %{{.*}} : tensor<4x4x16xi8> to tensor<?x?x16xi8>
// CHECK: return %{{.*}}, %{{.*}}, %c100
func.func @cast(%q: tensor<4x100x!mx.mxfp4>) -> tensor<?x?x!mx.mxfp4> {
  %0 = tensor.cast %q : tensor<4x100x!mx.mxfp4> to tensor<?x?x!mx.mxfp4>
  return %0 : tensor<?x?x!mx.mxfp4>
}

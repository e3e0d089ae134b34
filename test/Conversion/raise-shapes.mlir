// RUN: mx-opt %s --split-input-file --mx-imported-pipeline | FileCheck %s

// What StableHLO's concatenate becomes: a choice by index.
// CHECK-LABEL: func.func @concat
// CHECK-SAME: %[[A:.*]]: tensor<2x4xf32>, %[[B:.*]]: tensor<3x4xf32>, %[[C:.*]]: tensor<1x4xf32>
// CHECK: %[[R:.*]] = tensor.concat dim(0) %[[A]], %[[B]], %[[C]]
// CHECK: return %[[R]]
func.func @concat(%a: tensor<2x4xf32>, %b: tensor<3x4xf32>, %c: tensor<1x4xf32>) -> tensor<6x4xf32> {
  %c2 = arith.constant 2 : index
  %c5 = arith.constant 5 : index
  %e = tensor.empty() : tensor<6x4xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<6x4xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %isA = arith.cmpi ult, %i, %c2 : index
    %v = scf.if %isA -> f32 {
      %x = tensor.extract %a[%i, %j] : tensor<2x4xf32>
      scf.yield %x : f32
    } else {
      %isB = arith.cmpi ult, %i, %c5 : index
      %w = scf.if %isB -> f32 {
        %k = arith.subi %i, %c2 : index
        %x = tensor.extract %b[%k, %j] : tensor<3x4xf32>
        scf.yield %x : f32
      } else {
        %k = arith.subi %i, %c5 : index
        %x = tensor.extract %c[%k, %j] : tensor<1x4xf32>
        scf.yield %x : f32
      }
      scf.yield %w : f32
    }
    linalg.yield %v : f32
  } -> tensor<6x4xf32>
  return %0 : tensor<6x4xf32>
}

// -----

// Not a concatenation: the second piece is read from one row further.
// CHECK-LABEL: func.func @shifted
// CHECK-NOT: tensor.concat
func.func @shifted(%a: tensor<2xf32>, %b: tensor<4xf32>) -> tensor<5xf32> {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %e = tensor.empty() : tensor<5xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]} outs(%e : tensor<5xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %isA = arith.cmpi ult, %i, %c2 : index
    %v = scf.if %isA -> f32 {
      %x = tensor.extract %a[%i] : tensor<2xf32>
      scf.yield %x : f32
    } else {
      %k = arith.subi %i, %c1 : index
      %x = tensor.extract %b[%k] : tensor<4xf32>
      scf.yield %x : f32
    }
    linalg.yield %v : f32
  } -> tensor<5xf32>
  return %0 : tensor<5xf32>
}

// -----

// The last piece is read beyond what is left of it.
// CHECK-LABEL: func.func @part
// CHECK-NOT: tensor.concat
func.func @part(%a: tensor<2xf32>, %b: tensor<4xf32>) -> tensor<5xf32> {
  %c2 = arith.constant 2 : index
  %e = tensor.empty() : tensor<5xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]} outs(%e : tensor<5xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %isA = arith.cmpi ult, %i, %c2 : index
    %v = scf.if %isA -> f32 {
      %x = tensor.extract %a[%i] : tensor<2xf32>
      scf.yield %x : f32
    } else {
      %k = arith.subi %i, %c2 : index
      %x = tensor.extract %b[%k] : tensor<4xf32>
      scf.yield %x : f32
    }
    linalg.yield %v : f32
  } -> tensor<5xf32>
  return %0 : tensor<5xf32>
}

// -----

// CHECK-LABEL: func.func @axes
// CHECK: tensor.expand_shape %{{.*}} {{\[\[}}0, 1, 2], [3]] output_shape [1, 3, 1, 4] : tensor<3x4xf32>
func.func @axes(%x: tensor<3x4xf32>) -> tensor<1x3x1x4xf32> {
  %e = tensor.empty() : tensor<1x3x1x4xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (b, d)>, affine_map<(a, b, c, d) -> (a, b, c, d)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<3x4xf32>) outs(%e : tensor<1x3x1x4xf32>) {
  ^bb0(%in: f32, %o: f32):
    linalg.yield %in : f32
  } -> tensor<1x3x1x4xf32>
  return %0 : tensor<1x3x1x4xf32>
}

// -----

// CHECK-LABEL: func.func @transposed
// CHECK-NOT: tensor.expand_shape
func.func @transposed(%x: tensor<3x4xf32>) -> tensor<1x4x3xf32> {
  %e = tensor.empty() : tensor<1x4x3xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (c, b)>, affine_map<(a, b, c) -> (a, b, c)>],
    iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<3x4xf32>) outs(%e : tensor<1x4x3xf32>) {
  ^bb0(%in: f32, %o: f32):
    linalg.yield %in : f32
  } -> tensor<1x4x3xf32>
  return %0 : tensor<1x4x3xf32>
}

// -----

// The gradient of slices that fill an axis: -0 becomes +0 in each, as in the sum.
// CHECK-LABEL: func.func @islands
// CHECK-SAME: %[[A:.*]]: tensor<1x4xbf16>, %[[B:.*]]: tensor<2x4xbf16>
// CHECK: %[[P:.*]] = linalg.generic {{.*}} ins(%[[A]]
// CHECK: arith.addf %{{.*}}, %cst
// CHECK: %[[Q:.*]] = linalg.generic {{.*}} ins(%[[B]]
// CHECK: tensor.concat dim(0) %[[P]], %[[Q]] : (tensor<1x4xbf16>, tensor<2x4xbf16>) -> tensor<3x4xbf16>
func.func @islands(%a: tensor<1x4xbf16>, %b: tensor<2x4xbf16>) -> tensor<3x4xbf16> {
  %zero = arith.constant 0.0 : bf16
  %0 = tensor.pad %a low[0, 0] high[2, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : bf16
  } : tensor<1x4xbf16> to tensor<3x4xbf16>
  %1 = tensor.pad %b low[1, 0] high[0, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : bf16
  } : tensor<2x4xbf16> to tensor<3x4xbf16>
  %e = tensor.empty() : tensor<3x4xbf16>
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
    iterator_types = ["parallel", "parallel"]} ins(%1, %0 : tensor<3x4xbf16>, tensor<3x4xbf16>) outs(%e : tensor<3x4xbf16>) {
  ^bb0(%x: bf16, %y: bf16, %o: bf16):
    %s = arith.addf %x, %y : bf16
    linalg.yield %s : bf16
  } -> tensor<3x4xbf16>
  return %2 : tensor<3x4xbf16>
}

// -----

// They overlap.
// CHECK-LABEL: func.func @overlap
// CHECK-NOT: tensor.concat
func.func @overlap(%a: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<3xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.pad %a low[0] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<2xf32> to tensor<3xf32>
  %1 = tensor.pad %b low[1] high[0] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<2xf32> to tensor<3xf32>
  %e = tensor.empty() : tensor<3xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
    iterator_types = ["parallel"]} ins(%0, %1 : tensor<3xf32>, tensor<3xf32>) outs(%e : tensor<3xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<3xf32>
  return %2 : tensor<3xf32>
}

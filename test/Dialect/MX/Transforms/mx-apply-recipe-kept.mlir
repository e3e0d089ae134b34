// Bytes that a layer's backward products read of its forward product's operands: x and w of 64x128 and 96x128, two bytes
// an element in bf16. MXFP4 keeps 4.25 bits of 16 (0.266), NVFP4 4.5 (0.281), MXFP8 8.25 (0.516).
// RUN: mx-opt %s --mx-apply-recipe="recipe=none report-saved" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: mx-opt %s --mx-apply-recipe="recipe=mxfp4_backward report-saved" 2>&1 | FileCheck %s --check-prefix=FLOAT
// RUN: mx-opt %s --mx-apply-recipe="recipe=tetrajet report-saved" 2>&1 | FileCheck %s --check-prefix=MXFP4
// RUN: mx-opt %s --mx-apply-recipe="recipe=quartet report-saved" 2>&1 | FileCheck %s --check-prefix=QUARTET
// RUN: mx-opt %s --mx-apply-recipe="recipe=quartet2 report-saved" 2>&1 | FileCheck %s --check-prefix=NVFP4
// RUN: mx-opt %s --mx-apply-recipe="recipe=quartet,rht=256" 2>&1 | FileCheck %s --check-prefix=SIGNS
// RUN: sed s/128xf32/100xf32/g %s | mx-opt --mx-apply-recipe=recipe=quartet 2>&1 | FileCheck %s --check-prefix=MULTIPLE
// SIGNS-COUNT-2: remark: its float operand is kept: K is no multiple of the forward product's transform
// MULTIPLE-COUNT-2: remark: its float operand is kept: K is no multiple of the forward product's transform
// NONE-NOT: kept for the backward products
// FLOAT: remark: kept for the backward products: 81920 bytes of operands; in bf16 the operands would be 40960 bytes (ratio 2.000)
// MXFP4: remark: kept for the backward products: 10880 bytes of operands; in bf16 the operands would be 40960 bytes (ratio 0.266)
// QUARTET: remark: kept for the backward products: 10880 bytes of operands and 2560 of clip masks; in bf16 the operands would be 40960 bytes (ratio 0.266)
// NVFP4: remark: kept for the backward products: 11528 bytes of operands; in bf16 the operands would be 40960 bytes (ratio 0.281)
#x = affine_map<(i, j, k) -> (i, k)>
#w = affine_map<(i, j, k) -> (j, k)>
#y = affine_map<(i, j, k) -> (i, j)>
#t = affine_map<(i, j, k) -> (k, i)>
#v = affine_map<(i, j, k) -> (k, j)>
func.func @step(%x: tensor<64x128xf32>, %w: tensor<96x128xf32>, %t: tensor<64x96xf32>)
    -> (tensor<64x96xf32>, tensor<64x128xf32>, tensor<96x128xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x96xf32>) -> tensor<64x96xf32>
  %y = linalg.matmul indexing_maps = [#x, #w, #y] {mx.role = "forward"}
    ins(%x, %w : tensor<64x128xf32>, tensor<96x128xf32>) outs(%f : tensor<64x96xf32>) -> tensor<64x96xf32>
  %g = linalg.mul ins(%t, %y : tensor<64x96xf32>, tensor<64x96xf32>) outs(%e : tensor<64x96xf32>) -> tensor<64x96xf32>
  %e1 = tensor.empty() : tensor<64x128xf32>
  %f1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<64x128xf32>) -> tensor<64x128xf32>
  %dx = linalg.matmul {mx.role = "dgrad"}
    ins(%g, %w : tensor<64x96xf32>, tensor<96x128xf32>) outs(%f1 : tensor<64x128xf32>) -> tensor<64x128xf32>
  %e2 = tensor.empty() : tensor<96x128xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<96x128xf32>) -> tensor<96x128xf32>
  %dw = linalg.matmul indexing_maps = [#t, #v, #y] {mx.role = "wgrad"}
    ins(%g, %x : tensor<64x96xf32>, tensor<64x128xf32>) outs(%f2 : tensor<96x128xf32>) -> tensor<96x128xf32>
  return %y, %dx, %dw : tensor<64x96xf32>, tensor<64x128xf32>, tensor<96x128xf32>
}

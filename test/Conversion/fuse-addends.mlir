// RUN: mx-opt %s --pass-pipeline='builtin.module(mx-lowered-pipeline{target=cpu})' | FileCheck %s

// What is added to a product becomes its acc, unless a rounding would go or the product is read elsewhere.
#all = affine_map<(i, j) -> (i, j)>
#columns = affine_map<(i, j) -> (j)>

// CHECK-LABEL: func.func @residual
// CHECK-NOT: linalg.generic
// CHECK: call @mx_call_matmul_s8_f32_f32_
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @residual(%a: tensor<64x4x16xi8>, %as: tensor<64x4xi8>, %b: tensor<32x100xf32>, %r: tensor<64x32xf32>) -> tensor<64x32xf32> {
  %k = arith.constant 100 : index
  %e = tensor.empty() : tensor<64x32xf32>
  %0 = mx.packed.matmul a(%a, %as : tensor<64x4x16xi8>, tensor<64x4xi8>) b(%b : tensor<32x100xf32>) k %k outs(%e : tensor<64x32xf32>) {a_format = !mx.mxfp4} -> tensor<64x32xf32>
  %1 = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%r, %0 : tensor<64x32xf32>, tensor<64x32xf32>) outs(%e : tensor<64x32xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<64x32xf32>
  return %1 : tensor<64x32xf32>
}

// A term of another shape.
// CHECK-LABEL: func.func @bias
// CHECK: call @mx_call_matmul_s8_f32_f32_
// CHECK: linalg.generic
func.func @bias(%a: tensor<64x4x16xi8>, %as: tensor<64x4xi8>, %b: tensor<32x100xf32>, %r: tensor<32xf32>) -> tensor<64x32xf32> {
  %k = arith.constant 100 : index
  %e = tensor.empty() : tensor<64x32xf32>
  %0 = mx.packed.matmul a(%a, %as : tensor<64x4x16xi8>, tensor<64x4xi8>) b(%b : tensor<32x100xf32>) k %k outs(%e : tensor<64x32xf32>) {a_format = !mx.mxfp4} -> tensor<64x32xf32>
  %1 = linalg.generic {indexing_maps = [#all, #columns, #all], iterator_types = ["parallel", "parallel"]} ins(%0, %r : tensor<64x32xf32>, tensor<32xf32>) outs(%e : tensor<64x32xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<64x32xf32>
  return %1 : tensor<64x32xf32>
}

// bf16 rounds before the sum and after it.
// CHECK-LABEL: func.func @bf16
// CHECK: call @mx_call_matmul_s8_f32_bf16_
// CHECK: linalg.generic
func.func @bf16(%a: tensor<64x4x16xi8>, %as: tensor<64x4xi8>, %b: tensor<32x100xf32>, %r: tensor<64x32xbf16>) -> tensor<64x32xbf16> {
  %k = arith.constant 100 : index
  %e = tensor.empty() : tensor<64x32xbf16>
  %0 = mx.packed.matmul a(%a, %as : tensor<64x4x16xi8>, tensor<64x4xi8>) b(%b : tensor<32x100xf32>) k %k outs(%e : tensor<64x32xbf16>) {a_format = !mx.mxfp4} -> tensor<64x32xbf16>
  %1 = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%0, %r : tensor<64x32xbf16>, tensor<64x32xbf16>) outs(%e : tensor<64x32xbf16>) {
  ^bb0(%x: bf16, %y: bf16, %o: bf16):
    %s = arith.addf %x, %y : bf16
    linalg.yield %s : bf16
  } -> tensor<64x32xbf16>
  return %1 : tensor<64x32xbf16>
}

// alpha multiplies what acc is added to.
// CHECK-LABEL: func.func @alpha
// CHECK: call @mx_call_matmul_s8_f32_f32_
// CHECK: linalg.generic
func.func @alpha(%a: tensor<64x4x16xi8>, %as: tensor<64x4xi8>, %b: tensor<32x100xf32>, %r: tensor<64x32xf32>) -> tensor<64x32xf32> {
  %k = arith.constant 100 : index
  %e = tensor.empty() : tensor<64x32xf32>
  %0 = mx.packed.matmul a(%a, %as : tensor<64x4x16xi8>, tensor<64x4xi8>) b(%b : tensor<32x100xf32>) k %k outs(%e : tensor<64x32xf32>) {a_format = !mx.mxfp4, alpha = 2.0 : f32} -> tensor<64x32xf32>
  %1 = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%0, %r : tensor<64x32xf32>, tensor<64x32xf32>) outs(%e : tensor<64x32xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<64x32xf32>
  return %1 : tensor<64x32xf32>
}

// The product is a result, too.
// CHECK-LABEL: func.func @used_twice
// CHECK: call @mx_call_matmul_s8_f32_f32_
// CHECK: linalg.generic
func.func @used_twice(%a: tensor<64x4x16xi8>, %as: tensor<64x4xi8>, %b: tensor<32x100xf32>, %r: tensor<64x32xf32>) -> (tensor<64x32xf32>, tensor<64x32xf32>) {
  %k = arith.constant 100 : index
  %e = tensor.empty() : tensor<64x32xf32>
  %0 = mx.packed.matmul a(%a, %as : tensor<64x4x16xi8>, tensor<64x4xi8>) b(%b : tensor<32x100xf32>) k %k outs(%e : tensor<64x32xf32>) {a_format = !mx.mxfp4} -> tensor<64x32xf32>
  %1 = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%0, %r : tensor<64x32xf32>, tensor<64x32xf32>) outs(%e : tensor<64x32xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<64x32xf32>
  return %0, %1 : tensor<64x32xf32>, tensor<64x32xf32>
}

// What products read and write before and after a recipe. Before: x (24576 bytes), w (12288), dY (8192), x again. After,
// as codes of 4 bits and scales of a byte: x 3264, w in tiles 1539, dY transposed 1088, x transposed 3264; x is read
// once for both.
// RUN: mxc explain %s --recipe=mxfp4_training --bytes 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=FLOAT < %t.remarks
// RUN: mxc explain %s --recipe=tetrajet --bytes --json 2>&1 | FileCheck %s --check-prefix=PACKED
// RUN: mxc explain %s --bytes | FileCheck %s --check-prefix=NONE

// CHECK: before {{ *}}products          2      0.069632       0.02048
// CHECK: before {{ *}}preparations      0             0             0
// CHECK: after {{ *}}products          2      0.009155       0.02048
// CHECK: after {{ *}}preparations      3      0.045056      0.009155
// CHECK: in all, after over before: 0.930

// FLOAT: remark: kept for the backward products: 24576 bytes of operands; in bf16 the operands would be 12288 bytes (ratio 2.000)
// PACKED-DAG: remark: kept for the backward products: 3264 bytes of operands; {{.*}} (ratio 0.266)
// PACKED-DAG: "products":{"ops":2,"reads":69632,"uncounted":0,"writes":20480},"stage":"before"
// PACKED-DAG: "products":{"ops":2,"reads":9248,"uncounted":0,"writes":20480},"stage":"after"

// NONE: in all, after over before: 1.000

func.func @main(%x: tensor<64x96xf32>, %w: tensor<32x96xf32>, %dy: tensor<64x32xf32>)
    -> (tensor<64x32xf32>, tensor<32x96xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x32xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x32xf32>) -> tensor<64x32xf32>
  %y = linalg.matmul indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (j, k)>,
                                      affine_map<(i, j, k) -> (i, j)>] {mx.role = "forward"}
    ins(%x, %w : tensor<64x96xf32>, tensor<32x96xf32>) outs(%f : tensor<64x32xf32>) -> tensor<64x32xf32>
  %g = linalg.mul ins(%dy, %y : tensor<64x32xf32>, tensor<64x32xf32>) outs(%e : tensor<64x32xf32>) -> tensor<64x32xf32>
  %e2 = tensor.empty() : tensor<32x96xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<32x96xf32>) -> tensor<32x96xf32>
  %dw = linalg.matmul indexing_maps = [affine_map<(i, j, k) -> (k, i)>, affine_map<(i, j, k) -> (k, j)>,
                                       affine_map<(i, j, k) -> (i, j)>] {mx.role = "wgrad"}
    ins(%g, %x : tensor<64x32xf32>, tensor<64x96xf32>) outs(%f2 : tensor<32x96xf32>) -> tensor<32x96xf32>
  return %y, %dw : tensor<64x32xf32>, tensor<32x96xf32>
}

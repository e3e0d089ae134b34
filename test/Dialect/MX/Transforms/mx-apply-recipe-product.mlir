// mx.product on a product goes before the recipe; roles and names can be kept float from the command line.
// RUN: mx-opt %s --mx-apply-recipe=recipe=none -verify-diagnostics | FileCheck %s
// RUN: mx-opt %s --mx-apply-recipe=recipe=nvfp4,forward=none,exclude=*last* 2>&1 | FileCheck %s --check-prefix=LATE
// RUN: not mx-opt %s --mx-apply-recipe=recipe=nvfp4,forward=bf16 2>&1 | FileCheck %s --check-prefix=VALUE
// VALUE: error: expected recipe override forward=none, which keeps these products float, but found 'bf16'

// CHECK-LABEL: @own
// CHECK: mx.quantize {{.*}} -> tensor<8x32x!mx.mxfp8_e4m3>
// CHECK: mx.quantize {{.*}} -> tensor<4x32x!mx.mxfp4>
// CHECK: mx.matmul
func.func @own(%x: tensor<8x32xf32>, %w: tensor<32x4xf32>, %o: tensor<8x4xf32>) -> tensor<8x4xf32> {
  // expected-remark @below {{either operand could be the weight; the right one is taken for it}}
  %0 = linalg.matmul {mx.role = "forward", mx.product = #mx.product<activation = {format = !mx.mxfp8_e4m3}, weight = {format = !mx.mxfp4}>}
    ins(%x, %w : tensor<8x32xf32>, tensor<32x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
  return %0 : tensor<8x4xf32>
}

// CHECK-LABEL: @wrong
// CHECK-NOT: mx.matmul
func.func @wrong(%x: tensor<8x32xf32>, %w: tensor<32x4xf32>, %o: tensor<8x4xf32>) -> tensor<8x4xf32> {
  // expected-remark @below {{left as it is: its mx.product names operands that dgrad products do not have}}
  %0 = linalg.matmul {mx.role = "dgrad", mx.product = #mx.product<activation = {format = !mx.mxfp8_e4m3}>}
    ins(%x, %w : tensor<8x32xf32>, tensor<32x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
  return %0 : tensor<8x4xf32>
}

// LATE-DAG: remark: left as it is: recipe 'nvfp4' keeps forward products float
// LATE-DAG: remark: left as it is: the recipe excludes names that match "*last*"
// LATE-LABEL: @late
// LATE: linalg.matmul {mx.role = "forward"}
// LATE: mx.matmul
// LATE: linalg.matmul {mx.name = "layers.last", mx.role = "dgrad"}
func.func @late(%x: tensor<8x32xf32>, %w: tensor<32x4xf32>, %o: tensor<8x4xf32>) -> (tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) {
  // expected-remark @below {{left as it is: recipe 'none' keeps forward products float}}
  %0 = linalg.matmul {mx.role = "forward"} ins(%x, %w : tensor<8x32xf32>, tensor<32x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
  // expected-remark @below {{left as it is: recipe 'none' keeps dgrad products float}}
  %1 = linalg.matmul {mx.role = "dgrad"} ins(%x, %w : tensor<8x32xf32>, tensor<32x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
  // expected-remark @below {{left as it is: recipe 'none' keeps dgrad products float}}
  %2 = linalg.matmul {mx.role = "dgrad", mx.name = "layers.last"} ins(%x, %w : tensor<8x32xf32>, tensor<32x4xf32>) outs(%o : tensor<8x4xf32>) -> tensor<8x4xf32>
  return %0, %1, %2 : tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>
}

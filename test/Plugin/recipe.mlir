// Our passes and pipelines run in an unmodified mlir-opt; with stock bufferization between them
// nothing of ours is left.

// RUN: mlir-opt --load-dialect-plugin=%mx_plugin --load-pass-plugin=%mx_plugin %s \
// RUN:   --pass-pipeline='builtin.module(mx-quantized-pipeline{recipe=nvfp4})' | FileCheck %s
// RUN: mlir-opt --load-dialect-plugin=%mx_plugin --load-pass-plugin=%mx_plugin %s \
// RUN:   --pass-pipeline='builtin.module(mx-infer-roles,mx-apply-recipe{recipe=nvfp4},mx-pack,one-shot-bufferize{bufferize-function-boundaries},mx-lower-cpu)' \
// RUN:   | FileCheck %s --check-prefix=CPU

// CHECK-LABEL: func.func @product
// CHECK: mx.quantize {{.*}}!mx.nvfp4
// CHECK: mx.matmul

// CPU-LABEL: func.func @product
// CPU-NOT: mx.
// CPU: call @mx_call_quantize
// CPU-NOT: mx.
func.func @product(%x: tensor<4x64xf32>, %w: tensor<64x8xf32>, %init: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %filled = linalg.fill ins(%zero : f32) outs(%init : tensor<4x8xf32>) -> tensor<4x8xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x64xf32>, tensor<64x8xf32>) outs(%filled : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

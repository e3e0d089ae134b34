// RUN: mx-opt %s --mx-lower-tosa-block-scaled | FileCheck %s
// RUN: mlir-opt %s --load-dialect-plugin=%mx_plugin --load-pass-plugin=%mx_plugin \
// RUN:   --pass-pipeline='builtin.module(mx-lower-tosa-block-scaled)' | FileCheck %s

// The product of two block-scaled operands, batched as TOSA has it.
// CHECK-LABEL: func.func @matmul
// CHECK-DAG: %[[A:.*]] = mx.assemble %arg0, %arg1 : {{.*}} -> tensor<1x8x64x!mx.mxfp8_e4m3>
// CHECK-DAG: %[[B:.*]] = mx.assemble %arg2, %arg3 : {{.*}} -> tensor<1x4x64x!mx.mxfp8_e4m3>
// CHECK: %[[C:.*]] = mx.matmul %[[A]], %[[B]]
// CHECK-NOT: tosa.
// CHECK: return %[[C]]
func.func @matmul(%a: tensor<1x8x64xf8E4M3FN>, %as: tensor<1x8x2xf8E8M0FNU>, %b: tensor<1x4x64xf8E4M3FN>,
                  %bs: tensor<1x4x2xf8E8M0FNU>) -> tensor<1x8x4xf32> {
  %0 = tosa.matmul_t_block_scaled %a, %as, %b, %bs {block_size = BLOCK_SIZE_32}
         : (tensor<1x8x64xf8E4M3FN>, tensor<1x8x2xf8E8M0FNU>, tensor<1x4x64xf8E4M3FN>, tensor<1x4x2xf8E8M0FNU>) -> tensor<1x8x4xf32>
  return %0 : tensor<1x8x4xf32>
}

// Quantisation is FLOOR and nearest-even, the defaults, which are not printed.
// CHECK-LABEL: func.func @to
// CHECK: %[[Q:.*]] = mx.quantize %arg0 : tensor<4x64xf32> -> tensor<4x64x!mx.mxfp4>
// CHECK: mx.disassemble %[[Q]]
// CHECK-NOT: tosa.
func.func @to(%x: tensor<4x64xf32>) -> (tensor<4x64xf4E2M1FN>, tensor<4x2xf8E8M0FNU>) {
  %0, %1 = tosa.cast_to_block_scaled %x {block_size = BLOCK_SIZE_32}
             : (tensor<4x64xf32>) -> (tensor<4x64xf4E2M1FN>, tensor<4x2xf8E8M0FNU>)
  return %0, %1 : tensor<4x64xf4E2M1FN>, tensor<4x2xf8E8M0FNU>
}

// CHECK-LABEL: func.func @from
// CHECK: %[[Q:.*]] = mx.assemble %arg0, %arg1
// CHECK: mx.dequantize %[[Q]]
// CHECK-NOT: tosa.
func.func @from(%x: tensor<4x64xf8E4M3FN>, %s: tensor<4x2xf8E8M0FNU>) -> tensor<4x64xf32> {
  %0 = tosa.cast_from_block_scaled %x, %s {block_size = BLOCK_SIZE_32}
         : (tensor<4x64xf8E4M3FN>, tensor<4x2xf8E8M0FNU>) -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

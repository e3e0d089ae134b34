// After mx-expanded-pipeline nothing of ours is left, attributes included: a stock mlir-opt reads it.

// RUN: mx-opt %examples/inputs/torch_mlp_train.linalg.mlir -o %t.mlir \
// RUN:   --pass-pipeline='builtin.module(mx-quantized-pipeline{recipe=mxfp4_backward},mx-packed-pipeline,mx-expanded-pipeline)' 2> %t.remarks
// RUN: mlir-opt %t.mlir | FileCheck %s --implicit-check-not=mx. --implicit-check-not=f4E2M1FN --implicit-check-not=f8E8M0FNU

// The seed is an ordinary argument, and products that stay float keep their op.
// CHECK: func.func @main({{.*}}: i64)
// CHECK: linalg.matmul

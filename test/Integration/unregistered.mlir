// Ops of dialects that nobody registered, as IREE's util.func, may stand around products: the whole road on tensors
// leaves them as they are.

// RUN: split-file %s %t
// RUN: mx-opt %t/product.mlir --allow-unregistered-dialect --mlir-print-op-generic \
// RUN:   --pass-pipeline='builtin.module(mx-imported-pipeline,mx-quantized-pipeline{recipe=mxfp8},mx-packed-pipeline,mx-expanded-pipeline)' \
// RUN:   | FileCheck %s --implicit-check-not=mx.

// CHECK: "util.func"() <{function_type = {{.*}}sym_name = "main"
// CHECK: "linalg.generic"
// CHECK: "util.return"

// What IREE itself printed.

// RUN: mx-opt %examples/inputs/jax_iree_mlp_fwd.util.mlir --allow-unregistered-dialect --mlir-print-op-generic -o %t/util.mlir \
// RUN:   --pass-pipeline='builtin.module(mx-quantized-pipeline{recipe=mxfp4_weights},mx-packed-pipeline,mx-expanded-pipeline)' 2> %t/remarks
// RUN: FileCheck %s --input-file=%t/util.mlir --implicit-check-not=mx. --implicit-check-not=linalg.matmul

// Seeds need func.func.

// RUN: mx-opt %t/product.mlir --allow-unregistered-dialect --mx-infer-roles --mx-apply-recipe=recipe=mxfp8,rounding=stochastic 2>&1 | FileCheck %s --check-prefix=SEED
// SEED: remark: left as it is: it needs random bits and is in no func.func that could take a seed

// They cannot take a block-scaled tensor.

// RUN: not mx-opt %t/use.mlir --allow-unregistered-dialect --mx-pack 2>&1 | FileCheck %s --check-prefix=USE
// USE: use.mlir:3:{{.*}}: error: 'util.use' op expected an op that keeps blocks and their scales together

//--- product.mlir
"util.func"() <{function_type = (tensor<4x64xf32>, tensor<64x8xf32>) -> tensor<4x8xf32>, sym_name = "main"}> ({
^bb0(%x: tensor<4x64xf32>, %w: tensor<64x8xf32>):
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4x8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<4x64xf32>, tensor<64x8xf32>) outs(%init : tensor<4x8xf32>) -> tensor<4x8xf32>
  "util.return"(%0) : (tensor<4x8xf32>) -> ()
}) : () -> ()

//--- use.mlir
func.func @f(%x: tensor<4x64xf32>) {
  %0 = mx.quantize %x : tensor<4x64xf32> -> tensor<4x64x!mx.mxfp4>
  "util.use"(%0) : (tensor<4x64x!mx.mxfp4>) -> ()
  return
}

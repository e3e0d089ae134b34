// Stock passes of an unmodified mlir-opt take packed mx ops to LLVM: one-shot
// bufferization by our interface model, --convert-to-llvm by our patterns.

// RUN: mlir-opt --load-dialect-plugin=%mx_plugin --load-pass-plugin=%mx_plugin %s \
// RUN:   --pass-pipeline='builtin.module(mx-pack,canonicalize,cse,one-shot-bufferize{bufferize-function-boundaries allow-return-allocs-from-loops},convert-scf-to-cf,convert-to-llvm,reconcile-unrealized-casts)' \
// RUN:   | FileCheck %s --implicit-check-not=mx.packed --implicit-check-not=mx.derive --implicit-check-not=unrealized --implicit-check-not=memref. --implicit-check-not=func.call

// CHECK-DAG: llvm.func @_mlir_ciface_mx_runtime_quantize_f32_s8(
// CHECK-DAG: llvm.func @_mlir_ciface_mx_runtime_matmul_s8_s8_f32(
// CHECK-DAG: llvm.mlir.global private constant @mx_record_{{[0-9a-f]+}}(dense<
// CHECK: llvm.func @train
// CHECK: llvm.call @mx_call_quantize_f32_s8_
// CHECK: llvm.call @mx_call_matmul_s8_s8_f32_
func.func @train(%x: tensor<4x64xf32>, %w: tensor<8x64xf32>, %n: index, %seed: i64 {mx.seed}) -> tensor<4x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %q = mx.quantize %x seed %seed rounding stochastic : tensor<4x64xf32> -> tensor<4x64x!mx.mxfp4>
  %z = tensor.empty() : tensor<4x8xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %z) -> tensor<4x8xf32> {
    %id = arith.index_cast %i : index to i64
    %s = mx.derive_seed %seed, %id
    %v = mx.quantize %w seed %s rounding stochastic : tensor<8x64xf32> -> tensor<8x64x!mx.mxfp4>
    %m = mx.matmul %q, %v : tensor<4x64x!mx.mxfp4>, tensor<8x64x!mx.mxfp4> -> tensor<4x8xf32>
    scf.yield %m : tensor<4x8xf32>
  }
  return %r : tensor<4x8xf32>
}

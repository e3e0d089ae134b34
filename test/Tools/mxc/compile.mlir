// Every stage and every kind of output of one product.
// RUN: mxc compile %s --recipe=nvfp4 --stop-after=imported -o - | FileCheck %s --check-prefix=IMPORTED
// What is no regular file is not replaced:
// RUN: mxc compile %s --recipe=nvfp4 --stop-after=imported -o /dev/stdout | FileCheck %s --check-prefix=IMPORTED
// RUN: mxc compile %s --recipe=nvfp4 --stop-after=quantized -o - | FileCheck %s --check-prefix=QUANTIZED
// RUN: mxc compile %s --recipe=nvfp4 --stop-after=packed -o - | FileCheck %s --check-prefix=PACKED
// RUN: mxc compile %s --recipe=nvfp4 --target=cpu --stop-after=lowered -o - | FileCheck %s --check-prefix=CPU
// RUN: mxc compile %s --recipe=nvfp4 --target=reference --stop-after=lowered -o - | FileCheck %s --check-prefix=REFERENCE
// RUN: mxc compile %s --recipe=nvfp4 --target=cpu --stop-after=llvm -o - | FileCheck %s --check-prefix=LLVM
// RUN: mxc compile %s --recipe=nvfp4 --target=cpu --emit=llvm -o - | FileCheck %s --check-prefix=IR
// RUN: mxc compile %s --recipe=nvfp4 --target=cpu --emit=obj -o %t.o
// RUN: %llvm_tools/llvm-nm %t.o | FileCheck %s --check-prefix=SYMBOLS
// RUN: mxc compile %s --target=reference --emit=obj --mcpu=x86-64 -o %t.old.o
// RUN: %llvm_tools/llvm-objdump -d %t.old.o | FileCheck %s --check-prefix=OLD
// RUN: mxc compile %s --target=reference --emit=obj --mcpu=x86-64 --mattr=+avx -o %t.avx.o
// RUN: %llvm_tools/llvm-objdump -d %t.avx.o | FileCheck %s --check-prefix=AVX
// RUN: not mxc compile %s --target=cpu --emit=obj --mcpu=z81 -o %t.none 2>&1 | FileCheck %s --check-prefix=CPUNAME
// RUN: not mxc compile %s --target=cpu --emit=obj --mattr=+avx9 -o %t.none 2>&1 | FileCheck %s --check-prefix=FEATURE
// RUN: not mxc compile %s --target=cpu --emit=obj --mattr=avx2 -o %t.none 2>&1 | FileCheck %s --check-prefix=SIGN
// RUN: not mxc compile %s --target=cpu --mcpu=x86-64 -o %t.none 2>&1 | FileCheck %s --check-prefix=KIND
// RUN: not mxc compile %s --stop-after=middle -o %t.none 2>&1 | FileCheck %s --check-prefix=STAGE
// RUN: not ls %t.none

// IMPORTED: linalg.matmul
// QUANTIZED: mx.quantize {{.*}} -> tensor<4x64x!mx.nvfp4>
// QUANTIZED: mx.matmul
// PACKED: mx.packed.quantize
// PACKED: mx.packed.matmul
// CPU: call @mx_call_matmul
// CPU-NOT: mx.packed
// REFERENCE: memref
// REFERENCE-NOT: mx.packed
// LLVM: llvm.func @product
// IR: define {{.*}} @product
// SYMBOLS-DAG: T _mlir_ciface_product
// SYMBOLS-DAG: U _mlir_ciface_mx_runtime_matmul
// CPUNAME: error: no code for this processor: no CPU is called 'z81'
// FEATURE: error: no code for this processor: no feature is called 'avx9'
// SIGN: error: no code for this processor: expected '+' or '-' before feature 'avx2'
// KIND: error: --mcpu and --mattr are for host code (--emit=llvm, obj, archive or shared), but the kind is mlir
// OLD-NOT: vmov
// AVX: vmov
// STAGE: mxc: error: unknown stage 'middle'; expected imported, quantized, packed, lowered, llvm
func.func @product(%x: tensor<4x64xf32>, %w: tensor<64x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4x8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x64xf32>, tensor<64x8xf32>) outs(%init : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

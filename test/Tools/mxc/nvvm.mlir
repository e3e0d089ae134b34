// Kernels for NVIDIA GPUs without a GPU: PTX, the explanation, and what is missing.
// RUN: mxc compile %s --recipe=mxfp8 --target=nvvm --emit=ptx -o - | FileCheck %s --check-prefix=PTX
// RUN: mxc compile %s --recipe=mxfp8 --target=nvvm --chip=sm_80 --emit=ptx -o - | FileCheck %s --check-prefix=OLD
// RUN: mxc compile %s --recipe=mxfp8 --target=nvvm --emit=obj -o %t.o
// RUN: %llvm_tools/llvm-nm %t.o | FileCheck %s --check-prefix=SYMBOLS
// RUN: mxc explain %s --recipe=mxfp8 | FileCheck %s --check-prefix=EXPLAIN
// RUN: mxc explain %s --recipe=mxfp8 --chip=sm_80 | FileCheck %s --check-prefix=PORTABLE
// RUN: mxc explain %s --recipe=mxfp8 --json | FileCheck %s --check-prefix=JSON
// RUN: mxc explain %s --recipe=none | FileCheck %s --check-prefix=FLOATS
// RUN: mxc list chips | FileCheck %s --check-prefix=CHIPS
// RUN: not mxc compile %s --target=nvvm --chip=sm_1 --emit=ptx -o %t.none 2>&1 | FileCheck %s --check-prefix=CHIP
// RUN: not mxc compile %s --target=cpu --emit=ptx -o %t.none 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not ls %t.none

// PTX-COUNT-1: .version 8.3
// PTX-NOT: .version
// PTX-DAG: .visible .entry mx_quantize_f32_{{[0-9a-f]+}}_quantize(
// PTX-DAG: .visible .entry mx_bf16_decode_mxfp8_e4m3_f32_64x64_even_factors_multiply(
// OLD: .target sm_80
// SYMBOLS-DAG: T _mlir_ciface_product
// SYMBOLS-DAG: U mx_cuda_launch_overlapping
// EXPLAIN: nvvm.mlir:[[#]]:[[#]]: !mx.mxfp8_e4m3 x !mx.mxfp8_e4m3 -> tensor<4x8xf32>: bf16_decode
// EXPLAIN-NEXT: not tcgen05: chip sm_90a has no tcgen05; sm_100a has
// EXPLAIN-NEXT: not mma_block_scale: chip sm_90a has no mma with block scales; sm_120a, sm_121a have
// EXPLAIN-NEXT: not gemv: the weights' elements are not f4E2M1FN
// EXPLAIN-NEXT: not s8_fold: both operands must be mxfp4
// PORTABLE: portable
// PORTABLE-NEXT: not tcgen05: chip sm_80 has no tcgen05; sm_100a has
// PORTABLE-NEXT: not mma_block_scale: chip sm_80 has no mma with block scales; sm_120a, sm_121a have
// PORTABLE-NEXT: not gemv: the weights' elements are not f4E2M1FN
// PORTABLE-NEXT: not s8_fold: chip sm_80 has no wgmma; sm_90a has
// PORTABLE-NEXT: not bf16_decode: chip sm_80 has no wgmma; sm_90a has
// PORTABLE-NEXT: not bf16_fold: chip sm_80 has no wgmma; sm_90a has
// FLOATS: nvvm.mlir:[[#]]:[[#]]: f32 x f32 -> tensor<4x8xf32>: tiled
// FLOATS-NEXT: not bf16_fold: both operands must be bf16, or both f16
// JSON: {"a":"!mx.mxfp8_e4m3","b":"!mx.mxfp8_e4m3","family":"bf16_decode",{{.*}}"rejected":[{"condition":"chip sm_90a has no tcgen05; sm_100a has","family":"tcgen05"},{"condition":"chip sm_90a has no mma with block scales; sm_120a, sm_121a have","family":"mma_block_scale"},{"condition":"the weights' elements are not f4E2M1FN","family":"gemv"},{"condition":"both operands must be mxfp4","family":"s8_fold"}]
// CHIPS: sm_90a  PTX 8.3, 227 KiB of shared memory per block
// CHIP: mxc: error: unknown chip 'sm_1'; expected sm_80,
// TARGET: mxc: error: --emit=ptx needs --target=nvvm, but the target is cpu
func.func @product(%x: tensor<4x64xf32>, %w: tensor<64x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4x8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x64xf32>, tensor<64x8xf32>) outs(%init : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

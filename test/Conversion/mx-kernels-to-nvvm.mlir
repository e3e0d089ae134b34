// RUN: mx-opt %s --pass-pipeline='builtin.module(gpu.module(mx-kernels-to-nvvm))' --split-input-file --verify-diagnostics | FileCheck %s

// No call of a math library is left, and what the GPU has an instruction for is an intrinsic.
// CHECK-LABEL: gpu.module @kernels
// CHECK-NOT: __nv_
// CHECK-NOT: math.
// CHECK: llvm.func @k
// CHECK-SAME: nvvm.kernel
// CHECK: nvvm.read.ptx.sreg.tid.x
// CHECK: llvm.intr.sqrt
gpu.module @kernels {
  gpu.func @k(%x: memref<4xf32, 1>) kernel {
    %i = gpu.thread_id x
    %0 = memref.load %x[%i] : memref<4xf32, 1>
    %1 = math.sqrt %0 : f32
    %2 = math.exp %1 : f32
    %3 = math.tanh %2 : f32
    %4 = math.log %3 : f32
    %5 = math.rsqrt %4 : f32
    %6 = math.erf %5 : f32
    %7 = math.powf %6, %5 : f32
    memref.store %7, %x[%i] : memref<4xf32, 1>
    gpu.return
  }
}

// -----

gpu.module @doubles {
  gpu.func @k(%x: memref<4xf64, 1>, %i: index) kernel {
    %0 = memref.load %x[%i] : memref<4xf64, 1>
    // expected-error @below {{'math.exp' op of type 'f64' has no expansion for target nvvm; expected f32, bf16 or f16}}
    %1 = math.exp %0 : f64
    memref.store %1, %x[%i] : memref<4xf64, 1>
    gpu.return
  }
}

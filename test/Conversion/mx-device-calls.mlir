// RUN: mx-opt %s --mx-device-calls -o %t
// RUN: FileCheck %s --input-file=%t
// RUN: FileCheck %s --input-file=%t --check-prefix=MODULE

// MODULE-DAG: llvm.func @mx_cuda_alloc(i64) -> !llvm.ptr
// MODULE-DAG: llvm.func @mx_cuda_launch(!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr)
// MODULE-DAG: llvm.mlir.global internal @kernels_k_slot() {{.*}}: !llvm.ptr
// MODULE-DAG: llvm.mlir.global internal constant @kernels_k_name("k\00")
// MODULE-DAG: llvm.mlir.global internal constant @kernels_code("text of PTX\00")
// MODULE-DAG: llvm.mlir.global internal @table_on_device() {{.*}}: !llvm.ptr

module attributes {gpu.container_module} {
memref.global "private" constant @table : memref<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]>
gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_90a">, "text of PTX">]
gpu.binary @waiting [#gpu.object<#nvvm.target<chip = "sm_90a">, properties = {overlaps}, "text of PTX">]

// CHECK-LABEL: func.func @memory
// Room for single elements is taken once, at the start of the function.
// CHECK-COUNT-2: llvm.alloca
// CHECK: llvm.call @mx_cuda_alloc
// CHECK: llvm.call @mx_cuda_upload
// CHECK: llvm.call @mx_cuda_download(%[[ROOM:[0-9]+]]
// CHECK: llvm.load %[[ROOM]] : !llvm.ptr -> f32
// CHECK: llvm.store %{{.*}}, %[[OTHER:[0-9]+]] : f32, !llvm.ptr
// CHECK: llvm.call @mx_cuda_upload(%{{.*}}, %[[OTHER]]
// CHECK: llvm.call @mx_cuda_download
// CHECK: llvm.call @mx_cuda_free
func.func @memory(%host: memref<4xf32>, %i: index, %v: f32) -> f32 {
  %0 = memref.alloc() : memref<4xf32, 1>
  memref.copy %host, %0 : memref<4xf32> to memref<4xf32, 1>
  %1 = memref.load %0[%i] : memref<4xf32, 1>
  memref.store %v, %0[%i] : memref<4xf32, 1>
  memref.copy %0, %host : memref<4xf32, 1> to memref<4xf32>
  memref.dealloc %0 : memref<4xf32, 1>
  return %1 : f32
}

// What is on the host stays upstream's.
// CHECK-LABEL: func.func @host
// CHECK-NEXT: memref.alloc
// CHECK-NEXT: memref.dealloc
func.func @host() {
  %0 = memref.alloc() : memref<4xf32>
  memref.dealloc %0 : memref<4xf32>
  return
}

// CHECK-LABEL: func.func @constant
// CHECK: %[[SLOT:.*]] = llvm.mlir.addressof @table_on_device
// CHECK: llvm.call @mx_cuda_constant(%[[SLOT]]
func.func @constant() -> memref<4xf32, 1> {
  %0 = memref.get_global @table : memref<4xf32>
  %1 = memref.memory_space_cast %0 : memref<4xf32> to memref<4xf32, 1>
  return %1 : memref<4xf32, 1>
}

// CHECK-LABEL: func.func @launch
// CHECK: llvm.mlir.addressof @kernels_k_slot
// CHECK: llvm.mlir.addressof @kernels_code
// CHECK: llvm.mlir.addressof @kernels_k_name
// CHECK: llvm.call @mx_cuda_launch(
// Kernels that wait for those before them are launched ahead.
// CHECK: llvm.call @mx_cuda_launch_overlapping(
func.func @launch(%n: index, %x: f32) {
  gpu.launch_func @kernels::@k blocks in (%n, %n, %n) threads in (%n, %n, %n) args(%x : f32)
  gpu.launch_func @waiting::@k blocks in (%n, %n, %n) threads in (%n, %n, %n) args(%x : f32)
  return
}
}

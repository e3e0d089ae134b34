// RUN: mx-opt %s --mx-device-memory | FileCheck %s
// RUN: mx-opt %s --mx-device-memory=device-arrays | FileCheck %s --check-prefix=DEVICE --implicit-check-not=memref.copy

memref.global "private" constant @table : memref<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]>

// CHECK-LABEL: func.func private @main_on_device
// CHECK-SAME: memref<?xf32, 1>, %{{.*}}: index) -> (memref<?xf32, 1>, memref<?xf32, 1>)
// CHECK: memref.alloc(%{{.*}}) : memref<?xf32, 1>

// The public function copies in, calls and copies out; a buffer that is returned twice is freed once.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: memref<?xf32>, %[[N:.*]]: index) -> (memref<?xf32>, memref<?xf32>)
// CHECK: %[[DX:.*]] = memref.alloc(%{{.*}}) : memref<?xf32, 1>
// CHECK: memref.copy %[[X]], %[[DX]]
// CHECK: %[[R:.*]]:2 = call @main_on_device(%[[DX]], %[[N]])
// CHECK: %[[H0:.*]] = memref.alloc(%{{.*}}) : memref<?xf32>
// CHECK: memref.copy %[[R]]#0, %[[H0]]
// CHECK: memref.dealloc %[[DX]]
// CHECK: memref.dealloc %[[R]]#0
// CHECK-NOT: memref.dealloc
// CHECK: return %[[H0]], %{{.*}}
// With device-arrays it takes and returns device memory.
// DEVICE-LABEL: func.func @main
// DEVICE-SAME: (%{{.*}}: memref<?xf32, 1>, %{{.*}}: index) -> (memref<?xf32, 1>, memref<?xf32, 1>)
// DEVICE: memref.alloc(%{{.*}}) : memref<?xf32, 1>
func.func @main(%x: memref<?xf32>, %n: index) -> (memref<?xf32>, memref<?xf32>) {
  %0 = memref.alloc(%n) : memref<?xf32>
  return %0, %0 : memref<?xf32>, memref<?xf32>
}

// Calls inside the module stay on the device; constants are cast there; a thread's own memory stays.
// CHECK-LABEL: func.func private @inner
// CHECK: call @main_on_device
// CHECK: %[[G:.*]] = memref.get_global @table : memref<4xf32>
// CHECK: memref.memory_space_cast %[[G]] : memref<4xf32> to memref<4xf32, 1>
// CHECK: memref.alloca() : memref<2xf32>
func.func private @inner(%x: memref<?xf32>, %n: index) -> memref<4xf32> {
  %0:2 = call @main(%x, %n) : (memref<?xf32>, index) -> (memref<?xf32>, memref<?xf32>)
  %1 = memref.get_global @table : memref<4xf32>
  %2 = memref.alloca() : memref<2xf32>
  return %1 : memref<4xf32>
}

// What the caller's pointers become is a buffer of the device's.
// DEVICE-LABEL: func.func @entry
// DEVICE: llvm.addrspacecast %{{.*}} : !llvm.ptr to !llvm.ptr<1>
// DEVICE: unrealized_conversion_cast %{{.*}} : !llvm.struct<(ptr<1>, ptr<1>, i64, array<1 x i64>, array<1 x i64>)> to memref<4xf32, 1>
func.func @entry(%x: !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>) -> memref<4xf32> {
  %0 = builtin.unrealized_conversion_cast %x : !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)> to memref<4xf32>
  return %0 : memref<4xf32>
}

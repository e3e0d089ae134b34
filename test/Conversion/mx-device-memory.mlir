// RUN: mx-opt %s --mx-device-memory | FileCheck %s

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

// RUN: mx-opt %s --split-input-file --mx-lower-nvvm | FileCheck %s

#all = affine_map<(i, j) -> (i, j)>

// Where the op writes what the product reads, its kernel cannot compute it.
// CHECK-LABEL: func.func @writes_operand
// CHECK: gpu.launch_func {{.*}}mx_bf16_fold_bf16_bf16t_f32_even_multiply
// CHECK: linalg.generic
func.func @writes_operand(%x: memref<64x64xbf16>, %w: memref<64x64xbf16>) {
  %zero = arith.constant 0.0 : f32
  %p = memref.alloc() : memref<64x64xf32>
  linalg.fill ins(%zero : f32) outs(%p : memref<64x64xf32>)
  linalg.matmul {mx.schedule = #mx.schedule<"bf16_fold", tile = [128, 256, 128], stages = 4, cluster = 2>} ins(%x, %w : memref<64x64xbf16>, memref<64x64xbf16>) outs(%p : memref<64x64xf32>)
  linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %x : memref<64x64xf32>, memref<64x64xbf16>) outs(%x : memref<64x64xbf16>) {
  ^bb0(%a: f32, %b: bf16, %o: bf16):
    %0 = arith.truncf %a : f32 to bf16
    %1 = arith.addf %0, %b : bf16
    linalg.yield %1 : bf16
  }
  memref.dealloc %p : memref<64x64xf32>
  return
}

// -----

#all = affine_map<(i, j) -> (i, j)>

// A residual is added where it stands; but not by kernels that store an element twice, which would add to the first.
// CHECK-LABEL: func.func @in_place
// CHECK: gpu.launch_func {{.*}}mx_tiled_f32_f32t_f32_64_even_epilogue_
// CHECK-NOT: linalg.generic
// CHECK: gpu.launch_func {{.*}}mx_s8_fold_f32_even_finish
// CHECK: linalg.generic
func.func @in_place(%x: memref<64x32xf32>, %w: memref<32x64xf32>, %y: memref<64x64xf32>, %a: memref<64x1x16xi8>, %as: memref<64x1xi8>) {
  %zero = arith.constant 0.0 : f32
  %p = memref.alloc() : memref<64x64xf32>
  linalg.fill ins(%zero : f32) outs(%p : memref<64x64xf32>)
  linalg.matmul {mx.schedule = #mx.schedule<"tiled", tile = [64, 64, 16], stages = 2, cluster = 1>} ins(%x, %w : memref<64x32xf32>, memref<32x64xf32>) outs(%p : memref<64x64xf32>)
  linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %y : memref<64x64xf32>, memref<64x64xf32>) outs(%y : memref<64x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %0 = arith.addf %l, %r : f32
    linalg.yield %0 : f32
  }
  memref.dealloc %p : memref<64x64xf32>
  %k = arith.constant 32 : index
  %q = memref.alloc() : memref<64x64xf32>
  mx.packed.matmul a(%a, %as : memref<64x1x16xi8>, memref<64x1xi8>) b(%a, %as : memref<64x1x16xi8>, memref<64x1xi8>) k %k outs(%q : memref<64x64xf32>) accumulate exact {a_format = !mx.mxfp4, b_format = !mx.mxfp4, mx.schedule = #mx.schedule<"s8_fold", tile = [128, 256, 128], stages = 4, cluster = 2>}
  linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%q, %y : memref<64x64xf32>, memref<64x64xf32>) outs(%y : memref<64x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %0 = arith.addf %l, %r : f32
    linalg.yield %0 : f32
  }
  memref.dealloc %q : memref<64x64xf32>
  return
}

// -----

#all = affine_map<(i, j) -> (i, j)>

// The product goes to where its op is: what it reads is there until then, and unchanged.
// CHECK-LABEL: func.func @moved
// CHECK: %[[A:.*]] = memref.alloc() : memref<64x32xf32>
// CHECK: memref.copy %{{.*}}, %{{.*}} : memref<64x64xf32> to memref<64x64xf32>
// CHECK: gpu.launch_func {{.*}}_epilogue_
// CHECK: memref.dealloc %[[A]]
// CHECK-NOT: linalg.generic
// CHECK-LABEL: func.func @changed
// CHECK: gpu.launch_func {{.*}}_even_product
// CHECK: memref.copy
// CHECK: linalg.generic
func.func @moved(%x: memref<64x32xf32>, %w: memref<32x64xf32>, %y: memref<64x64xf32>, %z: memref<64x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %a = memref.alloc() : memref<64x32xf32>
  memref.copy %x, %a : memref<64x32xf32> to memref<64x32xf32>
  %p = memref.alloc() : memref<64x64xf32>
  linalg.fill ins(%zero : f32) outs(%p : memref<64x64xf32>)
  linalg.matmul {mx.schedule = #mx.schedule<"tiled", tile = [64, 64, 16], stages = 2, cluster = 1>} ins(%a, %w : memref<64x32xf32>, memref<32x64xf32>) outs(%p : memref<64x64xf32>)
  memref.dealloc %a : memref<64x32xf32>
  memref.copy %z, %y : memref<64x64xf32> to memref<64x64xf32>
  linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %y : memref<64x64xf32>, memref<64x64xf32>) outs(%z : memref<64x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %0 = arith.addf %l, %r : f32
    linalg.yield %0 : f32
  }
  memref.dealloc %p : memref<64x64xf32>
  return
}
func.func @changed(%x: memref<64x32xf32>, %w: memref<32x64xf32>, %y: memref<64x32xf32>, %z: memref<64x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %p = memref.alloc() : memref<64x64xf32>
  linalg.fill ins(%zero : f32) outs(%p : memref<64x64xf32>)
  linalg.matmul {mx.schedule = #mx.schedule<"tiled", tile = [64, 64, 16], stages = 2, cluster = 1>} ins(%x, %w : memref<64x32xf32>, memref<32x64xf32>) outs(%p : memref<64x64xf32>)
  memref.copy %y, %x : memref<64x32xf32> to memref<64x32xf32>
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%p : memref<64x64xf32>) outs(%z : memref<64x64xf32>) {
  ^bb0(%l: f32, %o: f32):
    %0 = math.exp %l : f32
    linalg.yield %0 : f32
  }
  memref.dealloc %p : memref<64x64xf32>
  return
}

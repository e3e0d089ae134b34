// RUN: mx-opt %s --mx-linalg-to-kernels | FileCheck %s

// Parallel dimensions are threads in row-major order of the result, wherever they stand; what no associative op combines is
// a loop of one thread.
// CHECK-LABEL: func.func @nearest
// CHECK-SAME: %[[X:.*]]: memref<?x8xf32>, %[[Y:.*]]: memref<8xf32>
// CHECK: gpu.launch blocks{{.*}} threads{{.*}} module(@nearest_kernel_0) function(@nearest_kernel_0)
// CHECK: arith.muli %{{.*}}, %{{.*}} : index
// CHECK: %[[INSIDE:.*]] = arith.cmpi ult
// CHECK: scf.if %[[INSIDE]]
// CHECK: scf.for %[[I:.*]] =
// CHECK: memref.load %[[X]][
// CHECK: gpu.terminator
func.func @nearest(%x: memref<?x8xf32>, %y: memref<8xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>], iterator_types = ["reduction", "parallel"]}
    ins(%x : memref<?x8xf32>) outs(%y : memref<8xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.subf %a, %b : f32
    %1 = math.absf %0 : f32
    %2 = arith.minimumf %1, %b : f32
    linalg.yield %2 : f32
  }
  return
}

// Neighbouring threads read neighbouring elements of a row; four partial results each, then a tree in shared memory.
// CHECK-LABEL: func.func @rows
// CHECK-SAME: %[[X:.*]]: memref<2000x4096xf32>, %[[Y:.*]]: memref<2000xf32>
// CHECK: gpu.launch blocks{{.*}} workgroup(%[[S:.*]] : memref<256xf32, #gpu.address_space<workgroup>>)
// CHECK: scf.for {{.*}} iter_args({{.*}}, {{.*}}, {{.*}}, {{.*}}, {{.*}}) -> (f32, f32, f32, f32, index)
// CHECK-COUNT-4: memref.load %[[X]][
// CHECK-COUNT-8: gpu.barrier
// CHECK: memref.store %{{.*}}, %[[Y]][
// CHECK-NOT: gpu.launch
func.func @rows(%x: memref<2000x4096xf32>, %y: memref<2000xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
    ins(%x : memref<2000x4096xf32>) outs(%y : memref<2000xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.mulf %a, %a : f32
    %1 = arith.addf %b, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

// Enough rows for a warp each, which needs no shared memory.
// CHECK-LABEL: func.func @many_rows
// CHECK: gpu.launch
// CHECK-NOT: workgroup
// CHECK-COUNT-5: gpu.shuffle xor
// CHECK-NOT: gpu.barrier
// CHECK: return
func.func @many_rows(%x: memref<8000x256xf32>, %y: memref<8000xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
    ins(%x : memref<8000x256xf32>) outs(%y : memref<8000xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %b, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// 32 neighbouring columns of a block, 8 threads each: a tree of 3 steps. 125 blocks are too few: 4 parts of each column.
// CHECK-LABEL: func.func @columns
// CHECK-SAME: %[[X:.*]]: memref<4096x4000xf32>, %[[Y:.*]]: memref<4000xf32>
// CHECK: %[[P:.*]] = memref.alloc(%{{.*}}) : memref<?xf32>
// CHECK: gpu.launch {{.*}} workgroup
// CHECK: memref.store %{{.*}}, %[[P]][
// CHECK: gpu.launch {{.*}} workgroup
// CHECK: memref.load %[[P]][
// CHECK: memref.store %{{.*}}, %[[Y]][
// CHECK: memref.dealloc %[[P]]
func.func @columns(%x: memref<4096x4000xf32>, %y: memref<4000xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>], iterator_types = ["reduction", "parallel"]}
    ins(%x : memref<4096x4000xf32>) outs(%y : memref<4000xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.maximumf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// A product reads every element for many results: one thread a result.
// CHECK-LABEL: func.func @product
// CHECK: gpu.launch
// CHECK-NOT: workgroup
// CHECK: return
func.func @product(%x: memref<64x100xf32>, %y: memref<100x64xf32>, %z: memref<64x64xf32>) {
  linalg.matmul ins(%x, %y : memref<64x100xf32>, memref<100x64xf32>) outs(%z : memref<64x64xf32>)
  return
}

// Many elements, in one loop: a thread has a vector of 16 bytes, all of them whole.
// CHECK-LABEL: func.func @many(
// CHECK-SAME: %[[A:.*]]: memref<1024x1024xf32>, %[[B:.*]]: memref<1024x1024xf32>
// CHECK: %[[X:.*]] = memref.collapse_shape %[[A]]
// CHECK: %[[Y:.*]] = memref.collapse_shape %[[B]]
// CHECK: gpu.launch
// CHECK-NOT: scf.if
// CHECK: vector.load %[[X]][%[[AT:.*]]] {alignment = 16 : i64} : memref<1048576xf32>, vector<4xf32>
// CHECK-COUNT-4: arith.addf
// CHECK-NOT: arith.addf
// CHECK: vector.store %{{.*}}, %[[Y]][%[[AT]]] {alignment = 16 : i64} : memref<1048576xf32>, vector<4xf32>
// CHECK: return
func.func @many(%x: memref<1024x1024xf32>, %y: memref<1024x1024xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
    ins(%x : memref<1024x1024xf32>) outs(%y : memref<1024x1024xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %a, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// Where the extent is not known: elements that are in no vector have threads of their own. The widest type sets the width.
// CHECK-LABEL: func.func @line
// CHECK-SAME: %[[X:.*]]: memref<?xbf16>, %[[Y:.*]]: memref<?xi8>
// CHECK: %[[N:.*]] = memref.dim %[[X]]
// CHECK: %[[VECTORS:.*]] = arith.divui %[[N]], %{{.*}}
// CHECK: gpu.launch
// CHECK: %[[WHOLE:.*]] = arith.cmpi ule, %{{.*}}, %[[VECTORS]]
// CHECK: scf.if %[[WHOLE]]
// CHECK: vector.load %[[X]][{{.*}}] {alignment = 16 : i64} : memref<?xbf16>, vector<8xbf16>
// CHECK: vector.store {{.*}} {alignment = 8 : i64} : memref<?xi8>, vector<8xi8>
// CHECK: else
// CHECK: scf.for
// CHECK: vector.load
// CHECK: %[[LEFT:.*]] = arith.cmpi ult, %{{.*}}, %[[N]]
// CHECK: scf.if %[[LEFT]]
// CHECK: memref.load %[[X]]
// CHECK: memref.store %{{.*}}, %[[Y]]
// CHECK: return
func.func @line(%x: memref<?xbf16>, %y: memref<?xi8>) {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : memref<?xbf16>) outs(%y : memref<?xi8>) {
  ^bb0(%a: bf16, %b: i8):
    %0 = arith.fptosi %a : bf16 to i8
    linalg.yield %0 : i8
  }
  return
}

// What is the same along the last axis is read once; vectors of half the width fit rows of 516.
// CHECK-LABEL: func.func @spread
// CHECK-SAME: %[[X:.*]]: memref<512x516xbf16>, %[[ROW:.*]]: memref<512xbf16>
// CHECK: gpu.launch
// CHECK: vector.load %[[X]][{{.*}}] {alignment = 8 : i64} : memref<512x516xbf16>, vector<4xbf16>
// CHECK: memref.load %[[ROW]]
// CHECK-NOT: memref.load
// CHECK-COUNT-4: arith.mulf
// CHECK: return
func.func @spread(%x: memref<512x516xbf16>, %row: memref<512xbf16>, %y: memref<512x516xbf16>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
    ins(%x, %row : memref<512x516xbf16>, memref<512xbf16>) outs(%y : memref<512x516xbf16>) {
  ^bb0(%a: bf16, %r: bf16, %b: bf16):
    %0 = arith.mulf %a, %r : bf16
    linalg.yield %0 : bf16
  }
  return
}

// Vectors of slices that start anywhere are not aligned, nor are those of few elements worth it.
// CHECK-LABEL: func.func @unaligned
// CHECK-NOT: vector.load
// CHECK: return
func.func @unaligned(%x: memref<1048576xf32, strided<[1], offset: 3>>, %y: memref<1048576xf32>, %few: memref<1024xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : memref<1048576xf32, strided<[1], offset: 3>>) outs(%y : memref<1048576xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %a, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]} outs(%few : memref<1024xf32>) {
  ^bb0(%b: f32):
    %0 = arith.addf %b, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// Squares of 16 x 16, so that neither reading nor writing takes parts of sectors.
// CHECK-LABEL: func.func @transpose
// CHECK-DAG: %[[SIDE:.*]] = arith.constant 16 : index
// CHECK: arith.remui
// CHECK: %[[I:.*]] = arith.muli %{{.*}}, %{{.*}} : index
// CHECK: memref.load
func.func @transpose(%x: memref<32x64xf32>, %y: memref<64x32xf32>) {
  linalg.transpose ins(%x : memref<32x64xf32>) outs(%y : memref<64x32xf32>) permutation = [1, 0]
  return
}

// Without a parallel dimension one thread does the work. Kernels of a function have names of their own.
// CHECK-LABEL: func.func @scalars
// CHECK: gpu.launch {{.*}}function(@scalars_kernel_0)
// CHECK: memref.store
// CHECK: gpu.launch {{.*}}function(@scalars_kernel_1)
// CHECK: scf.for
func.func @scalars(%x: memref<4xf32>, %sum: memref<f32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%sum : memref<f32>)
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
    ins(%x : memref<4xf32>) outs(%sum : memref<f32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// Ops on tensors are not ours.
// CHECK-LABEL: func.func @tensors
// CHECK: linalg.fill
func.func @tensors(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

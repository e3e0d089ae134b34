// RUN: mx-opt %s --split-input-file --pass-pipeline='builtin.module(mx-lowered-pipeline{target=nvvm})' | FileCheck %s

#all = affine_map<(i, j) -> (i, j)>
#columns = affine_map<(i, j) -> (j)>
#rows = affine_map<(i, j) -> (i)>
#swapped = affine_map<(i, j) -> (j, i)>

// A chain of elementwise ops that alone reads a product is computed by the product's kernel: it takes the bias, and what is
// stored is bf16.
// CHECK-LABEL: func.func @chain
// CHECK-NOT: linalg
// CHECK-NOT: memref<64x64xf32>
// CHECK: gpu.launch_func {{.*}}mx_tiled_f32_f32t_f32_64_even_epilogue_
// CHECK-NOT: linalg
// CHECK: return
func.func @chain(%x: tensor<64x40xf32>, %w: tensor<40x64xf32>, %bias: tensor<64xf32>) -> tensor<64x64xbf16> {
  %zero = arith.constant 0.0 : f32
  %room = tensor.empty() : tensor<64x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%room : tensor<64x64xf32>) -> tensor<64x64xf32>
  %p = linalg.matmul ins(%x, %w : tensor<64x40xf32>, tensor<40x64xf32>) outs(%init : tensor<64x64xf32>) -> tensor<64x64xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %0 = linalg.generic {indexing_maps = [#all, #columns, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %bias : tensor<64x64xf32>, tensor<64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %s = arith.addf %l, %r : f32
    linalg.yield %s : f32
  } -> tensor<64x64xf32>
  %f = tensor.empty() : tensor<64x64xbf16>
  %1 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<64x64xf32>) outs(%f : tensor<64x64xbf16>) {
  ^bb0(%l: f32, %o: bf16):
    %m = arith.maximumf %l, %zero : f32
    %t = arith.truncf %m : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<64x64xbf16>
  return %1 : tensor<64x64xbf16>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#columns = affine_map<(i, j) -> (j)>
#rows = affine_map<(i, j) -> (i)>
#swapped = affine_map<(i, j) -> (j, i)>

// Ops of one body share a kernel.
// CHECK-COUNT-1: gpu.module
// CHECK-NOT: gpu.module
// CHECK-LABEL: func.func @equal
// CHECK-COUNT-2: gpu.launch_func {{.*}}_epilogue_
func.func @equal(%x: tensor<64x40xf32>, %w: tensor<40x64xf32>, %y: tensor<64x40xf32>, %bias: tensor<64xf32>, %other: tensor<64xf32>) -> (tensor<64x64xf32>, tensor<64x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %room = tensor.empty() : tensor<64x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%room : tensor<64x64xf32>) -> tensor<64x64xf32>
  %p = linalg.matmul ins(%x, %w : tensor<64x40xf32>, tensor<40x64xf32>) outs(%init : tensor<64x64xf32>) -> tensor<64x64xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %0 = linalg.generic {indexing_maps = [#all, #columns, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %bias : tensor<64x64xf32>, tensor<64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %s = arith.addf %l, %r : f32
    linalg.yield %s : f32
  } -> tensor<64x64xf32>
  %q = linalg.matmul ins(%y, %w : tensor<64x40xf32>, tensor<40x64xf32>) outs(%init : tensor<64x64xf32>) -> tensor<64x64xf32>
  %1 = linalg.generic {indexing_maps = [#all, #columns, #all], iterator_types = ["parallel", "parallel"]} ins(%q, %other : tensor<64x64xf32>, tensor<64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %s = arith.addf %l, %r : f32
    linalg.yield %s : f32
  } -> tensor<64x64xf32>
  return %0, %1 : tensor<64x64xf32>, tensor<64x64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#columns = affine_map<(i, j) -> (j)>
#rows = affine_map<(i, j) -> (i)>
#swapped = affine_map<(i, j) -> (j, i)>

// What others read, too, is stored, and read for the op.
// CHECK-LABEL: func.func @two_readers
// CHECK: gpu.launch_func {{.*}}mx_tiled_f32_f32t_f32_64_even_product
// CHECK: linalg.generic
func.func @two_readers(%x: tensor<64x40xf32>, %w: tensor<40x64xf32>, %bias: tensor<64xf32>) -> (tensor<64x64xf32>, tensor<64x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %room = tensor.empty() : tensor<64x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%room : tensor<64x64xf32>) -> tensor<64x64xf32>
  %p = linalg.matmul ins(%x, %w : tensor<64x40xf32>, tensor<40x64xf32>) outs(%init : tensor<64x64xf32>) -> tensor<64x64xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %0 = linalg.generic {indexing_maps = [#all, #columns, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %bias : tensor<64x64xf32>, tensor<64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %s = arith.addf %l, %r : f32
    linalg.yield %s : f32
  } -> tensor<64x64xf32>
  return %p, %0 : tensor<64x64xf32>, tensor<64x64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#columns = affine_map<(i, j) -> (j)>
#rows = affine_map<(i, j) -> (i)>
#swapped = affine_map<(i, j) -> (j, i)>

// Elements at other places are not there yet.
// CHECK-LABEL: func.func @transposed
// CHECK: gpu.launch_func {{.*}}_even_product
// CHECK: linalg.generic
func.func @transposed(%x: tensor<64x40xf32>, %w: tensor<40x64xf32>, %y: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %room = tensor.empty() : tensor<64x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%room : tensor<64x64xf32>) -> tensor<64x64xf32>
  %p = linalg.matmul ins(%x, %w : tensor<64x40xf32>, tensor<40x64xf32>) outs(%init : tensor<64x64xf32>) -> tensor<64x64xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %0 = linalg.generic {indexing_maps = [#swapped, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %y : tensor<64x64xf32>, tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %s = arith.addf %l, %r : f32
    linalg.yield %s : f32
  } -> tensor<64x64xf32>
  return %0 : tensor<64x64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#columns = affine_map<(i, j) -> (j)>
#rows = affine_map<(i, j) -> (i)>
#swapped = affine_map<(i, j) -> (j, i)>

// Nor is a sum of rows.
// CHECK-LABEL: func.func @reduction
// CHECK: gpu.launch_func {{.*}}_even_product
// CHECK: linalg.generic
func.func @reduction(%x: tensor<64x40xf32>, %w: tensor<40x64xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %room = tensor.empty() : tensor<64x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%room : tensor<64x64xf32>) -> tensor<64x64xf32>
  %p = linalg.matmul ins(%x, %w : tensor<64x40xf32>, tensor<40x64xf32>) outs(%init : tensor<64x64xf32>) -> tensor<64x64xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %v = tensor.empty() : tensor<64xf32>
  %z = linalg.fill ins(%zero : f32) outs(%v : tensor<64xf32>) -> tensor<64xf32>
  %0 = linalg.generic {indexing_maps = [#all, #rows], iterator_types = ["parallel", "reduction"]} ins(%p : tensor<64x64xf32>) outs(%z : tensor<64xf32>) {
  ^bb0(%l: f32, %o: f32):
    %s = arith.addf %l, %o : f32
    linalg.yield %s : f32
  } -> tensor<64xf32>
  return %0 : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#columns = affine_map<(i, j) -> (j)>
#rows = affine_map<(i, j) -> (i)>
#swapped = affine_map<(i, j) -> (j, i)>

// An op behind the product stays with it where several read its result, also a sum.
// CHECK-LABEL: func.func @activations
// CHECK: gpu.launch_func {{.*}}_epilogue_
// CHECK: linalg.generic {{.*}}["parallel", "reduction"]
// CHECK-NOT: math.exp
func.func @activations(%x: tensor<64x40xf32>, %w: tensor<40x64xf32>) -> (tensor<64x64xf32>, tensor<64xf32>) {
  %zero = arith.constant 0.0 : f32
  %room = tensor.empty() : tensor<64x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%room : tensor<64x64xf32>) -> tensor<64x64xf32>
  %p = linalg.matmul ins(%x, %w : tensor<64x40xf32>, tensor<40x64xf32>) outs(%init : tensor<64x64xf32>) -> tensor<64x64xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %0 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%p : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%l: f32, %o: f32):
    %s = math.exp %l : f32
    linalg.yield %s : f32
  } -> tensor<64x64xf32>
  %v = tensor.empty() : tensor<64xf32>
  %z = linalg.fill ins(%zero : f32) outs(%v : tensor<64xf32>) -> tensor<64xf32>
  %1 = linalg.generic {indexing_maps = [#all, #rows], iterator_types = ["parallel", "reduction"]} ins(%0 : tensor<64x64xf32>) outs(%z : tensor<64xf32>) {
  ^bb0(%l: f32, %o: f32):
    %s = arith.addf %l, %o : f32
    linalg.yield %s : f32
  } -> tensor<64xf32>
  return %0, %1 : tensor<64x64xf32>, tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#columns = affine_map<(i, j) -> (j)>
#rows = affine_map<(i, j) -> (i)>
#swapped = affine_map<(i, j) -> (j, i)>

// What is added to is read where it is written.
// CHECK-LABEL: func.func @added
// CHECK: gpu.launch_func {{.*}}_even_acc_product
// CHECK: linalg.generic
func.func @added(%x: tensor<64x40xf32>, %w: tensor<40x64xf32>, %acc: tensor<64x64xf32>, %bias: tensor<64xf32>) -> tensor<64x64xf32> {
  %p = linalg.matmul ins(%x, %w : tensor<64x40xf32>, tensor<40x64xf32>) outs(%acc : tensor<64x64xf32>) -> tensor<64x64xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %0 = linalg.generic {indexing_maps = [#all, #columns, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %bias : tensor<64x64xf32>, tensor<64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %s = arith.addf %l, %r : f32
    linalg.yield %s : f32
  } -> tensor<64x64xf32>
  return %0 : tensor<64x64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#columns = affine_map<(i, j) -> (j)>
#rows = affine_map<(i, j) -> (i)>
#swapped = affine_map<(i, j) -> (j, i)>

// Two products that one op reads: the first one's kernel computes it, once the second is there.
// CHECK-LABEL: func.func @gated
// CHECK: gpu.launch_func {{.*}}_even_product
// CHECK: gpu.launch_func {{.*}}_epilogue_
// CHECK-NOT: linalg.generic
func.func @gated(%x: tensor<64x40xf32>, %w: tensor<40x64xf32>, %v: tensor<40x64xf32>) -> tensor<64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %room = tensor.empty() : tensor<64x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%room : tensor<64x64xf32>) -> tensor<64x64xf32>
  %p = linalg.matmul ins(%x, %w : tensor<64x40xf32>, tensor<40x64xf32>) outs(%init : tensor<64x64xf32>) -> tensor<64x64xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %room2 = tensor.empty() : tensor<64x64xf32>
  %init2 = linalg.fill ins(%zero : f32) outs(%room2 : tensor<64x64xf32>) -> tensor<64x64xf32>
  %q = linalg.matmul ins(%x, %v : tensor<64x40xf32>, tensor<40x64xf32>) outs(%init2 : tensor<64x64xf32>) -> tensor<64x64xf32>
  %0 = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %q : tensor<64x64xf32>, tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %s = arith.addf %l, %r : f32
    linalg.yield %s : f32
  } -> tensor<64x64xf32>
  return %0 : tensor<64x64xf32>
}

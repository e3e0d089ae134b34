// RUN: mx-opt %s --mx-pack --cse --one-shot-bufferize=bufferize-function-boundaries --mx-lower-cpu \
// RUN:   --convert-linalg-to-loops --expand-strided-metadata --lower-affine --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | mlir-runner -e main --entry-point-result=void --shared-libs=%mx_runtime,%mlir_lib/libmlir_runner_utils.so,%mlir_lib/libmlir_c_runner_utils.so \
// RUN:   | FileCheck %s
// RUN: mx-opt %s --mx-pack --cse --mx-lower-reference --cse --one-shot-bufferize=bufferize-function-boundaries --mx-expand-small-floats \
// RUN:   --convert-linalg-to-loops --expand-strided-metadata --lower-affine --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | mlir-runner -e main --entry-point-result=void --shared-libs=%mlir_lib/libmlir_runner_utils.so,%mlir_lib/libmlir_c_runner_utils.so \
// RUN:   | FileCheck %s

// What mx-pack writes as IR agrees with the runtime's bytes: codes unpacked and
// packed again are the same bytes, a transposed tile dequantises to the
// transposed values, and a fused quantisation gives the bytes of its parts.
// Each test prints the number of differences.

!fp6 = !mx.mxfp6_e3m2
!wide = !mx.scaled<!mx.float<5, 6>, f32, [24]>
!full = !mx.scaled<!mx.float<2, 3>, f32, [full]>
!odd = !mx.scaled<f4E2M1FN, f8E4M3FN, [5], tensor_scale = f32>
!col = !mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>
!tile = !mx.scaled<f6E2M3FN, f8E8M0FNU, [16, 8]>
!tileT = !mx.scaled<f6E2M3FN, f8E8M0FNU, [8, 16]>

func.func private @printI64(i64)
func.func private @printNewline()

func.func @differences(%a: tensor<?x?x?xi8>, %b: tensor<?x?x?xi8>) {
  %zero = arith.constant 0 : i64
  %e = tensor.empty() : tensor<i64>
  %z = linalg.fill ins(%zero : i64) outs(%e : tensor<i64>) -> tensor<i64>
  %r = linalg.generic {
    indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> ()>],
    iterator_types = ["reduction", "reduction", "reduction"]
  } ins(%a, %b : tensor<?x?x?xi8>, tensor<?x?x?xi8>) outs(%z : tensor<i64>) {
  ^bb0(%x: i8, %y: i8, %n: i64):
    %differ = arith.cmpi ne, %x, %y : i8
    %one = arith.extui %differ : i1 to i64
    %sum = arith.addi %n, %one : i64
    linalg.yield %sum : i64
  } -> tensor<i64>
  %count = tensor.extract %r[] : tensor<i64>
  func.call @printI64(%count) : (i64) -> ()
  func.call @printNewline() : () -> ()
  return
}

// Different magnitudes, signs and a run of zeros.
func.func @input(%m: index, %k: index) -> tensor<?x?xf32> {
  %e = tensor.empty(%m, %k) : tensor<?x?xf32>
  %x = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
    outs(%e : tensor<?x?xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %c37 = arith.constant 37 : index
    %c61 = arith.constant 61 : index
    %c101 = arith.constant 101 : index
    %a = arith.muli %i, %c37 : index
    %b = arith.muli %j, %c61 : index
    %c = arith.addi %a, %b : index
    %d = arith.remui %c, %c101 : index
    %n = arith.index_cast %d : index to i32
    %c50 = arith.constant 50 : i32
    %s = arith.subi %n, %c50 : i32
    %f = arith.sitofp %s : i32 to f32
    %cube = arith.mulf %f, %f : f32
    %y = arith.mulf %cube, %f : f32
    linalg.yield %y : f32
  } -> tensor<?x?xf32>
  return %x : tensor<?x?xf32>
}

func.func @fp4() {
  %m = arith.constant 5 : index
  %k = arith.constant 71 : index
  %x = func.call @input(%m, %k) : (index, index) -> tensor<?x?xf32>
  %q = mx.quantize %x : tensor<?x?xf32> -> tensor<?x?x!mx.mxfp4>
  %c, %s = mx.disassemble %q : tensor<?x?x!mx.mxfp4> -> tensor<?x?xf4E2M1FN>, tensor<?x?xf8E8M0FNU>
  %r = mx.assemble %c, %s : tensor<?x?xf4E2M1FN>, tensor<?x?xf8E8M0FNU> -> tensor<?x?x!mx.mxfp4>
  %c0, %s0 = mx.disassemble %q : tensor<?x?x!mx.mxfp4> -> tensor<?x?x16xi8>, tensor<?x?xi8>
  %c1, %s1 = mx.disassemble %r : tensor<?x?x!mx.mxfp4> -> tensor<?x?x16xi8>, tensor<?x?xi8>
  %d0 = tensor.cast %c0 : tensor<?x?x16xi8> to tensor<?x?x?xi8>
  %d1 = tensor.cast %c1 : tensor<?x?x16xi8> to tensor<?x?x?xi8>
  func.call @differences(%d0, %d1) : (tensor<?x?x?xi8>, tensor<?x?x?xi8>) -> ()
  return
}

func.func @fp6() {
  %m = arith.constant 5 : index
  %k = arith.constant 71 : index
  %x = func.call @input(%m, %k) : (index, index) -> tensor<?x?xf32>
  %q = mx.quantize %x : tensor<?x?xf32> -> tensor<?x?x!fp6>
  %c, %s = mx.disassemble %q : tensor<?x?x!fp6> -> tensor<?x?xf6E3M2FN>, tensor<?x?xi8>
  %r = mx.assemble %c, %s : tensor<?x?xf6E3M2FN>, tensor<?x?xi8> -> tensor<?x?x!fp6>
  %c0, %s0 = mx.disassemble %q : tensor<?x?x!fp6> -> tensor<?x?x24xi8>, tensor<?x?xi8>
  %c1, %s1 = mx.disassemble %r : tensor<?x?x!fp6> -> tensor<?x?x24xi8>, tensor<?x?xi8>
  %d0 = tensor.cast %c0 : tensor<?x?x24xi8> to tensor<?x?x?xi8>
  %d1 = tensor.cast %c1 : tensor<?x?x24xi8> to tensor<?x?x?xi8>
  func.call @differences(%d0, %d1) : (tensor<?x?x?xi8>, tensor<?x?x?xi8>) -> ()
  return
}

// Twelve bits in two bytes.
func.func @wide() {
  %m = arith.constant 5 : index
  %k = arith.constant 71 : index
  %x = func.call @input(%m, %k) : (index, index) -> tensor<?x?xf32>
  %q = mx.quantize %x : tensor<?x?xf32> -> tensor<?x?x!wide>
  %c, %s = mx.disassemble %q : tensor<?x?x!wide> -> tensor<?x?xi16>, tensor<?x?xf32>
  %r = mx.assemble %c, %s : tensor<?x?xi16>, tensor<?x?xf32> -> tensor<?x?x!wide>
  %c0, %s0 = mx.disassemble %q : tensor<?x?x!wide> -> tensor<?x?x48xi8>, tensor<?x?xf32>
  %c1, %s1 = mx.disassemble %r : tensor<?x?x!wide> -> tensor<?x?x48xi8>, tensor<?x?xf32>
  %d0 = tensor.cast %c0 : tensor<?x?x48xi8> to tensor<?x?x?xi8>
  %d1 = tensor.cast %c1 : tensor<?x?x48xi8> to tensor<?x?x?xi8>
  func.call @differences(%d0, %d1) : (tensor<?x?x?xi8>, tensor<?x?x?xi8>) -> ()
  return
}

// One block of six-bit codes a row, whose length no byte divides.
func.func @full() {
  %m = arith.constant 5 : index
  %k = arith.constant 71 : index
  %x = func.call @input(%m, %k) : (index, index) -> tensor<?x?xf32>
  %q = mx.quantize %x : tensor<?x?xf32> -> tensor<?x?x!full>
  %c, %s = mx.disassemble %q : tensor<?x?x!full> -> tensor<?x?xi8>, tensor<?x1xf32>
  %r = mx.assemble %c, %s : tensor<?x?xi8>, tensor<?x1xf32> -> tensor<?x?x!full>
  %c0, %s0 = mx.disassemble %q : tensor<?x?x!full> -> tensor<?x1x?xi8>, tensor<?x1xf32>
  %c1, %s1 = mx.disassemble %r : tensor<?x?x!full> -> tensor<?x1x?xi8>, tensor<?x1xf32>
  %d0 = tensor.cast %c0 : tensor<?x1x?xi8> to tensor<?x?x?xi8>
  %d1 = tensor.cast %c1 : tensor<?x1x?xi8> to tensor<?x?x?xi8>
  func.call @differences(%d0, %d1) : (tensor<?x?x?xi8>, tensor<?x?x?xi8>) -> ()
  return
}

// Blocks of five codes of four bits, with a tensor scale.
func.func @odd() {
  %m = arith.constant 5 : index
  %k = arith.constant 71 : index
  %x = func.call @input(%m, %k) : (index, index) -> tensor<?x?xf32>
  %q = mx.quantize %x : tensor<?x?xf32> -> tensor<?x?x!odd>
  %c, %s, %t = mx.disassemble %q : tensor<?x?x!odd> -> tensor<?x?xi8>, tensor<?x?xf8E4M3FN>, tensor<f32>
  %r = mx.assemble %c, %s, %t : tensor<?x?xi8>, tensor<?x?xf8E4M3FN>, tensor<f32> -> tensor<?x?x!odd>
  %c0, %s0, %t0 = mx.disassemble %q : tensor<?x?x!odd> -> tensor<?x?x3xi8>, tensor<?x?xi8>, tensor<f32>
  %c1, %s1, %t1 = mx.disassemble %r : tensor<?x?x!odd> -> tensor<?x?x3xi8>, tensor<?x?xi8>, tensor<f32>
  %d0 = tensor.cast %c0 : tensor<?x?x3xi8> to tensor<?x?x?xi8>
  %d1 = tensor.cast %c1 : tensor<?x?x3xi8> to tensor<?x?x?xi8>
  func.call @differences(%d0, %d1) : (tensor<?x?x?xi8>, tensor<?x?x?xi8>) -> ()
  return
}

// Bits of f32 as bytes for @differences.
func.func @differences_f32(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %a, %c0 : tensor<?x?xf32>
  %k = tensor.dim %a, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%m, %k) : tensor<?x?x1xi8>
  %f = tensor.empty(%m, %k) : tensor<?x?x1xi8>
  %zero = arith.constant 0 : i8
  %z = linalg.fill ins(%zero : i8) outs(%f : tensor<?x?x1xi8>) -> tensor<?x?x1xi8>
  %r = linalg.generic {
    indexing_maps = [affine_map<(i, j, k) -> (i, j)>, affine_map<(i, j, k) -> (i, j)>, affine_map<(i, j, k) -> (i, j, k)>],
    iterator_types = ["parallel", "parallel", "parallel"]
  } ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%e : tensor<?x?x1xi8>) {
  ^bb0(%x: f32, %y: f32, %out: i8):
    %xb = arith.bitcast %x : f32 to i32
    %yb = arith.bitcast %y : f32 to i32
    %differ = arith.cmpi ne, %xb, %yb : i32
    %one = arith.extui %differ : i1 to i8
    linalg.yield %one : i8
  } -> tensor<?x?x1xi8>
  %rd = tensor.cast %r : tensor<?x?x1xi8> to tensor<?x?x?xi8>
  %zd = tensor.cast %z : tensor<?x?x1xi8> to tensor<?x?x?xi8>
  func.call @differences(%rd, %zd) : (tensor<?x?x?xi8>, tensor<?x?x?xi8>) -> ()
  return
}

func.func @tile() {
  %m = arith.constant 37 : index
  %k = arith.constant 21 : index
  %x = func.call @input(%m, %k) : (index, index) -> tensor<?x?xf32>
  %q = mx.quantize %x : tensor<?x?xf32> -> tensor<?x?x!tile>
  %t = mx.transpose %q : tensor<?x?x!tile> -> tensor<?x?x!tileT>
  %dt = mx.dequantize %t : tensor<?x?x!tileT> -> tensor<?x?xf32>
  %d = mx.dequantize %q : tensor<?x?x!tile> -> tensor<?x?xf32>
  %e = tensor.empty(%k, %m) : tensor<?x?xf32>
  %td = linalg.transpose ins(%d : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) permutation = [1, 0]
  func.call @differences_f32(%dt, %td) : (tensor<?x?xf32>, tensor<?x?xf32>) -> ()
  return
}

// [32, 1], one code an element in the tensor's own order.
func.func @column_wise() {
  %m = arith.constant 37 : index
  %k = arith.constant 21 : index
  %x = func.call @input(%m, %k) : (index, index) -> tensor<?x?xf32>
  %q = mx.quantize %x : tensor<?x?xf32> -> tensor<?x?x!col>
  %c, %s = mx.disassemble %q : tensor<?x?x!col> -> tensor<?x?xi8>, tensor<?x?xi8>
  %r = mx.assemble %c, %s : tensor<?x?xi8>, tensor<?x?xi8> -> tensor<?x?x!col>
  %d = mx.dequantize %q : tensor<?x?x!col> -> tensor<?x?xf32>
  %e = mx.dequantize %r : tensor<?x?x!col> -> tensor<?x?xf32>
  func.call @differences_f32(%d, %e) : (tensor<?x?xf32>, tensor<?x?xf32>) -> ()
  return
}

// The same quantisation twice: in one op with everything before it, and from
// a transform and a transpose that another use keeps apart.
func.func @fused(%seed: i64) {
  %m = arith.constant 37 : index
  %k = arith.constant 64 : index
  %x = func.call @input(%k, %m) : (index, index) -> tensor<?x?xf32>
  %e = tensor.empty(%m, %k) : tensor<?x?xf32>
  %t = linalg.transpose ins(%x : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) permutation = [1, 0]
  %h = mx.hadamard ins(%t : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) seed %seed
         transform <size = 64, signs = seed> {sign_stream = 3 : i64} -> tensor<?x?xf32>
  %q = mx.quantize %h seed %seed rounding stochastic {prescale = 0.75 : f32} : tensor<?x?xf32> -> tensor<?x?x!mx.mxfp4>
  %same = func.call @opaque(%t) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %g = mx.hadamard ins(%same : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) seed %seed
         transform <size = 64, signs = seed> {sign_stream = 3 : i64} -> tensor<?x?xf32>
  %kept = func.call @opaque(%g) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %r = mx.quantize %kept seed %seed rounding stochastic {prescale = 0.75 : f32} : tensor<?x?xf32> -> tensor<?x?x!mx.mxfp4>
  %d = mx.dequantize %q : tensor<?x?x!mx.mxfp4> -> tensor<?x?xf32>
  %f = mx.dequantize %r : tensor<?x?x!mx.mxfp4> -> tensor<?x?xf32>
  func.call @differences_f32(%d, %f) : (tensor<?x?xf32>, tensor<?x?xf32>) -> ()
  return
}

// With a zero pad and a tensor scale, whose amax is that of the transformed.
func.func @fused_two_level() {
  %c1 = arith.constant 1 : index
  %m = arith.constant 9 : index
  %k = arith.constant 75 : index
  %zero = arith.constant 0.0 : f32
  %x = func.call @input(%m, %k) : (index, index) -> tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %high = affine.apply affine_map<()[s0] -> (s0 ceildiv 32 * 32 - s0)>()[%n]
  %p = tensor.pad %x low[0, 0] high[0, %high] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<?x?xf32> to tensor<?x?xf32>
  %kp = tensor.dim %p, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%m, %kp) : tensor<?x?xf32>
  %h = mx.hadamard ins(%p : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) transform <size = 32> -> tensor<?x?xf32>
  %q = mx.quantize %h : tensor<?x?xf32> -> tensor<?x?x!mx.nvfp4>
  %same = func.call @opaque(%p) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %g = mx.hadamard ins(%same : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) transform <size = 32> -> tensor<?x?xf32>
  %kept = func.call @opaque(%g) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %r = mx.quantize %kept : tensor<?x?xf32> -> tensor<?x?x!mx.nvfp4>
  %d = mx.dequantize %q : tensor<?x?x!mx.nvfp4> -> tensor<?x?xf32>
  %f = mx.dequantize %r : tensor<?x?x!mx.nvfp4> -> tensor<?x?xf32>
  func.call @differences_f32(%d, %f) : (tensor<?x?xf32>, tensor<?x?xf32>) -> ()
  return
}

func.func @opaque(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  return %x : tensor<?x?xf32>
}

func.func @main() {
  // CHECK: {{^}}0{{$}}
  func.call @fp4() : () -> ()
  // CHECK-NEXT: {{^}}0{{$}}
  func.call @fp6() : () -> ()
  // CHECK-NEXT: {{^}}0{{$}}
  func.call @wide() : () -> ()
  // CHECK-NEXT: {{^}}0{{$}}
  func.call @full() : () -> ()
  // CHECK-NEXT: {{^}}0{{$}}
  func.call @odd() : () -> ()
  // CHECK-NEXT: {{^}}0{{$}}
  func.call @tile() : () -> ()
  // CHECK-NEXT: {{^}}0{{$}}
  func.call @column_wise() : () -> ()
  // CHECK-NEXT: {{^}}0{{$}}
  %seed = arith.constant 1234 : i64
  func.call @fused(%seed) : (i64) -> ()
  // CHECK-NEXT: {{^}}0{{$}}
  func.call @fused_two_level() : () -> ()
  // CHECK-NOT: {{.}}
  return
}

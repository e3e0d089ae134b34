// RUN: mx-opt %s --mx-pack --canonicalize --cse | FileCheck %s

!tile = !mx.scaled<f6E2M3FN, f8E8M0FNU, [16, 8]>
!tileT = !mx.scaled<f6E2M3FN, f8E8M0FNU, [8, 16]>
!col = !mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>
!full = !mx.scaled<!mx.float<3, 2>, f32, [full]>
!wide = !mx.scaled<!mx.float<5, 6>, f32, [16]>
!mini = !mx.float<4, 5>

// A blocked axis that is dynamic brings its extent along; a static one does not.
// CHECK-LABEL: func.func @quantize
// CHECK-SAME: (%[[X:.*]]: tensor<?x?xbf16>, %[[Y:.*]]: tensor<3x100xf32>)
// CHECK-SAME: -> (tensor<?x?x16xi8>, tensor<?x?xi8>, index, tensor<3x4x32xi8>, tensor<3x4xi8>)
// CHECK-DAG: %[[M:.*]] = tensor.dim %[[X]], %c0
// CHECK-DAG: %[[K:.*]] = tensor.dim %[[X]], %c1
// CHECK: %[[J:.*]] = affine.apply #{{.*}}()[%[[K]]]
// CHECK: %[[C:.*]] = tensor.empty(%[[M]], %[[J]]) : tensor<?x?x16xi8>
// CHECK: %[[S:.*]] = tensor.empty(%[[M]], %[[J]]) : tensor<?x?xi8>
// CHECK: %[[Q:.*]]:2 = mx.packed.quantize ins(%[[X]] : tensor<?x?xbf16>) outs(%[[C]], %[[S]] :
// CHECK-SAME: {quantizers = [#mx.quantizer<format = !mx.mxfp4, scale_rule = rceil>]}
// CHECK: mx.packed.quantize ins(%[[Y]] : tensor<3x100xf32>)
// CHECK-SAME: {quantizers = [#mx.quantizer<format = !mx.mxint8>]}
// CHECK: return %[[Q]]#0, %[[Q]]#1, %[[K]],
func.func @quantize(%x: tensor<?x?xbf16>, %y: tensor<3x100xf32>) -> (tensor<?x?x!mx.mxfp4>, tensor<3x100x!mx.mxint8>) {
  %0 = mx.quantize %x scale_rule rceil : tensor<?x?xbf16> -> tensor<?x?x!mx.mxfp4>
  %1 = mx.quantize %y : tensor<3x100xf32> -> tensor<3x100x!mx.mxint8>
  return %0, %1 : tensor<?x?x!mx.mxfp4>, tensor<3x100x!mx.mxint8>
}

// Everything that an op on the value level says is in the quantizer.
// CHECK-LABEL: func.func @attributes
// CHECK: mx.packed.quantize
// CHECK-SAME: seed %arg1 origin[%arg2, %arg2] extents[%arg3]
// CHECK-SAME: #mx.quantizer<format = !mx.mxfp4, rounding = stochastic, prescale = 0.75, random_bits = 24, stream = 7>
func.func @attributes(%x: tensor<4x64xf32>, %seed: i64, %i: index, %n: index) -> tensor<4x64x!mx.mxfp4> {
  %0 = mx.quantize %x seed %seed origin [%i, %i] extents [%n] rounding stochastic
         {prescale = 0.75 : f32, random_bits = 24 : i64, stream = 7 : i64} : tensor<4x64xf32> -> tensor<4x64x!mx.mxfp4>
  return %0 : tensor<4x64x!mx.mxfp4>
}

// Two levels: the tensor scale is a third result, the amax an optional operand.
// CHECK-LABEL: func.func @two_level
// CHECK-SAME: -> (tensor<?x7x8xi8>, tensor<?x7xi8>, tensor<f32>)
// CHECK: linalg.generic {{.*}} iterator_types = ["reduction", "reduction"]
// CHECK-NEXT: ^bb0(%[[IN:.*]]: f32, %[[OUT:.*]]: f32):
// CHECK-DAG: %[[B:.*]] = arith.bitcast %[[IN]] : f32 to i32
// CHECK-DAG: %[[A:.*]] = arith.andi %[[B]], %c2147483647_i32
// CHECK-DAG: %[[FINITE:.*]] = arith.cmpi ult, %[[A]], %c2139095040_i32
// CHECK-DAG: %[[V:.*]] = arith.select %[[FINITE]], %[[A]], %c0_i32
// CHECK-DAG: %[[O:.*]] = arith.bitcast %[[OUT]] : f32 to i32
// CHECK: %[[MAX:.*]] = arith.maxui %[[O]], %[[V]]
// CHECK: arith.bitcast %[[MAX]] : i32 to f32
// CHECK: %[[Q:.*]]:3 = mx.packed.quantize ins(%{{.*}}, amax %{{.*}} : tensor<?x100xf32>, tensor<f32>)
// CHECK: return %[[Q]]#0, %[[Q]]#1, %[[Q]]#2
func.func @two_level(%x: tensor<?x100xf32>) -> tensor<?x100x!mx.nvfp4> {
  %a = mx.amax %x : tensor<?x100xf32> -> tensor<f32>
  %0 = mx.quantize %x amax %a : tensor<?x100xf32>, tensor<f32> -> tensor<?x100x!mx.nvfp4>
  return %0 : tensor<?x100x!mx.nvfp4>
}

// [32, 1] is stored as its transpose's [32], and so is the transposed source.
// CHECK-LABEL: func.func @column_wise
// CHECK-SAME: -> (tensor<64x?x16xi8>, tensor<64x?xi8>, index, tensor<?x64xf32>)
// CHECK: %[[M:.*]] = tensor.dim %{{.*}}, %c0
// CHECK: %[[Q:.*]]:2 = mx.packed.quantize {{.*}} {quantizers = [#mx.quantizer<format = !mx.mxfp4, transpose>]}
// CHECK: tensor.empty(%[[M]]) : tensor<?x64xf32>
// CHECK: %[[D:.*]] = mx.packed.dequantize ins(%[[Q]]#0, %[[Q]]#1 : {{.*}}) outs(%{{.*}}) {format = !mx.mxfp4, transpose}
// CHECK: return %[[Q]]#0, %[[Q]]#1, %[[M]], %[[D]]
func.func @column_wise(%x: tensor<?x64xf32>) -> (tensor<64x?x!mx.mxfp4>, tensor<?x64xf32>) {
  %0 = mx.quantize %x : tensor<?x64xf32> -> tensor<?x64x!col>
  %1 = mx.transpose %0 : tensor<?x64x!col> -> tensor<64x?x!mx.mxfp4>
  %2 = mx.dequantize %0 : tensor<?x64x!col> -> tensor<?x64xf32>
  return %1, %2 : tensor<64x?x!mx.mxfp4>, tensor<?x64xf32>
}

// One f32 scale a row, six-bit codes: ceil(6·K / 8) bytes.
// CHECK-LABEL: func.func @full
// CHECK-SAME: -> (tensor<4x1x?xi8>, tensor<4x1xf32>, index, tensor<4x7x32xi8>, tensor<4x7xf32>)
func.func @full(%x: tensor<4x?xbf16>, %y: tensor<4x100xf16>) -> (tensor<4x?x!full>, tensor<4x100x!wide>) {
  %0 = mx.quantize %x : tensor<4x?xbf16> -> tensor<4x?x!full>
  %1 = mx.quantize %y : tensor<4x100xf16> -> tensor<4x100x!wide>
  return %0, %1 : tensor<4x?x!full>, tensor<4x100x!wide>
}

// A transposed tile moves its codes through one code an element.
// CHECK-LABEL: func.func @tile
// CHECK-SAME: (%{{.*}}: tensor<40x?x6xi8>, %[[S:.*]]: tensor<3x?xi8>, %[[K:.*]]: index)
// CHECK-SAME: -> (tensor<?x3x12xi8>, tensor<?x3xi8>)
// CHECK: %[[UNPACKED:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<40x?xi8>)
// CHECK: linalg.transpose ins(%[[UNPACKED]] : tensor<40x?xi8>) outs(%{{.*}} : tensor<?x40xi8>) permutation = [1, 0]
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<?x3x12xi8>)
// CHECK: linalg.transpose ins(%[[S]] : tensor<3x?xi8>) outs(%{{.*}} : tensor<?x3xi8>) permutation = [1, 0]
func.func @tile(%q: tensor<40x?x!tile>) -> tensor<?x40x!tileT> {
  %0 = mx.transpose %q : tensor<40x?x!tile> -> tensor<?x40x!tileT>
  return %0 : tensor<?x40x!tileT>
}

// K from the operand where it is static; one operand may be a float.
// CHECK-LABEL: func.func @matmul
// CHECK-SAME: (%[[A:.*]]: tensor<?x?x?x16xi8>, %[[AS:.*]]: tensor<?x?x?xi8>, %[[K:.*]]: index, %[[B:.*]]: tensor<?x8x100xbf16>
// CHECK-DAG: %[[BATCH0:.*]] = tensor.dim %[[A]], %c0
// CHECK-DAG: %[[BATCH1:.*]] = tensor.dim %[[B]], %c0
// CHECK-DAG: %[[M:.*]] = tensor.dim %[[A]], %c1
// CHECK: %[[BATCH:.*]] = affine.max #{{.*}}()[%[[BATCH0]], %[[BATCH1]]]
// CHECK: %[[OUT:.*]] = tensor.empty(%[[BATCH]], %[[M]]) : tensor<?x?x8xf16>
// CHECK: mx.packed.matmul a(%[[A]], %[[AS]] : {{.*}}) b(%[[B]] : tensor<?x8x100xbf16>) k %c100
// CHECK-SAME: outs(%[[OUT]] : tensor<?x?x8xf16>) accumulate exact {a_format = !mx.mxfp4, alpha = 2.000000e+00 : f32}
func.func @matmul(%a: tensor<?x?x?x!mx.mxfp4>, %b: tensor<?x8x100xbf16>) -> tensor<?x?x8xf16> {
  %0 = mx.matmul %a, %b accumulate exact {alpha = 2.0 : f32}
         : tensor<?x?x?x!mx.mxfp4>, tensor<?x8x100xbf16> -> tensor<?x?x8xf16>
  return %0 : tensor<?x?x8xf16>
}

// CHECK-LABEL: func.func @matmul_acc
// CHECK: mx.packed.matmul a(%{{.*}}, %{{.*}}, %{{.*}} : tensor<4x8x8xi8>, tensor<4x8xi8>, tensor<f32>) b(
// CHECK-SAME: k %c128 acc(%{{.*}} : tensor<4x8xf32>)
// CHECK-SAME: {a_format = !mx.nvfp4, b_format = !mx.mxfp8_e4m3}
func.func @matmul_acc(%a: tensor<4x128x!mx.nvfp4>, %b: tensor<8x128x!mx.mxfp8_e4m3>, %c: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = mx.matmul %a, %b acc %c : tensor<4x128x!mx.nvfp4>, tensor<8x128x!mx.mxfp8_e4m3>, tensor<4x8xf32> -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// Packed codes pass as they are.
// CHECK-LABEL: func.func @packed_door
// CHECK-SAME: (%[[C:.*]]: tensor<4x?x16xi8>, %[[S:.*]]: tensor<4x?xi8>, %[[K:.*]]: index)
// CHECK-NEXT: return %[[C]], %[[S]], %[[K]], %[[C]], %[[S]]
func.func @packed_door(%c: tensor<4x?x16xi8>, %s: tensor<4x?xi8>, %k: index)
    -> (tensor<4x?x!mx.mxfp4>, tensor<4x?x16xi8>, tensor<4x?xi8>) {
  %0 = mx.assemble %c, %s extent %k : tensor<4x?x16xi8>, tensor<4x?xi8> -> tensor<4x?x!mx.mxfp4>
  %1, %2 = mx.disassemble %0 : tensor<4x?x!mx.mxfp4> -> tensor<4x?x16xi8>, tensor<4x?xi8>
  return %0, %1, %2 : tensor<4x?x!mx.mxfp4>, tensor<4x?x16xi8>, tensor<4x?xi8>
}

// One code an element: bits, then bytes; scales by their bits.
// CHECK-LABEL: func.func @element_door
// CHECK: arith.bitcast %{{.*}} : f4E2M1FN to i4
// CHECK: arith.extui %{{.*}} : i4 to i8
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<4x2x16xi8>)
// CHECK: arith.bitcast %{{.*}} : f8E8M0FNU to i8
func.func @element_door(%c: tensor<4x64xf4E2M1FN>, %s: tensor<4x2xf8E8M0FNU>) -> tensor<4x64x!mx.mxfp4> {
  %0 = mx.assemble %c, %s : tensor<4x64xf4E2M1FN>, tensor<4x2xf8E8M0FNU> -> tensor<4x64x!mx.mxfp4>
  return %0 : tensor<4x64x!mx.mxfp4>
}

// A cast to a small float writes codes from here on.
// CHECK-LABEL: func.func @casts
// CHECK-SAME: -> (tensor<4x?xi16>, tensor<4x?xf8E4M3FN>, tensor<4x?xbf16>)
// CHECK: mx.cast ins(%{{.*}}) outs(%{{.*}} : tensor<4x?xi16>) {format = !mx.float<4, 5>}
// CHECK: %[[C:.*]] = mx.cast ins(%{{.*}}) outs(%{{.*}} : tensor<4x?xi8>) {format = f8E4M3FN}
// CHECK: linalg.generic {{.*}} ins(%[[C]] : tensor<4x?xi8>) outs(%{{.*}} : tensor<4x?xf8E4M3FN>)
// CHECK: mx.cast ins(%{{.*}}) outs(%{{.*}} : tensor<4x?xbf16>) ->
func.func @casts(%x: tensor<4x?xf32>, %a: tensor<4x?x!mini>, %b: tensor<4x?xf8E4M3FN>, %c: tensor<4x?xbf16>)
    -> (tensor<4x?x!mini>, tensor<4x?xf8E4M3FN>, tensor<4x?xbf16>) {
  %0 = mx.cast ins(%x : tensor<4x?xf32>) outs(%a : tensor<4x?x!mini>) -> tensor<4x?x!mini>
  %1 = mx.cast ins(%x : tensor<4x?xf32>) outs(%b : tensor<4x?xf8E4M3FN>) -> tensor<4x?xf8E4M3FN>
  %2 = mx.cast ins(%x : tensor<4x?xf32>) outs(%c : tensor<4x?xbf16>) -> tensor<4x?xbf16>
  return %0, %1, %2 : tensor<4x?x!mini>, tensor<4x?xf8E4M3FN>, tensor<4x?xbf16>
}

// Ops that move elements move codes.
// CHECK-LABEL: func.func @moves
// CHECK: linalg.transpose ins(%{{.*}} : tensor<4x8xi16>)
// CHECK: linalg.map ins(%{{.*}} : tensor<8x4xi16>)
// CHECK-NEXT: (%[[IN:.*]]: i16, %{{.*}}: i16) {
// CHECK-NEXT: linalg.yield %[[IN]] : i16
func.func @moves(%x: tensor<4x8x!mini>, %o: tensor<8x4x!mini>) -> tensor<8x4x!mini> {
  %0 = linalg.transpose ins(%x : tensor<4x8x!mini>) outs(%o : tensor<8x4x!mini>) permutation = [1, 0]
  %1 = linalg.map ins(%0 : tensor<8x4x!mini>) outs(%o : tensor<8x4x!mini>)
    (%in: !mini, %out: !mini) { linalg.yield %in : !mini }
  return %1 : tensor<8x4x!mini>
}

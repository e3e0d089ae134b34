// Constant weights in MXFP4 go to the tiles of CPUs, and the constants with them.
// RUN: mx-opt %s --split-input-file --mx-prepack | FileCheck %s
// RUN: mx-opt %s --split-input-file --mx-prepack --mx-fold-constants | FileCheck %s --check-prefix=FOLDED

// CHECK-LABEL: @weights
// CHECK-DAG: %[[ROWS:.*]] = arith.constant dense<{{.*}}> : tensor<2x16xi8>
// CHECK-DAG: %[[SCALE:.*]] = arith.constant dense<{{.*}}> : tensor<2x1xi8>
// CHECK-DAG: %[[CODES:.*]] = mx.packed.relayout ins(%[[ROWS]] : tensor<2x16xi8>) outs({{.*}}) linear to tile_16x4 -> tensor<1x4x64xi8>
// CHECK-DAG: %[[SCALES:.*]] = mx.packed.relayout ins(%[[SCALE]] : tensor<2x1xi8>) outs({{.*}}) linear to tile_16x4 -> tensor<1x1x64xi8>
// CHECK: mx.packed.matmul a({{.*}}) b(%[[CODES]], %[[SCALES]] : tensor<1x4x64xi8>, tensor<1x1x64xi8>) {{.*}} b_layout tile_16x4
// Row 1 is at bytes 4 to 7 of each tile; its scale at byte 4 of the only one.
// FOLDED-LABEL: @weights
// FOLDED-NOT: relayout
// FOLDED-NOT: 2x16xi8
// FOLDED-DAG: arith.constant dense<"0x{{((22222222333333330{112}){4})}}"> : tensor<1x4x64xi8>
// FOLDED-DAG: arith.constant dense<{{\[\[\[}}127, 0, 0, 0, 126{{((, 0){59})}}]]]> : tensor<1x1x64xi8>
func.func @weights(%x: tensor<1x32xbf16>, %out: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %k = arith.constant 32 : index
  %codes = arith.constant dense<"0x2222222222222222222222222222222233333333333333333333333333333333"> : tensor<2x1x16xi8>
  %scale = arith.constant dense<[[127], [126]]> : tensor<2x1xi8>
  %0 = mx.packed.matmul a(%x : tensor<1x32xbf16>) b(%codes, %scale : tensor<2x1x16xi8>, tensor<2x1xi8>)
         k %k outs(%out : tensor<1x2xf32>) {b_format = !mx.mxfp4} -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}

// -----

// A resource and a splat, with batch axes; on the left.
// CHECK-LABEL: @left
// CHECK: mx.packed.matmul a({{.*}} : tensor<2x1x4x64xi8>, tensor<2x1x1x64xi8>) b({{.*}}) {{.*}} a_layout tile_16x4
// FOLDED-LABEL: @left
// FOLDED-NOT: relayout
// FOLDED-DAG: arith.constant dense<"0x01020304{{(0{120})}}05060708{{.*}}"> : tensor<2x1x4x64xi8>
// FOLDED-DAG: arith.constant dense<"0x7F{{(0{126})}}7F{{(0{126})}}"> : tensor<2x1x1x64xi8>
func.func @left(%x: tensor<2x3x32xf32>, %out: tensor<2x1x3xf32>) -> tensor<2x1x3xf32> {
  %k = arith.constant 32 : index
  %codes = arith.constant dense_resource<weights> : tensor<2x1x1x16xi8>
  %scale = arith.constant dense<127> : tensor<2x1x1xi8>
  %0 = mx.packed.matmul a(%codes, %scale : tensor<2x1x1x16xi8>, tensor<2x1x1xi8>) b(%x : tensor<2x3x32xf32>)
         k %k outs(%out : tensor<2x1x3xf32>) {a_format = !mx.mxfp4} -> tensor<2x1x3xf32>
  return %0 : tensor<2x1x3xf32>
}
{-#
  dialect_resources: { builtin: { weights: "0x010000000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20" } }
#-}

// -----

// What the caller brings, formats without kernels for tiles, and both sides quantised stay as they are.
// CHECK-LABEL: @others
// CHECK-NOT: relayout
// CHECK-NOT: layout
func.func @others(%x: tensor<1x32xf32>, %codes: tensor<2x1x16xi8>, %out: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<2x2xf32>) {
  %k = arith.constant 32 : index
  %scale = arith.constant dense<127> : tensor<2x1xi8>
  %0 = mx.packed.matmul a(%x : tensor<1x32xf32>) b(%codes, %scale : tensor<2x1x16xi8>, tensor<2x1xi8>)
         k %k outs(%out : tensor<1x2xf32>) {b_format = !mx.mxfp4} -> tensor<1x2xf32>
  %wide = arith.constant dense<56> : tensor<2x1x32xi8>
  %1 = mx.packed.matmul a(%x : tensor<1x32xf32>) b(%wide, %scale : tensor<2x1x32xi8>, tensor<2x1xi8>)
         k %k outs(%out : tensor<1x2xf32>) {b_format = !mx.mxfp8_e4m3} -> tensor<1x2xf32>
  %fp4 = arith.constant dense<34> : tensor<2x1x16xi8>
  %square = tensor.empty() : tensor<2x2xf32>
  %2 = mx.packed.matmul a(%codes, %scale : tensor<2x1x16xi8>, tensor<2x1xi8>) b(%fp4, %scale : tensor<2x1x16xi8>, tensor<2x1xi8>)
         k %k outs(%square : tensor<2x2xf32>) {a_format = !mx.mxfp4, b_format = !mx.mxfp4} -> tensor<2x2xf32>
  return %0, %1, %2 : tensor<1x2xf32>, tensor<1x2xf32>, tensor<2x2xf32>
}

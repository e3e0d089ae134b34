// RUN: mx-opt %s --mx-lower-nvvm-casts | FileCheck %s
// RUN: mx-opt %s --mx-lower-nvvm-casts=chip=sm_80 | FileCheck %s --check-prefix=OLD

// To E4M3 by the chip's conversion, by integers on chips without it. Its NaN is 0x7F, which E5M2's is not.
// CHECK-LABEL: func.func @e4m3
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : tensor<4x8xf32>)
// CHECK: llvm.inline_asm {{.*}}"cvt.rn.satfinite.e4m3x2.f32 $0, $1, $2;"
// CHECK-NOT: arith.select
// CHECK: return
// OLD-LABEL: func.func @e4m3
// OLD-NOT: inline_asm
// OLD: arith.addf
// OLD: return
func.func @e4m3(%x: tensor<4x8xf32>, %out: tensor<4x8xf8E4M3FN>) -> tensor<4x8xf8E4M3FN> {
  %0 = mx.cast ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf8E4M3FN>) -> tensor<4x8xf8E4M3FN>
  return %0 : tensor<4x8xf8E4M3FN>
}

// CHECK-LABEL: func.func @e5m2
// CHECK: llvm.inline_asm {{.*}}"cvt.rn.satfinite.e5m2x2.f32 $0, $1, $2;"
// CHECK: arith.select %{{.*}}, %c126_i8
func.func @e5m2(%x: tensor<4x8xbf16>, %out: tensor<4x8xi8>) -> tensor<4x8xi8> {
  %0 = mx.cast ins(%x : tensor<4x8xbf16>) outs(%out : tensor<4x8xi8>) {format = !mx.float<5, 2, ieee>} -> tensor<4x8xi8>
  return %0 : tensor<4x8xi8>
}

// CHECK-LABEL: func.func @half
// CHECK: arith.truncf
// CHECK: arith.cmpf uno
// CHECK: return
func.func @half(%x: tensor<4x8xf32>, %out: tensor<4x8xf16>) -> tensor<4x8xf16> {
  %0 = mx.cast ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf16>) -> tensor<4x8xf16>
  return %0 : tensor<4x8xf16>
}

// Other roundings in 32 bits; of a rank of 0, too.
// CHECK-LABEL: func.func @stochastic
// CHECK-NOT: i64 to i8
// CHECK: return
func.func @stochastic(%x: tensor<bf16>, %out: tensor<i8>, %seed: i64) -> tensor<i8> {
  %0 = mx.cast ins(%x : tensor<bf16>) outs(%out : tensor<i8>) seed %seed rounding stochastic {format = !mx.float<3, 4>} -> tensor<i8>
  return %0 : tensor<i8>
}

// What 32 bits do not hold is left to mx-lower-reference.
// CHECK-LABEL: func.func @left
// CHECK-COUNT-2: mx.cast
func.func @left(%x: tensor<4xf32>, %scale: tensor<4xf8E8M0FNU>, %code: tensor<4xi8>, %seed: i64) -> (tensor<4xf8E8M0FNU>, tensor<4xi8>) {
  %0 = mx.cast ins(%x : tensor<4xf32>) outs(%scale : tensor<4xf8E8M0FNU>) -> tensor<4xf8E8M0FNU>
  %1 = mx.cast ins(%x : tensor<4xf32>) outs(%code : tensor<4xi8>) seed %seed rounding stochastic {format = !mx.float<3, 4>, random_bits = 24 : i64} -> tensor<4xi8>
  return %0, %1 : tensor<4xf8E8M0FNU>, tensor<4xi8>
}

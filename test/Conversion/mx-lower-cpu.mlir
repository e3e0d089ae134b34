// RUN: mx-opt %s --mx-lower-cpu -o %t
// RUN: FileCheck %s --input-file=%t
// RUN: FileCheck %s --input-file=%t --check-prefix=MODULE

// Entry points are declared once, with the C interface that the library defines.
// MODULE-DAG: func.func private @mx_runtime_quantize_f32_s8(memref<*xi64>, memref<*xf32>, memref<*xf32>, i64, memref<*xi64>, memref<*xi8>, memref<*xi8>, memref<*xf32>) attributes {llvm.emit_c_interface}
// MODULE-DAG: func.func private @mx_runtime_dequantize_bf16_s32(memref<*xi64>, memref<*xi8>, memref<*xf32>, memref<*xf32>, memref<*xbf16>) attributes {llvm.emit_c_interface}
// MODULE-DAG: func.func private @mx_runtime_matmul_s8_bf16_f32(memref<*xi64>, memref<*xi8>, memref<*xi8>, memref<*xf32>, memref<*xbf16>, memref<*xi8>, memref<*xf32>, memref<*xf32>, memref<*xf32>) attributes {llvm.emit_c_interface}
// MODULE-DAG: func.func private @mx_runtime_hadamard_f16(memref<*xi64>, memref<*xf16>, i64, memref<*xf32>) attributes {llvm.emit_c_interface}
// MODULE-DAG: func.func private @mx_runtime_cast_f32_i16(memref<*xi64>, memref<*xf32>, i64, memref<*xi64>, memref<*xi16>) attributes {llvm.emit_c_interface}
// MODULE-DAG: func.func private @mx_runtime_cast_f32_i8(
// MODULE-DAG: func.func private @mx_runtime_cast_f32_bf16(
// MODULE-DAG: func.func private @mx_runtime_relayout(memref<*xi64>, memref<*xi8>, memref<*xi8>) attributes {llvm.emit_c_interface}
// MODULE-DAG: func.func private @mx_runtime_quantize2_f32_s8(

// A record holds what the attributes say: version, E2M1, E8M0, block [1, 32],
// one level, floor, stochastic, 16 bits, prescale 0.75, stream 7.
// MODULE-DAG: memref.global "private" constant @mx_record_{{[0-9a-f]+}} : memref<34xi64> = dense<[2, 1179906, 4259848, 1, 32, 0, 0, 3, 16, 1061158912, 7, 0, 0, 0, 0, 0, 0, 0, 0,

// The wrapper makes unranked buffers; absent operands are empty ones.
// CHECK-LABEL: func.func private @mx_call_quantize_f32_s8_{{[0-9a-f]+}}
// CHECK-SAME: (%[[R:.*]]: memref<34xi64>, %[[X:.*]]: memref<4x?xf32, strided<[?, 1], offset: ?>>, %[[SEED:.*]]: i64, %[[C:.*]]: memref<4x?x16xi8>, %[[S:.*]]: memref<4x?xi8>)
// CHECK-SAME: attributes {no_inline}
// CHECK-DAG: %[[UR:.*]] = memref.cast %[[R]] : memref<34xi64> to memref<*xi64>
// CHECK-DAG: %[[UX:.*]] = memref.cast %[[X]]
// CHECK-DAG: %[[NONE:.*]] = memref.alloca() : memref<0xf32>
// CHECK: call @mx_runtime_quantize_f32_s8(%[[UR]], %[[UX]], %{{.*}}, %[[SEED]],

// CHECK-LABEL: func.func @quantize
// CHECK: %[[SPEC:.*]] = memref.get_global @mx_record_{{[0-9a-f]+}}
// CHECK: call @[[WRAPPER:mx_call_quantize_f32_s8_[0-9a-f]+]](%[[SPEC]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}})
// The same types and another record: the same wrapper.
// CHECK: %[[OTHER:.*]] = memref.get_global @mx_record_
// CHECK: call @[[WRAPPER]](%[[OTHER]],
func.func @quantize(%x: memref<4x?xf32, strided<[?, 1], offset: ?>>, %c: memref<4x?x16xi8>, %s: memref<4x?xi8>, %seed: i64) {
  mx.packed.quantize ins(%x : memref<4x?xf32, strided<[?, 1], offset: ?>>)
    outs(%c, %s : memref<4x?x16xi8>, memref<4x?xi8>) seed %seed
    {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic, prescale = 0.75, stream = 7>]}
  mx.packed.quantize ins(%x : memref<4x?xf32, strided<[?, 1], offset: ?>>)
    outs(%c, %s : memref<4x?x16xi8>, memref<4x?xi8>) seed %seed
    {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic, stream = 8>]}
  return
}

// Two quantizers make one call. The origin changes places with the axes, and
// its indices go through the wrapper, so that a loop takes no stack.
// CHECK-LABEL: func.func @quantize_twice
// CHECK-SAME: %[[I:[a-z0-9]+]]: index, %[[J:[a-z0-9]+]]: index, %[[N:[a-z0-9]+]]: index)
// CHECK-DAG: %[[I64:.*]] = arith.index_cast %[[I]]
// CHECK-DAG: %[[J64:.*]] = arith.index_cast %[[J]]
// CHECK-NOT: memref.alloca
// CHECK: call @mx_call_quantize2_f32_s8_{{[0-9a-f]+}}(
func.func @quantize_twice(%x: memref<4x32xf32>, %c: memref<4x1x16xi8>, %s: memref<4x1xi8>, %ct: memref<32x1x8xi8>, %st: memref<32x1xi8>, %t: memref<f32>,
                          %amax: memref<f32>, %seed: i64, %i: index, %j: index, %n: index) {
  mx.packed.quantize ins(%x, amax %amax : memref<4x32xf32>, memref<f32>)
    outs(%c, %s, %ct, %st, %t : memref<4x1x16xi8>, memref<4x1xi8>, memref<32x1x8xi8>, memref<32x1xi8>, memref<f32>)
    seed %seed origin [%i, %j] extents [%n]
    {quantizers = [#mx.quantizer<format = !mx.mxfp4, rounding = stochastic>,
                   #mx.quantizer<format = !mx.nvfp4, transpose>]}
  return
}

// CHECK-LABEL: func.func @others
// CHECK: call @mx_call_dequantize_bf16_s32_
// CHECK: call @mx_call_matmul_s8_bf16_f32_
// CHECK: call @mx_call_hadamard_f16_
// CHECK: call @mx_call_cast_f32_i16_
// CHECK: call @mx_call_cast_f32_i8_
// CHECK: call @mx_call_cast_f32_bf16_
// CHECK: call @mx_call_relayout_
func.func @others(%c: memref<4x4x8xi8>, %s: memref<4x4xf32>, %x: memref<4x64xbf16>,
                  %c8: memref<8x2x32xi8>, %s8: memref<8x2xi8>, %b: memref<16x64xbf16>, %o: memref<8x16xf32>, %k: index,
                  %h: memref<4x64xf16>, %f: memref<4x64xf32>, %i16: memref<4x64xi16>, %f8: memref<4x64xf8E4M3FN>,
                  %bf: memref<4x64xbf16>, %tiles: memref<1x1x512xi8>) {
  mx.packed.dequantize ins(%c, %s : memref<4x4x8xi8>, memref<4x4xf32>) outs(%x : memref<4x64xbf16>)
    {format = !mx.scaled<f4E2M1FN, f32, [16]>}
  mx.packed.matmul a(%c8, %s8 : memref<8x2x32xi8>, memref<8x2xi8>) b(%b : memref<16x64xbf16>) k %k
    outs(%o : memref<8x16xf32>) {a_format = !mx.mxfp8_e5m2}
  mx.hadamard ins(%h : memref<4x64xf16>) outs(%f : memref<4x64xf32>) transform <size = 64>
  mx.cast ins(%f : memref<4x64xf32>) outs(%i16 : memref<4x64xi16>) {format = !mx.float<4, 5>}
  mx.cast ins(%f : memref<4x64xf32>) outs(%f8 : memref<4x64xf8E4M3FN>)
  mx.cast ins(%f : memref<4x64xf32>) outs(%bf : memref<4x64xbf16>)
  mx.packed.relayout ins(%s8 : memref<8x2xi8>) outs(%tiles : memref<1x1x512xi8>) linear to tile_128x4
  return
}

// CHECK-LABEL: func.func @seeds
// CHECK-COUNT-20: arith.muli
// CHECK-NOT: mx.derive_seed
func.func @seeds(%seed: i64, %id: i64) -> i64 {
  %0 = mx.derive_seed %seed, %id
  return %0 : i64
}

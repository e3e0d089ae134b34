// RUN: mlir-opt %s --expand-strided-metadata --lower-affine --convert-scf-to-cf --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | mlir-runner -e main --entry-point-result=void --shared-libs=%mx_runtime,%mlir_lib/libmlir_runner_utils.so,%mlir_lib/libmlir_c_runner_utils.so \
// RUN:   | FileCheck %s

// Compiled code reaches the entry points through func.call alone: unranked
// memrefs, a record as a constant, size-0 memrefs for what is absent.

func.func private @mx_runtime_quantize_f32_s8(memref<*xi64>, memref<*xf32>, memref<*xf32>, i64, memref<*xi64>, memref<*xi8>, memref<*xi8>, memref<*xf32>) attributes {llvm.emit_c_interface}
func.func private @mx_runtime_dequantize_f32_s8(memref<*xi64>, memref<*xi8>, memref<*xi8>, memref<*xf32>, memref<*xf32>) attributes {llvm.emit_c_interface}
func.func private @mx_runtime_amax_f32(memref<*xf32>, memref<*xf32>) attributes {llvm.emit_c_interface}
func.func private @mx_runtime_derive_seed(i64, i64) -> i64 attributes {llvm.emit_c_interface}
func.func private @printMemrefF32(memref<*xf32>) attributes {llvm.emit_c_interface}
func.func private @printI64(i64)

// version, e2m1, e8m0, block [1, 4], no tensor scale, floor, nearest_even; the
// fields that follow are 0 and may be left out.
memref.global "private" constant @record : memref<8xi64> = dense<[1, 1179906, 4259848, 1, 4, 0, 0, 0]>
memref.global "private" constant @input : memref<2x8xf32> = dense<[
  [1.0, -6.0, 0.25, 7.0, 9.0, 9.0, 9.0, 9.0],
  [64.0, 5.0, 3.0, -33.0, 9.0, 9.0, 9.0, 9.0]]>

func.func @main() {
  %c0 = arith.constant 0 : index
  %seed = arith.constant 7 : i64
  %record = memref.get_global @record : memref<8xi64>
  %input = memref.get_global @input : memref<2x8xf32>
  // A strided view with an offset: the columns 0, 1, 2, 3 of both rows.
  %view = memref.subview %input[0, 0] [2, 4] [1, 1] : memref<2x8xf32> to memref<2x4xf32, strided<[8, 1]>>
  %codes = memref.alloc() : memref<2x1x2xi8>
  %scale = memref.alloc() : memref<2x1xi8>
  %back = memref.alloc() : memref<2x4xf32>
  %amax = memref.alloc() : memref<f32>
  %none64 = memref.alloc(%c0) : memref<?xi64>
  %none32 = memref.alloc(%c0) : memref<?xf32>

  %r = memref.cast %record : memref<8xi64> to memref<*xi64>
  %x = memref.cast %view : memref<2x4xf32, strided<[8, 1]>> to memref<*xf32>
  %c = memref.cast %codes : memref<2x1x2xi8> to memref<*xi8>
  %s = memref.cast %scale : memref<2x1xi8> to memref<*xi8>
  %b = memref.cast %back : memref<2x4xf32> to memref<*xf32>
  %a = memref.cast %amax : memref<f32> to memref<*xf32>
  %o = memref.cast %none64 : memref<?xi64> to memref<*xi64>
  %n = memref.cast %none32 : memref<?xf32> to memref<*xf32>

  func.call @mx_runtime_quantize_f32_s8(%r, %x, %n, %seed, %o, %c, %s, %n) : (memref<*xi64>, memref<*xf32>, memref<*xf32>, i64, memref<*xi64>, memref<*xi8>, memref<*xi8>, memref<*xf32>) -> ()
  func.call @mx_runtime_dequantize_f32_s8(%r, %c, %s, %n, %b) : (memref<*xi64>, memref<*xi8>, memref<*xi8>, memref<*xf32>, memref<*xf32>) -> ()
  func.call @mx_runtime_amax_f32(%x, %a) : (memref<*xf32>, memref<*xf32>) -> ()

  // Amax 7 and 64: scales 2^0 and 2^4.
  // CHECK: sizes = [2, 4]
  // CHECK-NEXT: [1, -6, 0, 6]
  // CHECK-NEXT: [64, 8, 0, -32]
  func.call @printMemrefF32(%b) : (memref<*xf32>) -> ()
  // CHECK: 64
  func.call @printMemrefF32(%a) : (memref<*xf32>) -> ()
  // CHECK: {{^}}4129348921236713097
  %id = arith.constant 8 : i64
  %derived = func.call @mx_runtime_derive_seed(%seed, %id) : (i64, i64) -> i64
  func.call @printI64(%derived) : (i64) -> ()
  return
}

// Conversions that MLIR 22.1's own expansion gets wrong: both are run and printed side by side.

// RUN: mx-opt %s --mx-expand-small-floats | FileCheck %s --check-prefix=IR
// RUN: mx-opt %s --mx-expand-small-floats --convert-vector-to-llvm --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | mlir-runner -e main --entry-point-result=void --shared-libs=%mlir_lib/libmlir_c_runner_utils.so \
// RUN:   | FileCheck %s
// RUN: mx-opt %s --arith-expand=include-f4e2m1=true --arith-expand=include-f8e8m0=true --convert-vector-to-llvm --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | mlir-runner -e main --entry-point-result=void --shared-libs=%mlir_lib/libmlir_c_runner_utils.so \
// RUN:   | FileCheck %s --check-prefix=UPSTREAM

// IR-NOT: arith.truncf
// IR-NOT: arith.extf
// IR: return

func.func private @to_f4(%x: f32) -> i32 attributes {no_inline} {
  %0 = arith.truncf %x : f32 to f4E2M1FN
  %1 = arith.bitcast %0 : f4E2M1FN to i4
  %2 = arith.extui %1 : i4 to i32
  return %2 : i32
}

func.func private @to_e8m0(%x: f32) -> i32 attributes {no_inline} {
  %0 = arith.truncf %x : f32 to f8E8M0FNU
  %1 = arith.bitcast %0 : f8E8M0FNU to i8
  %2 = arith.extui %1 : i8 to i32
  return %2 : i32
}

func.func private @from_e8m0(%x: i8) -> i32 attributes {no_inline} {
  %0 = arith.bitcast %x : i8 to f8E8M0FNU
  %1 = arith.extf %0 : f8E8M0FNU to f32
  %2 = arith.bitcast %1 : f32 to i32
  return %2 : i32
}

func.func private @print(%x: i32) {
  %0 = arith.extui %x : i32 to i64
  vector.print %0 : i64
  return
}

func.func @main() {
  // -0.3 is -0.5 (code 9), not +0.5 (code 1).
  // CHECK: 9
  // UPSTREAM: 1
  %a = arith.constant -0.3 : f32
  %0 = call @to_f4(%a) : (f32) -> i32
  call @print(%0) : (i32) -> ()
  // 1.25 ties to even: 1 (code 2), not 1.5 (code 3).
  // CHECK-NEXT: 2
  // UPSTREAM-NEXT: 3
  %b = arith.constant 1.25 : f32
  %1 = call @to_f4(%b) : (f32) -> i32
  call @print(%1) : (i32) -> ()
  // -0 keeps its sign.
  // CHECK-NEXT: 8
  // UPSTREAM-NEXT: 0
  %c = arith.constant -0.0 : f32
  %2 = call @to_f4(%c) : (f32) -> i32
  call @print(%2) : (i32) -> ()
  // 1.5 rounds to the even power 2 (byte 128), not down to 1 (127).
  // CHECK-NEXT: 128
  // UPSTREAM-NEXT: 127
  %d = arith.constant 1.5 : f32
  %3 = call @to_e8m0(%d) : (f32) -> i32
  call @print(%3) : (i32) -> ()
  // Byte 0 is 2^-127, the f32 0x00400000, not 0.
  // CHECK-NEXT: 4194304
  // UPSTREAM-NEXT: 0
  %e = arith.constant 0 : i8
  %4 = call @from_e8m0(%e) : (i8) -> i32
  call @print(%4) : (i32) -> ()
  return
}

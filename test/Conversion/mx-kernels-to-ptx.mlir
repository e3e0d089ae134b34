// RUN: mx-opt %s --mx-kernels-to-ptx=chip=sm_90a -o %t
// RUN: FileCheck %s --input-file=%t
// RUN: mx-opt %s --mx-kernels-to-ptx=chip=sm_80 | FileCheck %s --check-prefix=OLD
// RUN: not mx-opt %s --mx-kernels-to-ptx=chip=sm_7 2>&1 | FileCheck %s --check-prefix=CHIP

// A product and a sum stay two operations. Where the chip can, kernels wait for those before them themselves.
// CHECK: gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx83">, properties = {overlaps}
// CHECK-SAME: .target sm_90a
// CHECK-SAME: .entry k(
// CHECK-SAME: griddepcontrol.launch_dependents
// CHECK-SAME: griddepcontrol.wait
// CHECK-SAME: mul.rn.f32
// CHECK-SAME: add.rn.f32
// OLD-NOT: overlaps
// OLD: .target sm_80
// OLD-NOT: griddepcontrol.launch_dependents
// CHIP: error: unknown chip 'sm_7', expected one of sm_80, sm_86, sm_89, sm_90, sm_90a, sm_100a, sm_103a, sm_110a, sm_120, sm_120a, sm_121, sm_121a
gpu.module @kernels {
  llvm.func @k(%p: !llvm.ptr<1>, %x: f32) attributes {gpu.kernel, nvvm.kernel} {
    %0 = llvm.load %p : !llvm.ptr<1> -> f32
    %1 = llvm.fmul %0, %x : f32
    %2 = llvm.fadd %1, %0 : f32
    llvm.store %2, %p : f32, !llvm.ptr<1>
    llvm.return
  }
}

// A kernel that waits later by itself does so once.
// CHECK: gpu.binary @own
// CHECK-SAME: griddepcontrol.launch_dependents
// CHECK-SAME: ld.volatile.global
// CHECK-SAME: griddepcontrol.wait
// CHECK-NOT: griddepcontrol
gpu.module @own {
  llvm.func @k(%p: !llvm.ptr<1>, %q: !llvm.ptr<1>) attributes {gpu.kernel, nvvm.kernel} {
    %0 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    llvm.inline_asm has_side_effects "griddepcontrol.wait;", "~{memory}" : () -> ()
    llvm.store %0, %q : f32, !llvm.ptr<1>
    llvm.return
  }
}

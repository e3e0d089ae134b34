// RUN: split-file %s %t
// RUN: mx-opt %t/known.mlir --mx-kernels-to-host | FileCheck %s
// RUN: not mx-opt %t/assembly.mlir --mx-kernels-to-host 2>&1 | FileCheck %s --check-prefix=ASSEMBLY
// RUN: not mx-opt %t/op.mlir --mx-kernels-to-host 2>&1 | FileCheck %s --check-prefix=OP
// RUN: not mx-opt %t/known.mlir --mx-kernels-to-host=chip=sm_7 2>&1 | FileCheck %s --check-prefix=CHIP

// CHECK: gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx83">, properties = {overlaps}, bin = "
// ASSEMBLY: assembly.mlir:3:5: error: the emulator does not know the instruction 'mbarrier.arrive_drop.b64'
// OP: op.mlir:3:10: error: the emulator does not know 'nvvm.match.sync'
// CHIP: error: unknown chip 'sm_7', expected one of sm_80

//--- known.mlir
gpu.module @kernels {
  llvm.func @k(%p: !llvm.ptr<1>, %x: f32) attributes {gpu.kernel, nvvm.kernel} {
    %0 = llvm.load %p : !llvm.ptr<1> -> f32
    %1 = llvm.fmul %0, %x : f32
    nvvm.barrier0
    llvm.store %1, %p : f32, !llvm.ptr<1>
    llvm.return
  }
}
//--- assembly.mlir
gpu.module @kernels {
  llvm.func @k(%p: i32) attributes {gpu.kernel, nvvm.kernel} {
    llvm.inline_asm has_side_effects "mbarrier.arrive_drop.b64 _, [$0];", "r" %p : (i32) -> ()
    llvm.return
  }
}
//--- op.mlir
gpu.module @kernels {
  llvm.func @k(%mask: i32, %x: i32) attributes {gpu.kernel, nvvm.kernel} {
    %0 = nvvm.match.sync any %mask, %x : i32 -> i32
    llvm.return
  }
}

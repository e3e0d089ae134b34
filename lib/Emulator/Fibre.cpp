//===- Fibre.cpp - Stacks of their own for the threads of a block ---------===//

#include "Fibre.h"

#include "llvm/Support/ErrorHandling.h"
#include <sys/mman.h>

using namespace mx::emulator;

Stack StackPool::take() {
  if (!free.empty()) {
    Stack stack = free.back();
    free.pop_back();
    return stack;
  }
  constexpr size_t kGuard = 4096;
  void *memory =
      mmap(nullptr, Stack::kBytes + kGuard, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory, kGuard, PROT_NONE) != 0)
    llvm::report_fatal_error("the emulator has no memory for a stack");
  return {static_cast<char *>(memory) + kGuard};
}

// What the System V ABI asks a function to keep is on the stack while a fibre
// waits; rounding modes are the same everywhere.
#if defined(__x86_64__)
asm(R"(
  .text
  .globl mx_emulator_switch
  .hidden mx_emulator_switch
  .type mx_emulator_switch, @function
mx_emulator_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size mx_emulator_switch, . - mx_emulator_switch
)");

Context mx::emulator::makeContext(Stack stack, void (*entry)()) {
  constexpr int kSaved = 6;
  auto *top = reinterpret_cast<uint64_t *>(stack.memory + Stack::kBytes);
  *--top = 0; // what entry would return to: 8 below a multiple of 16
  *--top = reinterpret_cast<uint64_t>(entry);
  for (int i = 0; i < kSaved; ++i)
    *--top = 0;
  return top;
}
#elif defined(__aarch64__)
asm(R"(
  .text
  .globl mx_emulator_switch
  .hidden mx_emulator_switch
  .type mx_emulator_switch, %function
mx_emulator_switch:
  sub sp, sp, #160
  stp x19, x20, [sp, #0]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x9, sp
  str x9, [x0]
  mov sp, x1
  ldp x19, x20, [sp, #0]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #160
  ret
  .size mx_emulator_switch, . - mx_emulator_switch
)");

Context mx::emulator::makeContext(Stack stack, void (*entry)()) {
  constexpr int kSaved = 20, kLink = 11;
  auto *top = reinterpret_cast<uint64_t *>(stack.memory + Stack::kBytes);
  for (int i = 0; i < kSaved; ++i)
    *--top = 0;
  top[kLink] = reinterpret_cast<uint64_t>(entry);
  return top;
}
#else
#error "the emulator knows how to switch stacks on x86-64 and AArch64"
#endif

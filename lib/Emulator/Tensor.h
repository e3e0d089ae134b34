//===- Tensor.h - What the tcgen05 families share ---------------*- C++ -*-===//

#ifndef MX_LIB_EMULATOR_TENSOR_H
#define MX_LIB_EMULATOR_TENSOR_H

#include "Instructions.h"

namespace mx::emulator {

/// PTX ISA 9.7.16.1.1: an address of tensor memory.
struct TensorAddress {
  explicit TensorAddress(uint64_t bits)
      : lane(static_cast<uint32_t>(bits) >> 16),
        column(static_cast<uint32_t>(bits) & 0xFFFF) {}
  unsigned lane, column;
};

/// The agent of a thread's tcgen05.cp and tcgen05.mma. What it issues next
/// belongs to its epoch `tensorGroups + 1`.
Agent getTensorAgent(Thread &thread);

/// The blocks that an instruction is for: its own with cta_group::1, with
/// cta_group::2 those whose ranks differ in the last bit, the even one first
/// (PTX ISA 9.7.16.5.1). Ends with an error where there is no such pair, one of
/// it has exited, or the kernel has another cta_group elsewhere.
llvm::SmallVector<Block *, 2> getTensorBlocks(Site site, unsigned group);
/// Takes `cta_group::1` or `cta_group::2` off; 0 where there is neither.
unsigned consumeGroup(llvm::StringRef &words);

/// Notes an access of a block's tensor memory; ends with an error where it is
/// wrong.
void accessTensor(Site site, Block &block, const TensorRange &range,
                  const TensorAccess &access, bool isWrite);

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_TENSOR_H

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

/// Notes an access of tensor memory; ends with an error where it is wrong.
void accessTensor(Site site, const TensorRange &range,
                  const TensorAccess &access, bool isWrite);

/// `cta_group::1`, alone or with words that change nothing before or after;
/// two blocks are not known.
inline constexpr const char *kTensorWords =
    "cta_group::1.sync.aligned.shared::cta.shared::cluster.b32.b64";

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_TENSOR_H

//===- KernelCode.h - What mx_cuda_launch of the emulator gets --*- C++ -*-===//

#ifndef MX_LIB_EMULATOR_KERNELCODE_H
#define MX_LIB_EMULATOR_KERNELCODE_H

#include <cstdint>

namespace mx::emulator {

/// Before the bytes of a host object.
struct KernelCode {
  static constexpr uint64_t kMagic = 0x4C554D4558584D;

  uint64_t magic = kMagic;
  uint32_t staticShared = 0; ///< bytes of shared memory
  uint32_t sharedMemory = 0; ///< bytes that a block of the chip may have
  uint64_t bytes = 0;        ///< of the object
};

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_KERNELCODE_H

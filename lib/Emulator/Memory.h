//===- Memory.h - Global memory, and checks of addresses --------*- C++ -*-===//

#ifndef MX_LIB_EMULATOR_MEMORY_H
#define MX_LIB_EMULATOR_MEMORY_H

#include "Instructions.h"

#include <map>

namespace mx::emulator {

/// The allocations of the emulated device, which are the host's.
class GlobalMemory {
public:
  void *allocate(size_t bytes);
  /// False where there is no such allocation.
  bool free(void *address);
  bool contains(uint64_t address, uint64_t bytes) const;
  /// What is at an address, for messages.
  std::string describe(uint64_t address, uint64_t bytes) const;

private:
  std::map<uint64_t, size_t> allocations; ///< by address
  mutable uint64_t lastStart = 0, lastBytes = 0;
};

GlobalMemory &getGlobalMemory();

/// Notes an access; ends with an error where it is wrong.
void accessShared(Site site, Block &block, uint32_t address, uint32_t size,
                  uint32_t alignment, const Access &access, bool isWrite);

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_MEMORY_H

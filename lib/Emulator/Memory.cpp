//===- Memory.cpp - Global memory, and checks of addresses ----------------===//

#include "Memory.h"

#include "llvm/ADT/StringExtras.h"
#include <cstdlib>
#include <cstring>

using namespace mx::emulator;
using llvm::Twine;

GlobalMemory &mx::emulator::getGlobalMemory() {
  static GlobalMemory &memory = *new GlobalMemory;
  return memory;
}

void *GlobalMemory::allocate(size_t bytes) {
  constexpr size_t kAlignment = 256;
  size_t room = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  void *address = std::aligned_alloc(kAlignment, room);
  if (!address)
    return nullptr;
  std::memset(address, 0xFF, room); // NaN, and no plausible number
  allocations[reinterpret_cast<uint64_t>(address)] = bytes;
  return address;
}

bool GlobalMemory::free(void *address) {
  lastBytes = 0;
  if (allocations.erase(reinterpret_cast<uint64_t>(address)) == 0)
    return false;
  std::free(address);
  return true;
}

bool GlobalMemory::contains(uint64_t address, uint64_t bytes) const {
  if (address - lastStart < lastBytes &&
      bytes <= lastBytes - (address - lastStart))
    return true;
  auto next = allocations.upper_bound(address);
  if (next == allocations.begin())
    return false;
  auto [start, size] = *std::prev(next);
  lastStart = start;
  lastBytes = size;
  return address - start < size && bytes <= size - (address - start);
}

std::string GlobalMemory::describe(uint64_t address, uint64_t bytes) const {
  auto next = allocations.upper_bound(address);
  if (next == allocations.begin())
    return "no allocation is before them";
  auto [start, size] = *std::prev(next);
  return ("bytes " + Twine(address - start) + " to " +
          Twine(address - start + bytes) + " of an allocation of " +
          Twine(size) + " bytes")
      .str();
}

static void checkAlignment(Site site, uint64_t address, uint64_t size,
                           uint32_t alignment) {
  if (address % alignment != 0)
    getMachine().fail(site, "accesses " + Twine(size) + " bytes at 0x" +
                                llvm::utohexstr(address) +
                                ", which is not aligned to " +
                                Twine(alignment));
}

void mx::emulator::accessShared(Site site, Block &block, uint32_t address,
                                uint32_t size, uint32_t alignment,
                                const Access &access, bool isWrite) {
  Machine &machine = getMachine();
  checkAlignment(site, address, size, alignment);
  auto where = [&] {
    return (" (" + Twine(size) + " bytes at byte " +
            Twine(int64_t(address) - block.shared.getStart()) +
            " of the shared memory of block " + Twine(block.index[0]) + ")")
        .str();
  };
  if (!block.shared.contains(address, size))
    machine.fail(site, "accesses shared memory out of range: there are " +
                           Twine(block.shared.getBytes()) + " bytes" + where());
  std::string problem =
      isWrite ? block.shared.write(address, size, access, machine.reads)
              : block.shared.read(address, size, access, machine.reads);
  if (!problem.empty())
    machine.fail(site, problem + where());
}

void mx::emulator::checkShared(Site site, uint32_t address, uint32_t size,
                               uint32_t alignment, bool isWrite) {
  Machine &machine = getMachine();
  accessShared(site, machine.blockOf(site, address), address, size, alignment,
               machine.current().warp->access(), isWrite);
}

void mx::emulator::checkGlobal(Site site, uint64_t address, uint64_t size,
                               uint32_t alignment) {
  checkAlignment(site, address, size, alignment);
  if (!getGlobalMemory().contains(address, size))
    getMachine().fail(site, "accesses global memory out of range: " +
                                getGlobalMemory().describe(address, size));
}

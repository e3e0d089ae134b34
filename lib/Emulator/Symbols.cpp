//===- Symbols.cpp - What translated kernels call -------------------------===//

#include "Symbols.h"

#include "Memory.h"
#include "Translate.h"

using namespace mx::emulator;

static uint64_t split(const uint32_t *sizes, unsigned number, int64_t axis) {
  return axis == 0   ? number % sizes[0]
         : axis == 1 ? number / sizes[0] % sizes[1]
                     : number / sizes[0] / sizes[1];
}

/// PTX ISA 10, special registers.
static uint64_t readRegister(uint64_t number) {
  Machine &machine = getMachine();
  const Launch &launch = machine.getLaunch();
  Thread &me = machine.current();
  const Block &block = me.block();
  auto axis = static_cast<int64_t>(number % 3);
  switch (number - number % 3) {
  case kThreadId:
    return split(launch.threads, me.number, axis);
  case kBlockDim:
    return launch.threads[axis];
  case kBlockId:
    return block.index[axis];
  case kGridDim:
    return launch.grid[axis];
  case kBlockInCluster:
    return split(launch.cluster, block.rank, axis);
  case kClusterDim:
    return launch.cluster[axis];
  case kClusterId:
    return block.index[axis] / launch.cluster[axis];
  case kClusterCount:
    return launch.grid[axis] / launch.cluster[axis];
  default:
    break;
  }
  switch (number) {
  case kLaneId:
    return me.lane;
  case kWarpId:
    return me.number / kLanes;
  case kClusterRank:
    return block.rank;
  default:
    return block.shared.getStart();
  }
}

static void checkSharedAccess(Site site, uint64_t address, uint64_t size,
                              uint64_t alignment, int64_t kind) {
  auto place = static_cast<uint32_t>(address);
  Machine &machine = getMachine();
  Block &block = machine.blockOf(site, place);
  // Atomics of several warps are no race.
  if (kind == kAtomic && block.shared.contains(place, uint32_t(size)))
    return;
  checkShared(site, place, static_cast<uint32_t>(size),
              static_cast<uint32_t>(alignment), kind != kRead);
}

static void checkGlobalAccess(Site site, uint64_t address, uint64_t size,
                              uint64_t alignment, int64_t) {
  checkGlobal(site, address, size, static_cast<uint32_t>(alignment));
}

/// A pointer without an address space: the thread's stack, or as the address
/// says.
static void checkGenericAccess(Site site, uint64_t address, uint64_t size,
                               uint64_t alignment, int64_t kind) {
  if (getMachine().current().stack.contains(address))
    return;
  if (address - SharedMemory::getBase() < 16ull * kWindow)
    checkSharedAccess(site, address, size, alignment, kind);
  else
    checkGlobalAccess(site, address, size, alignment, kind);
}

std::vector<Symbol> mx::emulator::getSymbols() {
  std::vector<Symbol> symbols;
  auto add = [&](llvm::StringRef name, auto *function) {
    symbols.push_back(
        {(kPrefix + name).str(), reinterpret_cast<void *>(function)});
  };
  add("register", readRegister);
  add("check_shared", checkSharedAccess);
  add("check_global", checkGlobalAccess);
  add("check_generic", checkGenericAccess);
  for (llvm::ArrayRef<Instruction> family : getFamilies())
    for (const Instruction &instruction : family) {
      if (instruction.pure)
        add(instruction.words, instruction.pure);
      else
        add(instruction.words, instruction.effect);
    }
  return symbols;
}

//===- TensorCopies.cpp - tcgen05.cp --------------------------------------===//
//
// PTX ISA 9.7.16.9.2. The bytes are there at once; until a wait for a commit of
// the thread, only its tcgen05.mma may read them.
//
//===----------------------------------------------------------------------===//

#include "Descriptor.h"
#include "Memory.h"
#include "Tensor.h"
#include "TensorMap.h"

#include <cstring>

using namespace mx::emulator;
using llvm::StringRef;

static constexpr unsigned kRows = 32, kBytes = 16, kColumns = kBytes / 4;

/// A block's shared memory to its tensor memory.
static void copyInBlock(Site site, Block &block, const Descriptor &source,
                        unsigned targetColumn) {
  Thread &me = getMachine().current();
  Agent agent = getTensorAgent(me);
  uint32_t epoch = me.tensorGroups + 1;
  accessTensor(site, block,
               {0, TensorMemory::kQuarters, targetColumn, kColumns},
               {TensorOp::Copy, agent, epoch, me.warp->tensorOrdered,
                me.warp->known.clock},
               /*isWrite=*/true);
  Access access = {agent, epoch, Proxy::Async, me.warp->known,
                   source.swizzleBytes};
  for (unsigned row = 0; row < kRows; ++row) {
    uint32_t place =
        block.shared.getWindow() + (source.locate(row, 0) & (kWindow - 1));
    place = swizzle(place, source.swizzleBytes);
    accessShared(site, block, place, kBytes, kBytes, access,
                 /*isWrite=*/false);
    uint32_t words[kColumns];
    std::memcpy(words, toHost(place), kBytes);
    for (unsigned lane = row; lane < TensorMemory::kLanes; lane += kRows)
      for (unsigned i = 0; i < kColumns; ++i)
        block.tensor.word(lane, targetColumn + i) = words[i];
  }
}

/// tcgen05.cp.32x128b.warpx4 [address], descriptor: 32 rows of 16 bytes to 4
/// columns of the lanes of each warp; with cta_group::2 in both blocks, each
/// from its own shared memory.
static void copyScales(Site site, uint64_t *slots, int64_t group) {
  Machine &machine = getMachine();
  Descriptor source;
  if (std::string problem = Descriptor::decodeTensor(slots[1], source);
      !problem.empty())
    machine.fail(site, problem);
  TensorAddress target(slots[0]);
  if (target.lane != 0)
    machine.fail(site, "expected an address of lane 0");
  for (Block *block : getTensorBlocks(site, static_cast<unsigned>(group)))
    copyInBlock(site, *block, source, target.column);
}

/// `cta_group::1.32x128b.warpx4`; the mode is the group.
static std::optional<int64_t> readShape(StringRef rest) {
  unsigned group = consumeGroup(rest);
  if (group == 0 || rest != ".32x128b.warpx4")
    return std::nullopt;
  return group;
}

llvm::ArrayRef<Instruction> mx::emulator::getTensorCopies() {
  static const Instruction table[] = {
      {"tcgen05.cp", nullptr, false, false, copyScales, nullptr, 0, 0,
       readShape},
  };
  return table;
}

//===- BulkCopies.cpp - cp.async.bulk and its tensors ---------------------===//
//
// PTX ISA 9.7.9.25.4 and 9.7.9.27. From the instruction on nobody may look at
// the target; the bytes come when the scheduler says so, for each block of a
// multicast by itself.
//
//===----------------------------------------------------------------------===//

#include "Instructions.h"
#include "Memory.h"
#include "TensorMap.h"

#include "llvm/ADT/StringExtras.h"
#include <cstring>

using namespace mx::emulator;
using llvm::Twine;

namespace {
/// A copy to one block; its mbarrier may be another's.
struct Target {
  Site site;
  Block *block;
  uint32_t address, bytes, barrier;
  int swizzle = -1;
};
} // namespace

/// Bytes of a box, in the order of its elements; zeros outside the tensor.
static void copyBox(const TensorMap &map, const int64_t *at, uint32_t target) {
  int64_t line = int64_t(map.box[0]) * map.elementBytes;
  int64_t first = at[0] * map.elementBytes;
  int64_t size = map.sizes[0] * map.elementBytes;
  for (int64_t z = 0; z < map.box[2]; ++z)
    for (int64_t y = 0; y < map.box[1]; ++y) {
      int64_t row = at[1] + y, item = at[2] + z;
      bool isIn =
          row >= 0 && row < map.sizes[1] && item >= 0 && item < map.sizes[2];
      const char *source = reinterpret_cast<const char *>(map.address) +
                           item * map.strides[2] + row * map.strides[1];
      for (int64_t x = 0; x < line; x += 16) {
        char piece[16] = {};
        for (int64_t i = 0; i < 16; ++i)
          if (isIn && first + x + i >= 0 && first + x + i < size)
            piece[i] = source[first + x + i];
        std::memcpy(toHost(swizzle(target + static_cast<uint32_t>(x),
                                   map.swizzleBytes)),
                    piece, 16);
      }
      target += static_cast<uint32_t>(line);
    }
}

/// Notes the write for everybody, and queues `run` with what follows from it.
static void launchCopy(const Target &target,
                       llvm::unique_function<void()> run) {
  Machine &machine = getMachine();
  const Knowledge &known = machine.current().warp->known;
  MBarrier &barrier = findBarrier(target.site, target.barrier);
  if (known.fenced.get(barrier.initialiser) < barrier.initEpoch)
    machine.fail(target.site,
                 "the mbarrier's initialisation is not visible to the async "
                 "proxy; expected fence.mbarrier_init or fence.proxy.async "
                 "after mbarrier.init");
  Access access = {barrier.agent, barrier.phase + 1, Proxy::Async, known,
                   target.swizzle};
  accessShared(target.site, *target.block, target.address, target.bytes, 16,
               access, /*isWrite=*/true);
  Block &told = machine.blockOf(target.site, target.barrier);
  machine.later([target, &barrier, &told, run = std::move(run)]() mutable {
    if (target.block->alive == 0)
      getMachine().fail(target.site,
                        "a copy arrives in a block that has exited");
    run();
    completeBytes(target.site, told, barrier, target.bytes);
  });
}

static const TensorMap &readMap(Site site, uint64_t address) {
  const auto &map = *reinterpret_cast<const TensorMap *>(address);
  if (address % 64 != 0 || map.magic != TensorMap::kMagic)
    getMachine().fail(site, "there is no tensor map at 0x" +
                                llvm::utohexstr(address) +
                                "; expected a parameter of 128 bytes, aligned "
                                "to 64, from mx_cuda_map_bytes");
  return map;
}

void mx::emulator::checkMask(Site site, uint64_t mask) {
  size_t blocks = getMachine().blocks.size();
  if (mask == 0 || mask >> blocks)
    getMachine().fail(site, "mask 0x" + llvm::utohexstr(mask) +
                                " of blocks; the cluster has " + Twine(blocks));
}

enum TensorMode { kMulticast = 1, kPair = 2 };

/// 9.7.9.27.1.2: the mbarrier is in the block that the copy goes to, or with
/// .cta_group::2 in either block of its pair.
static void checkBarrierBlock(Site site, const Block &target, uint32_t barrier,
                              bool isPair) {
  Machine &machine = getMachine();
  unsigned rank = machine.blockOf(site, barrier).rank;
  if (rank != target.rank && !(isPair && (rank ^ 1) == target.rank))
    machine.fail(site, "the mbarrier is in block " + Twine(rank) +
                           " of the cluster, the target in block " +
                           Twine(target.rank) +
                           (isPair ? "; expected the same or its pair's other"
                                   : "; expected the same, or .cta_group::2"));
}

/// cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes
/// [target], [map, {x, y, z}], [mbarrier](, mask).
static void copyTensor(Site site, uint64_t *slots, int64_t mode) {
  Machine &machine = getMachine();
  const TensorMap &map = readMap(site, slots[1]);
  int64_t at[TensorMap::kRank];
  for (unsigned i = 0; i < TensorMap::kRank; ++i)
    at[i] = static_cast<int32_t>(slots[2 + i]);
  auto address = static_cast<uint32_t>(slots[5]), target = uint32_t(slots[0]);
  if (target % 128 != 0)
    machine.fail(site, "the target is not aligned to 128 bytes");
  Block &own = machine.blockOf(site, target);
  checkBarrierBlock(site, own, address, mode & kPair);
  uint64_t mask = mode & kMulticast ? slots[6] & 0xFFFF : 1ull << own.rank;
  checkMask(site, mask);
  for (Block &block : machine.blocks) {
    if (!(mask >> block.rank & 1))
      continue;
    uint32_t place = moveTo(block, target);
    uint32_t barrier = mode & kPair ? address : moveTo(block, address);
    launchCopy(
        {site, &block, place, map.getBoxBytes(), barrier, map.swizzleBytes},
        [map, at = llvm::SmallVector<int64_t, 3>(at, at + 3), place] {
          copyBox(map, at.data(), place);
        });
  }
}

/// cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes
/// [target], [source], bytes, [mbarrier].
static void copyLine(Site site, uint64_t *slots, int64_t) {
  Machine &machine = getMachine();
  auto target = static_cast<uint32_t>(slots[0]);
  uint64_t source = slots[1];
  auto bytes = static_cast<uint32_t>(slots[2]);
  if (bytes == 0 || bytes % 16 != 0)
    machine.fail(site, Twine(bytes) + " bytes; expected a multiple of 16");
  checkGlobal(site, source, bytes, 16);
  Block &block = machine.blockOf(site, target);
  auto barrier = static_cast<uint32_t>(slots[3]);
  checkBarrierBlock(site, block, barrier, /*isPair=*/false);
  launchCopy({site, &block, target, bytes, barrier}, [=] {
    std::memcpy(toHost(target), reinterpret_cast<void *>(source), bytes);
  });
}

llvm::ArrayRef<Instruction> mx::emulator::getBulkCopies() {
  static const Instruction table[] = {
      {"cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::"
       "bytes.multicast::cluster",
       "", false, false, copyTensor, nullptr, kMulticast},
      {"cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::"
       "bytes.cta_group::2",
       "", false, false, copyTensor, nullptr, kPair},
      {"cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::"
       "bytes",
       "tile.cta_group::1", false, false, copyTensor},
      {"cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes", "",
       false, false, copyLine},
  };
  return table;
}

//===- TensorOrder.cpp - tcgen05.commit and tcgen05.fence -----------------===//
//
// PTX ISA 9.7.16.6. A thread's tcgen05.cp and tcgen05.mma up to a commit are an
// epoch of its agent; the commit's arrival tells of it. What a warp learns by
// waiting counts for its tcgen05 instructions after a fence.
//
//===----------------------------------------------------------------------===//

#include "Memory.h"
#include "Tensor.h"

using namespace mx::emulator;
using llvm::StringRef;
using llvm::Twine;

Agent mx::emulator::getTensorAgent(Thread &thread) {
  if (!thread.tensorAgent)
    thread.tensorAgent = getMachine().newAgent();
  return *thread.tensorAgent;
}

unsigned mx::emulator::consumeGroup(StringRef &words) {
  return words.consume_front("cta_group::1")   ? 1
         : words.consume_front("cta_group::2") ? 2
                                               : 0;
}

llvm::SmallVector<Block *, 2> mx::emulator::getTensorBlocks(Site site,
                                                            unsigned group) {
  Machine &machine = getMachine();
  if (machine.tensorGroup == 0) {
    machine.tensorGroup = group;
    machine.tensorGroupSite = site;
  }
  if (machine.tensorGroup != group)
    machine.fail(site, "is of cta_group::" + Twine(group) +
                           ", the kernel's tcgen05 instruction at " +
                           machine.tensorGroupSite +
                           " of the other; expected "
                           "one in all of a kernel");
  Block &own = machine.current().block();
  if (group == 1)
    return {&own};
  unsigned even = own.rank & ~1u;
  if (even + 1 >= machine.blocks.size())
    machine.fail(site, "block " + Twine(own.rank) + " of a cluster of " +
                           Twine(machine.blocks.size()) +
                           " has no other to make a pair with");
  for (Block *block : {&machine.blocks[even], &machine.blocks[even + 1]})
    if (block->alive == 0)
      machine.fail(site, "the pair's other block has exited; expected the "
                         "blocks to wait for each other at the end");
  return {&machine.blocks[even], &machine.blocks[even + 1]};
}

void mx::emulator::accessTensor(Site site, Block &block,
                                const TensorRange &range,
                                const TensorAccess &access, bool isWrite) {
  Machine &machine = getMachine();
  TensorMemory &memory = block.tensor;
  std::string problem = isWrite ? memory.write(range, access, machine.reads)
                                : memory.read(range, access, machine.reads);
  if (problem.empty())
    return;
  bool isOwn = &block == &machine.current().block();
  machine.fail(site, problem + (isOwn ? "" : " (in the pair's other block)"));
}

/// The mode of a commit: its group and this.
static constexpr int64_t kMulticast = 4;

/// 9.7.16.12.1, tcgen05.commit [mbarrier](, mask): arrives there, or at the
/// same place of each block of the mask, once when all that the thread issued
/// before is complete.
static void commit(Site site, uint64_t *slots, int64_t mode) {
  Machine &machine = getMachine();
  Thread &me = machine.current();
  bool isMulticast = mode & kMulticast;
  getTensorBlocks(site, static_cast<unsigned>(mode & ~kMulticast));
  auto address = static_cast<uint32_t>(slots[0]);
  unsigned own = machine.blockOf(site, address).rank;
  uint64_t mask = isMulticast ? slots[1] & 0xFFFF : 1ull << own;
  checkMask(site, mask);
  Agent agent = getTensorAgent(me);
  uint32_t epoch = ++me.tensorGroups;
  // What the unit waited for came before; what the warp did itself need not.
  Knowledge told = me.warp->known;
  told.clock.limit(me.warp->agent, told.clock.get(me.warp->agent) - 1);
  told.clock.raise(agent, epoch);
  for (Block &block : machine.blocks) {
    if (!(mask >> block.rank & 1))
      continue;
    MBarrier &barrier = findBarrier(site, moveTo(block, address));
    machine.later([=, &barrier, &block] {
      barrier.gathered.join(told);
      arriveFromUnit(site, block, barrier);
    });
  }
}

/// 9.7.16.11.1, tcgen05.fence::after_thread_sync.
static void fenceAfter(Site, uint64_t *, int64_t) {
  Warp &warp = *getMachine().current().warp;
  warp.tensorOrdered.join(warp.known.clock);
}

/// 9.7.16.11.1, tcgen05.fence::before_thread_sync: loads that were waited for
/// come before what follows.
static void fenceBefore(Site site, uint64_t *, int64_t) {
  Machine &machine = getMachine();
  Warp &warp = *machine.current().warp;
  if (warp.hasOpenLoads)
    machine.fail(site, "tcgen05.ld was not waited for; expected "
                       "tcgen05.wait::ld before");
  if (warp.loadAgent)
    warp.known.clock.raise(*warp.loadAgent, warp.tensorLoads);
}

/// `cta_group::1.mbarrier::arrive::one.shared::cluster.multicast::cluster.b64`.
static std::optional<int64_t> readCommit(StringRef rest) {
  unsigned group = consumeGroup(rest);
  if (group == 0 || !rest.consume_front(".mbarrier::arrive::one"))
    return std::nullopt;
  rest.consume_front(".shared::cluster");
  bool isMulticast = rest.consume_front(".multicast::cluster");
  if (!rest.empty() && rest != ".b64")
    return std::nullopt;
  return group | (isMulticast ? kMulticast : 0);
}

llvm::ArrayRef<Instruction> mx::emulator::getTensorOrder() {
  static const Instruction table[] = {
      {"tcgen05.commit", nullptr, false, false, commit, nullptr, 0, 0,
       readCommit},
      {"tcgen05.fence::after_thread_sync", "", false, false, fenceAfter},
      {"tcgen05.fence::before_thread_sync", "", false, false, fenceBefore},
  };
  return table;
}

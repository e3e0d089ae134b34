//===- MBarriers.cpp - mbarrier objects -----------------------------------===//
//
// PTX ISA 9.7.13.15. A phase is complete when nobody is still to arrive and no
// byte is still to come.
//
//===----------------------------------------------------------------------===//

#include "Instructions.h"

#include "llvm/ADT/StringExtras.h"

using namespace mx::emulator;
using llvm::Twine;

static constexpr int64_t kMaxCount = (1 << 20) - 1;

MBarrier &mx::emulator::findBarrier(Site site, uint32_t address) {
  Machine &machine = getMachine();
  Block &block = machine.blockOf(site, address);
  if (block.alive == 0)
    machine.fail(site,
                 "the mbarrier's block has exited; expected the blocks of "
                 "a cluster to wait for each other at the end");
  auto found = block.mbarriers.find(address);
  if (found == block.mbarriers.end())
    machine.fail(site, "no mbarrier was initialised at shared address 0x" +
                           llvm::utohexstr(address - block.shared.getWindow()));
  MBarrier &barrier = found->second;
  const Knowledge &known = machine.current().warp->known;
  if (known.clock.get(barrier.initialiser) < barrier.initEpoch)
    machine.fail(site, "another warp initialised the mbarrier, and no barrier "
                       "stands in between");
  return barrier;
}

/// 9.7.13.15.5 and 9.7.13.15.8: phase completion.
static void completePhase(MBarrier &barrier) {
  if (barrier.pending != 0 || barrier.bytes != 0)
    return;
  getMachine().progress();
  ++barrier.phase;
  barrier.pending = barrier.count;
  barrier.gathered.clock.raise(barrier.agent, barrier.phase);
  barrier.released.join(barrier.gathered);
  getMachine().wakeAll(barrier.waiting);
}

static void checkBytes(Site site, const MBarrier &barrier) {
  if (barrier.pending == 0 && barrier.bytes < 0)
    getMachine().fail(site, Twine(-barrier.bytes) +
                                " bytes more come than the phase expects");
  if (std::abs(barrier.bytes) > kMaxCount)
    getMachine().fail(site, "the transaction count is " + Twine(barrier.bytes) +
                                "; expected at most " + Twine(kMaxCount));
}

/// 9.7.13.15.7, complete-tx operation.
void mx::emulator::completeBytes(Site site, Block &block, MBarrier &barrier,
                                 int64_t bytes) {
  if (block.alive == 0)
    getMachine().fail(site, "a copy arrives in a block that has exited");
  barrier.bytes -= bytes;
  checkBytes(site, barrier);
  completePhase(barrier);
}

void mx::emulator::arriveFromUnit(Site site, Block &block, MBarrier &barrier) {
  if (block.alive == 0)
    getMachine().fail(site, "arrives in a block that has exited");
  if (barrier.pending == 0)
    getMachine().fail(site, "arrives once more than phase " +
                                Twine(barrier.phase) + " expects, which is " +
                                Twine(barrier.count) + " times");
  --barrier.pending;
  completePhase(barrier);
}

/// 9.7.13.15.9, mbarrier.init [address], count.
static void init(Site site, uint64_t *slots, int64_t) {
  Machine &machine = getMachine();
  Warp &warp = *machine.current().warp;
  auto address = static_cast<uint32_t>(slots[0]);
  auto count = static_cast<uint32_t>(slots[1]);
  Block &block = machine.blockOf(site, address);
  if (count == 0 || count > kMaxCount)
    machine.fail(site, "count " + Twine(count) + "; expected 1 to " +
                           Twine(kMaxCount));
  if (block.mbarriers.count(address))
    machine.fail(site, "there is an mbarrier already; expected mbarrier.inval "
                       "in between");
  checkShared(site, address, 8, 8, /*isWrite=*/true);
  block.shared.setBarrier(address, true);
  MBarrier &barrier = block.mbarriers[address];
  barrier.count = barrier.pending = count;
  barrier.agent = machine.newAgent();
  barrier.initialiser = warp.agent;
  barrier.initEpoch = warp.known.clock.get(warp.agent);
}

/// 9.7.13.15.10, mbarrier.inval [address].
static void invalidate(Site site, uint64_t *slots, int64_t) {
  auto address = static_cast<uint32_t>(slots[0]);
  MBarrier &barrier = findBarrier(site, address);
  Machine &machine = getMachine();
  if (!barrier.waiting.empty())
    machine.fail(site, "threads wait on the mbarrier");
  Block &block = machine.blockOf(site, address);
  block.shared.setBarrier(address, false);
  block.mbarriers.erase(address);
}

static void arriveAt(Site site, MBarrier &barrier, uint32_t count) {
  if (count == 0 || count > barrier.pending)
    getMachine().fail(site, "arrives " + Twine(count) + " times in phase " +
                                Twine(barrier.phase) + ", which expects " +
                                Twine(barrier.pending) + " more of " +
                                Twine(barrier.count) + " arrivals");
  getMachine().current().warp->release(barrier.gathered);
  getMachine().progress();
  barrier.pending -= count;
  checkBytes(site, barrier);
  completePhase(barrier);
}

enum ArriveMode { kPlain, kExpecting };

/// 9.7.13.15.13, mbarrier.arrive state, [address](, count), and
/// mbarrier.arrive.expect_tx state, [address], bytes.
static void arrive(Site site, uint64_t *slots, int64_t mode) {
  MBarrier &barrier = findBarrier(site, static_cast<uint32_t>(slots[0]));
  uint32_t phase = barrier.phase;
  if (mode == kExpecting)
    barrier.bytes += static_cast<uint32_t>(slots[1]);
  arriveAt(site, barrier,
           mode & kLastOperand ? static_cast<uint32_t>(slots[1]) : 1);
  slots[0] = phase;
}

/// 9.7.13.15.11, mbarrier.expect_tx [address], bytes.
static void expectBytes(Site site, uint64_t *slots, int64_t) {
  MBarrier &barrier = findBarrier(site, static_cast<uint32_t>(slots[0]));
  barrier.bytes += static_cast<uint32_t>(slots[1]);
  checkBytes(site, barrier);
}

static bool isComplete(const MBarrier &barrier, bool isParity, uint64_t value) {
  return isParity ? (barrier.phase & 1) != (value & 1)
                  : barrier.phase != static_cast<uint32_t>(value);
}

static MBarrier &findOwnBarrier(Site site, uint32_t address) {
  Machine &machine = getMachine();
  if (&machine.blockOf(site, address) != &machine.current().block())
    machine.fail(site, "the mbarrier is another block's; expected this one's");
  return findBarrier(site, address);
}

/// A loop of mbarrier.try_wait(.parity) until it holds.
static void waitUntil(Site site, uint64_t *slots, int64_t isParity) {
  MBarrier &barrier = findOwnBarrier(site, static_cast<uint32_t>(slots[0]));
  Machine &machine = getMachine();
  while (!isComplete(barrier, isParity, slots[1])) {
    barrier.waiting.push_back(&machine.current());
    machine.wait(site, "an mbarrier", &barrier);
  }
  machine.current().warp->known.join(barrier.released);
}

/// 9.7.13.15.16, mbarrier.test_wait and try_wait done, [address], state.
static void test(Site site, uint64_t *slots, int64_t isParity) {
  MBarrier &barrier = findOwnBarrier(site, static_cast<uint32_t>(slots[0]));
  Machine &machine = getMachine();
  if (!isComplete(barrier, isParity, slots[1]) && !machine.yield(site))
    machine.fail(site, "asks for a phase that nobody completes: it lacks " +
                           Twine(barrier.pending) + " arrivals and " +
                           Twine(barrier.bytes) + " bytes");
  bool done = isComplete(barrier, isParity, slots[1]);
  if (done)
    machine.current().warp->known.join(barrier.released);
  slots[0] = done;
}

llvm::ArrayRef<Instruction> mx::emulator::getMBarrierInstructions() {
  static constexpr const char *kScopes =
      "release.acquire.relaxed.cta.cluster.shared.shared::cta.shared::cluster."
      "b64";
  static const Instruction table[] = {
      {"mbarrier.init", kScopes, false, false, init},
      {"mbarrier.inval", kScopes, false, false, invalidate},
      {"mbarrier.expect_tx", kScopes, false, false, expectBytes},
      {"mbarrier.arrive.expect_tx", kScopes, true, false, arrive, nullptr,
       kExpecting},
      {"mbarrier.arrive", kScopes, true, false, arrive, nullptr, kPlain, 2},
      {"mbarrier.wait.parity", kScopes, false, false, waitUntil, nullptr, 1},
      {"mbarrier.wait", kScopes, false, false, waitUntil, nullptr, 0},
      {"mbarrier.test_wait.parity", kScopes, true, false, test, nullptr, 1},
      {"mbarrier.test_wait", kScopes, true, false, test, nullptr, 0},
      {"mbarrier.try_wait.parity", kScopes, true, false, test, nullptr, 1},
      {"mbarrier.try_wait", kScopes, true, false, test, nullptr, 0},
  };
  return table;
}

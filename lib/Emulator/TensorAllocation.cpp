//===- TensorAllocation.cpp - tcgen05.alloc and its like ------------------===//
//
// PTX ISA 9.7.16.7. Whole warps call them. Where there are no free columns a
// GPU waits for another block of the multiprocessor; here none is.
//
//===----------------------------------------------------------------------===//

#include "Memory.h"
#include "Tensor.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace mx::emulator;
using llvm::Twine;

static unsigned readColumns(Site site, uint64_t slot) {
  auto columns = static_cast<uint32_t>(slot);
  if (columns < 32 || columns > TensorMemory::kColumns ||
      !llvm::isPowerOf2_32(columns))
    getMachine().fail(site, Twine(columns) +
                                " columns; expected a power of two from 32 to "
                                "512");
  return columns;
}

using Calls = llvm::ArrayRef<PairedCall>;

/// Columns from a multiple of 32 on that are free in the blocks of all calls;
/// where there are several such places, any.
static std::optional<unsigned> findPlace(Calls calls, unsigned columns) {
  constexpr unsigned kUnit = 32;
  llvm::SmallVector<unsigned> places;
  for (unsigned at = 0; at + columns <= TensorMemory::kColumns; at += kUnit)
    if (llvm::all_of(calls, [&](const PairedCall &call) {
          return call.thread->block().tensor.isFree(at, columns);
        }))
      places.push_back(at);
  if (places.empty())
    return std::nullopt;
  return places[getMachine().random() % places.size()];
}

/// 9.7.16.7.1, tcgen05.alloc [shared address], columns: leaves the address of
/// tensor memory there.
static void allocate(Calls calls) {
  Machine &machine = getMachine();
  Site site = calls[0].site;
  unsigned columns = readColumns(site, calls[0].slots[1]);
  for (const PairedCall &call : calls)
    if (call.thread->block().tensor.isRelinquished)
      machine.fail(site, "allocates after tcgen05.relinquish_alloc_permit");
  std::optional<unsigned> place = findPlace(calls, columns);
  if (!place)
    machine.fail(site, "no " + Twine(columns) +
                           " columns are free: the block waits for itself");
  for (const PairedCall &call : calls) {
    Block &block = call.thread->block();
    block.tensor.allocate(*place, columns, call.site);
    auto target = static_cast<uint32_t>(call.slots[0]);
    if (&machine.blockOf(call.site, target) != &block)
      machine.fail(call.site, "leaves the address in another block's shared "
                              "memory; expected its own");
    accessShared(call.site, block, target, 4, 4, call.thread->warp->access(),
                 /*isWrite=*/true);
    std::memcpy(toHost(target), &*place, sizeof *place);
  }
}

/// Each warp comes after all accesses of both blocks' tensor memory.
static void checkRelease(const PairedCall &call, Calls calls) {
  Warp &warp = *call.thread->warp;
  TensorRange range = {0, TensorMemory::kQuarters,
                       TensorAddress(call.slots[0]).column,
                       readColumns(call.site, call.slots[1])};
  TensorAccess access = {TensorOp::Free, warp.agent, 0, warp.tensorOrdered,
                         warp.known.clock};
  for (const PairedCall &other : calls)
    accessTensor(call.site, other.thread->block(), range, access,
                 /*isWrite=*/true);
}

/// 9.7.16.7.1, tcgen05.dealloc address, columns.
static void release(Calls calls) {
  for (const PairedCall &call : calls)
    checkRelease(call, calls);
  for (const PairedCall &call : calls) {
    Warp &warp = *call.thread->warp;
    unsigned columns = readColumns(call.site, call.slots[1]);
    TensorAddress address(call.slots[0]);
    if (address.lane != 0 || !warp.block->tensor.free(address.column, columns))
      getMachine().fail(call.site, "no allocation of " + Twine(columns) +
                                       " columns begins at column " +
                                       Twine(address.column));
  }
}

/// 9.7.16.7.1, tcgen05.relinquish_alloc_permit.
static void relinquish(Calls calls) {
  for (const PairedCall &call : calls)
    call.thread->block().tensor.isRelinquished = true;
}

static Block &getPeer(Site site) {
  Block &own = getMachine().current().block();
  auto blocks = getTensorBlocks(site, 2);
  return *blocks[blocks[0] == &own];
}

/// 9.7.16.5, issue granularity: a warp calls it, or with cta_group::2 one of
/// each block of the pair, of which the first waits for the second.
template <void (*action)(Calls)>
static void call(Site site, uint64_t *slots, int64_t group) {
  getMachine().gather(site, slots, ~0u, [&](Gathering &) {
    Machine &machine = getMachine();
    getTensorBlocks(site, static_cast<unsigned>(group));
    PairedCall mine = {&machine.current(), site, slots};
    if (group == 1)
      return action(mine);
    Block &peer = getPeer(site);
    PairedCall other = std::exchange(peer.waitsForPair, PairedCall());
    if (!other.thread) {
      mine.thread->block().waitsForPair = mine;
      machine.wait(site, "a warp of the pair's other block");
      return;
    }
    if (getText(other.site) != getText(site))
      machine.fail(site, "the pair's other block waits at " +
                             Twine(other.site) + " in " + getText(other.site) +
                             "; expected the same instruction in both");
    action({mine, other});
    machine.wake(*other.thread);
  });
}

/// 9.7.16.1.2: all of it must be given back before the kernel exits.
void mx::emulator::checkTensorMemoryAtExit(Machine &machine) {
  Thread &me = machine.current();
  if (me.warp->hasOpenLoads)
    machine.fail(me.warp->openLoad,
                 "was never waited for; expected tcgen05.wait::ld");
  Site leak = me.block().tensor.findLeak();
  if (leak && me.block().alive == 1)
    machine.fail(leak, "the block exits without tcgen05.dealloc of what was "
                       "allocated here");
}

llvm::ArrayRef<Instruction> mx::emulator::getTensorAllocation() {
  static constexpr const char *kWords = "sync.aligned.shared::cta.b32";
  static const Instruction table[] = {
      {"tcgen05.alloc.cta_group::1", kWords, false, false, call<allocate>,
       nullptr, 1},
      {"tcgen05.alloc.cta_group::2", kWords, false, false, call<allocate>,
       nullptr, 2},
      {"tcgen05.dealloc.cta_group::1", kWords, false, false, call<release>,
       nullptr, 1},
      {"tcgen05.dealloc.cta_group::2", kWords, false, false, call<release>,
       nullptr, 2},
      {"tcgen05.relinquish_alloc_permit.cta_group::1", kWords, false, false,
       call<relinquish>, nullptr, 1},
      {"tcgen05.relinquish_alloc_permit.cta_group::2", kWords, false, false,
       call<relinquish>, nullptr, 2},
  };
  return table;
}

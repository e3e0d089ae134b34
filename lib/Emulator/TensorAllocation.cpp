//===- TensorAllocation.cpp - tcgen05.alloc and its like ------------------===//
//
// PTX ISA 9.7.16.7. Whole warps call them. Where there are no free columns a
// GPU waits for another block of the multiprocessor; here none is.
//
//===----------------------------------------------------------------------===//

#include "Tensor.h"

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

/// 9.7.16.7.1, tcgen05.alloc [shared address], columns: leaves the address of
/// tensor memory there.
static void allocate(Site site, uint64_t *slots, int64_t) {
  getMachine().gather(site, slots, ~0u, [&](Gathering &) {
    Machine &machine = getMachine();
    Block &block = machine.current().block();
    unsigned columns = readColumns(site, slots[1]);
    if (block.tensor.isRelinquished)
      machine.fail(site, "allocates after tcgen05.relinquish_alloc_permit");
    int place = block.tensor.allocate(columns, machine.random(), site);
    if (place < 0)
      machine.fail(site, "no " + Twine(columns) +
                             " columns are free: the block waits for itself");
    auto target = static_cast<uint32_t>(slots[0]);
    checkShared(site, target, 4, 4, /*isWrite=*/true);
    auto address = static_cast<uint32_t>(place);
    std::memcpy(toHost(target), &address, sizeof address);
  });
}

/// 9.7.16.7.1, tcgen05.dealloc address, columns.
static void release(Site site, uint64_t *slots, int64_t) {
  getMachine().gather(site, slots, ~0u, [&](Gathering &) {
    Machine &machine = getMachine();
    Thread &me = machine.current();
    unsigned columns = readColumns(site, slots[1]);
    TensorAddress address(slots[0]);
    TensorAccess access = {TensorOp::Free, me.warp->agent, 0,
                           me.warp->tensorOrdered, me.warp->known.clock};
    accessTensor(site, {0, TensorMemory::kQuarters, address.column, columns},
                 access, /*isWrite=*/true);
    if (address.lane != 0 || !me.block().tensor.free(address.column, columns))
      machine.fail(site, "no allocation of " + Twine(columns) +
                             " columns begins at column " +
                             Twine(address.column));
  });
}

/// 9.7.16.7.1, tcgen05.relinquish_alloc_permit.
static void relinquish(Site site, uint64_t *slots, int64_t) {
  getMachine().gather(site, slots, ~0u, [&](Gathering &) {
    getMachine().current().block().tensor.isRelinquished = true;
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
  static const Instruction table[] = {
      {"tcgen05.alloc", kTensorWords, false, false, allocate},
      {"tcgen05.dealloc", kTensorWords, false, false, release},
      {"tcgen05.relinquish_alloc_permit", kTensorWords, false, false,
       relinquish},
  };
  return table;
}

//===- Control.cpp - Fences, registers, dependent launches ----------------===//

#include "Instructions.h"

using namespace mx::emulator;
using llvm::Twine;

/// PTX ISA 9.7.13.4: what this thread knows is ordered before what the async
/// proxy does. fence.mbarrier_init does so for initialised mbarriers.
static void fenceProxy(Site, uint64_t *, int64_t) {
  getMachine().current().warp->known.fence();
}

/// Fences within the generic proxy, and PTX ISA 9.7.13.13, griddepcontrol,
/// without a kernel before: nothing is left to do. Warps run one at a time.
static void nothing(Site, uint64_t *, int64_t) {}

/// Blocks until the block has as many free registers.
static void takeRegisters(Site site, Warp &warp, int count) {
  Machine &machine = getMachine();
  Block &block = *warp.block;
  while (block.freeRegisters < count) {
    block.waitForRegisters.push_back(&machine.current());
    machine.wait(site, "registers that other warps give back");
  }
  block.freeRegisters -= count;
}

/// PTX ISA 9.7.19.5, setmaxnreg.inc and .dec. A kernel begins with an equal
/// share of 64 Ki registers a thread.
static void setRegisters(Site site, uint64_t *slots, int64_t isIncrease) {
  Machine &machine = getMachine();
  machine.gather(site, slots, ~0u, [&](Gathering &all) {
    Warp &warp = *machine.current().warp;
    int count = static_cast<int>(slots[0]), change = count - warp.registers;
    if (count < 24 || count > 256 || count % 8 != 0)
      machine.fail(all.site, Twine(count) +
                                 " registers; expected a multiple of 8 from 24 "
                                 "to 256");
    if (isIncrease ? change < 0 : change > 0)
      machine.fail(all.site, Twine(count) + " registers, where the warp has " +
                                 Twine(warp.registers));
    warp.registers = count;
    if (isIncrease) {
      takeRegisters(site, warp, change * static_cast<int>(kLanes));
      return;
    }
    warp.block->freeRegisters -= change * static_cast<int>(kLanes);
    machine.wakeAll(warp.block->waitForRegisters);
  });
}

/// PTX ISA 9.7.9.23, mapa: the same place in another block of the cluster.
static void mapAddress(Site site, uint64_t *slots, int64_t) {
  Machine &machine = getMachine();
  auto address = static_cast<uint32_t>(slots[0]);
  auto rank = static_cast<uint32_t>(slots[1]);
  machine.blockOf(site, address);
  if (rank >= machine.blocks.size())
    machine.fail(site, "block " + Twine(rank) + " of the cluster; it has " +
                           Twine(machine.blocks.size()));
  slots[0] = machine.blocks[rank].shared.getWindow() + address % kWindow;
}

llvm::ArrayRef<Instruction> mx::emulator::getControlInstructions() {
  static const Instruction table[] = {
      {"fence.proxy.async", "shared::cta.shared::cluster.global", false, false,
       fenceProxy},
      {"fence.mbarrier_init.release.cluster", "", false, false, fenceProxy},
      {"fence", "acq_rel.sc.cta.cluster.gpu.sys", false, false, nothing},
      {"membar", "cta.gl.sys", false, false, nothing},
      {"mapa", "shared::cluster.u32", true, false, mapAddress},
      {"griddepcontrol.wait", "", false, false, nothing},
      {"griddepcontrol.launch_dependents", "", false, false, nothing},
      {"setmaxnreg.inc", "sync.aligned.u32", false, false, setRegisters,
       nullptr, 1},
      {"setmaxnreg.dec", "sync.aligned.u32", false, false, setRegisters},
  };
  return table;
}

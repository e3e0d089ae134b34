//===- Rendezvous.cpp - bar.sync and barrier.cluster ----------------------===//

#include "Instructions.h"

using namespace mx::emulator;
using llvm::Twine;

void mx::emulator::arriveAtRendezvous(Rendezvous &rendezvous, Warp &warp,
                                      unsigned threads) {
  rendezvous.arrived += threads;
  warp.release(rendezvous.gathered);
}

void mx::emulator::completeIfFull(Machine &machine, Rendezvous &rendezvous,
                                  unsigned alive) {
  unsigned expected = rendezvous.expected ? rendezvous.expected : alive;
  if (rendezvous.arrived == 0 || rendezvous.arrived < expected)
    return;
  ++rendezvous.phase;
  rendezvous.arrived = 0;
  rendezvous.released = rendezvous.gathered;
  machine.wakeAll(rendezvous.waiting);
}

static void waitFor(Site site, Rendezvous &rendezvous, unsigned phase,
                    const char *what) {
  Machine &machine = getMachine();
  while (rendezvous.phase == phase) {
    rendezvous.waiting.push_back(&machine.current());
    machine.wait(site, what);
  }
  machine.current().warp->known.join(rendezvous.released);
}

/// PTX ISA 9.7.13.1, bar.sync barrier(, threads) and bar.arrive; all threads of
/// the block for 0.
static void bar(Site site, uint64_t *slots, int64_t isArrive) {
  Machine &machine = getMachine();
  auto number = static_cast<uint32_t>(slots[0]);
  auto threads = static_cast<uint32_t>(slots[1]);
  if (number > 15)
    machine.fail(site, "barrier " + Twine(number) + "; expected 0 to 15");
  if (threads % kLanes != 0)
    machine.fail(site, Twine(threads) + " threads; expected whole warps");
  Thread &me = machine.current();
  Rendezvous &barrier = me.block().barriers[number];
  if (barrier.arrived != 0 && barrier.expected != threads)
    machine.fail(site, "expects " + Twine(threads) + " threads at barrier " +
                           Twine(number) + ", where others wait for " +
                           Twine(barrier.expected));
  barrier.expected = threads;
  unsigned phase = barrier.phase;
  arriveAtRendezvous(barrier, *me.warp, 1);
  completeIfFull(machine, barrier, me.block().alive);
  if (!isArrive)
    waitFor(site, barrier, phase, "the other threads of the barrier");
}

/// PTX ISA 9.7.13.3, barrier.cluster.arrive.
static void arriveCluster(Site site, uint64_t *, int64_t isRelaxed) {
  Machine &machine = getMachine();
  Thread &me = machine.current();
  if (me.clusterPhase)
    machine.fail(site, "arrives twice; expected barrier.cluster.wait in "
                       "between");
  Rendezvous &barrier = machine.clusterBarrier;
  me.clusterPhase = barrier.phase;
  if (isRelaxed)
    ++barrier.arrived;
  else
    arriveAtRendezvous(barrier, *me.warp, 1);
  completeIfFull(machine, barrier, machine.countAlive());
}

/// PTX ISA 9.7.13.3, barrier.cluster.wait.
static void waitCluster(Site site, uint64_t *, int64_t) {
  Machine &machine = getMachine();
  Thread &me = machine.current();
  if (!me.clusterPhase)
    machine.fail(site, "waits without barrier.cluster.arrive before");
  waitFor(site, machine.clusterBarrier, *me.clusterPhase,
          "the other threads of the cluster");
  me.clusterPhase.reset();
}

llvm::ArrayRef<Instruction> mx::emulator::getRendezvousInstructions() {
  static const Instruction table[] = {
      {"bar.sync", "aligned", false, false, bar},
      {"barrier.sync", "cta.aligned", false, false, bar},
      {"barrier.cta.sync", "aligned", false, false, bar},
      {"bar.arrive", "aligned", false, false, bar, nullptr, 1},
      {"barrier.cluster.arrive.relaxed", "aligned", false, false, arriveCluster,
       nullptr, 1},
      {"barrier.cluster.arrive", "release.aligned", false, false,
       arriveCluster},
      {"barrier.cluster.wait", "acquire.aligned", false, false, waitCluster},
  };
  return table;
}

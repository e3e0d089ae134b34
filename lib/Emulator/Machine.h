//===- Machine.h - Threads, warps and blocks that run a kernel --*- C++ -*-===//
//
// One cluster runs at a time. Its threads are fibres, which give the processor
// back where they wait; a seeded scheduler picks the next warp, and when what
// was asked for asynchronously happens.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_EMULATOR_MACHINE_H
#define MX_LIB_EMULATOR_MACHINE_H

#include "Fibre.h"
#include "Shared.h"
#include "TensorMemory.h"

#include "llvm/ADT/FunctionExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include <cstring>
#include <memory>
#include <optional>
#include <unordered_map>

namespace mx::emulator {

struct Block;
struct MBarrier;
struct Thread;
struct Warp;

constexpr unsigned kLanes = 32;

/// What an instruction is called with: its location and its text, one after the
/// other with a 0 between and at the end.
using Site = const char *;

/// The text.
inline llvm::StringRef getText(Site site) {
  return site + std::strlen(site) + 1;
}

/// A cp.async that waits for its turn (AsyncCopies.cpp).
struct AsyncCopy {
  uint64_t source;
  uint32_t target, bytes, zeros, group;
};

struct Thread {
  Warp *warp = nullptr;
  unsigned lane = 0, number = 0; ///< in the warp, in the block
  Stack stack;
  Context context = nullptr;
  bool done = false;
  Site waitsAt = nullptr; ///< null while it can run
  const char *waitsFor = "";
  const MBarrier *waitsOn = nullptr; ///< if it is an mbarrier
  uint64_t askedAt = 0;              ///< the machine's changes when it yielded
  unsigned asked = 0;                ///< times since
  std::optional<unsigned> clusterPhase; ///< arrived in, and not waited for
  uint32_t copyGroups = 0;              ///< cp.async groups committed
  std::vector<AsyncCopy> copies;
  std::optional<Agent> tensorAgent; ///< of its tcgen05.cp and tcgen05.mma
  uint32_t tensorGroups = 0;        ///< tcgen05.commit

  Block &block() const;
};

/// Lanes that have come to one instruction of all lanes of a mask.
struct Gathering {
  Site site;
  uint32_t mask, arrived = 0;
  uint64_t *slots[kLanes] = {};
};

/// Warps of a warpgroup that have come to one wgmma.mma_async, each with its
/// lanes.
struct GroupGathering {
  static constexpr unsigned kWarps = 4;
  Gathering *warps[kWarps] = {};
  Thread *waiting[kWarps] = {};
  unsigned arrived = 0;
};

struct Warp {
  Block *block = nullptr;
  unsigned number = 0; ///< in the cluster
  uint32_t ready = 0, alive = 0;
  uint32_t polling = 0; ///< lanes that can go on at the warp's next turn
  bool isQueued = false;
  std::vector<Thread> lanes;
  std::vector<std::unique_ptr<Gathering>> gatherings;

  Agent agent = 0;      ///< its own accesses; the next is its cp.async groups'
  Agent wgmmaAgent = 0; ///< of its warpgroup
  Knowledge known;
  uint32_t wgmmaGroups = 0;  ///< committed
  bool hasOpenWgmma = false; ///< issued and not committed
  bool needsWgmmaFence = true;
  int registers = 0; ///< of each thread

  Clock tensorOrdered;            ///< before its next tcgen05 instructions
  std::optional<Agent> loadAgent; ///< of its tcgen05.ld
  uint32_t tensorLoads = 0;       ///< times that it has waited for them
  bool hasOpenLoads = false;      ///< issued and not waited for
  Site openLoad = nullptr;

  Agent getCopyAgent() const { return agent + 1; }
  /// The warp's accesses now.
  Access access(Proxy proxy = Proxy::Generic) const {
    return {agent, known.clock.get(agent), proxy, known};
  }
  /// What it did so far goes to `to`, and later accesses do not.
  void release(Knowledge &to) {
    to.join(known);
    known.clock.raise(agent, known.clock.get(agent) + 1);
  }
};

/// bar.sync and barrier.cluster: threads that wait for a number of others.
struct Rendezvous {
  unsigned arrived = 0;
  unsigned expected = 0; ///< 0: all threads that have not exited
  unsigned phase = 0;
  Knowledge gathered, released;
  std::vector<Thread *> waiting;
};

/// An mbarrier object (PTX ISA 9.7.13.15).
struct MBarrier {
  unsigned count = 0, pending = 0;
  int64_t bytes = 0; ///< tx-count
  uint32_t phase = 0;
  Agent agent = 0; ///< of the copies that complete here
  Agent initialiser = 0;
  uint32_t initEpoch = 0;
  Knowledge gathered, released;
  std::vector<Thread *> waiting;
};

/// A warp's tcgen05 instruction that a warp of the pair's other block has to
/// call, too.
struct PairedCall {
  Thread *thread = nullptr;
  Site site = nullptr;
  uint64_t *slots = nullptr;
};

struct Block {
  unsigned rank = 0;      ///< in the cluster
  uint32_t index[3] = {}; ///< in the grid
  unsigned alive = 0;     ///< threads
  int freeRegisters = 0;
  SharedMemory shared;
  TensorMemory tensor;
  PairedCall waitsForPair;
  std::vector<Warp> warps;
  std::vector<GroupGathering> groups;
  Rendezvous barriers[16];
  std::vector<Thread *> waitForRegisters;
  std::unordered_map<uint32_t, MBarrier> mbarriers;
};

/// A launch.
struct Launch {
  const char *kernel;
  void (*entry)(void **parameters);
  void **parameters;
  uint32_t grid[3], threads[3], cluster[3];
  uint32_t staticShared, dynamicShared;

  unsigned countThreads() const { return threads[0] * threads[1] * threads[2]; }
  unsigned countBlocks() const { return cluster[0] * cluster[1] * cluster[2]; }
};

class Machine {
public:
  explicit Machine(uint64_t seed) : state(seed * 2 + 1) {}
  /// Runs all blocks; ends the process where the kernel is wrong.
  void run(const Launch &launch);

  // For instructions, on the fibre of the thread that runs.
  Thread &current() { return *thread; }
  const Launch &getLaunch() const { return *launch; }
  /// Ends with an error at the instruction.
  [[noreturn]] void fail(Site site, const llvm::Twine &text);
  /// Gives the processor back until someone wakes the thread.
  void wait(Site site, const char *what, const MBarrier *barrier = nullptr);
  /// Lets others run; false where all who can only ask, over and over.
  bool yield(Site site);
  /// Notes that something happened that others may ask for.
  void progress() { ++changes; }
  void wake(Thread &thread);
  void wakeAll(std::vector<Thread *> &threads);
  /// Waits for the lanes of the mask; the last one runs `body`.
  void gather(Site site, uint64_t *slots, uint32_t mask,
              llvm::function_ref<void(Gathering &)> body);
  /// At some time before everything ends.
  void later(llvm::unique_function<void()> event) {
    events.push_back(std::move(event));
  }
  uint64_t random();

  // The cluster that runs.
  std::vector<Block> blocks;
  Rendezvous clusterBarrier;
  ReadSets reads;
  /// The cta_group of the launch's tcgen05 instructions, and where the first
  /// was.
  unsigned tensorGroup = 0;
  Site tensorGroupSite = nullptr;
  Agent newAgent() { return nextAgent++; }
  unsigned countAlive() const;
  Block &blockOf(Site site, uint32_t sharedAddress);

private:
  void runCluster(const uint32_t *first);
  void prepare(const uint32_t *first);
  void prepareWarps(Block &block);
  void runWarp(Warp &warp);
  void runEvent();
  void start(Thread &thread);
  void finish(Thread &thread);
  [[noreturn]] void reportDeadlock();
  [[noreturn]] void reportFailure();
  static void runThread();

  const Launch *launch = nullptr;
  Thread *thread = nullptr;
  Context scheduler = nullptr;
  StackPool stacks;
  std::vector<Warp *> ready;
  std::vector<llvm::unique_function<void()>> events;
  Agent nextAgent = 0;
  uint64_t state;
  uint64_t changes = 0;
  std::string failure;
};

/// The one that runs kernels of this process.
Machine &getMachine();

inline Block &Thread::block() const { return *warp->block; }

/// Ends with an error where the thread that exits leaves something undone.
void checkTensorMemoryAtExit(Machine &machine);

/// Threads that wait for each other arrive; those that wait for a whole block
/// or cluster also get on when one exits. Named barriers.
void arriveAtRendezvous(Rendezvous &rendezvous, Warp &warp, unsigned threads);
void completeIfFull(Machine &machine, Rendezvous &rendezvous, unsigned alive);

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_MACHINE_H

//===- Machine.cpp - Threads, warps and blocks that run a kernel ----------===//

#include "Machine.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <cstring>
#include <map>

using namespace mx::emulator;
using llvm::StringRef;
using llvm::Twine;

/// Registers of a multiprocessor.
static constexpr int kRegisters = 65536;

Machine &mx::emulator::getMachine() {
  static Machine &machine = [&]() -> Machine & {
    const char *seed = std::getenv("MX_EMULATOR_SEED");
    return *new Machine(seed ? std::strtoull(seed, nullptr, 10) : 0);
  }();
  return machine;
}

/// xorshift64*.
uint64_t Machine::random() {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (state * 0x2545F4914F6CDD1Dull) >> 32;
}

void Machine::run(const Launch &given) {
  launch = &given;
  tensorGroup = 0;
  uint32_t at[3];
  for (at[2] = 0; at[2] < given.grid[2]; at[2] += given.cluster[2])
    for (at[1] = 0; at[1] < given.grid[1]; at[1] += given.cluster[1])
      for (at[0] = 0; at[0] < given.grid[0]; at[0] += given.cluster[0])
        runCluster(at);
  launch = nullptr;
}

void Machine::prepare(const uint32_t *first) {
  const uint32_t *sizes = launch->cluster;
  nextAgent = 0;
  reads.clear();
  clusterBarrier = Rendezvous();
  blocks.resize(launch->countBlocks());
  for (unsigned rank = 0; rank < blocks.size(); ++rank) {
    Block &block = blocks[rank];
    block.rank = rank;
    block.index[0] = first[0] + rank % sizes[0];
    block.index[1] = first[1] + rank / sizes[0] % sizes[1];
    block.index[2] = first[2] + rank / sizes[0] / sizes[1];
    block.alive = launch->countThreads();
    block.mbarriers.clear();
    block.waitForRegisters.clear();
    for (Rendezvous &barrier : block.barriers)
      barrier = Rendezvous();
    block.shared.reset(rank, launch->staticShared + launch->dynamicShared);
    block.tensor.reset();
    block.waitsForPair = PairedCall();
    prepareWarps(block);
  }
}

void Machine::prepareWarps(Block &block) {
  unsigned threads = launch->countThreads();
  unsigned count = (threads + kLanes - 1) / kLanes;
  int perThread =
      std::min<int>(255, kRegisters / static_cast<int>(threads)) / 8 * 8;
  block.freeRegisters = 0;
  block.warps.clear();
  block.warps.resize(count);
  block.groups.assign(count / GroupGathering::kWarps, GroupGathering());
  for (unsigned w = 0; w < count; ++w) {
    Warp &warp = block.warps[w];
    warp.block = &block;
    warp.number = block.rank * count + w;
    warp.registers = perThread;
    warp.agent = nextAgent;
    nextAgent += 2;
    unsigned first = w / GroupGathering::kWarps * GroupGathering::kWarps;
    warp.wgmmaAgent = w == first ? nextAgent++ : block.warps[first].wgmmaAgent;
    warp.known.clock.raise(warp.agent, 1);
    unsigned lanes = std::min(kLanes, threads - w * kLanes);
    warp.lanes.resize(lanes);
    warp.alive = warp.ready = ~0u >> (kLanes - lanes);
    for (unsigned lane = 0; lane < lanes; ++lane) {
      warp.lanes[lane].warp = &warp;
      warp.lanes[lane].lane = lane;
      warp.lanes[lane].number = w * kLanes + lane;
    }
    warp.isQueued = true;
    ready.push_back(&warp);
  }
}

unsigned Machine::countAlive() const {
  unsigned alive = 0;
  for (const Block &block : blocks)
    alive += block.alive;
  return alive;
}

void Machine::runCluster(const uint32_t *first) {
  ready.clear();
  prepare(first);
  while (!ready.empty() || !events.empty()) {
    bool isEvent = !events.empty() && (ready.empty() || random() % 4 == 0);
    if (isEvent) {
      runEvent();
      continue;
    }
    size_t i = random() % ready.size();
    Warp *warp = ready[i];
    ready[i] = ready.back();
    ready.pop_back();
    warp->isQueued = false;
    runWarp(*warp);
  }
  if (countAlive() != 0)
    reportDeadlock();
}

void Machine::runEvent() {
  size_t i = random() % events.size();
  std::swap(events[i], events.back());
  progress();
  auto event = std::move(events.back());
  events.pop_back();
  event();
  if (!failure.empty())
    reportFailure();
}

void Machine::runWarp(Warp &warp) {
  warp.ready |= std::exchange(warp.polling, 0);
  while (warp.ready) {
    unsigned lane = static_cast<unsigned>(__builtin_ctz(warp.ready));
    warp.ready &= ~(1u << lane);
    thread = &warp.lanes[lane];
    if (!thread->context)
      start(*thread);
    mx_emulator_switch(&scheduler, thread->context);
    if (!failure.empty())
      reportFailure();
    if (thread->done)
      finish(*thread);
    thread = nullptr;
  }
}

void Machine::start(Thread &thread) {
  thread.stack = stacks.take();
  thread.context = makeContext(thread.stack, &runThread);
}

void Machine::runThread() {
  Machine &machine = getMachine();
  machine.launch->entry(machine.launch->parameters);
  checkTensorMemoryAtExit(machine);
  machine.thread->done = true;
  mx_emulator_switch(&machine.thread->context, machine.scheduler);
  __builtin_unreachable();
}

void Machine::finish(Thread &thread) {
  progress();
  stacks.give(thread.stack);
  Warp &warp = *thread.warp;
  warp.alive &= ~(1u << thread.lane);
  --thread.block().alive;
  for (Rendezvous &barrier : thread.block().barriers)
    completeIfFull(*this, barrier, thread.block().alive);
  completeIfFull(*this, clusterBarrier, countAlive());
}

void Machine::wait(Site site, const char *what, const MBarrier *barrier) {
  Thread &me = *thread;
  me.waitsAt = site;
  me.waitsFor = what;
  me.waitsOn = barrier;
  mx_emulator_switch(&me.context, scheduler);
  me.waitsAt = nullptr;
}

bool Machine::yield(Site site) {
  constexpr unsigned kPatience = 1000;
  Thread &me = *thread;
  me.asked = me.askedAt == changes ? me.asked + 1 : 0;
  me.askedAt = changes;
  if (me.asked > kPatience)
    return false;
  if (!me.warp->isQueued) {
    me.warp->isQueued = true;
    ready.push_back(me.warp);
  }
  me.warp->polling |= 1u << me.lane;
  wait(site, "its turn");
  return true;
}

void Machine::wake(Thread &thread) {
  progress();
  Warp &warp = *thread.warp;
  warp.ready |= 1u << thread.lane;
  if (!warp.isQueued && &thread != this->thread &&
      (!this->thread || this->thread->warp != &warp)) {
    warp.isQueued = true;
    ready.push_back(&warp);
  }
}

void Machine::wakeAll(std::vector<Thread *> &threads) {
  for (Thread *waiting : threads)
    wake(*waiting);
  threads.clear();
}

static std::unique_ptr<Gathering> take(Warp &warp, size_t i) {
  std::unique_ptr<Gathering> taken = std::move(warp.gatherings[i]);
  warp.gatherings.erase(warp.gatherings.begin() + static_cast<ptrdiff_t>(i));
  return taken;
}

void Machine::gather(Site site, uint64_t *slots, uint32_t mask,
                     llvm::function_ref<void(Gathering &)> body) {
  Thread &me = *thread;
  Warp &warp = *me.warp;
  if (!(mask >> me.lane & 1))
    fail(site, "lane " + Twine(me.lane) + " is not in its mask 0x" +
                   llvm::utohexstr(mask));
  if (mask & ~warp.alive)
    fail(site, "mask 0x" + llvm::utohexstr(mask) +
                   " names lanes that have exited or never were; alive are 0x" +
                   llvm::utohexstr(warp.alive));
  size_t i = 0;
  for (; i < warp.gatherings.size(); ++i) {
    Gathering &other = *warp.gatherings[i];
    if (!(other.mask & mask))
      continue;
    if (other.mask != mask || getText(other.site) != getText(site))
      fail(site, "other lanes of the warp wait at " + Twine(other.site) +
                     " in " + getText(other.site) +
                     "; expected all lanes of the mask at one instruction");
    break;
  }
  if (i == warp.gatherings.size()) {
    warp.gatherings.push_back(std::make_unique<Gathering>());
    warp.gatherings[i]->site = site;
    warp.gatherings[i]->mask = mask;
  }
  Gathering &gathering = *warp.gatherings[i];
  gathering.slots[me.lane] = slots;
  gathering.arrived |= 1u << me.lane;
  if (gathering.arrived != mask) {
    wait(site, "the other lanes of its warp");
    return;
  }
  std::unique_ptr<Gathering> whole = take(warp, i);
  body(*whole);
  warp.ready |= mask & ~(1u << me.lane);
}

Block &Machine::blockOf(Site site, uint32_t address) {
  for (Block &block : blocks)
    if (address - block.shared.getWindow() < kWindow)
      return block;
  fail(site, "address 0x" + llvm::utohexstr(address) +
                 " is in the shared memory of no block of the cluster");
}

void Machine::fail(Site site, const Twine &text) {
  llvm::raw_string_ostream os(failure);
  os << site << ": error: kernel '" << launch->kernel << "'";
  if (thread) {
    const uint32_t *index = thread->block().index;
    os << ", block " << index[0];
    if (launch->grid[1] * launch->grid[2] > 1)
      os << "," << index[1] << "," << index[2];
    os << ", thread " << thread->number;
  }
  os << ": " << getText(site) << ": " << text << "\n";
  if (!thread) // an event, on the scheduler's own stack
    reportFailure();
  Context ignored;
  mx_emulator_switch(&ignored, scheduler);
  __builtin_unreachable();
}

void Machine::reportFailure() {
  llvm::outs().flush();
  llvm::errs() << failure;
  std::exit(1);
}

/// Lanes 0-3 as `0-3`.
static std::string listLanes(uint32_t lanes) {
  std::string text;
  for (unsigned first = 0; first < kLanes; ++first) {
    if (!(lanes >> first & 1))
      continue;
    unsigned last = first;
    while (last + 1 < kLanes && lanes >> (last + 1) & 1)
      ++last;
    text += (text.empty() ? "" : ",") + std::to_string(first);
    if (last != first)
      text += "-" + std::to_string(last);
    first = last;
  }
  return text;
}

static std::string describe(const Thread &waiting) {
  const MBarrier *barrier = waiting.waitsOn;
  if (!barrier)
    return waiting.waitsFor;
  return (waiting.waitsFor + Twine(", which is in phase ") +
          Twine(barrier->phase) + " and lacks " + Twine(barrier->pending) +
          " of " + Twine(barrier->count) + " arrivals and " +
          Twine(barrier->bytes) + " bytes")
      .str();
}

void Machine::reportDeadlock() {
  std::string lines;
  Site first = nullptr;
  llvm::raw_string_ostream os(lines);
  for (Block &block : blocks)
    for (Warp &warp : block.warps) {
      std::map<std::pair<Site, std::string>, uint32_t> groups;
      for (Thread &waiting : warp.lanes)
        if (!waiting.done)
          groups[{waiting.waitsAt, describe(waiting)}] |= 1u << waiting.lane;
      for (auto &[where, lanes] : groups) {
        first = first ? first : where.first;
        os << where.first << ": note: block " << block.index[0] << ", warp "
           << (&warp - block.warps.data()) << ", lanes " << listLanes(lanes)
           << " wait at " << getText(where.first) << " for " << where.second
           << "\n";
      }
    }
  failure = (Twine(first) + ": error: kernel '" + launch->kernel +
             "': deadlock: every thread waits\n" + lines)
                .str();
  reportFailure();
}

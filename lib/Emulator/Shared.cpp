//===- Shared.cpp - Shared memory of the blocks of a cluster --------------===//

#include "Shared.h"

#include "llvm/Support/ErrorHandling.h"
#include <cstring>
#include <sys/mman.h>

using namespace mx::emulator;

static constexpr unsigned kMaxBlocks = 16;

uint32_t SharedMemory::getBase() {
  static const uint32_t base = [] {
    size_t bytes = size_t(kMaxBlocks + 1) * kWindow;
    // The lowest place that is free; 2 GiB of them are not all taken.
    for (uint64_t place = 1u << 28; place + bytes < (1ull << 31);
         place += bytes) {
      void *wanted = reinterpret_cast<void *>(place);
      void *found = mmap(wanted, bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
                             MAP_FIXED_NOREPLACE,
                         -1, 0);
      if (found == wanted)
        return static_cast<uint32_t>(place);
      if (found != MAP_FAILED)
        munmap(found, bytes);
    }
    llvm::report_fatal_error("the emulator finds no memory below 2 GiB");
  }();
  return base;
}

void SharedMemory::reset(unsigned number, uint32_t size) {
  window = getBase() + number * kWindow;
  bytes = size;
  words.assign((kFirstByte + bytes + 3) / 4 + 1, Word());
  // Signalling NaN as f32, and no plausible number.
  std::memset(reinterpret_cast<void *>(uint64_t(window)), 0xA5,
              kFirstByte + bytes);
}

void ReadSets::clear() {
  sets.assign(1, {});
  lastSet = ~0u;
}

uint32_t ReadSets::add(uint32_t set, Agent agent, uint32_t epoch) {
  if (set == lastSet && agent == lastAgent && epoch == lastEpoch)
    return lastResult;
  uint32_t result = set;
  auto same = [&](const Read &read) { return read.agent == agent; };
  const std::vector<Read> &old = sets[set];
  auto found = std::find_if(old.begin(), old.end(), same);
  if (found == old.end() || found->epoch != epoch) {
    std::vector<Read> next = old;
    next.erase(std::remove_if(next.begin(), next.end(), same), next.end());
    next.push_back({agent, epoch});
    result = static_cast<uint32_t>(sets.size());
    sets.push_back(std::move(next));
  }
  lastSet = set;
  lastAgent = agent;
  lastEpoch = epoch;
  return lastResult = result;
}

const ReadSets::Read *ReadSets::findUnknown(uint32_t set,
                                            const Clock &clock) const {
  for (const Read &read : sets[set])
    if (clock.get(read.agent) < read.epoch)
      return &read;
  return nullptr;
}

static uint8_t maskBytes(uint32_t address, uint32_t last) {
  uint32_t first = address & 3, end = std::min(last - (address & ~3u), 4u);
  return static_cast<uint8_t>((1u << end) - (1u << first));
}

/// Calls `body(address of a part, end)` for each word touched.
template <typename Body>
static std::string forEachWord(uint32_t address, uint32_t size, Body body) {
  uint32_t end = address + size;
  for (uint32_t at = address; at < end; at = (at & ~3u) + 4)
    if (std::string problem = body(at, maskBytes(at, end)); !problem.empty())
      return problem;
  return "";
}

std::string SharedMemory::read(uint32_t address, uint32_t size,
                               const Access &access, ReadSets &sets) {
  return forEachWord(address, size, [&](uint32_t at, uint8_t mask) {
    Word &word = *getWord(at);
    if (word.isBarrier)
      return std::string("reads an mbarrier as data");
    if ((word.initialised & mask) != mask)
      return std::string("reads shared memory that was never written");
    if (access.known.clock.get(word.writer) < word.writeEpoch)
      return std::string(word.writtenBy != Proxy::Generic
                             ? "reads what an asynchronous copy writes without "
                               "having waited for it"
                             : "reads what another warp wrote without a "
                               "barrier in between");
    if (access.proxy == Proxy::Async && word.writtenBy != Proxy::Async &&
        access.known.fenced.get(word.writer) < word.writeEpoch)
      return std::string("reads through the async proxy what an ordinary store "
                         "wrote; expected fence.proxy.async in between");
    if (access.swizzle >= 0 && word.swizzle >= 0 &&
        access.swizzle != word.swizzle)
      return "reads by a swizzle of " + std::to_string(access.swizzle) +
             " bytes what was copied by one of " + std::to_string(word.swizzle);
    word.readSet = sets.add(word.readSet, access.agent, access.epoch);
    return std::string();
  });
}

std::string SharedMemory::checkWrite(const Word &word, const Access &access,
                                     const ReadSets &sets) const {
  if (word.isBarrier)
    return "writes over an mbarrier";
  if (access.known.clock.get(word.writer) < word.writeEpoch)
    return word.writtenBy != Proxy::Generic
               ? "writes where an asynchronous copy writes without having "
                 "waited for it"
               : "writes what another warp wrote without a barrier in between";
  if (sets.findUnknown(word.readSet, access.known.clock))
    return "writes what may still be read: no barrier or wait orders the read "
           "before";
  return "";
}

std::string SharedMemory::write(uint32_t address, uint32_t size,
                                const Access &access, ReadSets &sets) {
  return forEachWord(address, size, [&](uint32_t at, uint8_t mask) {
    Word &word = *getWord(at);
    if (std::string problem = checkWrite(word, access, sets); !problem.empty())
      return problem;
    word.writer = access.agent;
    word.writeEpoch = access.epoch;
    word.writtenBy = access.proxy;
    word.swizzle = static_cast<int16_t>(access.swizzle);
    word.initialised |= mask;
    word.readSet = 0;
    return std::string();
  });
}

void SharedMemory::setBarrier(uint32_t address, bool isBarrier) {
  for (uint32_t at : {address, address + 4})
    getWord(at)->isBarrier = isBarrier;
}

//===- Shared.h - Shared memory of the blocks of a cluster ------*- C++ -*-===//
//
// Each block has a window of 256 KiB below 4 GiB, aligned to as much: an
// address of 32 bits is the host's address, and its low 18 bits are what a
// matrix descriptor holds. Beside the bytes stands who wrote and read each
// word.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_EMULATOR_SHARED_H
#define MX_LIB_EMULATOR_SHARED_H

#include "Clock.h"

#include <string>

namespace mx::emulator {

constexpr uint32_t kWindow = 1u << 18;
/// Where a block's memory begins in its window: aligned as little as a kernel
/// may rely on.
constexpr uint32_t kFirstByte = 1024 + 16;

/// How an access gets to memory (PTX ISA 8.6). cp.async is of the generic
/// proxy, but nobody waits for it by itself.
enum class Proxy : uint8_t { Generic, Copy, Async };

/// Sets of reads (agent, epoch), each kept once and named by a number.
class ReadSets {
public:
  ReadSets() { clear(); }
  void clear();
  /// The set with one read more; the agent's earlier ones are forgotten.
  uint32_t add(uint32_t set, Agent agent, uint32_t epoch);
  /// A read that the clock does not know, or null.
  struct Read {
    Agent agent;
    uint32_t epoch;
  };
  const Read *findUnknown(uint32_t set, const Clock &clock) const;

private:
  std::vector<std::vector<Read>> sets;
  uint32_t lastSet = ~0u, lastResult = 0, lastEpoch = 0;
  Agent lastAgent = 0;
};

/// An access, and what the one who asks for it knows.
struct Access {
  Agent agent;
  uint32_t epoch;
  Proxy proxy;
  const Knowledge &known;
  int swizzle = -1; ///< bytes of the pattern it goes by, if it goes by one
};

class SharedMemory {
public:
  /// Takes window `number`, with `bytes` of memory.
  void reset(unsigned number, uint32_t bytes);

  uint32_t getWindow() const { return window; }
  uint32_t getStart() const { return window + kFirstByte; }
  bool contains(uint32_t address, uint32_t size) const {
    return address >= getStart() && size <= bytes &&
           address - getStart() <= bytes - size;
  }
  uint32_t getBytes() const { return bytes; }

  /// Note accesses inside the memory. Empty, or what is wrong.
  std::string read(uint32_t address, uint32_t size, const Access &access,
                   ReadSets &sets);
  std::string write(uint32_t address, uint32_t size, const Access &access,
                    ReadSets &sets);
  /// Whether 8 bytes at `address` are an mbarrier, which only its instructions
  /// may access.
  void setBarrier(uint32_t address, bool isBarrier);

  /// The host's first byte of all windows.
  static uint32_t getBase();

private:
  struct Word {
    uint32_t writeEpoch = 0;
    uint32_t readSet = 0;
    Agent writer = 0;
    uint8_t initialised = 0; ///< a bit for each byte
    Proxy writtenBy = Proxy::Generic;
    int16_t swizzle = -1; ///< as in Access
    bool isBarrier = false;
  };
  Word *getWord(uint32_t address) {
    return &words[(address - window) / sizeof(uint32_t)];
  }
  std::string checkWrite(const Word &word, const Access &access,
                         const ReadSets &sets) const;

  uint32_t window = 0, bytes = 0;
  std::vector<Word> words;
};

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_SHARED_H

//===- Instructions.h - What a kernel's instructions become -----*- C++ -*-===//
//
// Each family is a file with functions and a table. A PTX instruction is found
// by its words; its operands go to the function in 64-bit slots.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_EMULATOR_INSTRUCTIONS_H
#define MX_LIB_EMULATOR_INSTRUCTIONS_H

#include "Machine.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace mx::emulator {

/// Takes operands in `slots` and leaves results there, from the first on.
using Effect = void (*)(Site site, uint64_t *slots, int64_t mode);
/// A result that depends on nothing but three operands; unused ones are 0.
using Pure = uint64_t (*)(uint64_t, uint64_t, uint64_t);

constexpr int64_t kLastOperand = int64_t(1) << 32;

struct Instruction {
  /// The words it begins with, and those that may follow and change nothing
  /// here, each list with dots between.
  const char *words, *ignored;
  /// The first operand, or all that it has in braces, are results; with
  /// `readsResults` the function also gets what they were, first of all.
  bool hasResults = false, readsResults = false;
  Effect effect = nullptr;
  Pure pure = nullptr;
  int64_t mode = 0;
  /// With so many operands, the last of which may be absent, kLastOperand is in
  /// the mode.
  unsigned allOperands = 0;
  /// Instead of `ignored` and `mode`: reads the words that follow.
  std::optional<int64_t> (*readMode)(llvm::StringRef rest) = nullptr;
  /// How many registers the first operand has, where that is fixed.
  unsigned (*countResults)(int64_t mode) = nullptr;
};

llvm::ArrayRef<Instruction> getArithmetic();
llvm::ArrayRef<Instruction> getConversions();
llvm::ArrayRef<Instruction> getWarpInstructions();
llvm::ArrayRef<Instruction> getMBarrierInstructions();
llvm::ArrayRef<Instruction> getRendezvousInstructions();
llvm::ArrayRef<Instruction> getAsyncCopies();
llvm::ArrayRef<Instruction> getBulkCopies();
llvm::ArrayRef<Instruction> getWgmmaInstructions();
llvm::ArrayRef<Instruction> getMmaInstructions();
llvm::ArrayRef<Instruction> getBlockScaleInstructions();
llvm::ArrayRef<Instruction> getTensorAllocation();
llvm::ArrayRef<Instruction> getTensorCopies();
llvm::ArrayRef<Instruction> getTensorLoads();
llvm::ArrayRef<Instruction> getTensorMma();
llvm::ArrayRef<Instruction> getTensorOrder();
llvm::ArrayRef<Instruction> getControlInstructions();

/// All of them.
llvm::ArrayRef<llvm::ArrayRef<Instruction>> getFamilies();

/// An instruction as it stands in a kernel.
struct Found {
  const Instruction *instruction;
  int64_t mode;
};
/// Nothing where the emulator does not know it.
std::optional<Found> findInstruction(llvm::StringRef opcode);

/// Accesses of one thread; end with an error where they are wrong.
void checkShared(Site site, uint32_t address, uint32_t size, uint32_t alignment,
                 bool isWrite);
void checkGlobal(Site site, uint64_t address, uint64_t size,
                 uint32_t alignment);

/// The host's pointer to an address of shared memory.
inline char *toHost(uint32_t sharedAddress) {
  return reinterpret_cast<char *>(uint64_t(sharedAddress));
}

/// The same offset in another block's window.
inline uint32_t moveTo(const Block &block, uint32_t sharedAddress) {
  return block.shared.getWindow() + (sharedAddress & (kWindow - 1));
}
/// Whether the mask of a multicast names blocks of the cluster; ends with an
/// error where it does not.
void checkMask(Site site, uint64_t mask);

/// The mbarrier at an address of shared memory, for a family that completes on
/// it: fails where there is none or the warp cannot know it.
MBarrier &findBarrier(Site site, uint32_t address);
/// Bytes of a copy have come.
void completeBytes(Site site, Block &block, MBarrier &barrier, int64_t bytes);
/// A unit arrives that works by itself; what it did is in `gathered`.
void arriveFromUnit(Site site, Block &block, MBarrier &barrier);

// Floats of 16 bits.
inline float fromBF16(uint16_t bits) {
  return __builtin_bit_cast(float, uint32_t(bits) << 16);
}

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_INSTRUCTIONS_H

//===- Instructions.cpp - The instruction of an opcode --------------------===//

#include "Instructions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace mx::emulator;
using llvm::StringRef;

/// Nothing where the words do not fit.
static std::optional<int64_t> match(const Instruction &instruction,
                                    StringRef opcode) {
  if (!opcode.consume_front(instruction.words) ||
      (!opcode.empty() && !opcode.consume_front(".")))
    return std::nullopt;
  if (instruction.readMode)
    return instruction.readMode(opcode);
  llvm::SmallVector<StringRef> rest, ignored;
  opcode.split(rest, '.', -1, /*KeepEmpty=*/false);
  StringRef(instruction.ignored).split(ignored, '.');
  if (!llvm::all_of(rest, [&](StringRef word) {
        return llvm::is_contained(ignored, word);
      }))
    return std::nullopt;
  return instruction.mode;
}

llvm::ArrayRef<llvm::ArrayRef<Instruction>> mx::emulator::getFamilies() {
  static const llvm::ArrayRef<Instruction> families[] = {
      getArithmetic(),
      getConversions(),
      getWarpInstructions(),
      getMBarrierInstructions(),
      getRendezvousInstructions(),
      getAsyncCopies(),
      getBulkCopies(),
      getWgmmaInstructions(),
      getMmaInstructions(),
      getControlInstructions(),
      getBlockScaleInstructions(),
      getTensorAllocation(),
      getTensorCopies(),
      getTensorLoads(),
      getTensorMma(),
      getTensorOrder()};
  return families;
}

std::optional<Found> mx::emulator::findInstruction(StringRef opcode) {
  for (llvm::ArrayRef<Instruction> family : getFamilies())
    for (const Instruction &instruction : family)
      if (auto mode = match(instruction, opcode))
        return Found{&instruction, *mode};
  return std::nullopt;
}

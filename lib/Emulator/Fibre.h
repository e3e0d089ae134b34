//===- Fibre.h - Stacks of their own for the threads of a block -*- C++ -*-===//
//
// A fibre runs a function on its own stack until it gives the processor back.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_EMULATOR_FIBRE_H
#define MX_LIB_EMULATOR_FIBRE_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mx::emulator {

/// Room for one fibre, with a page below it that cannot be touched.
struct Stack {
  char *memory = nullptr;
  static constexpr size_t kBytes = size_t(256) << 10;

  bool contains(uint64_t address) const {
    return address - reinterpret_cast<uint64_t>(memory) < kBytes;
  }
};

/// Stacks that finished fibres give to new ones.
class StackPool {
public:
  Stack take();
  void give(Stack stack) { free.push_back(stack); }

private:
  std::vector<Stack> free;
};

/// Where a fibre or the scheduler goes on.
using Context = void *;

/// A context that calls `entry` on the stack. `entry` never returns.
Context makeContext(Stack stack, void (*entry)());

/// Saves where this is in `from` and goes on at `to`.
extern "C" void mx_emulator_switch(Context *from, Context to);

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_FIBRE_H

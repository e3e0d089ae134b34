//===- Tasks.h - How a product is cut into tasks ----------------*- C++ -*-===//
//
// A task multiplies some blocks of the packed side with some panels of the
// other, each of which it decodes: x86/Product.h says what these are.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_TASKS_H
#define MX_RUNTIME_LIB_X86_TASKS_H

#include <cstdint>

namespace mx::runtime::x86 {

/// What a task takes.
struct TaskSize {
  int64_t blocks, panels;
};

/// What is cut into tasks: blocks, at most `atOnce` of them in a task, by
/// panels, over so many steps of k.
struct ProductWork {
  int64_t blocks, panels, steps, atOnce;
  bool isKept = true; ///< caches hold a task's blocks from panel to panel
};

/// Enough tasks for all threads to end at about the same time, where a panel is
/// decoded in much less time than a task multiplies it. Panels share the slices
/// of blocks that a task has read, blocks the panels that it decoded.
TaskSize sizeOfTasks(const ProductWork &work, int threads);

/// The same where decoding a panel takes as long as multiplying it with some
/// blocks.
TaskSize sizeOfDecodingTasks(const ProductWork &work, int threads);

/// How a product is cut whose threads pack for themselves.
struct GroupSize {
  int64_t groups; ///< of blocks; 0: all threads are to pack all together
  int64_t panels; ///< that a thread multiplies with a group at a time
};

/// Groups of as many blocks as a task may have: a thread packs one just before
/// it multiplies it, into memory that its caches hold from the one before.
GroupSize sizeOfGroups(const ProductWork &work, int threads);

/// The same for a short k, over which a panel takes about as long to be decoded
/// as some blocks to be packed.
GroupSize sizeOfShortGroups(const ProductWork &work, int threads);

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_TASKS_H

//===- Threads.h - Loops over rows and tiles --------------------*- C++ -*-===//
//
// parallelFor() is the only way in which kernels use threads. Each index writes
// its own part of the result, so that nothing depends on the thread count.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_THREADS_H
#define MX_RUNTIME_LIB_THREADS_H

#include "Fpu.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace mx::runtime {

/// Scratch memory of one thread, kept over the indices it works on.
class Workspace {
public:
  /// `count` objects of T; what slot `Slot` held before is lost if it grows.
  template <typename T, int Slot = 0> T *get(int64_t count) {
    size_t bytes = static_cast<size_t>(count > 0 ? count : 1) * sizeof(T);
    if (bytes > sizes[Slot]) {
      blocks[Slot].reset(
          new std::max_align_t[bytes / sizeof(std::max_align_t) + 1]);
      sizes[Slot] = bytes;
    }
    return reinterpret_cast<T *>(blocks[Slot].get());
  }

private:
  static constexpr int kSlots = 4;
  std::unique_ptr<std::max_align_t[]> blocks[kSlots];
  size_t sizes[kSlots] = {};
};

/// Threads that the next parallelFor of this thread may use.
int threadCount();

/// What mx_set_num_threads() asked for in this thread; 0: nothing.
int getRequestedThreads();

/// Orders what a thread stored past the caches before all that it stores later.
inline void finishStreaming() {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}

/// How many pieces of so many elements are worth a thread together: they take
/// about as long as a region of several threads does to begin and end.
inline int64_t piecesOfTask(int64_t elements) {
  constexpr int64_t kLeast = 16384;
  return elements < kLeast ? kLeast / (elements > 0 ? elements : 1) : 1;
}

/// body(i, workspace) for every i in [0, count), in any order.
template <typename Body> void parallelFor(int64_t count, Body body) {
  int threads = threadCount();
  if (threads > count)
    threads = static_cast<int>(count);
  if (threads <= 1) { // a region of one thread takes microseconds
    FpuScope fpu;
    Workspace workspace;
    for (int64_t i = 0; i < count; ++i)
      body(i, workspace);
    return finishStreaming();
  }
  std::atomic<int64_t> next{0}; // a loop of OpenMP takes microseconds to begin
#pragma omp parallel num_threads(threads)
  {
    FpuScope fpu;
    Workspace workspace;
    for (int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;)
      body(i, workspace);
    finishStreaming(); // before the barrier at the end
  }
}

/// The same, `together` of them at a time.
template <typename Body>
void parallelFor(int64_t count, int64_t together, Body body) {
  parallelFor((count + together - 1) / together,
              [&](int64_t task, Workspace &workspace) {
                int64_t end = (task + 1) * together;
                for (int64_t i = task * together; i < end && i < count; ++i)
                  body(i, workspace);
              });
}

} // namespace mx::runtime

#endif // MX_RUNTIME_LIB_THREADS_H

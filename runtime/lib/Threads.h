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

/// Of this thread in its parallel region.
int threadNumber();

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

/// The indices of a loop, a range for each thread: it takes those first, as its
/// caches may hold what it read and wrote there in another loop, then those of
/// threads that are not done. A dynamic loop of OpenMP would take microseconds
/// to begin.
class SharedRanges {
public:
  SharedRanges(int64_t count, int threads)
      : number(threads < kMost ? threads : kMost) {
    for (int i = 0; i < number; ++i) {
      ranges[i].next.store(count * i / number, std::memory_order_relaxed);
      ranges[i].end = count * (i + 1) / number;
    }
  }

  /// The share of this thread.
  template <typename Function> void forEach(const Function &function) {
    const int own = threadNumber();
    for (int turn = 0; turn < number; ++turn) {
      Range &range = ranges[(own + turn) % number];
      for (int64_t i = range.take(); i < range.end; i = range.take())
        function(i);
    }
  }

private:
  static constexpr int kMost = 64;
  struct alignas(64) Range {
    std::atomic<int64_t> next;
    int64_t end;

    int64_t take() { return next.fetch_add(1, std::memory_order_relaxed); }
  };
  Range ranges[kMost];
  const int number;
};

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
  SharedRanges ranges(count, threads);
#pragma omp parallel num_threads(threads)
  {
    FpuScope fpu;
    Workspace workspace;
    ranges.forEach([&](int64_t i) { body(i, workspace); });
    finishStreaming(); // before the barrier at the end
  }
}

/// The same, `together` of them at a time.
template <typename Body>
void parallelFor(int64_t count, int64_t together, Body body) {
  const int64_t tasks = (count + together - 1) / together;
  parallelFor(tasks, [&](int64_t task, Workspace &workspace) {
    const int64_t end = count * (task + 1) / tasks;
    for (int64_t i = count * task / tasks; i < end; ++i)
      body(i, workspace);
  });
}

} // namespace mx::runtime

#endif // MX_RUNTIME_LIB_THREADS_H

//===- Threads.cpp - Loops over rows and tiles ----------------------------===//
//
// The thread count: mx_set_num_threads() of this thread, else OpenMP's.
//
//===----------------------------------------------------------------------===//

#include "Threads.h"

#include "mx-runtime/mx_runtime.h"

#include <omp.h>

namespace mx::runtime {

static thread_local int requestedThreads = 0;

int threadCount() {
  return requestedThreads > 0 ? requestedThreads : omp_get_max_threads();
}

int threadNumber() { return omp_get_thread_num(); }

int getRequestedThreads() { return requestedThreads; }

} // namespace mx::runtime

extern "C" void mx_set_num_threads(int64_t threads) {
  mx::runtime::requestedThreads =
      threads > 0 && threads <= 4096 ? static_cast<int>(threads) : 0;
}

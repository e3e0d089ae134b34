//===- nested-openmp.cpp - A race that Archer makes up --------------------===//
//
// OpenMP regions within a region and nothing of ours. The barrier at the end of
// the inner region orders every read of `values` before the next call writes
// them, yet TSan with Archer reports them in some of the runs. The commands are
// in docs/development.md. Run it again with a new LLVM: once it stays silent,
// `./dev sanitize tsan` can go into CI.
//
//===----------------------------------------------------------------------===//

#include <cstdio>
#include <omp.h>

__attribute__((noinline)) static void copyInside(int first, long *result) {
  long values[64];
  for (int i = 0; i < 64; ++i)
    values[i] = first + i;
#pragma omp parallel num_threads(2)
  {
#pragma omp for schedule(dynamic, 1) nowait
    for (int i = 0; i < 64; ++i)
      result[i] = values[i];
  }
}

int main() {
  omp_set_max_active_levels(3);
  long sum = 0;
  for (int round = 0; round < 2000; ++round) {
#pragma omp parallel num_threads(3) reduction(+ : sum)
    for (int i = 0; i < 4; ++i) {
      long result[64];
      copyInside(round + i, result);
      sum += result[omp_get_thread_num()];
    }
  }
  std::printf("%ld\n", sum);
}

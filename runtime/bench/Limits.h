//===- Limits.h - What this machine can do at most --------------*- C++ -*-===//
//
// Rates of multipliers fed from registers and caches, and of reading, copying
// and writing memory at every level, measured in the run that uses them.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_BENCH_LIMITS_H
#define MX_RUNTIME_BENCH_LIMITS_H

#include "Peak.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mx::bench {

/// Sizes in bytes; 0 where the system does not tell.
struct Caches {
  int64_t l1 = 0, l2 = 0, l3 = 0;
};
const Caches &caches();
/// More bytes than the last cache holds twice, and at most a gigabyte.
int64_t beyondCaches();
/// Model name of the CPU.
std::string cpuName();

struct Limit {
  std::string name; ///< "amx bf16", "read L2", …
  double rate = 0;  ///< GFLOP/s (GOP/s) or GB/s; 0: this CPU lacks it
  bool isBandwidth = false;
};

/// The limits of one thread count.
class Limits {
public:
  explicit Limits(int threads);
  const std::vector<Limit> &all() const { return list; }
  double operator[](const std::string &name) const;
  /// The level that holds `bytes` read by all threads: "L1" … "DRAM".
  std::string levelOf(int64_t bytes) const;
  /// Replaces the rates that follow the clock by fresher ones.
  void setUnits(const Peaks &peaks);

  const int threads;

private:
  void set(const std::string &name, double rate, bool isBandwidth);
  void measureMemory();
  std::vector<Limit> list;
};

// Units.cpp: multipliers beyond those of Peak.h, GFLOP/s, 0 if absent.
double amxLoadRate(int threads, bool bytes, int64_t bufferBytes);
double vnniYmmRate(int threads);
double fmaYmmRate(int threads);

// Memory.cpp: GB/s of `bytes` that all threads share (private parts).
double readRate(int threads, int64_t bytes);
double copyRate(int threads, int64_t bytes);
double writeRate(int threads, int64_t bytes);

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_LIMITS_H

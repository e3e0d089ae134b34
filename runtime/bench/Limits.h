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
#include <memory>
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

/// Memory of `bytes` that `threads` share, to read, write and copy again and
/// again: GB/s, the best of some tries. A copy counts each byte once.
class MemoryProbe {
public:
  MemoryProbe(int threads, int64_t bytes);
  ~MemoryProbe();
  double read(int tries = 2) const;
  double write(int tries = 2) const;
  double copy(int tries = 2) const;

private:
  struct Parts;
  int threads;
  int64_t bytes;
  std::unique_ptr<Parts> parts;
};

/// The limits of one thread count.
class Limits {
public:
  explicit Limits(int threads);
  const std::vector<Limit> &all() const { return list; }
  double operator[](const std::string &name) const;
  /// The level that holds `bytes` read by all threads: "L1" … "DRAM".
  std::string levelOf(int64_t bytes) const;
  /// Replaces rates by fresher ones: they follow the clock and the neighbours.
  void setUnits(const Peaks &peaks);
  void set(const std::string &name, double rate, bool isBandwidth);

  const int threads;

private:
  void measureMemory();
  std::vector<Limit> list;
};

// Units.cpp: multipliers beyond those of Peak.h, GFLOP/s, 0 if absent.
double amxLoadRate(int threads, bool bytes, int64_t bufferBytes);
double vnniYmmRate(int threads);
double fmaYmmRate(int threads);
double bf16ZmmRate(int threads);

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_LIMITS_H

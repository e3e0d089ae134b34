//===- Limits.cpp - What this machine can do at most ----------------------===//
//
// Sizes of the caches and the table of limits.
//
//===----------------------------------------------------------------------===//

#include "Limits.h"

#include "Report.h"

#include <algorithm>
#include <fstream>

namespace mx::bench {

/// Bytes of the data cache of a level as Linux tells them, 0 if it does not.
/// (CPUID's own figure can be that of a whole socket.)
static int64_t cacheSize(int level) {
  for (int index = 0; index < 8; ++index) {
    std::string folder =
        format("/sys/devices/system/cpu/cpu0/cache/index%d/", index);
    int found = 0;
    long long size = 0;
    char unit = 0;
    std::string type;
    std::ifstream(folder + "level") >> found;
    std::ifstream(folder + "type") >> type;
    if (found != level || type == "Instruction")
      continue;
    std::ifstream(folder + "size") >> size >> unit;
    return size << (unit == 'K' ? 10 : unit == 'M' ? 20 : 0);
  }
  return 0;
}

const Caches &caches() {
  static const Caches theCaches = {cacheSize(1), cacheSize(2), cacheSize(3)};
  return theCaches;
}

int64_t beyondCaches() {
  int64_t last = std::max(caches().l3, caches().l2);
  return std::clamp<int64_t>(2 * last + (16 << 20), 128 << 20, 1 << 30);
}

std::string cpuName() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line))
    if (line.rfind("model name", 0) == 0)
      return line.substr(line.find(':') + 2);
  return "unknown CPU";
}

Limits::Limits(int threads) : threads(threads) {
  setUnits(measurePeaks(threads));
  for (bool bytes : {false, true})
    for (int64_t level : {1, 2}) {
      int64_t size = level == 1 ? 16 << 10 : 512 << 10;
      set(std::string(bytes ? "amx int8 L" : "amx bf16 L") +
              std::to_string(level),
          amxLoadRate(threads, bytes, size), false);
    }
  set("bf16 zmm", bf16ZmmRate(threads), false);
  set("vnni ymm", vnniYmmRate(threads), false);
  set("fma ymm", fmaYmmRate(threads), false);
  measureMemory();
}

void Limits::setUnits(const Peaks &peaks) {
  set("amx bf16", peaks.amxBF16, false);
  set("amx int8", peaks.amxS8, false);
  set("vnni zmm", peaks.vnni, false);
  set("fma zmm", peaks.fma, false);
}

/// Half of a level, so that nothing else in it is in the way. L1 and L2 belong
/// to a core, L3 to all of them.
void Limits::measureMemory() {
  int64_t l3 = std::min<int64_t>(caches().l3 / 2, 64 << 20);
  const std::pair<const char *, int64_t> levels[] = {
      {"L1", caches().l1 / 2 * threads},
      {"L2", caches().l2 / 2 * threads},
      {"L3", std::max(l3, caches().l2 * threads)},
      {"DRAM", beyondCaches()}};
  for (auto [level, bytes] : levels) {
    std::string name = level;
    MemoryProbe probe(threads, std::max<int64_t>(bytes, 1));
    bool exists = bytes > 0;
    set("read " + name, exists ? probe.read(5) : 0, true);
    set("copy " + name, exists ? probe.copy(5) : 0, true);
    set("write " + name, exists ? probe.write(5) : 0, true);
  }
}

void Limits::set(const std::string &name, double rate, bool isBandwidth) {
  for (Limit &limit : list)
    if (limit.name == name) {
      limit.rate = rate;
      return;
    }
  list.push_back({name, rate, isBandwidth});
}

double Limits::operator[](const std::string &name) const {
  for (const Limit &limit : list)
    if (limit.name == name)
      return limit.rate;
  return 0;
}

std::string Limits::levelOf(int64_t bytes) const {
  if (bytes <= caches().l1 * threads * 3 / 4)
    return "L1";
  if (bytes <= caches().l2 * threads * 3 / 4)
    return "L2";
  return bytes <= caches().l3 * 3 / 4 ? "L3" : "DRAM";
}

} // namespace mx::bench

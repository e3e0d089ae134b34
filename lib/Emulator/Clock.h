//===- Clock.h - What has happened before what ------------------*- C++ -*-===//
//
// Vector clocks. An agent does accesses in order: a warp, its wgmma groups, its
// cp.async groups, or the bulk copies that complete on one mbarrier. An access
// is (agent, epoch); it happened before whoever's clock has reached that epoch.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_EMULATOR_CLOCK_H
#define MX_LIB_EMULATOR_CLOCK_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mx::emulator {

using Agent = uint16_t;

class Clock {
public:
  uint32_t get(Agent agent) const {
    return agent < epochs.size() ? epochs[agent] : 0;
  }
  void raise(Agent agent, uint32_t epoch) {
    if (agent >= epochs.size())
      epochs.resize(agent + 1, 0);
    epochs[agent] = std::max(epochs[agent], epoch);
  }
  /// Forgets what the agent did after an epoch.
  void limit(Agent agent, uint32_t epoch) {
    if (agent < epochs.size())
      epochs[agent] = std::min(epochs[agent], epoch);
  }
  void join(const Clock &other) {
    if (other.epochs.size() > epochs.size())
      epochs.resize(other.epochs.size(), 0);
    for (size_t i = 0; i < other.epochs.size(); ++i)
      epochs[i] = std::max(epochs[i], other.epochs[i]);
  }

private:
  std::vector<uint32_t> epochs;
};

/// What someone knows: all accesses, and those that a proxy fence has ordered
/// before what the asynchronous proxy does (PTX ISA 8.6, proxies).
struct Knowledge {
  Clock clock, fenced;

  void join(const Knowledge &other) {
    clock.join(other.clock);
    fenced.join(other.fenced);
  }
  void fence() { fenced.join(clock); }
};

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_CLOCK_H

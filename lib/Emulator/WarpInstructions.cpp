//===- WarpInstructions.cpp - Among the lanes of a warp -------------------===//

#include "Instructions.h"

using namespace mx::emulator;
using llvm::Twine;

/// The last operand of each is the mask of lanes that take part.
template <typename Body>
static void forMask(Site site, uint64_t *slots, unsigned mask, Body body) {
  getMachine().gather(site, slots, static_cast<uint32_t>(slots[mask]),
                      [&](Gathering &all) { body(all); });
}

template <typename Body> static void forEachLane(uint32_t mask, Body body) {
  for (uint32_t rest = mask; rest; rest &= rest - 1)
    body(static_cast<unsigned>(__builtin_ctz(rest)));
}

/// PTX ISA 9.7.13.2, bar.warp.sync mask.
static void syncWarp(Site site, uint64_t *slots, int64_t) {
  forMask(site, slots, 0, [](Gathering &) {});
}

enum Shuffle { kIndex, kUp, kDown, kButterfly };

/// PTX ISA 9.7.9.6: the lane read, or none.
static int findSource(int64_t kind, unsigned lane, uint32_t b, uint32_t c) {
  unsigned clamp = c & 31, segment = c >> 8 & 31;
  unsigned max = (lane & segment) | (clamp & ~segment), min = lane & segment;
  unsigned step = b & 31;
  int64_t from = 0;
  bool isIn = false;
  switch (kind) {
  case kUp:
    from = int64_t(lane) - step;
    isIn = from >= max;
    break;
  case kDown:
    from = lane + step;
    isIn = from <= max;
    break;
  case kButterfly:
    from = lane ^ step;
    isIn = from <= max;
    break;
  default:
    from = min | (step & ~segment);
    isIn = from <= max;
  }
  return isIn ? static_cast<int>(from) : -1;
}

/// shfl.sync d(|p), a, b, c, mask. The second result is written where it is not
/// asked for, too: there is room.
static void shuffle(Site site, uint64_t *slots, int64_t kind) {
  forMask(site, slots, 3, [&](Gathering &all) {
    uint64_t values[kLanes] = {}, valid[kLanes] = {};
    forEachLane(all.mask, [&](unsigned lane) {
      uint64_t *mine = all.slots[lane];
      int from = findSource(kind, lane, static_cast<uint32_t>(mine[1]),
                            static_cast<uint32_t>(mine[2]));
      valid[lane] = from >= 0;
      unsigned source = from < 0 ? lane : static_cast<unsigned>(from);
      if (!(all.mask >> source & 1))
        getMachine().fail(site, "lane " + Twine(lane) + " reads lane " +
                                    Twine(source) +
                                    ", which is not in the mask");
      values[lane] = all.slots[source][0];
    });
    forEachLane(all.mask, [&](unsigned lane) {
      all.slots[lane][0] = values[lane];
      all.slots[lane][1] = valid[lane];
    });
  });
}

enum Reduction { kMax, kMin, kMaxU, kMinU, kAdd, kAnd, kOr, kXor };

static uint32_t combine(int64_t kind, uint32_t a, uint32_t b) {
  auto x = static_cast<int32_t>(a), y = static_cast<int32_t>(b);
  switch (kind) {
  case kMax:
    return static_cast<uint32_t>(std::max(x, y));
  case kMin:
    return static_cast<uint32_t>(std::min(x, y));
  case kMaxU:
    return std::max(a, b);
  case kMinU:
    return std::min(a, b);
  case kAdd:
    return a + b;
  case kAnd:
    return a & b;
  case kOr:
    return a | b;
  default:
    return a ^ b;
  }
}

/// PTX ISA 9.7.13.5, redux.sync d, a, mask.
static void reduce(Site site, uint64_t *slots, int64_t kind) {
  forMask(site, slots, 1, [&](Gathering &all) {
    auto first = static_cast<unsigned>(__builtin_ctz(all.mask));
    auto sum = static_cast<uint32_t>(all.slots[first][0]);
    forEachLane(all.mask & ~(1u << first), [&](unsigned lane) {
      sum = combine(kind, sum, static_cast<uint32_t>(all.slots[lane][0]));
    });
    forEachLane(all.mask, [&](unsigned lane) { all.slots[lane][0] = sum; });
  });
}

enum Vote { kAll, kAny, kUniform, kBallot };

/// PTX ISA 9.7.13.9, vote.sync d, predicate, mask.
static void vote(Site site, uint64_t *slots, int64_t kind) {
  forMask(site, slots, 1, [&](Gathering &all) {
    uint32_t ballot = 0;
    forEachLane(all.mask, [&](unsigned lane) {
      ballot |= static_cast<uint32_t>(all.slots[lane][0] & 1) << lane;
    });
    bool isAll = ballot == all.mask, isAny = ballot != 0;
    uint64_t results[] = {isAll, isAny, isAll || !isAny, ballot};
    forEachLane(all.mask,
                [&](unsigned lane) { all.slots[lane][0] = results[kind]; });
  });
}

/// PTX ISA 9.7.13.14, elect.sync d|p, mask: the first lane.
static void elect(Site site, uint64_t *slots, int64_t) {
  forMask(site, slots, 0, [](Gathering &all) {
    auto first = static_cast<unsigned>(__builtin_ctz(all.mask));
    forEachLane(all.mask, [&](unsigned lane) {
      all.slots[lane][0] = first;
      all.slots[lane][1] = lane == first;
    });
  });
}

llvm::ArrayRef<Instruction> mx::emulator::getWarpInstructions() {
  static const Instruction table[] = {
      {"bar.warp.sync", "", false, false, syncWarp},
      {"shfl.sync.idx.b32", "", true, false, shuffle, nullptr, kIndex},
      {"shfl.sync.up.b32", "", true, false, shuffle, nullptr, kUp},
      {"shfl.sync.down.b32", "", true, false, shuffle, nullptr, kDown},
      {"shfl.sync.bfly.b32", "", true, false, shuffle, nullptr, kButterfly},
      {"redux.sync.max.s32", "", true, false, reduce, nullptr, kMax},
      {"redux.sync.min.s32", "", true, false, reduce, nullptr, kMin},
      {"redux.sync.max.u32", "", true, false, reduce, nullptr, kMaxU},
      {"redux.sync.min.u32", "", true, false, reduce, nullptr, kMinU},
      {"redux.sync.add.s32", "", true, false, reduce, nullptr, kAdd},
      {"redux.sync.add.u32", "", true, false, reduce, nullptr, kAdd},
      {"redux.sync.and.b32", "", true, false, reduce, nullptr, kAnd},
      {"redux.sync.or.b32", "", true, false, reduce, nullptr, kOr},
      {"redux.sync.xor.b32", "", true, false, reduce, nullptr, kXor},
      {"vote.sync.all.pred", "", true, false, vote, nullptr, kAll},
      {"vote.sync.any.pred", "", true, false, vote, nullptr, kAny},
      {"vote.sync.uni.pred", "", true, false, vote, nullptr, kUniform},
      {"vote.sync.ballot.b32", "", true, false, vote, nullptr, kBallot},
      {"elect.sync", "", true, false, elect},
  };
  return table;
}

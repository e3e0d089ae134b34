//===- Wgmma.cpp - wgmma.mma_async ----------------------------------------===//
//
// PTX ISA 9.7.15. The four warps of a warpgroup multiply when the last one has
// come; until one has waited for the group, nobody may write what it reads.
//
// s8: s32 sums, exact modulo 2^32. bf16, f16 and e5m2: the exact products and
// the accumulator are added in double, in order of K, and rounded once an
// instruction to f32, nearest even. Tensor cores align and truncate instead:
// expect differences of a few units in the last place of the largest term.
//
//===----------------------------------------------------------------------===//

#include "Descriptor.h"
#include "Memory.h"
#include "Products.h"
#include "TensorMap.h"

#include "mx/Support/Round.h"
#include "llvm/ADT/StringExtras.h"
#include <cstring>

using namespace mx::emulator;
using llvm::StringRef;
using llvm::Twine;
namespace contract = mx::contract;

static constexpr unsigned kRows = 16;  ///< of a warp
static constexpr unsigned kBytes = 32; ///< of K
static constexpr unsigned kMaxN = 256;

enum Elements { kS8, kBF16, kF16, kE5M2 };

namespace {

/// One instruction of a warpgroup.
class Multiply {
public:
  Multiply(Site site, GroupGathering &group, Block &block, unsigned firstWarp,
           int64_t mode)
      : site(site), group(group), block(block), machine(getMachine()),
        firstWarp(firstWarp), n(mode & 0xFFFF),
        elements(static_cast<Elements>(mode >> 16 & 0xF)),
        isInRegisters(mode & kLastOperand) {
    if (isInRegisters && elements == kE5M2)
      machine.fail(site, "A in registers; expected s8 or 16-bit elements");
    unsigned placeB = n / 2 + (isInRegisters ? kWordsA : 1);
    if (!isInRegisters)
      a = decode(readCommon(n / 2));
    b = decode(readCommon(placeB));
    const uint64_t *rest = group.warps[0]->slots[0] + placeB;
    isAdded = rest[1] & 1;
    if (elements == kS8)
      return;
    signA = readSign(rest[2]);
    signB = readSign(rest[3]);
    if (elements == kE5M2)
      return;
    if (!isInRegisters)
      a.isTransposed = rest[4];
    b.isTransposed = rest[isInRegisters ? 4 : 5];
  }

  void run() {
    for (unsigned i = 0; i < GroupGathering::kWarps; ++i) {
      Warp &warp = block.warps[firstWarp + i];
      if (warp.needsWgmmaFence)
        machine.fail(site, "registers were accessed before; expected "
                           "wgmma.fence in between");
      warp.hasOpenWgmma = true;
    }
    if (elements == kS8)
      multiply<int32_t, int8_t>();
    else if (elements == kE5M2)
      multiply<double, uint8_t>();
    else
      multiply<double, uint16_t>();
  }

private:
  static constexpr unsigned kWordsA = 4;

  /// A matrix descriptor.
  uint64_t readCommon(unsigned place) {
    uint64_t first = group.warps[0]->slots[0][place];
    for (Gathering *warp : group.warps)
      for (uint64_t *slots : warp->slots)
        if (slots[place] != first)
          machine.fail(site, "the threads of the warpgroup have different "
                             "matrix descriptors");
    return first;
  }

  Descriptor decode(uint64_t bits) {
    Descriptor descriptor;
    if (std::string problem = Descriptor::decode(bits, descriptor);
        !problem.empty())
      machine.fail(site, problem);
    return descriptor;
  }

  int readSign(uint64_t value) {
    auto sign = static_cast<int32_t>(value);
    if (sign != 1 && sign != -1)
      machine.fail(site, "scale " + Twine(sign) + "; expected 1 or -1");
    return sign;
  }

  const char *read(const Descriptor &matrix, uint32_t place, uint32_t size) {
    const Warp &warp = block.warps[firstWarp];
    uint32_t address =
        swizzle(block.shared.getWindow() + (place & (kWindow - 1)),
                matrix.swizzleBytes);
    Access access = {warp.wgmmaAgent, warp.wgmmaGroups + 1, Proxy::Async,
                     warp.known, matrix.swizzleBytes};
    accessShared(site, block, address, size, size, access, /*isWrite=*/false);
    return toHost(address);
  }

  double convert(uint16_t bits, int sign) {
    return sign *
           double(elements == kBF16 ? fromBF16(bits) : contract::fromF16(bits));
  }
  int32_t convert(int8_t value, int) { return value; }
  double convert(uint8_t bits, int sign) {
    return sign * contract::decode(contract::kE5M2, bits);
  }

  /// `count` rows with K outermost.
  template <typename T, typename Stored>
  std::vector<T> load(const Descriptor &matrix, unsigned count, int sign) {
    constexpr unsigned kElements = kBytes / sizeof(Stored);
    std::vector<T> values(kElements * count);
    auto take = [&](unsigned row, unsigned k, const char *from) {
      Stored stored;
      std::memcpy(&stored, from, sizeof stored);
      values[k * count + row] = convert(stored, sign);
    };
    for (unsigned row = 0; row < count; ++row) {
      if (matrix.isTransposed) {
        for (unsigned k = 0; k < kElements; ++k)
          take(row, k, read(matrix, matrix.locateTransposed(row, k), 2));
        continue;
      }
      constexpr unsigned kTogether = 16 / sizeof(Stored);
      for (unsigned k = 0; k < kElements; k += kTogether) {
        const char *piece =
            read(matrix, matrix.locate(row, k * sizeof(Stored)), 16);
        for (unsigned i = 0; i < kTogether; ++i)
          take(row, k + i, piece + i * sizeof(Stored));
      }
    }
    return values;
  }

  /// A in registers, as load() gives it: 9.7.15.5.1.1.1, register fragments.
  template <typename T, typename Stored> std::vector<T> loadRegisters() {
    constexpr unsigned kElements = kBytes / sizeof(Stored);
    constexpr unsigned kGroupRows = kRows * GroupGathering::kWarps;
    std::vector<T> values(kElements * kGroupRows);
    constexpr unsigned kOfWord = 4 / sizeof(Stored), kOfLanes = 4 * kOfWord;
    for (unsigned row = 0; row < kGroupRows; ++row)
      for (unsigned column = 0; column < kElements; ++column) {
        unsigned lane = row % 8 * 4 + column % kOfLanes / kOfWord;
        unsigned word = column / kOfLanes * 2 + row % kRows / 8;
        uint64_t slot = group.warps[row / kRows]->slots[lane][n / 2 + word];
        unsigned shift = column % kOfWord * (8 * sizeof(Stored));
        values[column * kGroupRows + row] =
            convert(static_cast<Stored>(slot >> shift), signA);
      }
    return values;
  }

  /// The accumulator of (row, column): 9.7.15.5.1.1.1, register fragments.
  uint64_t &accumulator(unsigned row, unsigned column) {
    unsigned lane = row % 8 * 4 + column % 8 / 2;
    return group.warps[row / kRows]
        ->slots[lane][column / 8 * 4 + row % kRows / 8 * 2 + column % 2];
  }
  static void get(uint64_t slot, int32_t &value) {
    value = static_cast<int32_t>(slot);
  }
  static void get(uint64_t slot, double &value) {
    value = contract::floatOf(static_cast<uint32_t>(slot));
  }
  static uint64_t put(int32_t value) { return static_cast<uint32_t>(value); }
  static uint64_t put(double value) {
    return contract::bitsOf(static_cast<float>(value));
  }

  template <typename T, typename Stored> void multiply() {
    constexpr unsigned kElements = kBytes / sizeof(Stored);
    constexpr unsigned kGroupRows = kRows * GroupGathering::kWarps;
    std::vector<T> rows = isInRegisters ? loadRegisters<T, Stored>()
                                        : load<T, Stored>(a, kGroupRows, signA);
    std::vector<T> columns = load<T, Stored>(b, n, signB);
    T sums[kMaxN], line[kElements];
    for (unsigned row = 0; row < kGroupRows; ++row) {
      for (unsigned j = 0; j < n; ++j) {
        sums[j] = 0;
        if (isAdded)
          get(accumulator(row, j), sums[j]);
      }
      for (unsigned k = 0; k < kElements; ++k)
        line[k] = rows[k * kGroupRows + row];
      addProducts(sums, line, columns.data(), n, kElements);
      for (unsigned j = 0; j < n; ++j)
        accumulator(row, j) = put(sums[j]);
    }
  }

  Site site;
  GroupGathering &group;
  Block &block;
  Machine &machine;
  unsigned firstWarp, n;
  Elements elements;
  bool isInRegisters; ///< A
  Descriptor a, b;
  bool isAdded = true;
  int signA = 1, signB = 1;
};

} // namespace

/// On the last lane of a warp to come; the last warp multiplies.
static void gatherGroup(Site site, Gathering &all, int64_t mode) {
  Machine &machine = getMachine();
  Thread &me = machine.current();
  Block &block = me.block();
  unsigned number = me.number / kLanes;
  unsigned index = number / GroupGathering::kWarps;
  unsigned place = number % GroupGathering::kWarps;
  if (index >= block.groups.size())
    machine.fail(site, "expected four whole warps from a multiple of 4 on");
  GroupGathering &group = block.groups[index];
  group.warps[place] = &all;
  group.waiting[place] = &me;
  if (++group.arrived != GroupGathering::kWarps)
    return machine.wait(site, "the other warps of its warpgroup");
  GroupGathering whole = std::exchange(group, GroupGathering());
  for (Gathering *other : whole.warps)
    if (StringRef(getText(other->site)) != getText(site))
      machine.fail(site, "another warp of the warpgroup is at " +
                             Twine(other->site) + " in " +
                             getText(other->site));
  Multiply(site, whole, block, number - place, mode).run();
  for (Thread *other : whole.waiting)
    if (other != &me)
      machine.wake(*other);
}

/// 9.7.15.5.2, wgmma.mma_async d, a-desc, b-desc, scale-d(, imm-scale-a,
/// imm-scale-b, imm-trans-a, imm-trans-b); of s8 and 16-bit elements also d, a,
/// b-desc, scale-d, imm-scale-a, imm-scale-b, imm-trans-b.
static void multiply(Site site, uint64_t *slots, int64_t mode) {
  getMachine().gather(site, slots, ~0u,
                      [&](Gathering &all) { gatherGroup(site, all, mode); });
}

/// `m64n256` and the rest, as "k32.s32.s8.s8".
static std::optional<int64_t> readShape(StringRef shape, StringRef rest,
                                        Elements elements) {
  unsigned n = 0;
  if (!shape.consume_front("m64n") || shape.consumeInteger(10, n) || n % 8 ||
      n == 0 || n > kMaxN || shape != rest)
    return std::nullopt;
  if (elements == kS8 && n > 32 && n % 16 != 0)
    return std::nullopt;
  return n | elements << 16;
}
static std::optional<int64_t> readS8(StringRef shape) {
  return readShape(shape, "k32.s32.s8.s8", kS8);
}
static std::optional<int64_t> readHalves(StringRef shape) {
  auto mode = readShape(shape, "k16.f32.bf16.bf16", kBF16);
  return mode ? mode : readShape(shape, "k16.f32.f16.f16", kF16);
}
static std::optional<int64_t> readE5M2(StringRef shape) {
  return readShape(shape, "k32.f32.e5m2.e5m2", kE5M2);
}
static unsigned countAccumulators(int64_t mode) { return (mode & 0xFFFF) / 2; }

/// 9.7.15.7.1, wgmma.fence.
static void fence(Site site, uint64_t *slots, int64_t) {
  getMachine().gather(site, slots, ~0u, [](Gathering &) {
    getMachine().current().warp->needsWgmmaFence = false;
  });
}

/// 9.7.15.7.2, wgmma.commit_group.
static void commit(Site site, uint64_t *slots, int64_t) {
  getMachine().gather(site, slots, ~0u, [](Gathering &) {
    Warp &warp = *getMachine().current().warp;
    ++warp.wgmmaGroups;
    warp.hasOpenWgmma = false;
  });
}

/// 9.7.15.7.3, wgmma.wait_group n.
static void wait(Site site, uint64_t *slots, int64_t) {
  auto pending = static_cast<uint32_t>(slots[0]);
  getMachine().gather(site, slots, ~0u, [&](Gathering &) {
    Warp &warp = *getMachine().current().warp;
    if (warp.hasOpenWgmma)
      getMachine().fail(site, "wgmma.mma_async was issued and not committed; "
                              "expected wgmma.commit_group in between");
    if (warp.wgmmaGroups > pending)
      warp.known.clock.raise(warp.wgmmaAgent, warp.wgmmaGroups - pending);
    if (pending == 0)
      warp.needsWgmmaFence = true;
  });
}

llvm::ArrayRef<Instruction> mx::emulator::getWgmmaInstructions() {
  static const Instruction table[] = {
      {"wgmma.mma_async.sync.aligned", nullptr, true, true, multiply, nullptr,
       0, /*allOperands=*/9, readHalves, countAccumulators},
      {"wgmma.mma_async.sync.aligned", nullptr, true, true, multiply, nullptr,
       0, /*allOperands=*/8, readE5M2, countAccumulators},
      {"wgmma.mma_async.sync.aligned", nullptr, true, true, multiply, nullptr,
       0, /*allOperands=*/6, readS8, countAccumulators},
      {"wgmma.fence.sync.aligned", "", false, false, fence},
      {"wgmma.commit_group.sync.aligned", "", false, false, commit},
      {"wgmma.wait_group.sync.aligned", "", false, false, wait},
  };
  return table;
}

//===- Mma.cpp - mma.sync and ldmatrix ------------------------------------===//
//
// PTX ISA 9.7.14. Sums as in Wgmma.cpp: in double, rounded once.
//
//===----------------------------------------------------------------------===//

#include "Instructions.h"

#include "mx/Support/Round.h"
#include "llvm/ADT/StringSwitch.h"
#include <cstring>

using namespace mx::emulator;
using llvm::StringRef;
using llvm::Twine;
namespace contract = mx::contract;

/// Element (row, k) of A and of B, of 16 bits (9.7.14.5.8, fragments of
/// m16n8k16).
static uint16_t getA(const Gathering &all, unsigned row, unsigned k) {
  unsigned lane = row % 8 * 4 + k % 8 / 2, word = row / 8 + k / 8 * 2;
  return static_cast<uint16_t>(all.slots[lane][word] >> (16 * (k % 2)));
}
static uint16_t getB(const Gathering &all, unsigned k, unsigned column) {
  unsigned lane = column * 4 + k % 8 / 2, word = 4 + k / 8;
  return static_cast<uint16_t>(all.slots[lane][word] >> (16 * (k % 2)));
}

template <float (*convert)(uint16_t)> static void multiplyTile(Gathering &all) {
  constexpr unsigned kSums = 6;
  uint64_t results[kLanes][4];
  for (unsigned lane = 0; lane < kLanes; ++lane)
    for (unsigned i = 0; i < 4; ++i) {
      unsigned row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
      double sum =
          contract::floatOf(static_cast<uint32_t>(all.slots[lane][kSums + i]));
      for (unsigned k = 0; k < 16; ++k)
        sum += double(convert(getA(all, row, k))) *
               double(convert(getB(all, k, column)));
      results[lane][i] = contract::bitsOf(static_cast<float>(sum));
    }
  for (unsigned lane = 0; lane < kLanes; ++lane)
    std::memcpy(all.slots[lane], results[lane], sizeof results[lane]);
}

/// mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 d, a, b, c, and f16.
template <float (*convert)(uint16_t)>
static void multiply(Site site, uint64_t *slots, int64_t) {
  getMachine().gather(site, slots, ~0u, multiplyTile<convert>);
}

/// 9.7.14.5.15, ldmatrix: lanes 8i to 8i+7 have the addresses of the rows of
/// matrix i. Mode: the number of matrices, and 8 if transposed.
static void loadMatrices(Site site, uint64_t *slots, int64_t mode) {
  getMachine().gather(site, slots, ~0u, [&](Gathering &all) {
    unsigned count = mode & 7;
    uint16_t elements[4][8][8];
    for (unsigned lane = 0; lane < 8 * count; ++lane) {
      auto address = static_cast<uint32_t>(all.slots[lane][0]);
      checkShared(site, address, 16, 16, /*isWrite=*/false);
      std::memcpy(elements[lane / 8][lane % 8], toHost(address), 16);
    }
    for (unsigned lane = 0; lane < kLanes; ++lane)
      for (unsigned i = 0; i < count; ++i) {
        unsigned row = lane / 4, column = lane % 4 * 2;
        uint32_t low = elements[i][row][column];
        uint32_t high = elements[i][row][column + 1];
        if (mode & 8) {
          low = elements[i][column][row];
          high = elements[i][column + 1][row];
        }
        all.slots[lane][i] = low | high << 16;
      }
  });
}

/// The same, m8n16 with bytes from elements of `bits` bits: a row is 16
/// elements at the start of 16 bytes, each of which comes in the low bits of a
/// byte. Mode: the number of matrices, and 8 times the bits.
static void loadNarrowMatrices(Site site, uint64_t *slots, int64_t mode) {
  getMachine().gather(site, slots, ~0u, [&](Gathering &all) {
    unsigned count = mode & 7, bits = mode >> 3;
    uint64_t rows[4][8][2] = {};
    for (unsigned lane = 0; lane < 8 * count; ++lane) {
      auto address = static_cast<uint32_t>(all.slots[lane][0]);
      if (address % 16 != 0)
        getMachine().fail(site, "address " + Twine(address) +
                                    " of a row; expected a multiple of 16");
      checkShared(site, address, 2 * bits, 4, /*isWrite=*/false);
      std::memcpy(rows[lane / 8][lane % 8], toHost(address), 2 * bits);
    }
    for (unsigned lane = 0; lane < kLanes; ++lane)
      for (unsigned i = 0; i < count; ++i) {
        const uint64_t *row = rows[i][lane / 4];
        uint32_t word = 0;
        for (unsigned element = 0; element < 4; ++element) {
          unsigned bit = (lane % 4 * 4 + element) * bits, shift = bit % 64;
          uint64_t code = row[bit / 64] >> shift;
          if (shift + bits > 64)
            code |= row[bit / 64 + 1] << (64 - shift);
          word |= (code & ((1u << bits) - 1)) << (8 * element);
        }
        all.slots[lane][i] = word;
      }
  });
}

/// `x4.shared.b8x16.b6x16_p32`, or `b4x16_p64`.
static std::optional<int64_t> readNarrowMatrices(StringRef rest) {
  auto [count, types] = rest.split('.');
  int64_t mode = llvm::StringSwitch<int64_t>(count)
                     .Case("x1", 1)
                     .Case("x2", 2)
                     .Case("x4", 4)
                     .Default(0);
  if (!types.consume_front("shared::cta.b8x16.") &&
      !types.consume_front("shared.b8x16."))
    return std::nullopt;
  int64_t bits = types == "b4x16_p64" ? 4 : types == "b6x16_p32" ? 6 : 0;
  if (mode == 0 || bits == 0)
    return std::nullopt;
  return mode | bits << 3;
}

/// `x4.trans.shared.b16`.
static std::optional<int64_t> readMatrices(StringRef rest) {
  int64_t mode = rest.consume_front("x1")   ? 1
                 : rest.consume_front("x2") ? 2
                 : rest.consume_front("x4") ? 4
                                            : 0;
  if (mode != 0 && rest.consume_front(".trans"))
    mode |= 8;
  if (mode == 0 || (rest != ".shared.b16" && rest != ".shared::cta.b16"))
    return std::nullopt;
  return mode;
}
static unsigned countMatrices(int64_t mode) { return mode & 7; }
static unsigned four(int64_t) { return 4; }

llvm::ArrayRef<Instruction> mx::emulator::getMmaInstructions() {
  static const Instruction table[] = {
      {"mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", "", true, false,
       multiply<fromBF16>, nullptr, 0, 0, nullptr, four},
      {"mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", "", true, false,
       multiply<contract::fromF16>, nullptr, 0, 0, nullptr, four},
      {"ldmatrix.sync.aligned.m8n8", nullptr, true, false, loadMatrices,
       nullptr, 0, 0, readMatrices, countMatrices},
      {"ldmatrix.sync.aligned.m8n16", nullptr, true, false, loadNarrowMatrices,
       nullptr, 0, 0, readNarrowMatrices, countMatrices},
  };
  return table;
}

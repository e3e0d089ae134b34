//===- Tiles.cpp - Blocks of AMX tiles ------------------------------------===//
//
// Order of instructions, found by measuring: the stream of A is loaded with a
// hint that keeps it out of the first-level cache, and between two blocks each
// accumulator is stored, reloaded and used before the next one is stored.
//
//===----------------------------------------------------------------------===//

#include "Tiles.h"

#include "../avx512/Pack.h"
#include "../avx512/PlainRows.h"
#include "../avx512/Powers.h"
#include "../avx512/Target.h"

#include <algorithm>
#include <cstring>

namespace mx::runtime::amx {

using x86::ceilDiv;
using x86::kBlockSums;
using x86::kStepBytes;
using x86::kTileBytes;
using x86::Multiplier;
using x86::SliceProduct;

MX_AMX_BEGIN

void configureTiles() {
  alignas(64) uint8_t config[64] = {1}; // palette
  for (int tile = 0; tile < 8; ++tile) {
    config[16 + 2 * tile] = 64; // bytes of a row
    config[48 + tile] = 16;     // rows
  }
  _tile_loadconfig(config);
}

void releaseTiles() { _tile_release(); }

namespace {

struct BF16 {
  static __m512i add(__m512i a, __m512i b) {
    return _mm512_castps_si512(
        _mm512_add_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b)));
  }
  template <int Sum, int Rows, int Pairs> static void multiplyTiles() {
    _tile_dpbf16ps(Sum, Rows, Pairs);
  }
};

struct S8 {
  static __m512i add(__m512i a, __m512i b) { return _mm512_add_epi32(a, b); }
  template <int Sum, int Rows, int Pairs> static void multiplyTiles() {
    _tile_dpbssd(Sum, Rows, Pairs);
  }
};

/// Who has the rows of a tile product: the panel, or, where that is packed, the
/// activations.
template <typename Number, bool Packed> struct Parts {
  static __m512i add(__m512i a, __m512i b) { return Number::add(a, b); }
  template <int Sum, int Panel, int Activations> static void multiply() {
    Number::template multiplyTiles<Sum, Packed ? Activations : Panel,
                                   Packed ? Panel : Activations>();
  }
};

/// Stores tile `Sum` of the block before and starts it for the next one.
template <int Sum>
inline __attribute__((always_inline)) void turn(uint8_t *before, uint8_t *next,
                                                bool first) {
  _tile_stored(Sum, before + Sum * kTileBytes, 64);
  if (first)
    _tile_zero(Sum);
  else
    _tile_loadd(Sum, next + Sum * kTileBytes, 64);
}

/// One step of a block. Tiles 0-3 are sums, 4 and 5 rows of B, 6 and 7 of A.
template <typename Type>
inline __attribute__((always_inline)) void step(const uint8_t *panel,
                                                const uint8_t *activations) {
  _tile_stream_loadd(6, activations, 64);
  _tile_loadd(4, panel, 64);
  Type::template multiply<0, 4, 6>();
  _tile_loadd(5, panel + kTileBytes, 64);
  Type::template multiply<2, 5, 6>();
  _tile_stream_loadd(7, activations + kTileBytes, 64);
  Type::template multiply<3, 5, 7>();
  Type::template multiply<1, 4, 7>();
}

/// Products of the tiles that step() left with further limbs of the other side,
/// which are `stride` bytes apart.
template <typename Type, bool OfPanel>
inline __attribute__((always_inline)) void
otherLimbs(const uint8_t *limb, int64_t stride, int count) {
#pragma clang loop unroll(disable)
  for (int i = 1; i < count; ++i) {
    limb += stride;
    if constexpr (OfPanel) {
      _tile_loadd(4, limb, 64);
      Type::template multiply<0, 4, 6>();
      Type::template multiply<1, 4, 7>();
      _tile_loadd(5, limb + kTileBytes, 64);
      Type::template multiply<2, 5, 6>();
      Type::template multiply<3, 5, 7>();
    } else {
      _tile_stream_loadd(6, limb, 64);
      Type::template multiply<0, 4, 6>();
      Type::template multiply<2, 5, 6>();
      _tile_stream_loadd(7, limb + kTileBytes, 64);
      Type::template multiply<3, 5, 7>();
      Type::template multiply<1, 4, 7>();
    }
  }
}

/// The first step of a block, among the turns of its sums.
template <typename Type>
inline __attribute__((always_inline)) void
firstStep(const uint8_t *panel, const uint8_t *activations, uint8_t *before,
          uint8_t *next, bool first) {
  turn<0>(before, next, first);
  _tile_stream_loadd(6, activations, 64);
  _tile_loadd(4, panel, 64);
  Type::template multiply<0, 4, 6>();
  turn<2>(before, next, first);
  _tile_loadd(5, panel + kTileBytes, 64);
  Type::template multiply<2, 5, 6>();
  turn<3>(before, next, first);
  _tile_stream_loadd(7, activations + kTileBytes, 64);
  Type::template multiply<3, 5, 7>();
  turn<1>(before, next, first);
  Type::template multiply<1, 4, 7>();
}

/// A's side of half a block: limbs of a step are `limbStride` bytes apart.
struct HalfActivations {
  const uint8_t *data;
  int64_t limbStride;
  int limbs;
};

/// A step of half a block, with sums 0 and 2 or with 1 and 3: the next step
/// need not wait for this one's.
template <typename Type, int Sum>
inline __attribute__((always_inline)) void
halfStep(const uint8_t *panel, const HalfActivations &activations, int64_t i) {
  _tile_loadd(4, panel + i * kStepBytes, 64);
  _tile_loadd(5, panel + i * kStepBytes + kTileBytes, 64);
  const uint8_t *data = activations.data + i * kStepBytes;
  for (int limb = 0; limb < activations.limbs; ++limb) {
    _tile_loadd(6 + Sum, data + limb * activations.limbStride, 64);
    Type::template multiply<Sum, 4, 6 + Sum>();
    Type::template multiply<Sum + 2, 5, 6 + Sum>();
  }
}

template <typename Type> void addTile(uint8_t *sums, const uint8_t *more) {
  for (int64_t i = 0; i < kTileBytes; i += 64)
    _mm512_store_si512(sums + i, Type::add(_mm512_load_si512(sums + i),
                                           _mm512_load_si512(more + i)));
}

/// A block with 16 rows of A.
template <typename Type, bool First>
void multiplyHalfBlock(const SliceProduct &product, int64_t block) {
  int64_t steps = product.steps, blockBytes = steps * kStepBytes;
  uint8_t *sums = static_cast<uint8_t *>(product.sums) + block * kBlockSums * 4;
  _tile_zero(1);
  _tile_zero(3);
  if (First) {
    _tile_zero(0);
    _tile_zero(2);
  } else {
    _tile_loadd(0, sums, 64);
    _tile_loadd(2, sums + 2 * kTileBytes, 64);
  }
  x86::PrefetchWalk walk(product, block);
  HalfActivations activations = {product.activations + block * blockBytes,
                                 product.limbStride, product.limbsA};
  for (int b = 0; b < product.limbsB; ++b) {
    const uint8_t *panel = product.panel + b * blockBytes;
    activations.limbs = std::min(product.limbsA, 3 - b);
    for (int64_t i = 0; i < steps; ++i) {
      if (i % 2 == 0)
        halfStep<Type, 0>(panel, activations, i);
      else
        halfStep<Type, 1>(panel, activations, i);
      if (b == 0)
        walk.step();
    }
  }
  alignas(64) uint8_t odd[2 * kTileBytes];
  _tile_stored(0, sums, 64);
  _tile_stored(2, sums + 2 * kTileBytes, 64);
  _tile_stored(1, odd, 64);
  _tile_stored(3, odd + kTileBytes, 64);
  addTile<Type>(sums, odd);
  addTile<Type>(sums + 2 * kTileBytes, odd + kTileBytes);
}

inline __attribute__((always_inline)) void
storeLine(const x86::PendingLines::Line &line) {
  __m512 power = _mm512_add_ps(_mm512_loadu_ps(line.exponents),
                               _mm512_set1_ps(*line.lineExponent));
  _mm512_stream_ps(line.target,
                   avx512::timesPower(_mm512_load_si512(line.sums), power));
}

void writeLines(x86::PendingLines &lines) {
  x86::PendingLines::Line line;
  while (lines.take(line))
    storeLine(line);
}

/// What is brought and taken away while tiles are multiplied, a little with
/// each step, on the way through a slice. All of it stays in registers: a store
/// waits for the tile products before it to retire, and tile loads with the
/// same place in a page wait for the store.
class Errands {
public:
  explicit Errands(const SliceProduct &product)
      : prefetch(product), ahead(product.ahead),
        aheadPerStep(ahead ? x86::ceilDiv(product.aheadLines,
                                          product.blocks * product.steps)
                           : 0),
        linesOfTwoSteps(0) {
    if (product.pending) {
      lines = *product.pending;
      linesOfTwoSteps = 2 * lines.linesPerStep();
    }
  }

  inline __attribute__((always_inline)) void step() {
    prefetch.step();
#pragma clang loop unroll(disable)
    for (int64_t i = aheadPerStep; i > 0; --i, ahead += 64)
      __builtin_prefetch(ahead, 0, 2);
    writes = !writes;
    if (!writes)
      return;
#pragma clang loop unroll(disable)
    for (int64_t i = linesOfTwoSteps; i > 0; --i)
      writeLine();
  }
  void leave(const SliceProduct &product) const {
    if (product.pending)
      *product.pending = lines;
  }

private:
  inline __attribute__((always_inline)) void writeLine() {
    x86::PendingLines::Line line;
    if (lines.take(line))
      storeLine(line);
  }

  x86::PrefetchWalk prefetch;
  const uint8_t *ahead;
  int64_t aheadPerStep;
  x86::PendingLines lines;
  int64_t linesOfTwoSteps; ///< both lines of a row follow each other
  bool writes = false;     ///< every second step
};

/// Whose further limbs are multiplied step by step. All: after the steps.
enum class Limbs : uint8_t { None, Panel, Activations, All };

template <typename Type, Limbs Which>
inline __attribute__((always_inline)) void
limbsOfStep(const SliceProduct &product, const uint8_t *activations,
            int64_t at) {
  if constexpr (Which == Limbs::Panel)
    otherLimbs<Type, true>(product.panel + at, product.steps * kStepBytes,
                           product.limbsB);
  if constexpr (Which == Limbs::Activations)
    otherLimbs<Type, false>(activations + at, product.limbStride,
                            product.limbsA);
}

/// The steps of a block but the first, and the sums that come next, on their
/// way from the second-level cache: `Lines` of their 64 with each step.
template <typename Type, Limbs Which, int Lines>
inline __attribute__((always_inline)) void
otherSteps(const SliceProduct &product, const uint8_t *activations,
           const uint8_t *nextSums, Errands &errands) {
  const uint8_t *panel = product.panel;
  const int64_t end = product.steps * kStepBytes;
#pragma clang loop unroll(disable)
  for (int64_t at = kStepBytes; at < end; at += kStepBytes) {
    step<Type>(panel + at, activations + at);
    limbsOfStep<Type, Which>(product, activations, at);
    const uint8_t *line = nextSums + (at / kStepBytes - 1) * Lines * 64;
    for (int i = 0; i < Lines; ++i)
      __builtin_prefetch(line + 64 * i, 1, 3);
    errands.step();
  }
}

/// Products of the other limbs.
template <typename Type>
__attribute__((noinline)) void multiplyLimbs(const SliceProduct &product,
                                             const uint8_t *activations) {
  int64_t steps = product.steps;
  for (int a = 0; a < product.limbsA; ++a)
    for (int b = a == 0 ? 1 : 0; b < product.limbsB && a + b < 3; ++b)
      for (int64_t i = 0; i < steps; ++i)
        step<Type>(product.panel + (b * steps + i) * kStepBytes,
                   activations + a * product.limbStride + i * kStepBytes);
}

template <typename Type, bool First, Limbs Which>
void multiplyWholeBlocks(const SliceProduct &product, int64_t blocks) {
  alignas(64) uint8_t nowhere[4 * kTileBytes];
  uint8_t *before = nowhere;
  auto *sums = static_cast<uint8_t *>(product.sums);
  Errands errands(product);
  for (int64_t block = 0; block < blocks; ++block) {
    uint8_t *next = sums + block * kBlockSums * 4;
    const uint8_t *activations =
        product.activations + block * product.steps * kStepBytes;
    firstStep<Type>(product.panel, activations, before, next, First);
    limbsOfStep<Type, Which>(product, activations, 0);
    errands.step();
    const uint8_t *after = next + (block + 1 < blocks ? kBlockSums * 4 : 0);
    if (product.steps <= 8)
      otherSteps<Type, Which, 10>(product, activations, after, errands);
    else
      otherSteps<Type, Which, 5>(product, activations, after, errands);
    if (Which == Limbs::All)
      multiplyLimbs<Type>(product, activations);
    before = next;
  }
  errands.leave(product);
  _tile_stored(0, before, 64);
  _tile_stored(1, before + kTileBytes, 64);
  _tile_stored(2, before + 2 * kTileBytes, 64);
  _tile_stored(3, before + 3 * kTileBytes, 64);
}

template <typename Type, bool First>
void multiplySlice(const SliceProduct &product) {
  int64_t whole = product.blocks - (product.lastIsHalf ? 1 : 0);
  if (whole > 0) {
    auto *run = product.limbsA > 1 && product.limbsB > 1
                    ? multiplyWholeBlocks<Type, First, Limbs::All>
                : product.limbsA > 1
                    ? multiplyWholeBlocks<Type, First, Limbs::Activations>
                : product.limbsB > 1
                    ? multiplyWholeBlocks<Type, First, Limbs::Panel>
                    : multiplyWholeBlocks<Type, First, Limbs::None>;
    run(product, whole);
  }
  if (product.lastIsHalf)
    multiplyHalfBlock<Type, First>(product, whole);
}

template <typename Type> void multiplyParts(const SliceProduct &product) {
  if (product.first)
    multiplySlice<Type, true>(product);
  else
    multiplySlice<Type, false>(product);
}

template <typename Number> void multiply(const SliceProduct &product) {
  if (product.isPacked)
    multiplyParts<Parts<Number, true>>(product);
  else
    multiplyParts<Parts<Number, false>>(product);
}

MX_TARGET_END

template <typename Number> Multiplier makeMultiplier() {
  Multiplier multiplier = {multiply<Number>, avx512::packUnits};
  multiplier.enter = configureTiles;
  multiplier.leave = releaseTiles;
  multiplier.takesPacked = true;
  return multiplier;
}

} // namespace

Multiplier bf16Multiplier() {
  Multiplier multiplier = makeMultiplier<BF16>();
  multiplier.shortSteps = 16;
  multiplier.writeRows = avx512::writePlainRows;
  return multiplier;
}

Multiplier s8Multiplier() {
  Multiplier multiplier = makeMultiplier<S8>();
  multiplier.keepsA = true;
  multiplier.writeLines = writeLines;
  return multiplier;
}

} // namespace mx::runtime::amx

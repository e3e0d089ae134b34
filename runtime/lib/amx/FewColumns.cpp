//===- FewColumns.cpp - Rows of f32 by few columns ------------------------===//
//
// 16 rows of A at a time keep their sums with up to six tiles of B in registers
// over many steps of k. What a tile product takes is enough to cut a row of a
// later step into bf16 numbers, and to fetch the same of columns further on, so
// that reading, cutting and multiplying go on at the same time. Rows are cut
// again for the next tiles of B.
//
//===----------------------------------------------------------------------===//

#include "FewColumns.h"

#include "../Threads.h"
#include "../avx512/Finish.h"
#include "../avx512/FloatSteps.h"
#include "../avx512/MatmulBF16.h"
#include "../avx512/Pack.h"
#include "../avx512/Rows.h"
#include "../x86/TiledFp4.h"
#include "ColumnWalk.h"
#include "Tiles.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mx::runtime::amx {

namespace {

constexpr int64_t kColumnBytes = 1 << 20;   ///< of B that stay in the cache
constexpr int64_t kPanels = 16;             ///< of a task
constexpr int64_t kMostPanels = 64;         ///< where B comes in several slices
constexpr int64_t kLeastElements = 1 << 15; ///< of A, that pay for a task
constexpr int64_t kPackedSteps = 16;        ///< of B, at a time

/// Sums of a panel with some tiles, [tile][16][16].
struct GroupProduct {
  const uint8_t *columns; ///< B, [step][tile]
  int64_t steps;
  float *sums;
  bool first; ///< sums start at zero
};

} // namespace

MX_AMX_BEGIN

namespace {

template <int Limbs>
inline __attribute__((always_inline)) void decodeRow(StepOfRows &step) {
  const auto *numbers = reinterpret_cast<const float *>(step.row);
  __m512 low = _mm512_maskz_loadu_ps(step.low, numbers);
  __m512 high = _mm512_maskz_loadu_ps(step.high, numbers + 16);
  _mm_prefetch(step.row + step.ahead, _MM_HINT_T1);
  _mm_prefetch(step.row + step.ahead + 64, _MM_HINT_T1);
  const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
  __m512i most =
      _mm512_max_epu32(_mm512_and_si512(_mm512_castps_si512(low), magnitude),
                       _mm512_and_si512(_mm512_castps_si512(high), magnitude));
  _mm512_store_si512(step.largest,
                     _mm512_max_epu32(most, _mm512_load_si512(step.largest)));
  const __m512 factor = _mm512_set1_ps(*step.factors);
  low = _mm512_mul_ps(low, factor);
  high = _mm512_mul_ps(high, factor);
  for (int limb = 0; limb < Limbs; ++limb) {
    __m512i shifted = _mm512_srli_epi32(_mm512_castps_si512(low), 16);
    _mm512_store_si512(step.tiles + limb * kTileBytes,
                       _mm512_mask_blend_epi16(0xAAAAAAAA, shifted,
                                               _mm512_castps_si512(high)));
    if (limb + 1 == Limbs)
      break;
    low = _mm512_sub_ps(low, avx512::cutToBF16(low));
    high = _mm512_sub_ps(high, avx512::cutToBF16(high));
  }
  step.row += step.rowBytes;
  ++step.factors;
  step.largest += kLanes;
  step.tiles += 64;
}

template <typename Function, int... I>
inline __attribute__((always_inline)) void
unroll(const Function &function, std::integer_sequence<int, I...>) {
  (function(std::integral_constant<int, I>()), ...);
}

/// function(i) for every i below Count, as a constant.
template <int Count, typename Function>
inline __attribute__((always_inline)) void unroll(const Function &function) {
  unroll(function, std::make_integer_sequence<int, Count>());
}

/// Which registers hold what: up to two tiles of B have sums of their own for
/// each limb, so that a product need not wait for the one before; with up to
/// four the limbs of A have registers.
template <int Tiles, int Limbs> struct Registers {
  static constexpr bool kOwnSums = Tiles <= 2,
                        kKeepsLimbs = Tiles == 3 || Tiles == 4;
  static constexpr int kSums = kOwnSums ? Tiles * Limbs : Tiles;
  static constexpr int kRowsOf = kKeepsLimbs ? 4 : 6, kColumns = 7;
};

/// Product number I of a step, and the rows of the next one that are decoded
/// meanwhile.
template <int Tiles, int Limbs, int I>
inline __attribute__((always_inline)) void
multiplyTile(const uint8_t *rows, const uint8_t *columns, StepOfRows &next) {
  using Of = Registers<Tiles, Limbs>;
  constexpr int kProducts = Tiles * Limbs;
  constexpr int tile = Of::kKeepsLimbs ? I / Limbs : I % Tiles;
  constexpr int limb = Of::kKeepsLimbs ? I % Limbs : I / Tiles;
  constexpr int left = Of::kRowsOf + (Of::kKeepsLimbs ? limb : 0);
  if constexpr (tile == 0)
    _tile_loadd(left, rows + limb * kTileBytes, 64);
  if constexpr (!Of::kKeepsLimbs || limb == 0)
    _tile_loadd(Of::kColumns, columns + tile * kTileBytes, 64);
  _tile_dpbf16ps(Of::kOwnSums ? tile * Limbs + limb : tile, left, Of::kColumns);
  constexpr int first = 16 * I / kProducts, end = 16 * (I + 1) / kProducts;
  unroll<end - first>(
      [&](auto) __attribute__((always_inline)) { decodeRow<Limbs>(next); });
}

template <int Tiles, int Limbs>
inline __attribute__((always_inline)) void
multiplyStep(const uint8_t *rows, const uint8_t *columns, StepOfRows &next) {
  unroll<Tiles * Limbs>([&](auto i) __attribute__((always_inline)) {
    multiplyTile<Tiles, Limbs, decltype(i)::value>(rows, columns, next);
  });
}

template <int Tiles, int Limbs> void startSums(const GroupProduct &product) {
  using Of = Registers<Tiles, Limbs>;
  unroll<Of::kSums>([&](auto i) __attribute__((always_inline)) {
    constexpr int sum = decltype(i)::value, of = Of::kOwnSums ? Limbs : 1;
    if (product.first || sum % of != 0)
      _tile_zero(sum);
    else
      _tile_loadd(sum, product.sums + sum / of * 256, 64);
  });
}

template <int Tiles, int Limbs> void storeSums(const GroupProduct &product) {
  using Of = Registers<Tiles, Limbs>;
  alignas(64) float stored[Of::kSums * 256];
  float *to = Of::kOwnSums ? stored : product.sums;
  unroll<Of::kSums>([&](auto i) __attribute__((always_inline)) {
    constexpr int sum = decltype(i)::value;
    _tile_stored(sum, to + sum * 256, 64);
  });
  if constexpr (Of::kOwnSums)
    for (int tile = 0; tile < Tiles; ++tile)
      for (int i = 0; i < 256; i += 16) {
        const float *limbs = stored + tile * Limbs * 256 + i;
        __m512 sum = _mm512_load_ps(limbs + (Limbs - 1) * 256);
        for (int limb = Limbs - 2; limb >= 0; --limb)
          sum = _mm512_add_ps(sum, _mm512_load_ps(limbs + limb * 256));
        _mm512_store_ps(product.sums + tile * 256 + i, sum);
      }
}

/// A group by the next panel of the walk. Limbs of A by one of B.
template <int Tiles, int Limbs>
void multiplyGroup(const GroupProduct &product, Walk &walk) {
  startSums<Tiles, Limbs>(product);
  const uint8_t *columns = product.columns;
  for (int64_t i = 0; i < product.steps; ++i, columns += Tiles * kTileBytes) {
    const uint8_t *rows = walk.current();
    StepOfRows next = walk.next();
    multiplyStep<Tiles, Limbs>(rows, columns, next);
  }
  storeSums<Tiles, Limbs>(product);
}

template <int Limbs> void decodeStep(StepOfRows step) {
  for (int64_t row = 0; row < kRows; ++row)
    decodeRow<Limbs>(step);
}

using MultiplyGroup = void (*)(const GroupProduct &, Walk &);

/// By the number of tiles.
template <int Limbs> const MultiplyGroup *multipliers() {
  static constexpr MultiplyGroup all[kMostTiles] = {
      multiplyGroup<1, Limbs>, multiplyGroup<2, Limbs>,
      multiplyGroup<3, Limbs>, multiplyGroup<4, Limbs>,
      multiplyGroup<5, Limbs>, multiplyGroup<6, Limbs>};
  return all;
}

} // namespace

MX_TARGET_END

namespace {

class FewColumns {
public:
  FewColumns(const avx512::Rows &a, const avx512::Rows &b, int64_t k,
             const avx512::Finisher &finisher)
      : a(a), b(b), finisher(finisher) {
    layout.a = a.floatView();
    layout.rows = a.rows();
    layout.k = k;
    layout.steps = b.steps();
    layout.tiles = ceilDiv(b.rows(), kRows);
    int64_t slices =
        ceilDiv(layout.tiles * layout.steps * kTileBytes, kColumnBytes);
    layout.slice = ceilDiv(layout.steps, slices);
    multiply = a.limbs() == 2 ? multipliers<2>() : multipliers<3>();
    decode = a.limbs() == 2 ? decodeStep<2> : decodeStep<3>;
  }

  void run() {
    packColumns();
    const int64_t panels = ceilDiv(layout.rows, kRows);
    const int64_t size = panelsOfTask(panels);
    parallelFor(ceilDiv(panels, size), [&](int64_t i, Workspace &) {
      runTask({i * size, std::min((i + 1) * size, panels)});
    });
  }

private:
  int64_t panelsOfTask(int64_t panels) const {
    const int64_t most = layout.slices() > 1 ? kMostPanels : kPanels;
    const int64_t least = ceilDiv(kLeastElements, kRows * layout.k);
    const int64_t wanted = ceilDiv(panels, 4 * int64_t(threadCount()));
    return threadCount() == 1 ? most : std::min(std::max(wanted, least), most);
  }

  void packColumns() {
    const int64_t tiles = layout.tiles, steps = layout.steps;
    auto *packed =
        scratch<uint8_t>(ScratchSlot::Operand, tiles * steps * kTileBytes);
    const int64_t count = ceilDiv(tiles, kMostTiles);
    for (int64_t i = 0; i < count; ++i) {
      int64_t first = tiles * i / count, end = tiles * (i + 1) / count;
      layout.groups.push_back(
          {first, end - first, packed + first * steps * kTileBytes});
    }
    const int64_t pieces = ceilDiv(steps, kPackedSteps);
    parallelFor(tiles * pieces,
                piecesOfTask(kRows * kStepColumns * kPackedSteps),
                [&](int64_t i, Workspace &) {
                  packPiece(i / pieces, i % pieces * kPackedSteps);
                });
  }

  /// Some steps of a tile.
  void packPiece(int64_t tile, int64_t first) const {
    constexpr int64_t kRowWords = kPackedSteps * kStepColumns;
    alignas(64) uint16_t decoded[kRows * kRowWords];
    const int64_t count = std::min(kPackedSteps, layout.steps - first);
    const Group &group =
        *std::find_if(layout.groups.begin(), layout.groups.end(),
                      [&](const Group &g) { return tile < g.first + g.count; });
    uint8_t *to =
        group.tiles + (first * group.count + tile - group.first) * kTileBytes;
    if (b.packTiles(tile * kRows, first, count, to, group.count * kTileBytes))
      return;
    b.decode(tile * kRows, kRows, first, count,
             {decoded, kRowWords, kStepColumns, 0});
    for (int64_t i = 0; i < count; ++i, to += group.count * kTileBytes)
      avx512::packUnits(decoded + i * kStepColumns, kRowWords, 1, to);
  }

  void runTask(PanelRange panels) const {
    const int64_t sumsOfPanel = layout.tiles * kTileSums;
    const int64_t count = (panels.end - panels.first) * sumsOfPanel;
    // Results of the last rows are read with as many lines as of all.
    auto *memory = static_cast<TaskMemory *>(scratchBytes(
        ScratchSlot::Worker, int64_t(sizeof(TaskMemory)) +
                                 (count + kTileSums) * int64_t(sizeof(float))));
    auto *sums = reinterpret_cast<float *>(memory + 1);
    std::memset(memory->largest, 0, sizeof memory->largest);
    configureTiles();
    multiplyPanels(panels, *memory, sums);
    for (int64_t i = panels.first; i < panels.end; ++i, sums += sumsOfPanel) {
      if (!settle(i, *memory))
        multiplyPanels({i, i + 1}, *memory, sums);
      finish(i, sums);
    }
    releaseTiles();
    finishStreaming();
  }

  /// Sums [panel][tile][16][16].
  void multiplyPanels(PanelRange panels, TaskMemory &memory,
                      float *sums) const {
    setFactors(panels.end - 1, memory);
    Walk walk(layout, panels, memory);
    for (int64_t i = 0; i < kLead; ++i)
      decode(walk.next());
    GroupProduct product;
    for (int64_t s = 0; s < layout.slices(); ++s) {
      product.sums = sums;
      product.first = s == 0;
      product.steps = layout.sliceSteps(s);
      for (int64_t i = panels.first; i < panels.end; ++i)
        for (const Group &group : layout.groups) {
          product.columns =
              group.tiles + s * layout.slice * group.count * kTileBytes;
          multiply[group.count - 1](product, walk);
          product.sums += group.count * kTileSums;
        }
    }
  }

  /// Those that a panel uses if it has rows of the one before.
  void setFactors(int64_t panel, TaskMemory &memory) const {
    const int64_t own = ownRows(panel);
    std::fill_n(memory.factors, kRows - own, 1.0f);
    std::copy_n(layout.a.factors + panel * kRows, own,
                memory.factors + kRows - own);
  }

  /// Rows of a panel that are not those of the one before.
  int64_t ownRows(int64_t panel) const {
    return std::min(kRows, layout.rows - panel * kRows);
  }

  /// Whether all rows of a panel were near 1 as they are.
  bool settle(int64_t panel, const TaskMemory &memory) const {
    const int64_t own = ownRows(panel);
    if (layout.a.largest && own < kRows)
      std::memcpy(layout.a.largest + panel * kRows * kLanes,
                  memory.largest + (kRows - own) * kLanes,
                  size_t(own * kLanes) * sizeof(uint32_t));
    return a.settle(panel * kRows, own);
  }

  void finish(int64_t panel, float *sums) const {
    const int64_t own = ownRows(panel);
    for (int64_t tile = 0; tile < layout.tiles; ++tile)
      finisher.storeFloats({sums + tile * kTileSums + (kRows - own) * 16,
                            panel * kRows, tile * kRows, true},
                           own);
  }

  const avx512::Rows &a, &b;
  const avx512::Finisher &finisher;
  Layout layout;
  const MultiplyGroup *multiply; ///< by the tiles of a group
  void (*decode)(StepOfRows);
};

/// Whether it is faster than packing a side, found by measuring.
bool isFaster(int64_t rows, int64_t columns, int64_t k) {
  if (rows < kRows || columns <= kRows || k < kStepColumns)
    return false;
  if (columns > 320)
    return columns <= std::min<int64_t>(768, rows) && k >= 1024;
  if (k < 128)
    return columns <= std::min<int64_t>(112, rows);
  return columns <= 3 * rows;
}

bool suits(const MatmulArgs &args) {
  const OperandArgs &a = args.a, &b = args.b;
  return !a.isScaled && a.plain.tensor.dtype == MX_F32 &&
         a.plain.colStride == 1 && !x86::isTiledFp4(b) &&
         avx512::bf16Limbs(b) == 1 && isFaster(a.rows, b.rows, args.k);
}

} // namespace

bool multiplyFewColumns(const MatmulArgs &args) {
  if (!suits(args) || avx512::mayHoldInfinity(args.a, args.out.items) ||
      avx512::mayHoldInfinity(args.b, args.out.items))
    return false;
  avx512::Rows a(args.a, args.k, avx512::KOrder::Halves, args.fast ? 2 : 3,
                 ScratchSlot::RowsA, avx512::mayWriteTwice(args));
  avx512::Rows b(args.b, args.k, avx512::KOrder::Halves, 1, ScratchSlot::RowsB);
  for (int64_t item = 0; item < args.out.items; ++item) {
    a.prepare(args.itemOf(args.a, item));
    b.prepare(args.itemOf(args.b, item));
    if (a.hasInfiniteFloat() || b.hasInfiniteFloat())
      return false;
    avx512::Finisher finisher(args, item, a.exponents(), b.exponents());
    FewColumns(a, b, args.k, finisher).run();
  }
  return !a.hasInfiniteFloat();
}

} // namespace mx::runtime::amx

//===- MatmulDefault.cpp - matmul of f32 quality on AMX -------------------===//
//
// Both operands as bf16 numbers near 1 (one where element times scale fits, up
// to three elsewhere), products summed in f32. Bound, with u = 2^-24: a tile
// adds 16 products in turn and its two halves, and a result takes at most six
// tiles per 32 elements, so an error is at most K/5 + 20 times u·Σ|a·b|; what
// is flushed to zero is below 2^-126 after both rows are brought near 1.
//
//===----------------------------------------------------------------------===//

#include "../Scratch.h"
#include "../Threads.h"
#include "../avx512/Finish.h"
#include "../avx512/Rows.h"
#include "../avx512/Transpose.h"
#include "Tiles.h"

#include <algorithm>
#include <cstring>

namespace mx::runtime::amx {

using avx512::KOrder;
using avx512::kStep;
using avx512::Rows;

namespace {

constexpr int64_t kSliceSteps = 16; ///< 512 of k: a panel of 32 KiB
constexpr int64_t kTaskBlocks = 16; ///< 512 rows of A: 512 KiB of a slice
constexpr int64_t kTaskPanels = 16; ///< 512 rows of B: 1 MiB of sums
constexpr int64_t kPackedBytes = 32 << 20; ///< A's rows that are packed at once

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// A range of A's rows in blocks, packed as Tiles.h wants them.
struct Activations {
  uint8_t *data = nullptr;
  int64_t firstRow = 0, blocks = 0, steps = 0;
  int limbs = 1;

  /// Limb 0 of a block in a slice; limbs are limbStride(slice) apart.
  uint8_t *at(int64_t slice, int64_t block) const {
    return data + slice * kSliceSteps * kStepBytes * limbs * blocks +
           block * sliceSteps(slice) * kStepBytes;
  }
  int64_t sliceSteps(int64_t slice) const {
    return std::min(kSliceSteps, steps - slice * kSliceSteps);
  }
  int64_t limbStride(int64_t slice) const {
    return sliceSteps(slice) * kStepBytes * blocks;
  }
};

MX_AMX_BEGIN

/// 16 rows of 32 numbers to one tile of 16 pairs × 16 rows.
void storePairs(const uint16_t *rows, int64_t rowStride, uint8_t *tile) {
  __m512i v[16];
  for (int i = 0; i < 16; ++i)
    v[i] = _mm512_load_si512(rows + i * rowStride);
  avx512::transpose16(v);
  for (int i = 0; i < 16; ++i)
    _mm512_store_si512(tile + 64 * i, v[i]);
}

MX_TARGET_END

/// Half a block: 16 rows of A over a slice.
void packHalf(const Rows &rows, const Activations &target, int64_t slice,
              int64_t half) {
  alignas(64) uint16_t decoded[16 * 3 * kSliceSteps * kStep];
  int64_t steps = target.sliceSteps(slice);
  int64_t limbStride = steps * kStep, rowStride = target.limbs * limbStride;
  rows.decode(target.firstRow + 16 * half, 16, slice * kSliceSteps, steps,
              {decoded, rowStride, kStep, limbStride});
  uint8_t *tiles = target.at(slice, half / 2) + half % 2 * kTileBytes;
  for (int limb = 0; limb < target.limbs; ++limb)
    for (int64_t step = 0; step < steps; ++step)
      storePairs(decoded + limb * limbStride + step * kStep, rowStride,
                 tiles + limb * target.limbStride(slice) + step * kStepBytes);
}

/// A rectangle of the result: blocks of A by panels of B.
struct Task {
  int64_t firstBlock, blocks, firstPanel, panels;
};

/// The sums of a task's blocks with its panel `panel`, all of k.
void finishPanel(const MatmulArgs &args, const Activations &a, const Task &task,
                 int64_t panel, const float *sums,
                 const avx512::Finisher &finisher) {
  for (int64_t i = 0; i < 4 * task.blocks; ++i) { // tiles of a block: [n][m]
    int64_t m = a.firstRow + (task.firstBlock + i / 4) * kBlock + i % 2 * 16;
    int64_t n = panel * kBlock + i / 2 % 2 * 16;
    if (m < args.a.rows && n < args.b.rows)
      finisher.store(sums + i * 256, m, n);
  }
}

void prefetchPanel(const Rows &b, int64_t rows, int64_t panel, int64_t step,
                   SliceProduct &product) {
  int64_t row = panel * kBlock, next = std::min(row + 1, rows - 1);
  product.prefetch = nullptr;
  if (row >= rows || step >= b.steps())
    return;
  product.prefetch = b.bytesOf(row, step);
  product.rowBytes = b.bytesOf(next, step) - product.prefetch;
  product.rows = std::min(kBlock, rows - row);
  product.lines = kSliceSteps * b.stepBytes() / 64;
}

void runTask(const MatmulArgs &args, const Rows &b, const Activations &a,
             const Task &task, const avx512::Finisher &finisher) {
  TileScope tiles;
  int64_t panelBytes = kSliceSteps * kStepBytes * b.limbs();
  auto *panel =
      scratch<uint8_t>(ScratchSlot::Worker,
                       panelBytes + task.panels * task.blocks * kBlockSums * 4);
  auto *sums = reinterpret_cast<float *>(panel + panelBytes);
  SliceProduct product;
  product.panel = panel;
  product.limbsA = a.limbs;
  product.limbsB = b.limbs();
  product.blocks = task.blocks;
  int64_t slices = ceilDiv(a.steps, kSliceSteps);
  for (int64_t i = 0; i < slices * task.panels; ++i) {
    int64_t slice = i / task.panels, j = i % task.panels;
    int64_t after = (i + 1) % task.panels;
    product.steps = a.sliceSteps(slice);
    product.limbStride = a.limbStride(slice);
    product.activations = a.at(slice, task.firstBlock);
    product.first = slice == 0;
    product.sums = sums + j * task.blocks * kBlockSums;
    b.decode((task.firstPanel + j) * kBlock, kBlock, slice * kSliceSteps,
             product.steps,
             {reinterpret_cast<uint16_t *>(panel), kStep, kStepBytes / 2,
              product.steps * kStepBytes / 2});
    prefetchPanel(b, args.b.rows, task.firstPanel + after,
                  (slice + (after == 0)) * kSliceSteps, product);
    multiplyBF16(product);
    if (slice + 1 == slices)
      finishPanel(args, a, task, task.firstPanel + j,
                  static_cast<const float *>(product.sums), finisher);
  }
  _mm_sfence(); // results went past the caches
}

/// Results of the packed rows of A, for all rows of B.
void multiplyPacked(const MatmulArgs &args, const Rows &b, const Activations &a,
                    const avx512::Finisher &finisher) {
  int64_t panels = ceilDiv(args.b.rows, kBlock), down = kTaskBlocks;
  // Enough tasks for all threads to end at about the same time.
  int64_t wanted = threadCount() == 1 ? 1 : 4 * threadCount();
  int64_t across = std::clamp<int64_t>(
      panels * ceilDiv(a.blocks, down) / wanted, 1, kTaskPanels);
  int64_t columns = ceilDiv(panels, across);
  parallelFor(columns * ceilDiv(a.blocks, down), [&](int64_t i, Workspace &) {
    Task task;
    task.firstBlock = i / columns * down;
    task.blocks = std::min(down, a.blocks - task.firstBlock);
    task.firstPanel = i % columns * across;
    task.panels = std::min(across, panels - task.firstPanel);
    runTask(args, b, a, task, finisher);
  });
}

/// False, with nothing written, if an operand has an infinity.
bool multiplyItem(const MatmulArgs &args, int64_t item, Rows &a, Rows &b) {
  a.prepare(args.itemOf(args.a, item));
  b.prepare(args.itemOf(args.b, item));
  if (a.hasInfiniteFloat() || b.hasInfiniteFloat())
    return false;
  avx512::Finisher finisher(args, item, a.exponents(), b.exponents());
  int64_t blockBytes = a.steps() * kStepBytes * a.limbs();
  int64_t allBlocks = ceilDiv(args.a.rows, kBlock);
  int64_t atOnce = std::clamp<int64_t>(kPackedBytes / blockBytes, 1, allBlocks);
  Activations packed;
  packed.steps = a.steps();
  packed.limbs = a.limbs();
  packed.data = scratch<uint8_t>(ScratchSlot::Operand, atOnce * blockBytes);
  for (int64_t first = 0; first < allBlocks; first += atOnce) {
    packed.firstRow = first * kBlock;
    packed.blocks = std::min(atOnce, allBlocks - first);
    int64_t slices = ceilDiv(packed.steps, kSliceSteps);
    parallelFor(2 * packed.blocks * slices, [&](int64_t i, Workspace &) {
      packHalf(a, packed, i % slices, i / slices);
    });
    multiplyPacked(args, b, packed, finisher);
  }
  return true;
}

/// Rows look for infinite floats while they read the one item that there is.
bool mayHoldInfinity(const OperandArgs &operand, int64_t items) {
  return (operand.isScaled || items > 1) && avx512::hasInfinity(operand);
}

} // namespace

bool matmul_default(const MatmulArgs &args) {
  if (args.k == 0 || args.out.tensor.elements() == 0 ||
      mayHoldInfinity(args.a, args.out.items) ||
      mayHoldInfinity(args.b, args.out.items))
    return false;
  KOrder order =
      Rows::prefersNibbles(args.b) ? KOrder::Nibbles : KOrder::Natural;
  int limbs = args.fast ? 2 : 3;
  Rows a(args.a, args.k, order, limbs, ScratchSlot::RowsA);
  Rows b(args.b, args.k, order, limbs, ScratchSlot::RowsB);
  for (int64_t item = 0; item < args.out.items; ++item)
    if (!multiplyItem(args, item, a, b))
      return false;
  return true;
}

} // namespace mx::runtime::amx

//===- Product.cpp - A product in tiles -----------------------------------===//
//
// A task is a rectangle of the result: it decodes a panel of B once for all its
// blocks of A. Sizes are chosen for second-level caches of 1 MiB and more.
//
//===----------------------------------------------------------------------===//

#include "Product.h"

#include "../Scratch.h"
#include "../Threads.h"
#include "Activations.h"
#include "Tasks.h"

#include <algorithm>

namespace mx::runtime::x86 {

namespace {

constexpr int64_t kPackedBytes = 32 << 20; ///< of A at once, in a thread or all

/// Of A over all of k, for panels to be multiplied one by one: half of the
/// second-level cache of processors with AMX; where it is all of that cache
/// (Zen 4), nothing is lost.
constexpr int64_t kKeptBytes = 1 << 20;
constexpr int64_t kLeastKept = 8, kMostKept = 32; ///< blocks
constexpr int64_t kKeptSteps = 8;                 ///< of a slice

/// The same where rows of B are apart from each other: longer pieces of them.
constexpr int64_t kKeptStepsOfRows = 16;

constexpr int64_t kTilesOfBlock = 4;
constexpr int64_t kUnits = 16; ///< of a step, in a row

/// Panels whose results are written together where rows of results are no whole
/// lines: 512 bytes of a row, whose ends only are parts of lines.
constexpr int64_t kPanelsOfRow = 4;
constexpr int64_t kResultsOfLine = 16, kLineBytes = 64;

/// Of a group, that are multiplied while the next slice of A comes near.
constexpr int64_t kPanelsAhead = 4;

class Product {
public:
  /// `isSwapped`: a is B's side of the results, b is A's.
  Product(const RowSource &a, const RowSource &b, bool isSwapped,
          const Multiplier &multiplier, const FinishTile &finish,
          const PlainResults &plain)
      : a(a), b(b), isSwapped(isSwapped), multiplier(multiplier),
        finish(finish), plain(plain) {}

  void run() {
    int64_t blockBytes = a.steps() * kStepBytes * a.limbs();
    int64_t all = ceilDiv(a.rows(), kBlock);
    int64_t atOnce = std::clamp<int64_t>(kPackedBytes / blockBytes, 1, all);
    int64_t kept = kKeptBytes / blockBytes;
    keepsA = multiplier.keepsA && b.isPacked() && kept >= kLeastKept;
    isShort = isSwapped && a.steps() <= multiplier.shortSteps;
    blocksAtOnce = keepsA    ? std::min(kept, kMostKept)
                   : isShort ? std::max(kept, multiplier.blocks)
                             : multiplier.blocks;
    blocksAtOnce = std::min(blocksAtOnce, atOnce);
    packed.steps = a.steps();
    // A panel of several limbs is to stay in the first-level cache, too.
    packed.slice =
        keepsA
            ? (b.rowsTogether() > 1 ? kKeptSteps : kKeptStepsOfRows)
            : std::max<int64_t>(multiplier.sliceSteps / b.limbs(), 4) / 4 * 4;
    packed.limbs = a.limbs();
    bool areLines = isSwapped || keepsA || b.rows() % kResultsOfLine == 0;
    panelsOfRow = areLines ? 1 : kPanelsOfRow;
    // Where all of the packed side stays in the second-level cache, sums of a
    // panel, or of the few whose results are written together, stay in the
    // first, and rows of B are read one slice after the other.
    bool stays = keepsA || all * blockBytes <= kKeptBytes;
    panelsAtOnce =
        stays || packed.slices() == 1 ? panelsOfRow : multiplier.panels;
    if (multiplyGroups(all))
      return;
    packed.data = scratch<uint8_t>(ScratchSlot::Operand, atOnce * blockBytes);
    for (int64_t first = 0; first < all; first += atOnce) {
      packed.firstRow = first * kBlock;
      packed.blocks = std::min(atOnce, all - first);
      parallelFor(packed.pieces(),
                  piecesOfTask(16 * kUnits * packed.sliceSteps(0)),
                  [&](int64_t i, Workspace &) { packPiece(i); });
      multiplyPacked();
    }
  }

private:
  struct PanelGroup {
    int64_t first, end;
  };
  /// Blocks of A by panels of B.
  struct Task {
    int64_t firstBlock, blocks, firstPanel, endPanel;
  };

  ProductWork workOf(int64_t blocks) const {
    return {blocks, ceilDiv(b.rows(), kBlock), packed.steps, blocksAtOnce,
            panelsAtOnce == 1};
  }

  /// Whether each thread packed the blocks that it multiplied. It begins with
  /// groups of its own.
  bool multiplyGroups(int64_t all) const {
    if (isSwapped && !isShort)
      return false;
    const int threads = threadCount();
    const ProductWork work = workOf(all);
    const GroupSize group =
        (isShort ? sizeOfShortGroups : sizeOfGroups)(work, threads);
    if (group.groups == 0)
      return false;
    const int64_t size = ceilDiv(all, group.groups);
    const int64_t pieces = ceilDiv(work.panels, group.panels);
    if (threads > 1 && group.groups > 1)
      b.settleAll();
    SharedRanges ranges(ceilDiv(all, size) * pieces, threads);
    parallelFor(threads, [&](int64_t, Workspace &) {
      Product own = *this;
      int64_t packedGroup = -1;
      ranges.forEach([&](int64_t i) {
        const int64_t first = i % pieces * group.panels;
        if (i / pieces != packedGroup) {
          packedGroup = i / pieces;
          own.packGroup(packedGroup * size,
                        std::min(size, all - packedGroup * size));
        }
        own.run({0, own.packed.blocks, first,
                 std::min(first + group.panels, work.panels)});
      });
    });
    return true;
  }

  void packGroup(int64_t first, int64_t blocks) {
    packed.firstRow = first * kBlock;
    packed.blocks = blocks;
    packed.data =
        scratch<uint8_t>(ScratchSlot::Operand,
                         blocks * packed.steps * kStepBytes * packed.limbs);
    for (int64_t i = 0; i < packed.pieces(); ++i)
      packPiece(i);
  }

  void packPiece(int64_t i) const {
    packHalf(i % packed.slices(), i / packed.slices());
  }

  /// Half a block: 16 rows of A over a slice.
  void packHalf(int64_t slice, int64_t half) const {
    constexpr int64_t stepWords = kStepBytes / 4 / 16; // of one row
    alignas(64) uint16_t decoded[16 * 3 * kMostSteps * stepWords];
    int64_t steps = packed.sliceSteps(slice);
    if (b.isPacked() && multiplier.streamRows > 0)
      return packStreams(slice, half);
    if (b.isPacked())
      return a.decode(
          packed.firstRow + 16 * half, 16, slice * packed.slice, steps,
          {reinterpret_cast<uint16_t *>(packed.at(slice, half / 2) +
                                        half % 2 * kTileBytes),
           stepWords, kStepBytes / 2, packed.limbStride(slice) / 2});
    uint8_t *tiles = packed.at(slice, half / 2) + half % 2 * kTileBytes;
    if (a.packTiles(packed.firstRow + 16 * half, slice * packed.slice, steps,
                    tiles, kStepBytes))
      return;
    int64_t limbStride = steps * stepWords;
    int64_t rowStride = packed.limbs * limbStride;
    a.decode(packed.firstRow + 16 * half, 16, slice * packed.slice, steps,
             {decoded, rowStride, stepWords, limbStride});
    for (int limb = 0; limb < packed.limbs; ++limb)
      multiplier.pack(decoded + limb * limbStride, rowStride, steps,
                      tiles + limb * packed.limbStride(slice));
  }

  /// Half a block as Multiplier::streamRows says, of one limb.
  void packStreams(int64_t slice, int64_t half) const {
    constexpr int64_t stepWords = kStepBytes / 4 / 16; // of one row
    const int64_t rows = multiplier.streamRows;
    int64_t steps = packed.sliceSteps(slice);
    auto *block = reinterpret_cast<uint16_t *>(packed.at(slice, half / 2));
    for (int64_t i = 0; i < 16; i += rows) {
      int64_t row = half % 2 * 16 + i; // of the block
      a.decode(
          packed.firstRow + 16 * half + i, rows, slice * packed.slice, steps,
          {block + row * stepWords * steps, stepWords, rows * stepWords, 0});
    }
  }

  /// Results of the packed rows of A, for all rows of B.
  void multiplyPacked() const {
    const ProductWork work = workOf(packed.blocks);
    const int64_t panels = work.panels;
    TaskSize size =
        (isSwapped ? sizeOfDecodingTasks : sizeOfTasks)(work, threadCount());
    int64_t columns = ceilDiv(panels, size.panels);
    int64_t down = ceilDiv(packed.blocks, size.blocks);
    size.blocks = ceilDiv(packed.blocks, down); // all about the same
    if (down > 1)
      b.settleAll();
    parallelFor(columns * down, [&](int64_t i, Workspace &) {
      Task task;
      task.firstBlock = i / columns * size.blocks;
      task.blocks = std::min(size.blocks, packed.blocks - task.firstBlock);
      task.firstPanel = i % columns * size.panels;
      task.endPanel = std::min(task.firstPanel + size.panels, panels);
      run(task);
    });
  }

  void run(const Task &task) const {
    if (isShort)
      runShortTask(task);
    else
      runTask(task);
  }

  void prefetch(int64_t panel, int64_t step, SliceProduct &product) const {
    int64_t row = panel * kBlock, together = b.rowsTogether();
    int64_t next = std::min(row + together, b.rows() - 1);
    product.prefetch = nullptr;
    if (row >= b.rows() || step >= b.steps())
      return;
    product.prefetch = b.bytesOf(row, step);
    product.rowBytes = b.bytesOf(next, step) - product.prefetch;
    product.rows = ceilDiv(std::min(kBlock, b.rows() - row), together);
    product.lines = ceilDiv(packed.slice * b.stepBytes() * together, 64);
  }

  void runTask(const Task &task) const {
    if (multiplier.enter)
      multiplier.enter();
    // Of two groups, where results of one wait while the next is multiplied.
    int64_t panelBytes = packed.slice * kStepBytes * b.limbs();
    int64_t sumBytes = sumBytesOf(task);
    int64_t groupBytes = panelsAtOnce * sumBytes, groups = keepsA ? 2 : 1;
    auto *panel =
        scratch<uint8_t>(ScratchSlot::Worker, panelBytes + groups * groupBytes);
    uint8_t *sums = panel + panelBytes;
    PendingLines pending;
    SliceProduct product;
    product.panel = panel;
    product.limbsA = packed.limbs;
    product.limbsB = b.limbs();
    product.isPacked = b.isPacked();
    product.source = &a;
    setBlocks(task, product);
    product.pending = keepsA ? &pending : nullptr;
    for (int64_t i = 0, first = task.firstPanel; first < task.endPanel;
         ++i, first += panelsAtOnce) {
      int64_t panels = std::min(panelsAtOnce, task.endPanel - first);
      for (int64_t turn = 0; turn < packed.slices() * panels; ++turn) {
        product.sums =
            sums + i % groups * groupBytes + turn % panels * sumBytes;
        multiplySlice(task, {first, first + panels}, turn, product);
      }
    }
    if (keepsA)
      multiplier.writeLines(pending);
    finishStreaming();
    if (multiplier.leave)
      multiplier.leave();
  }

  /// Panels one by one, each decoded once, over all of k, then multiplied with
  /// some blocks after the others, whose sums are finished at once.
  void runShortTask(const Task &task) const {
    if (multiplier.enter)
      multiplier.enter();
    constexpr int64_t kBlocks = kMostSumCols / kBlock;
    const int64_t stepBytes = kStepBytes * b.limbs();
    const int64_t panelBytes = packed.steps * stepBytes;
    constexpr int64_t sumBytes = kBlocks * kBlockSums * 4;
    auto *panel = scratch<uint8_t>(ScratchSlot::Worker,
                                   panelBytes + sumBytes + kBlock * kLineBytes);
    auto *waiting = reinterpret_cast<float *>(panel + panelBytes + sumBytes);
    SliceProduct product;
    product.limbsA = packed.limbs;
    product.limbsB = b.limbs();
    product.source = &a;
    product.sums = panel + panelBytes;
    for (int64_t i = task.firstPanel; i < task.endPanel; ++i) {
      product.panelRows = std::min(kBlock, b.rows() - i * kBlock);
      decodePanel(i, panel);
      if (!b.settle(i * kBlock, product.panelRows))
        decodePanel(i, panel);
      for (int64_t done = 0; done < task.blocks; done += kBlocks) {
        Task part = {task.firstBlock + done,
                     std::min(kBlocks, task.blocks - done), i, i + 1};
        setBlocks(part, product);
        for (int64_t s = 0; s < packed.slices(); ++s) {
          product.panel = panel + s * packed.slice * stepBytes;
          setSlice(part, s, product);
          multiplier.multiply(product);
        }
        finishShort(part, product,
                    {waiting, done > 0, done + kBlocks < task.blocks});
      }
    }
    finishStreaming();
    if (multiplier.leave)
      multiplier.leave();
  }

  /// A panel over all of k, slice by slice.
  void decodePanel(int64_t panel, uint8_t *to) const {
    for (int64_t s = 0; s < packed.slices(); ++s) {
      const int64_t steps = packed.sliceSteps(s);
      b.decode(panel * kBlock, kBlock, s * packed.slice, steps,
               {reinterpret_cast<uint16_t *>(to), 32, kStepBytes / 2,
                steps * kStepBytes / 2});
      to += steps * kStepBytes * b.limbs();
    }
  }

  /// Results between those of a panel that came before and those to come.
  struct RowPart {
    float *waiting;
    bool continues, hasMore;
  };

  void finishShort(const Task &task, const SliceProduct &product,
                   const RowPart &part) const {
    if (!plain.target)
      return finishPanels(task, {task.firstPanel, task.endPanel}, product);
    int64_t n = packed.firstRow + task.firstBlock * kBlock;
    multiplier.writeRows({static_cast<const float *>(product.sums),
                          task.firstPanel * kBlock, n, product.panelRows,
                          std::min(task.blocks * kBlock, a.rows() - n),
                          part.waiting, part.continues, part.hasMore},
                         plain);
  }

  void setBlocks(const Task &task, SliceProduct &product) const {
    product.firstRow = packed.firstRow + task.firstBlock * kBlock;
    product.blocks = task.blocks;
    product.lastIsHalf =
        product.firstRow + task.blocks * kBlock - 16 >= a.rows();
  }

  void setSlice(const Task &task, int64_t slice, SliceProduct &product) const {
    product.steps = packed.sliceSteps(slice);
    product.limbStride = packed.limbStride(slice);
    product.activations = packed.at(slice, task.firstBlock);
    product.first = slice == 0;
    product.last = slice + 1 == packed.slices();
    product.slice = slice;
  }

  /// Turn i of a group of panels: all of them with a slice, then the next one.
  void multiplySlice(const Task &task, PanelGroup group, int64_t i,
                     SliceProduct &product) const {
    int64_t panels = group.end - group.first;
    int64_t slice = i / panels, panel = group.first + i % panels;
    bool isLast = slice + 1 == packed.slices();
    if (panel + 1 < group.end)
      prefetch(panel + 1, slice * packed.slice, product);
    else if (!isLast)
      prefetch(group.first, (slice + 1) * packed.slice, product);
    else
      prefetch(group.end, 0, product);
    bringAhead(task, isLast ? 0 : slice + 1, panels - i % panels, product);
    multiplyPanel(task, panel, slice, product);
    if (isLast && !b.settle(panel * kBlock, product.panelRows)) {
      product.prefetch = product.ahead = nullptr;
      for (int64_t again = 0; again < packed.slices(); ++again)
        multiplyPanel(task, panel, again, product);
    }
    int64_t waiting = (panel - group.first) % panelsOfRow + 1;
    if (isLast && (waiting == panelsOfRow || panel + 1 == group.end))
      finishPanels(task, {panel + 1 - waiting, panel + 1}, product);
  }

  /// The blocks of the next slice come to the second-level cache with the last
  /// panels of this one, `left` of which are left.
  void bringAhead(const Task &task, int64_t slice, int64_t left,
                  SliceProduct &product) const {
    int64_t lines =
        task.blocks * packed.sliceSteps(slice) * kStepBytes / kLineBytes;
    product.ahead = nullptr;
    if (panelsAtOnce < 2 * kPanelsAhead || left > kPanelsAhead ||
        packed.limbs > 1 || packed.slices() == 1)
      return;
    product.aheadLines = ceilDiv(lines, kPanelsAhead);
    product.ahead = packed.at(slice, task.firstBlock) +
                    (kPanelsAhead - left) * product.aheadLines * kLineBytes;
  }

  /// The products of a panel with a slice.
  void multiplyPanel(const Task &task, int64_t panel, int64_t slice,
                     SliceProduct &product) const {
    setSlice(task, slice, product);
    product.panelRows = std::min(kBlock, b.rows() - panel * kBlock);
    b.decode(panel * kBlock, kBlock, slice * packed.slice, product.steps,
             {reinterpret_cast<uint16_t *>(product.panel), 32, kStepBytes / 2,
              product.steps * kStepBytes / 2});
    multiplier.multiply(product);
  }

  int64_t sumBytesOf(const Task &task) const {
    return task.blocks * kBlockSums * 4;
  }

  /// The sums of a task's blocks with some panels, of which `product` was the
  /// last one, all of k. Tiles of a block are [n][m]; what is next to each
  /// other in a row of the results is written after each other.
  void finishPanels(const Task &task, PanelGroup group,
                    const SliceProduct &product) const {
    if (keepsA && leavePanel(task, group.first, product))
      return;
    const int64_t ofA = 2 * task.blocks, ofB = 2 * (group.end - group.first);
    const int64_t panelBytes = sumBytesOf(task);
    uint8_t *sums = static_cast<uint8_t *>(product.sums) -
                    (group.end - 1 - group.first) * panelBytes;
    for (int64_t i = 0; i < ofA * ofB; ++i) {
      int64_t tileA = isSwapped ? i % ofA : i / ofB;
      int64_t tileB = isSwapped ? i / ofA : i % ofB;
      int64_t m = packed.firstRow + task.firstBlock * kBlock + 16 * tileA;
      int64_t n = group.first * kBlock + 16 * tileB;
      if (m >= a.rows() || n >= b.rows())
        continue;
      uint8_t *tile =
          sums + tileB / 2 * panelBytes +
          (tileA / 2 * kTilesOfBlock + tileB % 2 * 2 + tileA % 2) * kTileBytes;
      if (isSwapped)
        finish({tile, n, m, true});
      else
        finish({tile, m, n, b.isPacked()});
    }
  }

  /// Whether the sums of a panel are plain results, to be written while the
  /// next one is multiplied.
  bool leavePanel(const Task &task, int64_t panel,
                  const SliceProduct &product) const {
    multiplier.writeLines(*product.pending);
    if (!plain.target || (panel + 1) * kBlock > b.rows())
      return false;
    int64_t m = packed.firstRow + task.firstBlock * kBlock;
    product.pending->start(plain, static_cast<const int32_t *>(product.sums), m,
                           panel * kBlock,
                           std::min(task.blocks * kBlock, a.rows() - m),
                           task.blocks * packed.steps);
    return true;
  }

  const RowSource &a, &b;
  bool isSwapped;
  const Multiplier &multiplier;
  const FinishTile &finish;
  const PlainResults &plain;
  Activations packed;
  bool keepsA = false;  ///< all of k of a task's blocks, from panel to panel
  bool isShort = false; ///< panels are decoded over all of k
  int64_t blocksAtOnce = 0, panelsAtOnce = 0; ///< of a task, at most
  int64_t panelsOfRow = 1; ///< whose results are written together
};

} // namespace

bool packsB(const ProductShape &shape, bool isWide,
            const Multiplier &multiplier) {
  // Packing a step of a block of B takes about as long as turning the results
  // of a panel of A with a block, or half as long, where their rows are no
  // whole lines.
  int64_t most = ceilDiv(shape.rowsOfA, kBlock) *
                 (shape.rowsOfB % kResultsOfLine == 0 ? 1 : 2);
  bool isShort = shape.steps <= std::min(most, multiplier.shortSteps);
  return isShort || (shape.rowsOfB * (isWide ? 1 : 4) <= shape.rowsOfA &&
                     shape.rowsOfB <= multiplier.blocks * kBlock);
}

void multiplyTiles(const RowSource &a, const RowSource &b,
                   const Multiplier &multiplier, const FinishTile &finish,
                   const PlainResults &plain) {
  if (!b.isPacked() &&
      packsB({a.rows(), b.rows(), b.steps()}, a.isWide(), multiplier))
    Product(b, a, true, multiplier, finish,
            multiplier.writeRows ? plain : PlainResults())
        .run();
  else
    Product(a, b, false, multiplier, finish, plain).run();
}

} // namespace mx::runtime::x86

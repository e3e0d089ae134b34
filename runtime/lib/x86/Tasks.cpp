//===- Tasks.cpp - How a product is cut into tasks ------------------------===//
//
// Small products take fewer tasks: a parallel region takes microseconds.
//
//===----------------------------------------------------------------------===//

#include "Tasks.h"

#include "Product.h"

#include <algorithm>

namespace mx::runtime::x86 {

/// How many tasks are worth their time at most.
static int64_t mostTasks(const ProductWork &work) {
  constexpr int64_t kUnits = 16;      // of a step, in a row
  constexpr int64_t kLeast = 1 << 18; // products of units that pay for a task
  return work.blocks * work.panels * kBlockSums * work.steps * kUnits / kLeast;
}

TaskSize sizeOfTasks(const ProductWork &work, int threads) {
  constexpr int64_t kLeastBlocks = 4, kLeastPanels = 8; // that share well
  TaskSize size = {std::min(work.atOnce, work.blocks), work.panels};
  int64_t wanted =
      threads == 1 ? 1 : std::min<int64_t>(4 * threads, mostTasks(work));
  while (ceilDiv(work.blocks, size.blocks) * ceilDiv(work.panels, size.panels) <
         wanted) {
    bool splitsPanels = size.panels > kLeastPanels ||
                        (size.blocks <= kLeastBlocks && size.panels > 1);
    int64_t &part = splitsPanels ? size.panels : size.blocks;
    if (part == 1)
      break;
    part = ceilDiv(part, 2);
  }
  return size;
}

/// How long tasks of a size take, in twice the time of a block by a panel.
static int64_t timeOf(const TaskSize &size, const ProductWork &work,
                      int threads) {
  // In blocks by panels; what several tasks decode is scanned before.
  const int64_t decoding = size.blocks < work.blocks ? 3 : 2;
  // Reading a block takes about as long as multiplying it.
  const int64_t overhead = work.isKept ? 1 : size.blocks;
  int64_t tasks =
      ceilDiv(work.blocks, size.blocks) * ceilDiv(work.panels, size.panels);
  int64_t ofTask = size.panels * (decoding + size.blocks) + overhead;
  // Threads begin when they can: half a task of waiting.
  return 2 * ceilDiv(tasks, threads) * ofTask + ofTask;
}

TaskSize sizeOfDecodingTasks(const ProductWork &work, int threads) {
  int64_t leastDown = ceilDiv(work.blocks, work.atOnce);
  TaskSize best = {ceilDiv(work.blocks, leastDown), work.panels};
  int64_t most = mostTasks(work);
  if (threads == 1 || most < 2)
    return best;
  for (int64_t down = leastDown; down <= work.blocks; down *= 2)
    for (int64_t left = work.panels; left > 0; left -= ceilDiv(left, 10)) {
      TaskSize size = {ceilDiv(work.blocks, down), left};
      if (down * ceilDiv(work.panels, left) <= most &&
          timeOf(size, work, threads) < timeOf(best, work, threads))
        best = size;
    }
  return best;
}

/// Groups of panels that are shared by so many pieces of all groups.
static GroupSize sizeOfPieces(int64_t groups, int64_t panels, int64_t pieces,
                              int64_t least) {
  return {groups, std::max(ceilDiv(panels, ceilDiv(pieces, groups)), least)};
}

GroupSize sizeOfGroups(const ProductWork &work, int threads) {
  // Of B, for which several threads may pack the same blocks, and of them those
  // that a thread takes at a time, at least.
  constexpr int64_t kManyPanels = 64, kLeastPanels = 8;
  const int64_t groups = ceilDiv(work.blocks, work.atOnce);
  if (threads == 1)
    return {groups, work.panels};
  if (groups < threads || work.panels < kManyPanels)
    return {};
  return sizeOfPieces(groups, work.panels, 4 * int64_t(threads), kLeastPanels);
}

GroupSize sizeOfShortGroups(const ProductWork &work, int threads) {
  // Panels, or blocks, of each thread that pay for its packing, or decoding,
  // all of the other side.
  constexpr int64_t kShare = 4;
  int64_t groups = ceilDiv(work.blocks, work.atOnce);
  if (threads == 1)
    return {groups, work.panels};
  if (mostTasks(work) < threads)
    return {};
  if (work.panels < kShare * threads) {
    if (work.blocks < kShare * threads)
      return {};
    groups = std::max<int64_t>(groups, threads);
  }
  return sizeOfPieces(groups, work.panels, 16 * int64_t(threads), 1);
}

} // namespace mx::runtime::x86

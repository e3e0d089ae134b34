//===- ColumnWalk.h - Steps of rows by few columns --------------*- C++ -*-===//
//
// In which order steps of rows of f32 are decoded and multiplied, and where
// they are meanwhile.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AMX_COLUMNWALK_H
#define MX_RUNTIME_LIB_AMX_COLUMNWALK_H

#include "../x86/OperandRows.h"

#include <algorithm>
#include <immintrin.h>
#include <vector>

namespace mx::runtime::amx {

using x86::ceilDiv;
using x86::kTileBytes;

namespace {

constexpr int64_t kRows = 16;         ///< of a panel of A, a tile of B
constexpr int64_t kMostTiles = 6;     ///< of B at a time
constexpr int64_t kStepColumns = 32;  ///< of a step
constexpr int64_t kStepBytes = 128;   ///< of a row of A
constexpr int64_t kBytesAhead = 2048; ///< of a row, fetched
constexpr int64_t kTileSums = 256, kLanes = 16;
/// Steps between decoding and multiplying, and places of decoded ones.
constexpr int64_t kLead = 2, kPlaces = 4;
constexpr int64_t kPlaceBytes = 3 * kTileBytes;

/// Tiles [first, first + count) of B, [step][count] from `tiles` on.
struct Group {
  int64_t first, count;
  uint8_t *tiles;
};

/// A step of a panel that becomes bf16 row by row.
struct StepOfRows {
  const uint8_t *row;
  int64_t rowBytes, ahead; ///< from a row to the next, to what is fetched
  __mmask16 low, high;     ///< columns that there are
  const float *factors;    ///< of the row
  uint32_t *largest;       ///< [16], of the row
  uint8_t *tiles;          ///< [limb][16][64 bytes], of the row
};

struct PanelRange {
  int64_t first, end;
};

/// Both operands as they lie.
struct Layout {
  x86::OperandRows::FloatView a;
  int64_t rows, k, steps, slice; ///< steps of all and of a slice of B
  int64_t tiles;                 ///< of B
  std::vector<Group> groups;

  int64_t slices() const { return ceilDiv(steps, slice); }
  int64_t sliceSteps(int64_t s) const {
    return std::min(slice, steps - s * slice);
  }
  /// The last panel has rows of the one before, too.
  int64_t firstRow(int64_t panel) const {
    return std::min(panel * kRows, rows - kRows);
  }
};

/// Memory of a thread.
struct TaskMemory {
  alignas(64) uint8_t places[kPlaces * kPlaceBytes];
  alignas(64) uint32_t largest[kRows * kLanes]; ///< of the last panel
  /// Of the last panel; 1 for rows of the panel before, which another thread
  /// may be settling.
  float factors[kRows];
};

/// The steps of some panels in the order in which they are multiplied: by
/// slices of B, panels and groups of tiles. Those that are decoded are kLead
/// ahead of those that are multiplied.
class Walk {
public:
  Walk(const Layout &layout, PanelRange panels, TaskMemory &memory)
      : layout(layout), panels(panels), memory(memory), panel(panels.first) {}

  /// Limbs of the step to be multiplied.
  const uint8_t *current() {
    return memory.places + multiplied++ % kPlaces * kPlaceBytes;
  }

  /// The step to be decoded; behind the last one, that once more.
  StepOfRows next() {
    const int64_t row = layout.firstRow(panel),
                  steps = layout.sliceSteps(slice);
    const int64_t at = slice * layout.slice + step, col = at * kStepColumns;
    StepOfRows result;
    result.row = layout.a.data + row * layout.a.rowBytes + at * kStepBytes;
    result.rowBytes = layout.a.rowBytes;
    result.ahead = bytesAhead(steps * kStepBytes);
    const int64_t left = std::min(layout.k - col, kStepColumns);
    const auto mask = static_cast<uint32_t>((uint64_t(1) << left) - 1);
    result.low = static_cast<__mmask16>(mask);
    result.high = static_cast<__mmask16>(mask >> 16);
    const bool isWhole = row == panel * kRows;
    result.factors = isWhole ? layout.a.factors + row : memory.factors;
    result.largest = isWhole && layout.a.largest
                         ? layout.a.largest + row * kLanes
                         : memory.largest;
    result.tiles = memory.places + decoded++ % kPlaces * kPlaceBytes;
    advance(steps);
    return result;
  }

private:
  /// Further along the row, then along that of the next panel; rows that
  /// another group has read are in the caches.
  int64_t bytesAhead(int64_t sliceBytes) const {
    if (group > 0)
      return 0;
    const int64_t ahead = std::min(kBytesAhead, sliceBytes);
    return step * kStepBytes + ahead < sliceBytes
               ? ahead
               : kRows * layout.a.rowBytes + ahead - sliceBytes;
  }

  void advance(int64_t steps) {
    if (++step < steps)
      return;
    step = 0;
    if (++group < int64_t(layout.groups.size()))
      return;
    group = 0;
    if (++panel < panels.end)
      return;
    panel = panels.first;
    if (++slice < layout.slices())
      return;
    --slice;
    panel = panels.end - 1;
  }

  const Layout &layout;
  PanelRange panels;
  TaskMemory &memory;
  int64_t slice = 0, panel, group = 0, step = 0;
  int64_t decoded = 0, multiplied = 0;
};

} // namespace

} // namespace mx::runtime::amx

#endif // MX_RUNTIME_LIB_AMX_COLUMNWALK_H

//===- Product.h - A product in tiles ---------------------------*- C++ -*-===//
//
// Packing, tasks and threads of a product, whatever its numbers are and whoever
// multiplies them. A block of the result is 32 rows of B by 32 rows of A. Both
// sides come in steps of 64 bytes along k, 16 units of 4 bytes: one f32, two
// bf16 or four bytes. B's side is a panel, decoded where it is used; A's side
// is packed before, with the units of 16 rows next to each other: by each
// thread what it multiplies next, where there is enough, or all of it by all.
// Both are cut along k into slices that let a panel stay in the first-level
// cache while A streams from the second; sums of a block wait in memory in
// between.
//
// Where B comes with the units of 16 rows side by side (isPacked), A's rows
// stay as they are decoded, and the sides change their parts in each tile.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_PRODUCT_H
#define MX_RUNTIME_LIB_X86_PRODUCT_H

#include "../KernelTable.h"
#include "PendingLines.h"

namespace mx::runtime::x86 {

inline constexpr int64_t kBlock = 32; ///< rows of either side of a block
inline constexpr int64_t kTileBytes = 1024;
inline constexpr int64_t kStepBytes = 2048; ///< two tiles: 32 rows, 64 bytes
inline constexpr int64_t kBlockSums = 1024; ///< 4-byte sums of a block
inline constexpr int64_t kMostSteps = 16;   ///< of a slice: a panel of 32 KiB

inline int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Where decoded rows go; strides in units of two bytes.
struct RowTarget {
  uint16_t *data = nullptr; ///< the first row's first step
  int64_t rowStride = 0, stepStride = 0, limbStride = 0;

  RowTarget from(int64_t step) const {
    return {data + step * stepStride, rowStride, stepStride, limbStride};
  }
};

/// The rows of one side.
class RowSource {
public:
  virtual ~RowSource() = default;
  virtual int64_t rows() const = 0;
  virtual int64_t steps() const = 0;
  /// Of rows all of whose steps were decoded as they are: whether that is near
  /// 1. If not, they are to be decoded again, now by other powers of two.
  virtual bool settle(int64_t /*first*/, int64_t /*count*/) const {
    return true;
  }
  /// Finds the powers of all rows, as several threads are to decode the same.
  virtual void settleAll() const {}
  /// Numbers per element, whose sum it is.
  virtual int limbs() const { return 1; }
  /// Whether rows of several numbers are mostly read once (settle()).
  virtual bool isWide() const { return false; }
  /// Steps [first, first + count) of `rowCount` rows, zeros from the operand's
  /// last row and from k on; both multiples of 4 but at the end.
  virtual void decode(int64_t firstRow, int64_t rowCount, int64_t first,
                      int64_t count, const RowTarget &target) const = 0;
  /// The same of 16 rows as packed bf16 numbers of one limb, a tile
  /// every `stepBytes`; false: decode() and a Multiplier's pack() do that.
  virtual bool packTiles(int64_t /*firstRow*/, int64_t /*first*/,
                         int64_t /*count*/, uint8_t * /*tiles*/,
                         int64_t /*stepBytes*/) const {
    return false;
  }
  /// Where the bytes of some steps of a row lie, for prefetching; null if they
  /// are scattered.
  virtual const uint8_t *bytesOf(int64_t row, int64_t step) const = 0;
  /// Bytes per step there.
  virtual int64_t stepBytes() const = 0;
  /// Whether decode() puts the units of 16 rows side by side, kTileBytes for
  /// each step of them.
  virtual bool isPacked() const { return false; }
  /// Rows whose bytes are together in memory.
  virtual int64_t rowsTogether() const { return 1; }
};

/// One slice: sums[block] (+)= panel · activations[block].
struct SliceProduct {
  uint8_t *panel = nullptr; ///< [limb][step][32 rows][64 bytes]
  const uint8_t *activations =
      nullptr;           ///< [limb][block][step][2][16][16 units]
  void *sums = nullptr;  ///< [block][2 of B][2 of A][16][16]
  bool isPacked = false; ///< the panel's tiles are as activations, those as its
  int64_t steps = 0;
  int64_t blocks = 0;      ///< of this product
  int64_t panelRows = 0;   ///< rows of B, the rest are zeros
  bool lastIsHalf = false; ///< the last block has at most 16 rows of A
  int64_t limbStride = 0;  ///< bytes between limbs of `activations`
  int limbsA = 1, limbsB = 1;
  bool first = true; ///< sums start at zero
  bool last = false; ///< sums are to be complete
  /// Whose rows are the activations, from which row and which slice of it.
  const RowSource *source = nullptr;
  int64_t firstRow = 0, slice = 0;
  /// Lines to bring to the caches meanwhile: `lines` of 64 bytes
  /// from each of `rows` places `rowBytes` apart. Null: none.
  const uint8_t *prefetch = nullptr;
  int64_t rowBytes = 0, rows = 0, lines = 0;
  /// Lines of A's next slice, to the second-level cache. Null: none.
  const uint8_t *ahead = nullptr;
  int64_t aheadLines = 0;
  PendingLines *pending = nullptr; ///< to be written meanwhile; null: none

  /// The share of a block in these lines, all at once. `Locality`: 3 for the
  /// first-level cache too, where the panel leaves room; 2 for the second.
  template <int Locality> void prefetchLines(int64_t block) const {
    int64_t all = prefetch ? rows * lines : 0, end = all * (block + 1) / blocks;
    for (int64_t i = all * block / blocks; i < end; ++i)
      __builtin_prefetch(prefetch + i / lines * rowBytes + i % lines * 64, 0,
                         Locality);
  }
};

/// The lines of a SliceProduct to bring along, a few at a time: many at once
/// would take all places for lines on their way from memory, and loads from the
/// second-level cache would wait for one. Every second line: the processor
/// brings its neighbour.
class PrefetchWalk {
public:
  /// From the share of a block on.
  explicit PrefetchWalk(const SliceProduct &product, int64_t block = 0)
      : at(product.prefetch), rowBytes(product.rowBytes),
        lineBytes(at ? 64 * product.lines : 0), end(at + lineBytes) {
    const int64_t ofRow = ceilDiv(product.lines, 2);
    perStep =
        at ? ceilDiv(product.rows * ofRow, product.blocks * product.steps) : 0;
    if (const int64_t before = block * product.steps * perStep) {
      end += before / ofRow * rowBytes;
      at = end - lineBytes + before % ofRow * (2 * 64);
    }
  }

  /// A step's share, to the second-level cache. Those of the last steps may be
  /// behind the last line.
  void step() {
#pragma clang loop unroll(disable)
    for (int64_t i = perStep; i > 0; --i) {
      __builtin_prefetch(at, 0, 2);
      at += 2 * 64;
      if (at >= end) {
        at = end + rowBytes - lineBytes;
        end += rowBytes;
      }
    }
  }

private:
  const uint8_t *at;
  int64_t rowBytes, lineBytes;
  const uint8_t *end; ///< of the row's
  int64_t perStep;
};

/// `steps` tiles, kStepBytes apart, from 16 rows: unit i of row r to place r of
/// line i.
using PackRows = void (*)(const uint16_t *rows, int64_t rowStride,
                          int64_t steps, uint8_t *tiles);

/// Who multiplies.
struct Multiplier {
  void (*multiply)(const SliceProduct &);
  PackRows pack; ///< null: for rows of B that isPacked() only
  int64_t sliceSteps = kMostSteps;
  /// Blocks of A, and panels of B whose sums wait in memory from slice to
  /// slice: with a slice of A they share the second-level cache, and A is read
  /// again for every such group.
  int64_t blocks = 16, panels = 16;
  /// What a thread does before and after it multiplies; null: nothing.
  void (*enter)() = nullptr, (*leave)() = nullptr;
  bool takesPacked = false; ///< panels of a RowSource that isPacked()
  /// Rows of A whose steps follow each other as they are read where B
  /// isPacked(): activations are [32 / streamRows][step][streamRows][16 units].
  /// 0: as with others.
  int64_t streamRows = 0;
  /// Whether A over all of k may stay in the second-level cache, where it fits,
  /// while panels of B that isPacked() pass one by one; multiply() then writes
  /// SliceProduct::pending, and writeLines() what is left of it.
  bool keepsA = false;
  void (*writeLines)(PendingLines &) = nullptr;
  /// Steps of a product whose sums may take longer to become results along
  /// their rows, from tiles that lie across, than B to be packed; 0: none.
  int64_t shortSteps = 0;
  /// Writes f32 sums that come along rows of plain results; null: as tiles.
  void (*writeRows)(const SumRows &, const PlainResults &) = nullptr;
};

/// Rows of both sides, and steps of k.
struct ProductShape {
  int64_t rowsOfA, rowsOfB, steps;
};

/// Whether B's rows, which are not isPacked(), are packed, and A's decoded
/// panel by panel, which lets the sums come along rows of the results: where k
/// is short, and for rows that pay for it, as B is not to be decoded several
/// times for them, and what A would take to be packed exceeds what B does: by
/// far, or, of several bf16 numbers (`isWide`), with as many rows.
bool packsB(const ProductShape &shape, bool isWide,
            const Multiplier &multiplier);

/// Sums that are `plain` results, of the multiplier's sums, may be written as
/// such instead of finished.
void multiplyTiles(const RowSource &a, const RowSource &b,
                   const Multiplier &multiplier, const FinishTile &finish,
                   const PlainResults &plain = {});

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_PRODUCT_H

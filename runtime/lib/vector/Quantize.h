//===- Quantize.h - quantize and quantize2 on sixteen lanes -----*- C++ -*-===//
//
// How a call is cut into tasks, for one result and for two of one source.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_QUANTIZE_H
#define MX_RUNTIME_LIB_VECTOR_QUANTIZE_H

#include "ChunkWork.h"
#include "TileWork.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// Elements of a source that caches do not hold.
inline constexpr int64_t kLargeSource = int64_t(4) << 20;
/// Elements of a source that are kept for tiles at most, if more rows of them
/// may be.
inline constexpr int64_t kMostHeld = 1 << 17;

/// Rows that tiles are read for at a time. The pieces of the source's rows are
/// as long: memory gives long ones faster, short ones leave more tasks.
inline int64_t panelOf(const Quantizer &q, const Matrix &x) {
  bool isLarge = x.items * x.rows * x.cols >= kLargeSource;
  return isLarge && 512 * q.laneLength() <= kMostHeld ? 512 : 128;
}

/// Elements of a task, fewer if threads would have none.
inline constexpr int64_t kTaskElements = 1 << 17;

/// Of `count` pieces, at most `most`, so that every thread has some tasks.
inline int64_t taskSize(int64_t count, int64_t most) {
  return std::clamp<int64_t>(count / (4 * threadCount()), 1, most);
}

/// All rows as one, where they follow each other everywhere and nothing but
/// their blocks matters: short rows would leave chunks half empty.
inline QuantizeArgs joinRows(QuantizeArgs args) {
  ScaledTensor &out = args.out;
  Matrix &x = args.x;
  if (Tile::isAcross(x) || !x.tensor.isContiguous() ||
      !out.codes.isContiguous() || !out.scale.isContiguous() ||
      x.cols != out.cols || out.cols % out.blockCols != 0 ||
      out.blockRows != 1 || args.spec.hadamardSize > 16 * out.blockCols ||
      args.spec.rounding == Rounding::Stochastic ||
      needsElements(args.spec.rule))
    return args;
  out.scale.strides[out.scale.rank - 1] = 1; // of one block, it was any
  x.cols = out.cols = out.items * out.rows * out.cols;
  out.blocks = out.cols / out.blockCols;
  x.items = x.rows = out.items = out.rows = out.scaleRows = 1;
  return args;
}

/// Chunks [first, last) of all rows.
inline void quantizeChunks(const Quantizer &q, int64_t first, int64_t last,
                           Workspace &workspace) {
  ChunkWork work(q, /*isScattered=*/false, workspace);
  int64_t perRow = q.chunksPerRow(), row = first / perRow;
  int64_t chunk = first % perRow;
  const int64_t ahead = isIntel() ? q.chunkBytesOfX() : 0;
  for (int64_t i = first; i < last; ++i) {
    if (i == first || chunk == 0)
      work.enter(row / q.rows(), row % q.rows());
    work.quantize(chunk, work.sourceOf(chunk, 0) + kBytesAhead, ahead);
    if (++chunk == perRow) {
      chunk = 0;
      ++row;
    }
  }
  work.finish();
}

/// Groups [group, groupEnd) of up to `panel` rows of an item from `row` on,
/// which is a multiple of 16.
inline void quantizeArea(const Quantizer &q, int64_t item, int64_t row,
                         int64_t panel, int64_t group, int64_t groupEnd,
                         Workspace &workspace) {
  TileWork work(q, item, panel, workspace);
  int64_t count = std::min(q.rows() - row, panel);
  for (int64_t g = group; g < std::min(groupEnd, q.groupCount()); ++g) {
    work.load(row, count, g, 0, q.laneLength(), Tile::kRowsAhead);
    work.quantize(row, count, g);
  }
  work.finish(row, count);
}

inline bool quantizeOne(const QuantizeArgs &given) {
  if (!Quantizer::accepts(given))
    return false;
  const QuantizeArgs args = joinRows(given);
  const Quantizer q(args);
  int64_t items = args.out.items;
  if (q.goesByChunks()) {
    int64_t chunks = items * q.rows() * q.chunksPerRow();
    int64_t perTask = taskSize(chunks, kTaskElements / q.chunkLength());
    parallelFor(
        (chunks + perTask - 1) / perTask, [&](int64_t i, Workspace &workspace) {
          quantizeChunks(q, i * perTask, std::min(chunks, (i + 1) * perTask),
                         workspace);
        });
    return true;
  }
  // Results of a row follow each other: few pages are written at a time.
  int64_t panel = panelOf(q, args.x), panels = (q.rows() + panel - 1) / panel;
  int64_t perTask = taskSize(q.groupCount() * panels * items, q.groupCount());
  int64_t parts = (q.groupCount() + perTask - 1) / perTask;
  parallelFor(items * panels * parts, [&](int64_t i, Workspace &workspace) {
    int64_t group = i % parts * perTask, row = i / parts % panels * panel;
    quantizeArea(q, i / parts / panels, row, panel, group, group + perTask,
                 workspace);
  });
  return true;
}

/// Two results of one source, one along and one across its rows: each piece of
/// a row is quantised, and kept for the tiles of the other result.
class PairQuantizer {
public:
  static constexpr int64_t kRowsAhead = 2;

  PairQuantizer(const QuantizeArgs &a, const QuantizeArgs &b)
      : along(a), across(b),
        perStrip(chunksTogether(along.chunkLength() * across.laneLength())),
        items(a.x.items), width(perStrip * along.chunkLength()),
        height(across.laneLength()),
        over(pieces(b.out.rows, a.out.cols, width)),
        down(pieces(a.out.rows, b.out.cols, height)) {}

  /// Whether the caches hold a piece of some rows. Beyond them AMD's CPUs read
  /// whole rows twice in less time than pieces of rows once.
  bool isFast() const {
    int64_t size = items * along.rows() * across.rows();
    return along.goesByChunks() && width * height <= kMostHeld &&
           (isIntel() || size < kLargeSource);
  }

  void run() const {
    int64_t perTask = taskSize(items * over * down, down);
    int64_t parts = (down + perTask - 1) / perTask;
    parallelFor(items * over * parts, [&](int64_t i, Workspace &workspace) {
      int64_t first = i % parts * perTask;
      quantize(i / parts / over, i / parts % over, first,
               std::min(first + perTask, down), workspace);
    });
  }

private:
  /// Two chunks of f32 are a page, as a rule.
  static int64_t chunksTogether(int64_t heldOfOne) {
    return 2 * heldOfOne <= kMostHeld ? 2 : 1;
  }
  /// Of an axis that is the rows of one result and k of the other, which may be
  /// padded.
  static int64_t pieces(int64_t rows, int64_t cols, int64_t size) {
    return (std::max(rows, cols) + size - 1) / size;
  }

  /// Groups [group, groupEnd) of the result across, of one strip.
  void quantize(int64_t item, int64_t strip, int64_t group, int64_t groupEnd,
                Workspace &workspace) const {
    Workspace ofChunks;
    TileWork tiles(across, item, width, workspace);
    ChunkWork chunks(along, /*isScattered=*/true, ofChunks);
    int64_t col = strip * width, count = std::min(width, across.rows() - col);
    for (int64_t g = group; g < groupEnd; ++g) {
      bool hasTiles = count > 0 && g < across.groupCount();
      for (int64_t i = 0; i < height; ++i) {
        if (g * height + i < along.rows())
          quantizeStretch(chunks, item, g * height + i, strip * perStrip);
        if (hasTiles)
          tiles.load(col, count, g, i, i + 1, isIntel() ? 0 : Tile::kRowsAhead);
      }
      if (hasTiles)
        tiles.quantize(col, count, g);
    }
    tiles.finish(col, count);
    chunks.finish();
  }

  /// The chunks of a strip in a row, from `first` on. Where instructions fetch
  /// rows ahead, they are fetched along with what is computed.
  void quantizeStretch(ChunkWork &chunks, int64_t item, int64_t row,
                       int64_t first) const {
    const int64_t ahead = isIntel() ? along.chunkBytesOfX() : 0;
    int64_t last = std::min(first + perStrip, along.chunksPerRow());
    chunks.enter(item, row);
    if (isIntel()) // the end of the stretch, of the next one's first line
      _mm_prefetch(chunks.sourceOf(last, kRowsAhead) - 1, _MM_HINT_T1);
    for (int64_t chunk = first; chunk < last; ++chunk) {
      chunks.expect(row + 8, chunk);
      chunks.quantize(chunk, chunks.sourceOf(chunk, kRowsAhead), ahead);
    }
  }

  Quantizer along, across;
  const int64_t perStrip; ///< chunks
  int64_t items, width, height, over, down;
};

inline bool quantizeBoth(const Quantize2Args &args) {
  const QuantizeArgs &a = args.results[0], &b = args.results[1];
  bool isAcross = Tile::isAcross(a.x);
  if (!Quantizer::accepts(a) || !Quantizer::accepts(b) ||
      isAcross == Tile::isAcross(b.x))
    return false;
  PairQuantizer pair(isAcross ? b : a, isAcross ? a : b);
  if (!pair.isFast())
    return false;
  pair.run();
  return true;
}

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_QUANTIZE_H

//===- Quantize.h - quantize and quantize2 on sixteen lanes -----*- C++ -*-===//
//
// How a call is cut into tasks, for one result and for two of one source.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_QUANTIZE_H
#define MX_RUNTIME_LIB_VECTOR_QUANTIZE_H

#include "Quantizer.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

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
          q.quantizeChunks(i * perTask, std::min(chunks, (i + 1) * perTask),
                           workspace);
        });
    return true;
  }
  // Results of a row follow each other: few pages are written at a time.
  constexpr int64_t panel = Quantizer::kPanel;
  int64_t panels = (q.rows() + panel - 1) / panel;
  int64_t perTask = taskSize(q.groupCount() * panels * items, q.groupCount());
  int64_t parts = (q.groupCount() + perTask - 1) / perTask;
  parallelFor(items * panels * parts, [&](int64_t i, Workspace &workspace) {
    int64_t group = i % parts * perTask, row = i / parts % panels * panel;
    q.quantizeArea(i / parts / panels, row, row + panel, group, group + perTask,
                   workspace);
  });
  return true;
}

/// Two results of one source, one along and one across its rows: each piece of
/// a row is quantised, and kept for the tiles of the other result.
class PairQuantizer {
public:
  static constexpr int64_t kLargeSource = int64_t(4) << 20;

  PairQuantizer(const QuantizeArgs &a, const QuantizeArgs &b)
      : along(a), across(b), items(a.x.items), width(along.chunkLength()),
        height(across.laneLength()),
        over(pieces(b.out.rows, a.out.cols, width)),
        down(pieces(a.out.rows, b.out.cols, height)) {}

  /// Whether the caches hold a piece of some rows. Beyond them AMD's CPUs read
  /// whole rows twice in less time than pieces of rows once.
  bool isFast() const {
    int64_t size = items * along.rows() * across.rows();
    return along.goesByChunks() && width * height <= 1 << 17 &&
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
  /// Of an axis that is the rows of one result and k of the other, which may be
  /// padded.
  static int64_t pieces(int64_t rows, int64_t cols, int64_t size) {
    return (std::max(rows, cols) + size - 1) / size;
  }

  /// Groups [group, groupEnd) of the result across.
  void quantize(int64_t item, int64_t chunk, int64_t group, int64_t groupEnd,
                Workspace &workspace) const {
    Workspace ofChunks;
    Quantizer::TileWork tiles(across, item, width, workspace);
    Quantizer::ChunkWork chunks(along, /*isScattered=*/true, ofChunks);
    int64_t col = chunk * width, count = std::min(width, across.rows() - col);
    bool hasChunk = chunk < along.chunksPerRow();
    for (int64_t g = group; g < groupEnd; ++g) {
      bool hasTiles = count > 0 && g < across.groupCount();
      for (int64_t i = 0; i < height; ++i) {
        int64_t row = g * height + i;
        if (hasChunk && row < along.rows()) {
          chunks.enter(item, row);
          chunks.expect(row + 8, chunk);
          chunks.quantize(chunk);
        }
        if (hasTiles)
          tiles.load(col, count, g, i, i + 1);
      }
      if (hasTiles)
        tiles.quantize(col, count, g);
    }
    chunks.finish();
  }

  Quantizer along, across;
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

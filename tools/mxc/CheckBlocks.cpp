//===- CheckBlocks.cpp - Blocks that the shapes of a dump leave -----------===//

#include "CheckReadings.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace mxc;
using mx::check::Dump;

/// The extent of blocks of which `count` cover `extent`: all of it, a power of
/// two, or else an even share.
static int64_t inferExtent(int64_t extent, int64_t count) {
  if (count <= 0 || count > extent)
    return 0;
  int64_t share = divideCeil(extent, count);
  if (count == 1)
    return share;
  auto fits = [&](int64_t block) {
    return static_cast<int64_t>(divideCeil(extent, block)) == count;
  };
  auto power = static_cast<int64_t>(PowerOf2Ceil(share));
  return fits(power) ? power : fits(share) ? share : 0;
}

static int64_t product(ArrayRef<int64_t> shape) {
  int64_t result = 1;
  for (int64_t extent : shape)
    result *= extent;
  return result;
}

/// Blocks as the extents of the scales' last two axes say.
static bool inferFromAxes(ArrayRef<int64_t> shape, ArrayRef<int64_t> scale,
                          Dump &dump) {
  if (scale.size() != shape.size() || scale.empty())
    return false;
  size_t matrix = std::min<size_t>(shape.size(), 2);
  if (shape.drop_back(matrix) != scale.drop_back(matrix))
    return false;
  int64_t cols = inferExtent(shape.back(), scale.back()), rows = 1;
  if (matrix == 2)
    rows = inferExtent(shape[shape.size() - 2], scale[scale.size() - 2]);
  if (cols <= 0 || rows <= 0)
    return false;
  dump.blockCols = cols;
  dump.blockRows = rows;
  return true;
}

/// The default block of a kind of scale, where the 128x4 layout hides it.
static int64_t defaultBlock(const DumpOptions &options, const Dump &dump) {
  if (options.format)
    return options.format->cols(dump.cols);
  return options.tensorScale.empty() ? 32 : 16;
}

static Error checkCount(const Array &scale, const DumpOptions &options,
                        const Dump &dump) {
  int64_t expected = dump.numBlocks();
  if (options.tiledScales)
    expected = alignTo(dump.items * dump.scaleRows(), 128) *
               alignTo(dump.scaleCols(), 4);
  if (scale.getNumElements() == expected)
    return Error::success();
  return createStringError(
      "the scales are " + formatShape(scale.shape) + ", " +
      Twine(scale.getNumElements()) + " of them; expected " + Twine(expected) +
      " for blocks of [" + Twine(dump.blockRows) + ", " +
      Twine(dump.blockCols) + "]" +
      (options.tiledScales     ? " in the 128x4 layout"
       : options.block.empty() ? "; give the block with --block=B or "
                                 "--block=R,C, and --scale-layout=128x4 for "
                                 "swizzled scales"
                               : ""));
}

Error mxc::inferBlocks(const Array &source, const Array &scale,
                       const DumpOptions &options, Dump &dump) {
  ArrayRef<int64_t> shape = source.shape;
  if (shape.empty())
    return createStringError("the source tensor has no axis");
  dump.cols = shape.back();
  dump.rows = shape.size() > 1 ? shape[shape.size() - 2] : 1;
  dump.items = product(shape.drop_back(std::min<size_t>(shape.size(), 2)));
  ArrayRef<int64_t> scaleShape = scale.shape;
  while (scaleShape.size() > shape.size() && scaleShape.back() == 1)
    scaleShape = scaleShape.drop_back();
  int64_t rows = dump.items * dump.rows, count = scale.getNumElements();
  dump.blockRows = 1;
  if (!options.block.empty()) {
    // A larger block is all of the axis.
    dump.blockCols = std::min(options.block.back(), dump.cols);
    dump.blockRows = options.block.size() > 1
                         ? std::min(options.block.front(), dump.rows)
                         : 1;
  } else if (options.tiledScales) {
    dump.blockCols = defaultBlock(options, dump);
  } else if (inferFromAxes(shape, scaleShape, dump)) {
    // Found.
  } else if (count == 1 && dump.items == 1) {
    dump.blockRows = dump.rows;
    dump.blockCols = dump.cols;
  } else {
    dump.blockCols =
        count % rows == 0 ? inferExtent(dump.cols, count / rows) : 0;
  }
  if (dump.blockCols <= 0)
    return createStringError("the scales, " + formatShape(scale.shape) +
                             ", are no blocks of the source, " +
                             formatShape(source.shape) +
                             "; give the block with --block=B or --block=R,C");
  if (dump.blockRows == 1)
    dump.rows = rows, dump.items = 1;
  return checkCount(scale, options, dump);
}

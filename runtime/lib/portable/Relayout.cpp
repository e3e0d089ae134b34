//===- Relayout.cpp - relayout, portable ----------------------------------===//
//
// Byte moves between the linear layout and tiles.
//
//===----------------------------------------------------------------------===//

#include "Rows.h"

namespace mx::runtime::portable {

namespace {

constexpr int64_t kCols = 4;

void moveTile(const RelayoutArgs &args, int64_t item, int64_t tileRow,
              int64_t tileCol, uint8_t *tile) {
  const Matrix &m = args.linear;
  auto *linear = static_cast<uint8_t *>(m.tensor.data) + m.itemOffset(item);
  for (int64_t r = 0; r < args.shape.rows; ++r)
    for (int64_t c = 0; c < kCols; ++c) {
      int64_t row = tileRow * args.shape.rows + r, col = tileCol * kCols + c;
      bool inside = row < m.rows && col < m.cols;
      uint8_t &place = tile[args.shape.place(r, c)];
      if (args.toTiles)
        place = inside ? linear[row * m.rowStride + col * m.colStride]
                       : args.padding;
      else if (inside)
        linear[row * m.rowStride + col * m.colStride] = place;
    }
}

void copyLinear(const RelayoutArgs &args) {
  const Matrix &from = args.linear, &to = args.other;
  parallelFor(from.items * from.rows, [&](int64_t row, Workspace &) {
    const auto *source =
        static_cast<const uint8_t *>(from.tensor.data) + from.rowOffset(row);
    auto *target = static_cast<uint8_t *>(to.tensor.data) + to.rowOffset(row);
    for (int64_t col = 0; col < from.cols; ++col)
      target[col * to.colStride] = source[col * from.colStride];
  });
}

} // namespace

bool relayout(const RelayoutArgs &args) {
  if (!args.toTiles && !args.fromTiles) {
    copyLinear(args);
    return true;
  }
  int64_t down = (args.linear.rows + args.shape.rows - 1) / args.shape.rows;
  int64_t across = (args.linear.cols + kCols - 1) / kCols;
  parallelFor(args.linear.items * down, [&](int64_t i, Workspace &) {
    for (int64_t j = 0; j < across; ++j)
      moveTile(args, i / down, i % down, j,
               args.tiles + (i * across + j) * args.shape.bytes());
  });
  return true;
}

} // namespace mx::runtime::portable

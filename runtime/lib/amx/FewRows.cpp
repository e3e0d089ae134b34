//===- FewRows.cpp - One or two tiles of A --------------------------------===//
//
// 16 rows of B are decoded for one use, a piece of k at a time, while the next
// pieces are on their way to the cache. The sums of neighbouring steps lie in
// different tiles, which hides the time from one product to the next, and are
// added at the end.
//
//===----------------------------------------------------------------------===//

#include "TileTypes.h"

#include <algorithm>

namespace mx::runtime::amx {

using x86::FewRowsProduct;
using x86::kStepBytes;
using x86::kTileBytes;

namespace {

constexpr int64_t kRows = 16; ///< of B, at a time

/// Where a piece of B is: 16 rows and a slice of k.
struct Piece {
  int64_t row = 0, slice = 0;
};

class Pieces {
public:
  explicit Pieces(const FewRowsProduct &product)
      : product(product), b(product.b),
        slices(x86::ceilDiv(b.steps(), product.sliceSteps)) {}

  bool exists(const Piece &piece) const { return piece.row < product.endRow; }
  Piece after(Piece piece) const {
    if (++piece.slice == slices)
      piece = {piece.row + kRows, 0};
    return piece;
  }
  int64_t first(const Piece &piece) const {
    return piece.slice * product.sliceSteps;
  }
  int64_t steps(const Piece &piece) const {
    return std::min(product.sliceSteps, b.steps() - first(piece));
  }
  bool isLast(const Piece &piece) const { return piece.slice + 1 == slices; }
  const uint8_t *activations(const Piece &piece) const {
    return product.activations + first(piece) * kStepBytes * product.limbsA;
  }
  void decode(const Piece &piece, uint8_t *tiles) const {
    b.decode(piece.row, kRows, first(piece), steps(piece),
             {reinterpret_cast<uint16_t *>(tiles), 32, kTileBytes / 2, 0});
  }
  /// Row `i` of a piece.
  void prefetch(const Piece &piece, int64_t i) const {
    if (!exists(piece) || piece.row + i >= b.rows())
      return;
    const uint8_t *bytes = b.bytesOf(piece.row + i, first(piece));
    for (int64_t at = 0; bytes && at < steps(piece) * b.stepBytes(); at += 64)
      __builtin_prefetch(bytes + at);
  }

private:
  const FewRowsProduct &product;
  const x86::RowSource &b;
  int64_t slices;
};

MX_AMX_BEGIN

/// Step `Part` modulo the number of sums for each tile of A.
template <typename Type, bool IsHalf, int Part>
inline __attribute__((always_inline)) void
multiplyStep(const uint8_t *rows, const uint8_t *activations) {
  _tile_loadd(4, rows, 64);
  _tile_loadd(5, activations, 64);
  if constexpr (IsHalf) {
    Type::template multiply<Part, 4, 5>();
  } else {
    _tile_loadd(6, activations + kTileBytes, 64);
    Type::template multiply<Part % 2, 4, 5>();
    Type::template multiply<2 + Part % 2, 4, 6>();
  }
}

/// The sums of 16 rows of B, to `tiles`: one tile of results, or two.
template <typename Type, bool IsHalf> void addSums(uint8_t *tiles) {
  _tile_stored(0, tiles, 64);
  _tile_stored(1, tiles + kTileBytes, 64);
  _tile_stored(2, tiles + 2 * kTileBytes, 64);
  _tile_stored(3, tiles + 3 * kTileBytes, 64);
  for (int tile = 0; tile < (IsHalf ? 1 : 2); ++tile)
    for (int64_t at = 0; at < kTileBytes; at += 64) {
      const uint8_t *parts = tiles + 2 * tile * kTileBytes + at;
      auto sum = Type::add(Type::load(parts), Type::load(parts + kTileBytes));
      if (IsHalf)
        sum = Type::add(sum, Type::add(Type::load(parts + 2 * kTileBytes),
                                       Type::load(parts + 3 * kTileBytes)));
      Type::store(tiles + tile * kTileBytes + at, sum);
    }
}

/// A piece's steps with one limb of A.
template <typename Type, bool IsHalf>
void multiplySteps(int64_t steps, const uint8_t *rows,
                   const uint8_t *activations) {
  int64_t i = 0;
  for (; i + 4 <= steps; i += 4) {
    multiplyStep<Type, IsHalf, 0>(rows, activations);
    multiplyStep<Type, IsHalf, 1>(rows + kTileBytes, activations + kStepBytes);
    multiplyStep<Type, IsHalf, 2>(rows + 2 * kTileBytes,
                                  activations + 2 * kStepBytes);
    multiplyStep<Type, IsHalf, 3>(rows + 3 * kTileBytes,
                                  activations + 3 * kStepBytes);
    rows += 4 * kTileBytes;
    activations += 4 * kStepBytes;
  }
  for (; i < steps; ++i) {
    multiplyStep<Type, IsHalf, 0>(rows, activations);
    rows += kTileBytes;
    activations += kStepBytes;
  }
}

template <typename Type, bool IsHalf>
void multiplyRows(const FewRowsProduct &product) {
  alignas(64) uint8_t sums[4 * kTileBytes];
  const Pieces pieces(product);
  for (Piece piece = {product.firstRow, 0}; pieces.exists(piece);
       piece = pieces.after(piece)) {
    if (piece.slice == 0) {
      _tile_zero(0);
      _tile_zero(1);
      _tile_zero(2);
      _tile_zero(3);
    }
    Piece later = pieces.after(pieces.after(piece));
    for (int64_t i = 0; i < kRows; ++i)
      pieces.prefetch(later, i);
    pieces.decode(piece, product.scratch);
    int64_t steps = pieces.steps(piece);
    for (int limb = 0; limb < product.limbsA; ++limb)
      multiplySteps<Type, IsHalf>(steps, product.scratch,
                                  pieces.activations(piece) +
                                      limb * steps * kStepBytes);
    if (!pieces.isLast(piece))
      continue;
    addSums<Type, IsHalf>(sums);
    product.finish({sums, 0, piece.row});
    if (!IsHalf)
      product.finish({sums + kTileBytes, 16, piece.row});
  }
}

MX_TARGET_END

} // namespace

template <typename Type> void multiplyFew(const FewRowsProduct &product) {
  if (product.isHalf)
    multiplyRows<Type, true>(product);
  else
    multiplyRows<Type, false>(product);
}

template void multiplyFew<BF16>(const FewRowsProduct &);
template void multiplyFew<S8>(const FewRowsProduct &);

} // namespace mx::runtime::amx

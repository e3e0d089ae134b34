//===- KernelTable.h - What kernels are given -------------------*- C++ -*-===//
//
// Arguments of each operation, validated and in one form, and the declaration
// of every kernel in Kernels.inc. A kernel returns false, having written
// nothing, where it does not take the given formats or shapes.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_KERNELTABLE_H
#define MX_RUNTIME_LIB_KERNELTABLE_H

#include "Epilogue.h"
#include "Tensor.h"

namespace mx::runtime {

inline constexpr int64_t kTileRows = 16; ///< of MX_LAYOUT_TILE_16X4
inline constexpr int64_t kTileSize = 64; ///< its bytes

/// Packed codes [batch…, rows, blocks, bytes] and scales [batch…, scaleRows,
/// blocks] of one scaled tensor, K-innermost. In tiles, byte i of a row is at
/// tilePlace(i) from its start.
struct ScaledTensor {
  contract::ScaledFormat format; ///< as stored: never [B, 1]
  Tensor codes, scale;
  int64_t items = 1, rows = 0, cols = 0;
  int64_t blockRows = 1, blockCols = 1; ///< extents, kFull resolved
  int64_t scaleRows = 0, blocks = 0;
  bool hasTensorScale = false;
  float tensorScale = 1; ///< of operands that are read
  bool isTiled = false;  ///< codes and scales: MX_LAYOUT_TILE_16X4, contiguous

  static int64_t tilePlace(int64_t byte) {
    return byte / 4 * kTileSize + byte % 4;
  }
  int64_t codeOffset(int64_t row) const { // of all items, flattened
    return isTiled ? tileRow(codes, row / rows, row % rows)
                   : codes.offset(row, codes.rank - 2);
  }
  int64_t scaleOffset(int64_t item, int64_t row) const {
    return isTiled ? tileRow(scale, item, row)
                   : scale.offset(item * scaleRows + row / blockRows,
                                  scale.rank - 1);
  }
  bool hasDenseScales() const { return !isTiled && scale.stride(1) == 1; }
  /// Of a block's scale from scaleOffset() on.
  int64_t scalePlace(int64_t block) const {
    return isTiled ? tilePlace(block) : block * scale.stride(1);
  }

private:
  /// Where a row starts in tiles [batch…, strips, tiles, 64].
  static int64_t tileRow(const Tensor &tiles, int64_t item, int64_t row) {
    int64_t strip = item * tiles.size(3) + row / kTileRows;
    return strip * tiles.size(2) * kTileSize + row % kTileRows * 4;
  }
};

/// The largest finite magnitude, after padding and Hadamard if there is one.
struct AmaxArgs {
  Matrix x;
  int64_t hadamardSize = 0, cols = 0;
  contract::SignBits signs{};
  float *result = nullptr;
};

struct HadamardArgs {
  Matrix x, out;
  int64_t size = 0;
  contract::SignBits signs{};
};

struct CastArgs {
  contract::FloatFormat format;
  contract::QuantizeSpec spec; ///< rounding, bits, seed, stream, position
  Matrix x, out;
};

struct DecodeArgs {
  contract::FloatFormat format;
  Matrix codes, out;
};

struct QuantizeArgs {
  contract::QuantizeSpec spec; ///< paddedCols is set; format is as stored
  Matrix x;                    ///< as stored
  contract::TensorScale tensor;
  ScaledTensor out;
};

/// Two results of one source, as `results[0].x` and `results[1].x` view it.
struct Quantize2Args {
  QuantizeArgs results[2];
};

struct DequantizeArgs {
  ScaledTensor x;
  Matrix out;
};

/// One operand of a product: scaled, or plain floats.
struct OperandArgs {
  bool isScaled = false;
  ScaledTensor scaled;
  Matrix plain;
  int64_t rows = 0, items = 1;
  int batchAxes = 0;
  /// Sizes of the batch axes, aligned to the right.
  int64_t batchSizes[kMaxRank] = {};
};

struct MatmulArgs {
  OperandArgs a, b;
  int64_t k = 0;
  float alpha = 1;
  bool fast = false; ///< accumulate = fast: up to 1e-4·Σ|a·b| off
  bool hasAcc = false;
  Matrix acc; ///< broadcast: the shape of out, with strides of 0
  Epilogue epilogue;
  Matrix out;

  /// The item of an operand that belongs to an item of the result.
  int64_t itemOf(const OperandArgs &operand, int64_t item) const {
    int64_t result = 0, weight = 1;
    for (int i = 1; i <= operand.batchAxes; ++i) {
      int64_t outSize = out.tensor.size(i + 2);
      int64_t size = operand.batchSizes[operand.batchAxes - i];
      result += (size == 1 ? 0 : item % outSize) * weight;
      weight *= size;
      item /= outSize;
    }
    return result;
  }
};

/// Tiles of rows × 4 bytes: (row, col) at
/// row mod turn · turnBytes + row div turn · 4 + col.
struct TileShape {
  int64_t rows, turn, turnBytes;

  int64_t bytes() const { return 4 * rows; }
  int64_t place(int64_t row, int64_t col) const {
    return row % turn * turnBytes + row / turn * 4 + col;
  }
};

struct RelayoutArgs {
  bool toTiles = false, fromTiles = false;
  TileShape shape{};
  uint8_t padding = 0;
  Matrix linear; ///< the side in linear layout
  uint8_t *tiles = nullptr;
  Matrix other; ///< linear → linear: the destination
};

using amax_args = AmaxArgs;
using hadamard_args = HadamardArgs;
using cast_args = CastArgs;
using decode_args = DecodeArgs;
using quantize_args = QuantizeArgs;
using quantize2_args = Quantize2Args;
using dequantize_args = DequantizeArgs;
using matmul_default_args = MatmulArgs;
using matmul_exact_args = MatmulArgs;
using relayout_args = RelayoutArgs;

#define MX_KERNEL(op, isa, features)                                           \
  namespace isa {                                                              \
  bool op(const op##_args &args);                                              \
  }
#include "Kernels.inc"
#undef MX_KERNEL

/// Shape text of the trace line.
struct Shape {
  int64_t sizes[4] = {};
  int rank = 0;
  const char *note = ""; ///< of what is not as usual, behind a space
};

/// Picks and runs the kernel of `op`; prints the trace line.
int dispatch(const char *op, const void *args, const Shape &shape);

#define MX_DISPATCH(op, args, ...)                                             \
  ([&](const op##_args &typed) {                                               \
    return dispatch(#op, &typed, Shape __VA_ARGS__);                           \
  }(args))

} // namespace mx::runtime

#endif // MX_RUNTIME_LIB_KERNELTABLE_H

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

/// Packed codes [batch…, rows, blocks, bytes] and scales [batch…, scaleRows,
/// blocks] of one scaled tensor, K-innermost.
struct ScaledTensor {
  contract::ScaledFormat format; ///< as stored: never [B, 1]
  Tensor codes, scale;
  int64_t items = 1, rows = 0, cols = 0;
  int64_t blockRows = 1, blockCols = 1; ///< extents, kFull resolved
  int64_t scaleRows = 0, blocks = 0;
  bool hasTensorScale = false;
  float tensorScale = 1; ///< of operands that are read

  int64_t codeOffset(int64_t row) const { // of all items, flattened
    return codes.offset(row, codes.rank - 2);
  }
  int64_t scaleOffset(int64_t item, int64_t row) const {
    return scale.offset(item * scaleRows + row / blockRows, scale.rank - 1);
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

struct RelayoutArgs {
  bool toTiles = false, fromTiles = false;
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
};

/// Picks and runs the kernel of `op`; prints the trace line.
int dispatch(const char *op, const void *args, const Shape &shape);

#define MX_DISPATCH(op, args, ...)                                             \
  ([&](const op##_args &typed) {                                               \
    return dispatch(#op, &typed, Shape __VA_ARGS__);                           \
  }(args))

} // namespace mx::runtime

#endif // MX_RUNTIME_LIB_KERNELTABLE_H

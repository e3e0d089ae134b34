//===- Quantize.h - Scalar quantize and dequantize --------------*- C++ -*-===//
//
// The definition of mx.quantize and mx.dequantize on matrices of f32, one
// element at a time (contract 1-24). The runtime's kernels and the compiler's
// lowerings are tested against it.
//
//===----------------------------------------------------------------------===//

#ifndef MX_SUPPORT_QUANTIZE_H
#define MX_SUPPORT_QUANTIZE_H

#include "mx/Support/Hadamard.h"
#include "mx/Support/Scale.h"
#include "mx/Support/ScaledFormat.h"

#include <vector>

namespace mx::contract {

inline constexpr unsigned kMaxRank = 8;

/// From rows of a buffer to rows of the whole tensor (contract 22): rows are
/// flattened row-major, with `sizes` here and with `extents` there. Rank 0 is
/// the identity.
struct RowMap {
  unsigned rank = 0; ///< axes that are flattened: all but the last
  int64_t sizes[kMaxRank] = {};
  int64_t origins[kMaxRank] = {};
  int64_t extents[kMaxRank] = {};

  int64_t operator()(int64_t row) const {
    int64_t global = 0, weight = 1;
    if (rank == 0)
      return row;
    for (unsigned axis = rank; axis-- > 0;) {
      global += (row % sizes[axis] + origins[axis]) * weight;
      row /= sizes[axis];
      weight *= extents[axis];
    }
    return global;
  }
};

/// A batch of matrices of f32 with any strides, in elements.
struct MatrixView {
  const float *data = nullptr;
  int64_t items = 1, rows = 0, cols = 0;
  int64_t itemStride = 0, rowStride = 0, colStride = 1;

  float at(int64_t item, int64_t row, int64_t col) const {
    return data[item * itemStride + row * rowStride + col * colStride];
  }
  MatrixView transposed() const {
    return {data, items, cols, rows, itemStride, colStride, rowStride};
  }
};

/// The attributes of mx.quantize, and the transforms that mx-pack fuses.
struct QuantizeSpec {
  ScaledFormat format;
  ScaleRule rule = ScaleRule::Floor;
  Rounding rounding = Rounding::NearestEven;
  float prescale = 1;
  unsigned randomBits = 16; ///< 8, 16 or 24
  uint64_t seed = 0;
  uint32_t stream = 0;
  /// pytorch/ao's floor of an FP scale at its least normal number (2^-6 for
  /// E4M3), for every block, all-zero ones included (contract 19).
  bool scaleMinNormal = false;
  int64_t hadamardSize = 0; ///< 0: no transform
  SignBits signs{};
  int64_t paddedCols = 0; ///< zeros are appended up to here; 0: none
  RowMap rowMap;          ///< of the operand as it is stored
  int64_t colOrigin = 0;
};

/// Unpacked codes and scales, row-major, in the orientation that is stored.
struct Quantized {
  ScaledFormat format; ///< with [B, 1] turned to [1, B]
  int64_t items = 1, rows = 0, cols = 0;
  int64_t scaleRows = 0, scaleCols = 0;
  std::vector<uint16_t> codes;  ///< items × rows × cols
  std::vector<uint32_t> scales; ///< items × scaleRows × scaleCols
  float tensorScale = 1;

  uint32_t scaleOf(int64_t item, int64_t row, int64_t col) const {
    int64_t r = row / format.rows(rows), c = col / format.cols(cols);
    return scales[static_cast<size_t>((item * scaleRows + r) * scaleCols + c)];
  }
};

/// Whether `format` ([B, 1], B not 1) is stored as its transpose's [B].
inline bool isStoredTransposed(const ScaledFormat &format) {
  return format.blockCols == 1 && format.blockRows != 1;
}

/// The block shape as stored.
ScaledFormat storedFormat(ScaledFormat format);

/// Rows are `x` after [B, 1] is transposed, padding and Hadamard. A 2-D tile
/// never spans two items. `tensorAmax` (two levels only) replaces the tensor's
/// own finite amax. Returns an empty text, or what is wrong with the spec.
const char *quantize(const QuantizeSpec &spec, MatrixView x,
                     const float *tensorAmax, Quantized &result);

/// The largest finite magnitude, 0 if there is none (mx.amax, contract 17).
float finiteAmax(const MatrixView &x);

/// One element (contract 13): q·s, exact in double whatever the formats, and
/// rounded once; or with a tensor scale fl(fl(q·s)·tensor).
inline double dequantizeElement(double element, double scale) {
  return element * scale;
}
inline float dequantizeTwoLevel(double element, double scale, float tensor) {
  return static_cast<float>(element * scale) * tensor;
}

/// All elements as codes of `result` (kF32, kBF16 or kF16) in `bits`.
void dequantize(const Quantized &x, const FloatFormat &result,
                std::vector<uint32_t> &bits);

/// mx.cast of a batch of rows: unpacked codes, rounding bits as in quantize.
const char *cast(const FloatFormat &format, const QuantizeSpec &spec,
                 const MatrixView &x, std::vector<uint16_t> &codes);

} // namespace mx::contract

#endif // MX_SUPPORT_QUANTIZE_H

//===- OperandRows.h - Rows of an operand near 1 ----------------*- C++ -*-===//
//
// What every vector kernel finds out about the rows of an operand before it
// decodes them: the scales of a row, moved by a power of two that brings its
// elements near 1 and that the result gets back, so that tiny and huge scales
// neither overflow nor meet denormals. A row with a NaN scale gets the power
// NaN.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_OPERANDROWS_H
#define MX_RUNTIME_LIB_X86_OPERANDROWS_H

#include "../Scratch.h"
#include "Product.h"
#include "ScaleBytes.h"

#include <atomic>
#include <vector>

namespace mx::runtime::x86 {

/// Columns to which rows of codes are padded.
inline constexpr int64_t kGroup = 128;
/// E8M0 codes of a row that are within so many steps are near each other: their
/// blocks need not be looked at for zeros.
inline constexpr int kNearScales = 4;

inline float powerOfTwo(int exponent) {
  return contract::floatOf(static_cast<uint32_t>(exponent + 127) << 23);
}

/// The 4 × 4 dwords of rows so many bytes apart, transposed.
void transposeFours(const uint8_t *rows, int64_t rowBytes, uint8_t *cols,
                    int64_t colBytes);

/// The bytes of packed codes of a row, those of absent elements as zeros.
class PackedCodes {
public:
  PackedCodes(const OperandArgs &operand, int64_t k);

  void locate(int64_t item);
  /// Moves an item in tiles to rows in memory of the thread, for who reads them
  /// one by one: that would touch every line of a tile 16 times. `slot` is that
  /// of the operand's scales.
  void untile(ScratchSlot slot);
  bool isContiguous() const { return contiguous; }
  bool isTiled() const { return tiled; }
  const uint8_t *row(int64_t r) const;
  /// The tile of a byte of 16 rows; those that follow along k are behind it.
  const uint8_t *tile(int64_t r, int64_t byte) const;
  int64_t tilesOfRow() const { return x.codes.size(2); }
  int64_t bytesOf(int64_t cols) const { return cols * codeBits / 8; }
  /// Columns [first, first + cols), multiples of 16; where they are not as they
  /// should be in memory, in `buffer`.
  const uint8_t *at(int64_t r, int64_t first, int64_t cols,
                    uint8_t *buffer) const;
  /// Whether a block has no other elements than zeros.
  bool isZeroBlock(int64_t r, int64_t block) const;

private:
  bool isDense() const;
  /// Of a block's byte from row() on.
  int64_t placeOf(int64_t block, int64_t byte) const {
    if (tiled)
      return ScaledTensor::tilePlace(block * width + byte);
    return contiguous ? block * width + byte
                      : block * x.codes.stride(2) + byte * x.codes.stride(1);
  }

  const ScaledTensor &x;
  int64_t k, codeBits = 8, width = 0;
  bool contiguous = false, tiled = false;
  const uint8_t *base = nullptr;
  int64_t rowBytes = 0;
};

class OperandRows : public RowSource {
public:
  /// Reads the scales of an item; before decode().
  void prepare(int64_t item);
  bool settle(int64_t first, int64_t count) const final;
  /// With the powers of settle(), as results do not depend on who finds them.
  void settleAll() const final;
  /// Whether prepare(), or settle(), saw an infinity in a float operand.
  bool hasInfiniteFloat() const { return sawInfinity.load(); }

  /// Whether numbers far below the largest of their row may become 0.
  bool mayLoseNumbers() const { return kind == Kind::Floats; }
  /// Whether scaled rows go by f32.
  bool isExpanded() const { return operand.isScaled && mayLoseNumbers(); }

  int64_t rows() const final { return operand.rows; }
  const uint8_t *bytesOf(int64_t row, int64_t step) const final;
  int64_t stepBytes() const final;
  /// Results of row r are to be multiplied by 2^exponents()[r]; readable up to
  /// a multiple of 32 rows.
  const float *exponents() const { return rowExponents; }

  /// Kind::Floats: rows as they lie, for who decodes them by himself.
  struct FloatView {
    const uint8_t *data = nullptr;
    int64_t rowBytes = 0;
    const float *factors = nullptr; ///< what a row is to be multiplied by
    uint32_t *largest = nullptr;    ///< for settle(), of deferred rows
  };
  FloatView floatView() const {
    return {floatBase, floatRowBytes, rowFactors, largest};
  }

protected:
  enum class Kind : uint8_t {
    Fp4,   ///< E2M1 × E8M0, a scale for every 32 columns
    Bytes, ///< elements of up to 8 bits, scales of 8 bits for every 16 or 32
           ///< columns
    Floats ///< floats, or scaled rows expanded to f32 once
  };
  /// `step`: columns of a step of the derived class. `defers`: prepare() does
  /// not read the rows of a plain operand, as decode() tells settle() the
  /// largest magnitudes in `largest`, and mostly reads them once so.
  OperandRows(const OperandArgs &operand, int64_t k, int64_t step, bool asFp4,
              ScratchSlot slot, bool defers = false);
  /// Bytes: an element is the f16 of its bits times two to this, which is part
  /// of `factors`.
  static int biasDifference(const contract::FloatFormat &element);
  const OperandArgs &operand;
  int64_t k, step;
  Kind kind = Kind::Floats;
  int64_t unit, units = 0; ///< columns per entry of scaleCodes
  PackedCodes codes;
  float *rowExponents = nullptr;
  float *rowFactors = nullptr; ///< Floats: what a row is multiplied by
  /// Bits of magnitudes so far, in 16 lanes of each row; null: not deferred.
  mutable uint32_t *largest = nullptr;
  uint8_t *scaleCodes = nullptr; ///< rows × units, near 127 for E8M0
  float factors[256];            ///< Bytes: by entry of scaleCodes
  Matrix floats;                 ///< operand.plain, or `expanded`
  const uint8_t *floatBase = nullptr;
  int64_t floatRowBytes = 0;

private:
  void prepareFactors();
  uint32_t largestOfRow(int64_t row) const;
  void setFloatRow(int64_t row, uint32_t bits) const;
  /// Scale codes of rows, a row's next to each other.
  struct UnitScales {
    const uint8_t *data;
    int64_t stride, count; ///< count: of a row
    const uint8_t *at(int64_t row) const { return data + row * stride; }
  };
  bool hasUnitScales() const;
  /// From `row` on.
  UnitScales unitScales(int64_t item, int64_t row) const;
  void copyScales(int64_t item, int64_t row);
  void setScales(int64_t item, int64_t first, int64_t end);
  void moveScales(int64_t row, const uint8_t *source, int64_t count,
                  ByteRange range);
  bool hasFewScales() const;
  void setFewScales(int64_t item, int64_t first, int64_t end);
  int offsetOf(int top) const;
  void loadScaleCodes(int64_t item, int64_t row, uint8_t *target) const;
  uint8_t topOfNonZero(int64_t row, const uint8_t *scales, int64_t count,
                       uint8_t top) const;
  void expand(int64_t item);

  ScratchSlot slot;
  int64_t currentItem = -1;
  mutable std::atomic<bool> sawInfinity{false};
  std::vector<float> expanded; ///< rows of one item as f32
};

/// Bits of the significand of element times scale.
int significandBits(const OperandArgs &operand);
/// E2M1 × E8M0 in blocks of a multiple of 32 columns.
bool isFp4(const OperandArgs &operand);
/// How an element's bits become those of an f16 number.
struct HalfPlacement {
  int shift;       ///< of the magnitude, to the left
  short magnitude; ///< mask
  int signShift;
  short nanMagnitude; ///< -1: none of its own

  explicit HalfPlacement(const contract::FloatFormat &format);
};

/// Whether an element of the operand is infinite. Elements of formats without
/// infinities are not read.
bool hasInfinity(const OperandArgs &operand);

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_OPERANDROWS_H

//===- Rows.h - Rows of an operand as bf16 ----------------------*- C++ -*-===//
//
// What tile products read: rows of any operand as one to three bf16 numbers per
// element, whose sum is the element times its block scale. Each row is brought
// near 1 by a power of two, which the result gets back, so that tiny and huge
// scales neither overflow nor meet the flushing of denormals in AMX; a row with
// a NaN scale gets the power NaN.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_ROWS_H
#define MX_RUNTIME_LIB_AVX512_ROWS_H

#include "../KernelTable.h"
#include "../Scratch.h"

#include <atomic>
#include <vector>

namespace mx::runtime::avx512 {

/// Elements of k that one tile row holds, and the group in which Nibbles
/// permutes them.
inline constexpr int64_t kStep = 32, kGroup = 128;

/// Both operands of a product have their elements in the same order.
enum class KOrder : uint8_t {
  Natural,
  /// Step r of a group of four holds the elements with k mod 4 = r: what
  /// splitting words of 4-bit codes into nibbles gives.
  Nibbles
};

class Rows {
public:
  /// At most `maxLimbs` bf16 numbers per element.
  Rows(const OperandArgs &operand, int64_t k, KOrder order, int maxLimbs,
       ScratchSlot slot);
  /// Whether this operand is fastest in the order Nibbles.
  static bool prefersNibbles(const OperandArgs &operand);

  /// Reads the scales of an item; before decode().
  void prepare(int64_t item);
  /// Whether prepare() saw an infinity in a float operand.
  bool hasInfiniteFloat() const { return sawInfinity.load(); }

  int64_t rows() const { return operand.rows; }
  int limbs() const { return limbCount; }
  int64_t steps() const { return stepCount; }
  /// Results of row r are to be multiplied by 2^exponents()[r]; readable up to
  /// a multiple of 32 rows.
  const float *exponents() const { return rowExponents; }

  /// Steps [first, first + count) of `rowCount` rows, zeros from the operand's
  /// last row and from k on. With the order Nibbles, first and count are
  /// multiples of 4.
  struct Target {
    uint16_t *data = nullptr; ///< 32 numbers of the first row's first step
    int64_t rowStride = 0, stepStride = 0, limbStride = 0; ///< in numbers
  };
  void decode(int64_t firstRow, int64_t rowCount, int64_t first, int64_t count,
              const Target &target) const;
  /// Where the bytes of some steps of a row lie, for prefetching; null if they
  /// are scattered.
  const uint8_t *bytesOf(int64_t row, int64_t first) const;
  /// Bytes per step there.
  int64_t stepBytes() const;

private:
  enum class Kind : uint8_t {
    Fp4,   ///< E2M1 × E8M0 in the order Nibbles
    Bytes, ///< elements of up to 8 bits, scales of 8 bits, both by tables
    Floats ///< floats, or scaled rows expanded to f32 once
  };
  void classify(int maxLimbs);
  void prepareFactors();
  void locate(int64_t item);
  void prepareFloatRow(int64_t row);
  void prepareScaleRow(int64_t item, int64_t row);
  void loadScaleCodes(int64_t item, int64_t row, uint8_t *target) const;
  uint8_t topOfNonZero(int64_t row, const uint8_t *codes, uint8_t top) const;
  void expand(int64_t item);
  const uint8_t *codes(int64_t row, int64_t first, int64_t count,
                       uint8_t *buffer) const;
  bool isZeroBlock(int64_t row, int64_t block) const;
  void decodeFp4(int64_t row, int64_t first, int64_t count,
                 const Target &target) const;
  void decodeBytes(int64_t row, int64_t first, int64_t count,
                   const Target &target) const;
  void decodeFloats(int64_t row, int64_t first, int64_t count,
                    const Target &target) const;

  const OperandArgs &operand;
  int64_t k, stepCount, currentItem = -1;
  ScratchSlot slot;
  Kind kind = Kind::Floats;
  KOrder order;
  int limbCount = 1;
  int64_t unit = kStep, units = 0; ///< columns per entry of scaleCodes
  bool contiguous = false;         ///< the codes of a row are
  const uint8_t *base = nullptr;   ///< of the item's codes or floats
  int64_t rowBytes = 0;            ///< between rows there
  std::atomic<bool> sawInfinity{false};
  float *rowExponents = nullptr;
  float *rowFactors = nullptr;   ///< Floats: what a row is multiplied by
  uint8_t *scaleCodes = nullptr; ///< rows × units, near 127 for E8M0
  float factors[256];            ///< Bytes: by entry of scaleCodes
  std::vector<float> expanded;   ///< rows of one item as f32
  Matrix floats;                 ///< operand.plain, or `expanded`
};

/// Whether an element of the operand is infinite. Elements of formats without
/// infinities are not read.
bool hasInfinity(const OperandArgs &operand);

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_ROWS_H

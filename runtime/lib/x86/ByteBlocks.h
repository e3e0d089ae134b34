//===- ByteBlocks.h - MXINT8 rows times rows of MXFP4 -----------*- C++ -*-===//
//
// Bytes as they are, with a scale to every 32 columns: products with folded
// MXFP4 (Folded.h) are integers within a block, f32 sums over blocks.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_BYTEBLOCKS_H
#define MX_RUNTIME_LIB_X86_BYTEBLOCKS_H

#include "S8.h"

#include <vector>

namespace mx::runtime::x86 {

/// Rows in the order of FoldedRows: of 128 columns, the even ones, then the odd
/// ones.
class ByteBlocks final : public OperandRows {
public:
  static constexpr int64_t kBlockCols = 32;
  static constexpr int64_t kStep = FoldedRows::kStep;
  static constexpr int64_t kTogether = 4; ///< rows whose factors are together

  ByteBlocks(const OperandArgs &operand, int64_t k);
  /// INT8 × E8M0 in blocks of a multiple of 32 columns.
  static bool canRead(const OperandArgs &operand);

  /// OperandRows::prepare(), and the blocks' factors and sums.
  void prepareBlocks(int64_t item);

  int64_t steps() const override { return 2 * ceilDiv(k, kGroup); }
  void decode(int64_t firstRow, int64_t rowCount, int64_t first, int64_t count,
              const RowTarget &target) const override;

  /// Of rows [row, row + kTogether) and all blocks from `block` on: what sums
  /// of products are multiplied by, [block][kTogether].
  const float *factorsOf(int64_t row, int64_t block) const {
    return blockFactors.data() + placeOf(row, block);
  }
  /// The same of -128 times the sum of a block's bytes, which products with
  /// bytes that are raised by 128 start from.
  const int32_t *startsOf(int64_t row, int64_t block) const {
    return blockStarts.data() + placeOf(row, block);
  }

private:
  size_t placeOf(int64_t row, int64_t block) const {
    return static_cast<size_t>((row / kTogether * units + block) * kTogether +
                               row % kTogether);
  }
  void prepareRow(int64_t row);

  int64_t currentItem = -1;
  std::vector<float> blockFactors;
  std::vector<int32_t> blockStarts;
};

/// Products of ByteBlocks with rows of MXFP4 of one band each; false, with
/// nothing written, for others and where k is short. `multiplier`: of f32 sums.
bool multiplyByteBlocks(const MatmulArgs &args, const Multiplier &multiplier,
                        const S8Engine &engine);

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_BYTEBLOCKS_H

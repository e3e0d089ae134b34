//===- BF16Chunks.h - Chunks of packed rows as bf16 -------------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_BF16CHUNKS_H
#define MX_LIB_TARGET_NVVM_KERNELS_BF16CHUNKS_H

#include "BF16Fold.h"

namespace mx::nvvm::bf16_fold {

/// kChunk packed elements of a row and their block's scale.
struct Chunk {
  llvm::SmallVector<Int> words;
  Int scale;
};

/// The chunks of one packed row, of a format without problems.
class Chunks {
public:
  Chunks(Kernel &k, const contract::ScaledFormat &format, const PackedRow &row);

  /// How many.
  Int count();
  /// The number of one among those of all rows (i64).
  Int getPlace(Int chunk);
  Chunk load(Int chunk);
  /// Whether any element is not zero (i1).
  Int hasNumber(const Chunk &chunk);
  /// Elements times 2^-exponent, 0 from row.k on, as eight pairs of bf16:
  /// exactly, but for what is below 2^-133. E8M0 scales alone take an exponent.
  llvm::SmallVector<Int> expand(Int number, const Chunk &chunk, Int exponent);
  /// The bits of the largest magnitude of the elements as f32, those of Inf or
  /// more where that is beyond its range or not a number.
  Int findLargest(Int number, const Chunk &chunk);

private:
  Value decodeScale(const Chunk &chunk, Int exponent);
  llvm::SmallVector<Int> decode(Int number, const Chunk &chunk, Int exponent);

  Kernel &k;
  const contract::ScaledFormat &format;
  const PackedRow &row;
  unsigned bits;
  int64_t perBlock;
  Int first; ///< block of the row (i64)
};

} // namespace mx::nvvm::bf16_fold

#endif // MX_LIB_TARGET_NVVM_KERNELS_BF16CHUNKS_H

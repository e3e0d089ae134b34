//===- QuantizeRing.h - Rows of a warp in shared memory ---------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_QUANTIZERING_H
#define MX_LIB_TARGET_NVVM_KERNELS_QUANTIZERING_H

#include "Quantize.h"

namespace mx::nvvm::quantize {

/// What the lanes of a warp hold of one row, and then of the next: 128 bytes of
/// neighbouring columns each, which the warp fetches as whole lines while it
/// quantises the row before. Pieces of 16 bytes lie exchanged, so that
/// neighbouring lanes meet different banks.
class RowRing {
public:
  static constexpr int64_t kLaneBytes = 128;

  /// The block's shared memory is at a multiple of 128 bytes.
  RowRing(Kernel &k, Int shared);
  /// Bytes of shared memory of a block of threads.
  static int64_t countBytes();

  /// Where rows go, in turns.
  Int first() const;
  Int next(Int stage) const;
  /// By a whole warp: begins to fetch a row, from byte `start` (i64) of the
  /// source on; zeros where it is not there.
  void fetch(Value source, Int start, Int isThere, Int stage);
  /// By a whole warp: waits for all but the row that was fetched last, and
  /// reads the lane's words.
  llvm::SmallVector<Int> read(Int stage);
  /// By a whole warp: what was read may be overwritten.
  void release();

private:
  Kernel &k;
  Int lane, own, target; ///< addresses of what the lane reads and writes
};

} // namespace mx::nvvm::quantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_QUANTIZERING_H

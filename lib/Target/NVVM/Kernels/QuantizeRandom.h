//===- QuantizeRandom.h - Random words of rows and columns ------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_QUANTIZERANDOM_H
#define MX_LIB_TARGET_NVVM_KERNELS_QUANTIZERANDOM_H

#include "../../../Conversion/Reference/Philox.h"
#include "Quantize.h"

namespace mx::nvvm::quantize {

/// Numbers of `bits` bits that one call of Philox gives (contract 22).
int64_t countDraws(int64_t bits);

/// The part of each call of Philox that its column decides, in shared memory,
/// for kernels that quantise many rows of the same columns.
class ColumnTable {
public:
  ColumnTable() = default;
  ColumnTable(Kernel &k, const Form &form, Int address);

  /// Bytes of shared memory; 0 for a form that has none.
  static int64_t countBytes(const Form &form);
  explicit operator bool() const { return address.get() != nullptr; }
  /// Each thread: of what it holds from column `first` on, for itself.
  void fillOwn(Int first, Int stream, Int seed);
  /// By all threads: of kTile columns from `first` on, for all behind a
  /// barrier.
  void fillTile(Int first, Int stream, Int seed);
  /// From column `inTile` of the tile on, or where it is null of the thread's
  /// own, the `number`th call's.
  reference::PhiloxColumn read(Int inTile, int64_t number) const;

private:
  void fill(Int at, Int column, Int stream, Int seed);

  Kernel *k = nullptr;
  Int address;
  int64_t draws = 0, held = 0;
};

} // namespace mx::nvvm::quantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_QUANTIZERANDOM_H

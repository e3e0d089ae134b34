//===- QuantizeSigns.h - Signs of a Hadamard group as masks -----*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_QUANTIZESIGNS_H
#define MX_LIB_TARGET_NVVM_KERNELS_QUANTIZESIGNS_H

#include "Quantize.h"

namespace mx::nvvm::quantize {

/// What kernels take for the signs of a form's transform.
llvm::SmallVector<Param> getSignParams(const Form &form);
/// The signs of a group's columns in words (contract 23), as kernels take them:
/// those of even columns in the lower half of each word. In any code.
Int sortSigns(Int word);

/// Seeded signs in shared memory: a word for each column of a group, 0 or the
/// sign bit of an f32. Those of the lanes that share a group lie in different
/// banks.
class SignMasks {
public:
  /// Of kernels that have none: reads nothing.
  SignMasks() = default;
  /// By all threads, which wait for each other. The parameters of the signs are
  /// from `firstSign` on.
  SignMasks(Kernel &k, const Form &form, unsigned firstSign, Int address);

  /// Bytes of shared memory; 0 for a form without masks.
  static int64_t countBytes(const Form &form);
  explicit operator bool() const { return address.get() != nullptr; }
  /// Of the columns of a group that a thread has; of its `part` where lanes
  /// share it.
  llvm::SmallVector<Int> read(Int part) const;

private:
  Kernel *k = nullptr;
  Int address;
  int64_t count = 0, pitch = 0; ///< of a thread: columns, bytes
};

/// 2^16 and 2^6 in shared memory, for kernels with a ring or of tiles: products
/// with them are shifts by units that multiply, which have time where those
/// that shift have none. Of numbers that it knows ptxas makes shifts again.
class ShiftFactors {
public:
  ShiftFactors() = default;
  /// By all threads, which wait for each other.
  ShiftFactors(Kernel &k, const Form &form, Int address);

  static int64_t countBytes(const Form &form);
  explicit operator bool() const { return address.get() != nullptr; }
  /// 2^16 and 2^6.
  std::array<Int, 2> read() const;

private:
  Kernel *k = nullptr;
  Int address;
};

} // namespace mx::nvvm::quantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_QUANTIZESIGNS_H

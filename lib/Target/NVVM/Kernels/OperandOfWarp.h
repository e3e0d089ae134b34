//===- OperandOfWarp.h - Kernels with a warp for each row of two *- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_OPERANDOFWARP_H
#define MX_LIB_TARGET_NVVM_KERNELS_OPERANDOFWARP_H

#include "../Builder/Kernel.h"

namespace mx::nvvm::s8_fold {

/// Parameters of a kernel that takes `count` of A, then the same of B: those of
/// the operand that a warp's row belongs to.
class OperandOfWarp {
public:
  /// Parameter `rowsAt` is the number of rows.
  OperandOfWarp(Kernel &k, unsigned count, unsigned rowsAt);
  Value pointer(unsigned i) const { return pick(i); }
  Int integer(unsigned i) const { return Int(k.emitter(), pick(i)); }

  Int isB; ///< i1
  Int row; ///< may be past the end of B's

private:
  Value pick(unsigned i) const;

  Kernel &k;
  unsigned count;
};

} // namespace mx::nvvm::s8_fold

#endif // MX_LIB_TARGET_NVVM_KERNELS_OPERANDOFWARP_H

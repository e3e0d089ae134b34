//===- Wgmma.h - Warpgroup matrix multiply-accumulate -----------*- C++ -*-===//
//
// sm_90a. PTX ISA 9.7.15, wgmma.mma_async.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_BUILDER_WGMMA_H
#define MX_LIB_TARGET_NVVM_BUILDER_WGMMA_H

#include "Kernel.h"

namespace mx::nvvm {

/// An instruction m64nNkK: K is 32 bytes of both operands.
struct WgmmaShape {
  llvm::StringRef types; ///< of D, A and B, as "s32.s8.s8"
  int n = 256;
  int k = 32;                ///< elements
  bool isFloat = false;      ///< f32 accumulators, and scale operands
  bool canTranspose = false; ///< 16-bit operands, which may be transposed
  bool isTransposedA = false, isTransposedB = false; ///< as describeColumns

  int accumulators() const { return n / 2; } ///< registers of a thread
};

/// The descriptor of a K-major operand in shared memory: rows of 128 bytes with
/// the 128-byte swizzle, groups of 8 rows 1024 bytes apart.
Int describeRows(Kernel &k, Int address);

/// The descriptor of a transposed operand of 16-bit elements: rows of 64
/// elements along M or N with the 128-byte swizzle, one for each k; blocks of
/// 64 rows, one for each 64 elements of M or N, 8192 bytes apart.
Int describeColumns(Kernel &k, Int address);

/// One commit group: `steps` instructions along 128 bytes of K at most, added
/// to the accumulators. Returns when at most `pending` groups, this one
/// included, are unfinished: with 1 the accumulators may only go to the next
/// group.
llvm::SmallVector<Value> multiply(Kernel &k, const WgmmaShape &shape,
                                  ValueRange accumulators, Int a, Int b,
                                  int steps, int pending);

/// A barrier at which a warpgroup arrives when others may go on.
struct Turn {
  Int barrier;
  int threads; ///< that the barrier waits for
};

/// The same with A in registers, s8 or 16-bit elements, and B not transposed:
/// four words for each 32 bytes of K. Lane 4g + t of warp w holds bytes 4t to
/// 4t+3 of rows 16w + g and that + 8, then bytes 4t+16 to 4t+19 of both. The
/// warpgroup is held while its registers are taken; it passes its turn before
/// the last instruction, so that the units are not idle between two of them.
llvm::SmallVector<Value> multiplyRegisters(Kernel &k, const WgmmaShape &shape,
                                           ValueRange accumulators,
                                           llvm::ArrayRef<Int> a, Int b,
                                           int pending, Turn next);

/// A commit group of instructions whose products replace the accumulators.
/// They may only go to wait(). Operands are at descriptors a and b and so many
/// times 16 bytes on.
llvm::SmallVector<Value> start(Kernel &k, const WgmmaShape &shape,
                               ValueRange accumulators, Int a, Int b,
                               llvm::ArrayRef<std::pair<int, int>> offsets);

/// Waits until at most `pending` groups are unfinished; the accumulators
/// returned, which are those of another one, may be read.
llvm::SmallVector<Value> wait(Kernel &k, const WgmmaShape &shape,
                              ValueRange accumulators, int pending = 0);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_BUILDER_WGMMA_H

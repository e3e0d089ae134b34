//===- Mma.h - Matrix multiply-accumulate of one warp -----------*- C++ -*-===//
//
// sm_80 and later. PTX ISA 9.7.14, mma.sync.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_BUILDER_MMA_H
#define MX_LIB_TARGET_NVVM_BUILDER_MMA_H

#include "Kernel.h"

namespace mx::nvvm {

/// m16n8k16 of bf16 with f32 sums. Lane 4g + t holds
///   a: columns 2t, 2t+1 of rows g and g+8, then columns 2t+8, 2t+9 of both;
///   b: rows 2t, 2t+1, then rows 2t+8, 2t+9 of column g;
///   sums: columns 2t, 2t+1 of row g, then of row g+8.
llvm::SmallVector<Value> multiplyTile(Kernel &k, ValueRange sums,
                                      llvm::ArrayRef<Int> a,
                                      llvm::ArrayRef<Int> b);

/// PTX ISA 9.7.4.4, fma.rn.bf16x2: the products of two pairs, nearest even;
/// denormals are kept.
Int multiplyBF16Pair(Kernel &k, Int x, Int y);
/// 2^exponent, up to 127, as bf16 in both halves of a word.
Int bf16PairOfPower(Kernel &k, int exponent);
/// The products of a pair by 2^exponent; in two steps above 127, where the
/// first one must be exact.
Int multiplyBF16PairByPower(Kernel &k, Int pair, int exponent);
/// PTX ISA 9.7.1.13, max.u16x2, sm_90: the larger of each half.
Int maxHalves(Kernel &k, Int x, Int y);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_BUILDER_MMA_H

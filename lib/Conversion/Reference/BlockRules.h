//===- BlockRules.h - Scales that every element decides ---------*- C++ -*-===//
//
// The rules quest, four_over_six and ms_eden (contract 27-29), as
// lib/Support/BlockRules.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_CONVERSION_REFERENCE_BLOCKRULES_H
#define MX_LIB_CONVERSION_REFERENCE_BLOCKRULES_H

#include "Blocks.h"
#include "Scales.h"

namespace mx::reference {

/// How the element at an index is rounded.
using RoundFn = llvm::function_ref<Round(Emitter, llvm::ArrayRef<mlir::Value>)>;

/// The stored scale (i8) by quest.
mlir::Value getQuestScale(Emitter e, const Blocks &blocks,
                          llvm::ArrayRef<mlir::Value> block, Int amaxBits);

/// The stored scale (i8) by four_over_six.
mlir::Value getFourOverSixScale(Emitter e, const Blocks &blocks,
                                llvm::ArrayRef<mlir::Value> block, Int amaxBits,
                                QuantizerAttr quantizer, mlir::Value encode,
                                mlir::Value decode, RoundFn round);

/// What ms_eden stores in place of the scale `base` that codes are made by;
/// `random` is an i64 below 2^random_bits.
mlir::Value getEdenScale(Emitter e, const Blocks &blocks,
                         llvm::ArrayRef<mlir::Value> block, mlir::Value base,
                         QuantizerAttr quantizer, mlir::Value decode,
                         Int random);

} // namespace mx::reference

#endif // MX_LIB_CONVERSION_REFERENCE_BLOCKRULES_H

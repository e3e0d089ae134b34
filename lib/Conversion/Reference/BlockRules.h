//===- BlockRules.h - Scales that every element decides ---------*- C++ -*-===//
//
// The rules quest, four_over_six and ms_eden (contract 27-29), as
// lib/Support/BlockRules.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_CONVERSION_REFERENCE_BLOCKRULES_H
#define MX_LIB_CONVERSION_REFERENCE_BLOCKRULES_H

#include "Scales.h"

namespace mx::reference {

/// The elements of one block, as the rules see them.
class BlockElements {
public:
  /// An element: its f32, and where it is for whoever made it, by indices or by
  /// a number.
  struct Element {
    mlir::Value value;
    llvm::ArrayRef<mlir::Value> at;
    int64_t number = 0;
  };
  using Terms = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      Emitter, const Element &)>;

  virtual ~BlockElements() = default;
  /// The sums of `count` terms of each element, row by row, from 0; every step
  /// is rounded to f32.
  virtual llvm::SmallVector<mlir::Value> sum(Emitter e, unsigned count,
                                             Terms terms) const = 0;
  /// How many elements there are, as f32.
  virtual mlir::Value getSize(Emitter e) const = 0;
  /// The f32 that the code of `scaled` stands for, rounded as the element's is.
  virtual mlir::Value round(Emitter e, mlir::Value scaled,
                            const Element &element) const = 0;
};

/// The stored scale (i8) by quest.
mlir::Value getQuestScale(Emitter e, const BlockElements &block, Int amaxBits);

/// The stored scale (i8) by four_over_six.
mlir::Value getFourOverSixScale(Emitter e, const BlockElements &block,
                                Int amaxBits, QuantizerAttr quantizer,
                                mlir::Value encode, mlir::Value decode);

/// What ms_eden stores in place of the scale `base` that codes are made by;
/// `random` is an i64 below 2^random_bits.
mlir::Value getEdenScale(Emitter e, const BlockElements &block,
                         mlir::Value base, QuantizerAttr quantizer,
                         mlir::Value decode, Int random);

} // namespace mx::reference

#endif // MX_LIB_CONVERSION_REFERENCE_BLOCKRULES_H

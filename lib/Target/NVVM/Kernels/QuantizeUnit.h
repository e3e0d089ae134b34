//===- QuantizeUnit.h - A unit of a row to codes and scales -----*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_QUANTIZEUNIT_H
#define MX_LIB_TARGET_NVVM_KERNELS_QUANTIZEUNIT_H

#include "../../../Conversion/Reference/BlockRules.h"
#include "E2M1.h"
#include "QuantizeSource.h"

namespace mx::nvvm::quantize {

/// The code of one thread for its unit. With tiles all lanes of a warp call it
/// together: they have as many rows below each other, the first a multiple of
/// kWarpRows.
class Unit {
public:
  /// The kernel's parameters from `firstParam` on are codes, scales,
  /// paddedCols, stream, signStream[, amax, tensorScale].
  Unit(Kernel &k, const Form &form, unsigned firstParam);

  void quantize(const Place &place);
  const Source &getSource() const { return source; }

private:
  friend class RegisterBlock;

  void quantizeBlock(int64_t number);
  Int findAmax(llvm::ArrayRef<Value> values);
  Value chooseScale(const reference::BlockElements &block, Int amax);
  Value correctScale(const reference::BlockElements &block, int64_t number,
                     Value scale);
  llvm::SmallVector<Int> encode(int64_t number, llvm::ArrayRef<Value> values,
                                Value scale);
  /// The code (i32) of what is divided by its block's scale already.
  Int encodeScaled(Value scaled, int64_t offset);
  reference::Round getRound(int64_t offset);
  RandomBits getRandomBits(int64_t offset);
  llvm::SmallVector<Int> pack(llvm::ArrayRef<Int> codes);
  void write();
  void writeBlock(int64_t number);
  void writeWords(llvm::ArrayRef<Int> words, Int at);
  void writeScales(Int at, llvm::ArrayRef<Value> values);

  Kernel &k;
  const Form &form;
  QuantizerAttr quantizer;
  ScaledType format;
  contract::FloatFormat element, scaleFormat;
  unsigned firstParam;
  Source source;
  int64_t unit, block, blockRows;
  Int stream, blocks;
  Value encodeTensor, decodeTensor;

  // Of the unit in hand.
  Place place;
  Int row; ///< of all items
  llvm::SmallVector<Value> values, scales;
  llvm::SmallVector<Int> words;
  llvm::SmallVector<std::array<Int, 4>> randomWords;
};

} // namespace mx::nvvm::quantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_QUANTIZEUNIT_H

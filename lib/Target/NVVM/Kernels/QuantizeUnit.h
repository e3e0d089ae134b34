//===- QuantizeUnit.h - A unit of a row to codes and scales -----*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_QUANTIZEUNIT_H
#define MX_LIB_TARGET_NVVM_KERNELS_QUANTIZEUNIT_H

#include "../../../Conversion/Reference/BlockRules.h"
#include "Encode.h"
#include "QuantizeRandom.h"
#include "QuantizeSource.h"

namespace mx::nvvm::quantize {

/// x, items, rows, cols, seed.
llvm::SmallVector<Param> getSourceParams();
/// codes, scales, paddedCols, stream, signs…[, amax, tensorScale].
llvm::SmallVector<Param> getUnitParams(const Form &form);

/// What kernels with a ring or of tiles keep in shared memory for a form.
struct Tables {
  Tables() = default;
  /// By all threads, which wait for each other. The form's parameters are from
  /// `firstParam` on.
  Tables(Kernel &k, const Form &form, unsigned firstParam, Int address);

  static int64_t countBytes(const Form &form);

  SignMasks masks;
  ColumnTable columns;
  ShiftFactors factors;
};

/// The code of one thread for its unit. With tiles all lanes of a warp call it
/// together: they have as many rows below each other, the first a multiple of
/// kWarpRows.
class Unit {
public:
  /// The kernel's parameters from `firstParam` on are codes, scales,
  /// paddedCols, stream, signs…[, amax, tensorScale].
  /// With a tile units are read there.
  Unit(Kernel &k, const Form &form, const Extents &extents, unsigned firstParam,
       const Producer &producer, const Tables &tables = Tables(),
       const SourceTile *tile = nullptr);

  void quantize(const Place &place);
  /// Of words with two elements of 16 bits.
  void quantizeWords(const Place &place, llvm::ArrayRef<Int> words);
  /// Elements that are in registers, as f32, and 0 where there are none.
  void quantize(const Place &place, ValueRange elements);
  /// Of the tile, from (row, first) of the operand's on.
  void quantize(const Place &place, Int row, Int first, ResultTile &results);
  /// By all threads: results of a tile of the operand from (row, first) of an
  /// item on.
  void store(ResultTile &results, Int item, Int row, Int first);
  const Source &getSource() const { return source; }

  /// Where the kernel keeps what columns decide: of a thread's, or of a tile's
  /// from column `first` on.
  void fillOwnColumns(Int first) {
    tables.columns.fillOwn(first, stream, source.seed);
  }
  void fillColumnsOfTile(Int first) {
    tables.columns.fillTile(first, stream, source.seed);
  }

private:
  friend class RegisterBlock;

  void start(const Place &place);

  bool defersFactor();
  void quantizeValues();
  void quantizeBlock(int64_t number);
  Int findAmax(llvm::ArrayRef<Value> values);
  Value chooseScale(const reference::BlockElements &block, Int amax);
  Value correctScale(const reference::BlockElements &block, int64_t number,
                     Value scale);
  /// Words of codes, the first in the lowest bits (contract 12).
  llvm::SmallVector<Int> encodeWords(int64_t number,
                                     llvm::ArrayRef<Value> values, Value scale);
  llvm::SmallVector<Int> encodeEights(int64_t number,
                                      llvm::ArrayRef<Value> values, Value scale,
                                      E2M1Encoder &encoder);
  int64_t getRoundSize() const;
  llvm::SmallVector<Int> encodeInRounds(int64_t number,
                                        llvm::ArrayRef<Value> values,
                                        Value scale, int64_t count);
  llvm::SmallVector<Int> encode(int64_t number, llvm::ArrayRef<Value> values,
                                Value scale);
  /// The code (i32) of what is divided by its block's scale already.
  Int encodeScaled(Value scaled, int64_t offset);
  reference::Round getRound(int64_t offset);
  RandomBits getRandomBits(int64_t offset);
  llvm::SmallVector<Int> pack(llvm::ArrayRef<Int> codes);
  Int getScaleRow(Int item, Int row) const;
  void write();
  void writeBlock(int64_t number);
  void writeWords(llvm::ArrayRef<Int> words, Int column);
  void writeScales(Int at, llvm::ArrayRef<Value> values);

  Kernel &k;
  const Form &form;
  QuantizerAttr quantizer;
  ScaledType format;
  contract::FloatFormat element, scaleFormat;
  unsigned firstParam;
  Source source;
  const SourceTile *tile;
  Tables tables;
  int64_t held, block, blockRows;
  int64_t ownCols; ///< of a block that a thread has
  Int stream, blocks;
  Value encodeTensor, decodeTensor;

  // Of the unit in hand.
  Place place;
  Int row;    ///< of all items
  Int inTile; ///< its first column there
  reference::PhiloxRow randomRow;
  Int shift6;
  llvm::SmallVector<Value> values, scales;
  llvm::SmallVector<Int> words;
  llvm::SmallVector<std::array<Int, 4>> randomWords;
};

} // namespace mx::nvvm::quantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_QUANTIZEUNIT_H

//===- QuantizeTile.h - Tiles of the source in shared memory ----*- C++ -*-===//
//
// Whole tiles of kTile x kTile elements come in and go out along their rows,
// whichever way they are quantised. Pieces of 16 bytes lie exchanged, so that
// neighbouring threads meet different banks.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_QUANTIZETILE_H
#define MX_LIB_TARGET_NVVM_KERNELS_QUANTIZETILE_H

#include "QuantizeProducer.h"

namespace mx::nvvm::quantize {

/// A tile of the source.
class SourceTile {
public:
  SourceTile(Kernel &k, Type type, Int address);

  static int64_t countBytes(Type type);
  /// By all threads: begins to copy the tile from element `start` (i64) of rows
  /// of `cols` on to stage `stage`, a number of bytes; nothing where it is not
  /// there.
  void fetch(Value source, Int start, Int cols, Int isThere, Int stage);
  /// By all threads: waits for all tiles but the `pending` that were fetched
  /// last; the one of `stage` is read from now on.
  void receive(Int stage, int pending);
  /// By all threads: what a producer makes of x (of type `source`), from `row`
  /// of all rows and `col` of `cols` on.
  void compute(Value x, Type source, Int row, Int col, Int cols,
               const Producer &producer);
  /// `count` elements of a row from column `first` on, or of a column from row
  /// `first` on, as they are stored; `first` and `count` are multiples of 32.
  llvm::SmallVector<Value> read(Int line, Int first, int64_t count,
                                bool isColumn) const;
  /// The same of a row as words.
  llvm::SmallVector<Int> readWords(Int line, Int first, int64_t count) const;

private:
  Int getPiece(Int row, Int piece) const;
  Int getPiece(Int tile, Int row, Int piece) const;

  Kernel &k;
  Type type;
  Int first, address; ///< of stage 0, of the tile that is read
  int64_t perPiece;   ///< elements of 16 bytes
};

/// Codes and scales of a tile of the operand.
class ResultTile {
public:
  ResultTile(Kernel &k, const Form &form, Int address);

  static int64_t countBytes(const Form &form);
  /// Words of codes of a row from column `first` on, a multiple of 32.
  void putCodes(Int row, Int first, llvm::ArrayRef<Int> words);
  /// The scales of its blocks, for all rows of those.
  void putScales(Int row, Int first, ValueRange scales);
  /// By all threads behind a barrier: to row `row` (i64) of codes and
  /// `scaleRow` (i64) of scales, from block `first` (i64) of `blocks` on.
  void store(Value codes, Value scales, Int row, Int scaleRow, Int first,
             Int blocks);

private:
  static int64_t countScaleBytes(const Form &form);
  Int getPiece(Int row, Int piece) const;
  Int getScales(Int blockRow, Int number) const;
  void storeScales(Value scales, Int scaleRow, Int first, Int blocks);

  Kernel &k;
  ScaledType format;
  int64_t unit;
  Int address;
  int64_t rowBytes;             ///< of codes
  int64_t unitBytes, unitPitch; ///< of the scales of a unit
};

} // namespace mx::nvvm::quantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_QUANTIZETILE_H

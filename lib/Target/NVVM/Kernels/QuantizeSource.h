//===- QuantizeSource.h - Units of rows to quantise -------------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_QUANTIZESOURCE_H
#define MX_LIB_TARGET_NVVM_KERNELS_QUANTIZESOURCE_H

#include "QuantizeSigns.h"
#include "QuantizeTile.h"

namespace mx::nvvm::quantize {

/// A thread's elements of a row of the operand.
struct Place {
  Int item, row; ///< the row in its item
  Int first;     ///< column
  /// The row exists; null where it is known to. Where it does not, it is not
  /// read and counts as zeros.
  Int isIn = Int();
  /// Which part of its unit; null where threads have whole ones.
  Int part = Int();
  /// No other thread has it; null where that is known.
  Int isOwn = Int();
  /// Of all held elements in their order (i64); null where that is not known.
  Int number = Int();
};

/// What a kernel knows of the matrices that it quantises: their number, and the
/// extents of one.
struct Extents {
  Int items, rows, cols, seed;

  /// Those of a kernel whose first parameters are x, items, rows, cols, seed.
  static Extents read(Kernel &k);
};

/// The operand, read and transformed unit by unit.
class Source {
public:
  /// The kernel's first parameter is x; those of the signs are from `firstSign`
  /// on.
  Source(Kernel &k, const Form &form, const Extents &extents, Int padded,
         unsigned firstSign, const Producer &producer, SignMasks masks);

  /// Calls `then` for the elements of thread `index` (i64) of items · rows ·
  /// units · lanes, where neighbours read neighbours: parts of a unit, units of
  /// a row, or rows of columns. Warps that share units come whole.
  void visit(Int index, llvm::function_ref<void(const Place &)> then) const;
  /// items · rows · units · lanes, an i64.
  Int countThreads() const;
  Place getPlace(Int index) const;
  /// A thread's part, the `inRow`th, of row `row` of all items.
  Place getPlaceOf(Int row, Int inRow) const;
  /// The f32 of a thread behind signs, butterflies and one factor (contract 14,
  /// 23); zero from padded on.
  llvm::SmallVector<Value> load(const Place &place) const;
  /// The same from a tile, by the unit's row and first column there.
  llvm::SmallVector<Value> load(const Place &place, const SourceTile &tile,
                                Int row, Int first) const;
  /// The same of words with two elements of 16 bits.
  llvm::SmallVector<Value> load(const Place &place,
                                llvm::ArrayRef<Int> words) const;
  /// Leaves the factor of a transform to who reads the values: they are
  /// 2^getHalvings() times too large.
  void deferFactor() { isDeferred = true; }
  int64_t getHalvings() const;
  Int getFlatRow(const Place &place) const;
  /// 2^16 in a register, to multiply by instead of shifting.
  void setFactor(Int factor) { shift16 = factor; }

  Int items, rows, cols, padded, seed, units;

private:
  Int getRowStart(const Place &place) const;
  llvm::SmallVector<Int> loadWords(const Place &place) const;
  void splitWords(const Place &place, llvm::ArrayRef<Int> words,
                  llvm::SmallVectorImpl<Value> &to) const;
  void loadVectors(const Place &place, llvm::SmallVectorImpl<Value> &to) const;
  void loadElements(const Place &place, llvm::SmallVectorImpl<Value> &to) const;
  void widen(const Place &place, llvm::SmallVectorImpl<Value> &values) const;
  Value widen(Value value) const;
  void transform(const Place &place,
                 llvm::SmallVectorImpl<Value> &values) const;
  void exchange(const Place &place, llvm::SmallVectorImpl<Value> &values) const;
  llvm::SmallVector<Int> getMasks(const Place &place) const;
  llvm::SmallVector<Int> getSigns(const Place &place) const;
  Int getSignWord(int64_t number) const;
  int64_t countGroupLanes() const;

  Kernel &k;
  const Form &form;
  QuantizerAttr quantizer;
  int64_t unit, held, lanes;
  unsigned firstSign;
  Producer producer;
  SignMasks masks;
  Int shift16;
  bool isDeferred = false;
};

} // namespace mx::nvvm::quantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_QUANTIZESOURCE_H

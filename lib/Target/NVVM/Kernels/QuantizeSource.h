//===- QuantizeSource.h - Units of rows to quantise -------------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_QUANTIZESOURCE_H
#define MX_LIB_TARGET_NVVM_KERNELS_QUANTIZESOURCE_H

#include "QuantizeTile.h"

namespace mx::nvvm::quantize {

/// A unit of a row of the operand.
struct Place {
  Int item, row; ///< the row in its item
  Int first;     ///< column
  /// The row exists; null where it is known to. Where it does not, it is not
  /// read and counts as zeros.
  Int isIn;
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
  /// The kernel's first parameter is x.
  Source(Kernel &k, const Form &form, const Extents &extents, Int padded,
         Int signStream, const Producer &producer);

  /// Unit number `index` (i64) where neighbours are to read neighbours: units
  /// of a row, or rows of columns.
  Place getPlace(Int index) const;
  /// items · rows · units, an i64.
  Int countUnits() const;
  /// The f32 of a unit behind signs, butterflies and one factor (contract 14,
  /// 23); zero from padded on.
  llvm::SmallVector<Value> load(const Place &place) const;
  /// The same from a tile, by the unit's row and first column there.
  llvm::SmallVector<Value> load(const Place &place, const SourceTile &tile,
                                Int row, Int first) const;
  Int getFlatRow(const Place &place) const;

  Int items, rows, cols, padded, seed, units;

private:
  void loadVectors(const Place &place, llvm::SmallVectorImpl<Value> &to) const;
  void loadElements(const Place &place, llvm::SmallVectorImpl<Value> &to) const;
  void widen(const Place &place, llvm::SmallVectorImpl<Value> &values) const;
  void transform(const Place &place,
                 llvm::SmallVectorImpl<Value> &values) const;
  void applySigns(llvm::SmallVectorImpl<Value> &values,
                  HadamardAttr hadamard) const;

  Kernel &k;
  const Form &form;
  QuantizerAttr quantizer;
  int64_t unit;
  Int signStream;
  Producer producer;
};

} // namespace mx::nvvm::quantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_QUANTIZESOURCE_H

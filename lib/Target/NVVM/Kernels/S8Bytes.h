//===- S8Bytes.h - A row of MXFP4 as signed bytes ---------------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_S8BYTES_H
#define MX_LIB_TARGET_NVVM_KERNELS_S8BYTES_H

#include "../Builder/Kernel.h"

namespace mx::nvvm::s8_fold {

/// What a warp writes of a row whose largest scale is known.
class ByteRow {
public:
  /// codes [rows, blocks, 16], scales [rows, blocks], as packed.
  ByteRow(Kernel &k, Value codes, Value scales, Int row, Int blocks,
          Int largest);

  /// Row `target` of bytes [., blocks, 32] (buildExpand says in which order):
  /// the blocks that are 4·band to 4·band + 3 steps below the largest, zeros
  /// for the others.
  void writeBand(Value bytes, Int target, Int band);
  /// The row of bytes [., blocks]: what each block's 2·E2M1 are to be
  /// multiplied by. Blocks are a multiple of 4.
  void writeFactors(Value bytes);

private:
  Int getFactor(Int steps);
  llvm::SmallVector<Int> decode(llvm::ArrayRef<Int> words, Int shift, Int scale,
                                Int band);

  Kernel &k;
  Value codes, scales;
  Int blocks, first, largest; ///< number of the row's first block
};

} // namespace mx::nvvm::s8_fold

#endif // MX_LIB_TARGET_NVVM_KERNELS_S8BYTES_H

//===- RowScales.h - What the block scales of a row span --------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_ROWSCALES_H
#define MX_LIB_TARGET_NVVM_KERNELS_ROWSCALES_H

#include "../Builder/Kernel.h"

namespace mx::nvvm {

/// E8M0 codes of the blocks of a row that are not zero, as all lanes of a warp
/// know them: -1 and 255 without any. isNaN is not 0 where any block's is 255.
struct RowScales {
  Int largest, smallest, isNaN;
};

/// What a lane reads before it uses the first, so that latencies overlap.
constexpr int kInFlight = 4;

/// Numbers of kInFlight items of a lane, 32 apart, and below `count`: the last
/// one may stand for several.
llvm::SmallVector<Int> getItems(Int first, Int count);

/// Whether any of the E2M1 codes in words is not zero (i1).
Int isNonZero(llvm::ArrayRef<Int> codes);

/// Of a row of MXFP4: codes [rows, blocks, 16], scales [rows, blocks]. Without
/// codes, blocks of zeros count, too.
RowScales findRowScales(Kernel &k, Value codes, Value scales, Int row,
                        Int blocks);

/// Those of a row in an i32, and back.
Int packRowScales(const RowScales &scales);
RowScales unpackRowScales(Int packed);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_ROWSCALES_H

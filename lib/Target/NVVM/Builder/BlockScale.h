//===- BlockScale.h - mma.sync with block scales ----------------*- C++ -*-===//
//
// sm_120a and its family. PTX ISA 9.7.14.3, block scaling, and 9.7.14.5.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_BUILDER_BLOCKSCALE_H
#define MX_LIB_TARGET_NVVM_BUILDER_BLOCKSCALE_H

#include "Kernel.h"

namespace mx::nvvm {

/// One instruction m16n8kK with f32 sums: D = (A · scales) · (B · scales) + C.
struct BlockScaleMma {
  llvm::StringRef a, b;  ///< e2m1, e2m3, e3m2, e4m3 or e5m2
  llvm::StringRef scale; ///< ue8m0 or ue4m3
  /// Two E2M1 a byte (kinds mxf4 and mxf4nvf4); else a byte for each element
  /// (kind mxf8f6f4), of which E2M1 takes bits 2 to 5.
  bool isPacked = false;
  int vector = 32; ///< elements of a scale: 32 with ue8m0, 16 with ue4m3

  int getK() const { return isPacked ? 64 : 32; }
  int getScales() const { return getK() / vector; } ///< of a row
};

/// Where a warp finds the scales of a tile: bytes from `byte` on of a register
/// of lanes 4g + 2·thread + h for row g + 8h of A, and of lanes 4g + thread for
/// column g of B.
struct ScaleSelector {
  Int word;
  int byte = 0, thread = 0;
};

/// Lane 4g + t holds
///   a: words t of rows g and g+8, then words t+4 of both, of 32 bytes a row;
///   b: words t, then t+4 of column g;
///   sums: columns 2t, 2t+1 of row g, then of row g+8.
llvm::SmallVector<Value> multiplyScaled(Kernel &k, const BlockScaleMma &form,
                                        ValueRange sums, llvm::ArrayRef<Int> a,
                                        llvm::ArrayRef<Int> b,
                                        ScaleSelector scaleA,
                                        ScaleSelector scaleB);

/// PTX ISA 9.7.14.5.15, ldmatrix of four matrices of 8 rows of 16 bytes; lanes
/// 8i to 8i+7 have the addresses of the rows of matrix i, and lane 4g + t gets
/// word t of row g of each. With fewer than 8 bits, a row is 16 elements in its
/// first 2·bits bytes, and each comes in the low bits of a byte.
llvm::SmallVector<Int> loadMatrices(Kernel &k, Int address, unsigned bits = 8);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_BUILDER_BLOCKSCALE_H

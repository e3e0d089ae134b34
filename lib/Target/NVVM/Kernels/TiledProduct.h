//===- TiledProduct.h - Products of floats on every chip --------*- C++ -*-===//
//
// f32 arithmetic on tiles in shared memory: for f32 operands, whose products
// no tensor core keeps to f32's accuracy, for extents that tensor copies do not
// take, and for chips without wgmma.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_TILEDPRODUCT_H
#define MX_LIB_TARGET_NVVM_KERNELS_TILEDPRODUCT_H

#include "Epilogue.h"

namespace mx::nvvm::tiled {

constexpr int kThreads = 256;
/// Extent of K in a tile.
constexpr int kDepth = 16;

/// One operand as it is stored.
struct Operand {
  mlir::Type type;           ///< f32, bf16 or f16
  bool isTransposed = false; ///< [batch, k, rows], not [batch, rows, k]
};

/// What is fixed when the kernel is made.
struct Form {
  Operand a, b;
  mlir::Type type;     ///< of the product: f32, bf16 or f16
  bool hasAcc = false; ///< the result is added to what is there
  bool evenN = false;  ///< N is known to be even
  Epilogue epilogue;   ///< none with acc
  /// Rows and columns of the result that a thread makes: 8 or 4.
  int perThread = 8;

  int getTile() const { return 16 * perThread; }
  int getSharedBytes() const {
    return 2 * 2 * kDepth * (getTile() + 4) * 4 + 1024;
  }
};

/// product(a, b, out, m, n, k, what the epilogue reads): out [batch, m, n]; one
/// block a tile, batch by batch. Sums are f32, by fma in the order of k.
void buildProduct(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                  const Form &form);

} // namespace mx::nvvm::tiled

#endif // MX_LIB_TARGET_NVVM_KERNELS_TILEDPRODUCT_H

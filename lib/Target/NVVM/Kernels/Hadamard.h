//===- Hadamard.h - Randomised Hadamard transforms of rows ------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_HADAMARD_H
#define MX_LIB_TARGET_NVVM_KERNELS_HADAMARD_H

#include "../Builder/Kernel.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm::hadamard {

constexpr int kThreads = 256;

/// Words of the signs of a group that kernels take: none where they are fixed.
int64_t countSignWords(HadamardAttr transform);
/// Word `number` of fixed signs: bit j is set where column 32·number + j's is
/// negative.
uint32_t getFixedSignWord(HadamardAttr transform, int64_t number);

/// What is fixed when the kernel is made.
struct Form {
  HadamardAttr transform;
  mlir::Type source;   ///< of x: f32, bf16 or f16
  int64_t columns = 0; ///< of x; negative where they are not known

  /// Columns of a row that a warp transforms: whole groups.
  int64_t getUnit() const;
  /// Whether the columns are known to be whole units.
  bool isWhole() const { return columns >= 0 && columns % getUnit() == 0; }
};

/// hadamard(x, rows, cols, out, signs…): the transform of x [rows, cols] along
/// its rows, as f32; signs: bit j of word w is column 32w + j's of a seeded
/// group. A warp has a unit, each lane every 32nd run of four columns: strides
/// of 4 to 64 go from lane to lane.
void build(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module, const Form &form);

} // namespace mx::nvvm::hadamard

#endif // MX_LIB_TARGET_NVVM_KERNELS_HADAMARD_H

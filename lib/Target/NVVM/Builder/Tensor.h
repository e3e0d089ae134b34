//===- Tensor.h - Tensor memory and its matrix unit -------------*- C++ -*-===//
//
// sm_100a. PTX ISA 9.7.16, tcgen05, for groups of one block, or of the two of a
// cluster: one thread of one of them asks, and what it says of addresses holds
// in both. Addresses of tensor memory are i32: the lane in bits 16-31, the
// column of 32 bits below.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_BUILDER_TENSOR_H
#define MX_LIB_TARGET_NVVM_BUILDER_TENSOR_H

#include "Barrier.h"
#include "TensorDescriptors.h"

namespace mx::nvvm {

/// 9.7.16.7: one whole warp of each block of the group takes columns (a power
/// of two from 32 on), whose address is then in shared memory, and later gives
/// them back.
void allocateTensor(Kernel &k, Int target, int columns, int group);
void freeTensor(Kernel &k, Int address, int columns, int group);

/// 9.7.16.11: around what orders threads, before and after it.
void fenceTensorBefore(Kernel &k);
void fenceTensorAfter(Kernel &k);
/// 9.7.16.12: arrives when all that this thread issued is complete; with a mask
/// at the same barrier of each block of the cluster that it names.
void commitTensor(Kernel &k, Barrier barrier, int group,
                  unsigned clusterMask = 0);

/// 9.7.16.9.2: 512 bytes of scales in shared memory, as kScalesDescriptor has
/// them, to 4 columns, in each block of the group.
void copyScales(Kernel &k, Int target, Int source, int group);

/// 9.7.16.10: one thread adds the product of two blocks of rows of 32 bytes, as
/// kRowsDescriptor has them, to `target`, or begins it where `isAdded` (i1)
/// does not hold. Each block of a group has half of both operands' rows, the
/// sums and scales of its rows of A, and the scales of all rows of B.
struct TensorOperands {
  Int target, a, b, scalesA, scalesB;
};
void multiplyTensor(Kernel &k, const TensorInstruction &form,
                    const TensorOperands &operands, Int isAdded);

/// 9.7.16.8: one whole warp loads its lanes; each thread gets f32 of so many
/// columns. Complete when it returns.
llvm::SmallVector<Value> loadTensor(Kernel &k, Int address, int columns);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_BUILDER_TENSOR_H

//===- Barrier.h - mbarrier, clusters, bulk copies --------------*- C++ -*-===//
//
// sm_90 and later. Barriers are 8 bytes of shared memory, named by address.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_BUILDER_BARRIER_H
#define MX_LIB_TARGET_NVVM_BUILDER_BARRIER_H

#include "Kernel.h"

namespace mx::nvvm {

/// PTX ISA 9.7.13.15, mbarrier.
struct Barrier {
  Kernel &k;
  Int address;

  /// One thread sets the number of arrivals of a phase.
  void init(int arrivals);
  /// Waits until the phase of this parity is complete.
  void wait(Int parity);
  /// Arrives, and adds bytes that asynchronous copies will bring.
  void arriveExpecting(Int bytes);
  void arrive();
  /// Arrives at the same barrier of another block of the cluster. No fence is
  /// implied: what the phase protects was read by wgmma only.
  void arriveAt(Int clusterRank);
};

/// PTX ISA 9.7.9.23, mapa: where the same place of another block is in the
/// shared memory of the cluster.
Int mapShared(Kernel &k, Int address, Int clusterRank);

/// Makes initialised barriers visible to the cluster and to bulk copies.
void fenceBarrierInit(Kernel &k);
/// All threads of all blocks of the cluster.
void syncCluster(Kernel &k);
/// PTX ISA 9.7.13.1, bar.sync: `threads` of the block, whole warps, meet at
/// barrier `number` (i32), 1 to 15. With bar.arrive they do not wait.
void syncSome(Kernel &k, Int number, int threads);
void arriveSome(Kernel &k, Int number, int threads);

/// PTX ISA 9.7.9.27, cp.async.bulk.tensor: a box of a rank-3 tensor into shared
/// memory, completing on `barrier`. With a mask, into the same address of each
/// block of the cluster that it names. In a pair (sm_100a) the barrier may be
/// the other block's.
struct BoxTargets {
  unsigned clusterMask = 0;
  bool isPair = false;
};
void copyBox(Kernel &k, Int target, Value map, Barrier barrier,
             llvm::ArrayRef<Int> coordinates, BoxTargets targets = {});

/// PTX ISA 9.7.19, setmaxnreg.
void raiseRegisters(Kernel &k, int count);
void lowerRegisters(Kernel &k, int count);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_BUILDER_BARRIER_H

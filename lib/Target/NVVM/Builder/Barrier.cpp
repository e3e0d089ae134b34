//===- Barrier.cpp - mbarrier, clusters, bulk copies ----------------------===//

#include "Barrier.h"

#include "Assembly.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

void Barrier::init(int arrivals) {
  assembly(k, "mbarrier.init.shared::cta.b64 [$0], $1;", "r,r", {},
           {address.get(), k.i32(arrivals).get()});
}

void Barrier::wait(Int parity) {
  // Labels are local to the braces.
  assembly(k,
           "{\n.reg .pred p;\nWAIT:\n"
           "mbarrier.try_wait.parity.shared::cta.b64 p, [$0], $1;\n"
           "@p bra DONE;\nbra WAIT;\nDONE:\n}",
           "r,r,~{memory}", {}, {address.get(), parity.get()});
}

void Barrier::arriveExpecting(Int bytes) {
  assembly(k, "mbarrier.arrive.expect_tx.shared::cta.b64 _, [$0], $1;",
           "r,r,~{memory}", {}, {address.get(), bytes.get()});
}

void Barrier::arrive() {
  assembly(k, "mbarrier.arrive.shared::cta.b64 _, [$0];", "r,~{memory}", {},
           {address.get()});
}

void Barrier::arriveAt(Int clusterRank) {
  // With .release.cluster ptxas adds a fence of the whole GPU.
  assembly(k,
           "{\n.reg .b32 remote;\nmapa.shared::cluster.u32 remote, $0, $1;\n"
           "mbarrier.arrive.shared::cluster.b64 _, [remote];\n}",
           "r,r,~{memory}", {}, {address.get(), clusterRank.get()});
}

Int mx::nvvm::mapShared(Kernel &k, Int address, Int clusterRank) {
  return Int(k.emitter(),
             assembly(k, "mapa.shared::cluster.u32 $0, $1, $2;", "=r,r,r",
                      {k.i32Type()}, {address.get(), clusterRank.get()})[0]);
}

void mx::nvvm::fenceBarrierInit(Kernel &k) {
  assembly(k, "fence.mbarrier_init.release.cluster;", "~{memory}", {}, {});
}

void mx::nvvm::syncCluster(Kernel &k) {
  assembly(k,
           "barrier.cluster.arrive.release.aligned;\n"
           "barrier.cluster.wait.acquire.aligned;",
           "~{memory}", {}, {});
}

void mx::nvvm::syncSome(Kernel &k, Int number, int threads) {
  assembly(k, "bar.sync $0, $1;", "r,r,~{memory}", {},
           {number.get(), k.i32(threads).get()});
}
void mx::nvvm::arriveSome(Kernel &k, Int number, int threads) {
  assembly(k, "bar.arrive $0, $1;", "r,r,~{memory}", {},
           {number.get(), k.i32(threads).get()});
}

void mx::nvvm::copyBox(Kernel &k, Int target, Value map, Barrier barrier,
                       ArrayRef<Int> at, BoxTargets targets) {
  SmallVector<Value> operands = {target.get(), map,
                                 at[0].get(),  at[1].get(),
                                 at[2].get(),  barrier.address.get()};
  std::string text = "cp.async.bulk.tensor.3d.shared::cluster.global"
                     ".mbarrier::complete_tx::bytes";
  std::string constraints = "r,l,r,r,r,r", mask;
  if (targets.clusterMask != 0) {
    text += ".multicast::cluster";
    mask = ", $6";
    constraints += ",h";
    operands.push_back(k.i32(targets.clusterMask).zext(16).get());
  }
  if (targets.isPair)
    text += ".cta_group::2";
  assembly(k, text + " [$0], [$1, {$2, $3, $4}], [$5]" + mask + ";",
           constraints + ",~{memory}", {}, operands);
}

void mx::nvvm::raiseRegisters(Kernel &k, int count) {
  NVVM::SetMaxRegisterOp::create(k.builder(), k.emitter().loc, count,
                                 NVVM::SetMaxRegisterAction::increase);
}
void mx::nvvm::lowerRegisters(Kernel &k, int count) {
  NVVM::SetMaxRegisterOp::create(k.builder(), k.emitter().loc, count,
                                 NVVM::SetMaxRegisterAction::decrease);
}

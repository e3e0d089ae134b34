//===- TensorLoads.cpp - tcgen05.ld and tcgen05.wait::ld ------------------===//
//
// PTX ISA 9.7.16.8. The registers have their values at once; that they were
// waited for is seen when others are told.
//
//===----------------------------------------------------------------------===//

#include "Tensor.h"

#include "llvm/Support/MathExtras.h"

using namespace mx::emulator;
using llvm::StringRef;
using llvm::Twine;

static void check(Site site, const Gathering &all, const TensorAddress &from) {
  Machine &machine = getMachine();
  for (uint64_t *slots : all.slots)
    if (slots[0] != all.slots[0][0])
      machine.fail(site, "the lanes of the warp have different addresses");
  unsigned first = machine.current().number / kLanes % 4 * kLanes;
  if (from.lane != first)
    machine.fail(site, "reads lanes from " + Twine(from.lane) +
                           " on; this warp of its warpgroup may read lanes " +
                           Twine(first) + " to " + Twine(first + kLanes - 1));
}

/// 9.7.16.8.3, tcgen05.ld.32x32b.xN {registers}, [address]: lane l has N
/// columns of the l-th of the warp's lanes.
static void load(Site site, uint64_t *slots, int64_t mode) {
  auto columns = static_cast<unsigned>(mode);
  getMachine().gather(site, slots, ~0u, [&](Gathering &all) {
    Thread &me = getMachine().current();
    Warp &warp = *me.warp;
    TensorAddress from(slots[0]);
    check(site, all, from);
    if (!warp.loadAgent)
      warp.loadAgent = getMachine().newAgent();
    TensorAccess access = {TensorOp::Load, *warp.loadAgent,
                           warp.tensorLoads + 1, warp.tensorOrdered,
                           warp.known.clock};
    accessTensor(site, me.block(),
                 {from.lane / kLanes, 1, from.column, columns}, access,
                 /*isWrite=*/false);
    warp.hasOpenLoads = true;
    warp.openLoad = site;
    for (unsigned lane = 0; lane < kLanes; ++lane)
      for (unsigned i = 0; i < columns; ++i)
        all.slots[lane][i] =
            me.block().tensor.word(from.lane + lane, from.column + i);
  });
}

/// 9.7.16.8.5, tcgen05.wait::ld.
static void wait(Site site, uint64_t *slots, int64_t) {
  getMachine().gather(site, slots, ~0u, [](Gathering &) {
    Warp &warp = *getMachine().current().warp;
    if (!std::exchange(warp.hasOpenLoads, false))
      return;
    ++warp.tensorLoads;
    warp.tensorOrdered.raise(*warp.loadAgent, warp.tensorLoads);
  });
}

/// `32x32b.x32.b32`.
static std::optional<int64_t> readShape(StringRef rest) {
  unsigned columns = 0;
  if (!rest.consume_front("32x32b.x") || rest.consumeInteger(10, columns) ||
      rest != ".b32" || columns > 128 || !llvm::isPowerOf2_32(columns))
    return std::nullopt;
  return columns;
}
static unsigned countRegisters(int64_t mode) {
  return static_cast<unsigned>(mode);
}

llvm::ArrayRef<Instruction> mx::emulator::getTensorLoads() {
  static const Instruction table[] = {
      {"tcgen05.ld.sync.aligned", nullptr, true, false, load, nullptr, 0, 0,
       readShape, countRegisters},
      {"tcgen05.wait::ld", "sync.aligned", false, false, wait},
  };
  return table;
}

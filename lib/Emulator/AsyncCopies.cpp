//===- AsyncCopies.cpp - cp.async -----------------------------------------===//
//
// PTX ISA 9.7.9.25. A copy happens as late as it may: when its thread waits for
// its group. Until then nobody may look at the target.
//
//===----------------------------------------------------------------------===//

#include "Instructions.h"
#include "Memory.h"

#include <cstring>

using namespace mx::emulator;
using llvm::Twine;

constexpr int64_t kOnly16 = 1;

/// cp.async.ca|cg.shared.global [target], [source], size(, bytes of source).
static void copy(Site site, uint64_t *slots, int64_t mode) {
  bool hasSourceSize = mode & kLastOperand;
  Machine &machine = getMachine();
  Thread &me = machine.current();
  auto target = static_cast<uint32_t>(slots[0]);
  auto size = static_cast<uint32_t>(slots[2]);
  uint32_t bytes = hasSourceSize ? static_cast<uint32_t>(slots[3]) : size;
  if (size != 16 && (mode & kOnly16 || (size != 4 && size != 8)))
    machine.fail(site, Twine(size) + " bytes; expected " +
                           (mode & kOnly16 ? "16" : "4, 8 or 16"));
  if (bytes > size)
    machine.fail(site, Twine(bytes) + " bytes of the source, more than " +
                           Twine(size));
  if (slots[1] % size != 0)
    machine.fail(site,
                 "the source is not aligned to " + Twine(size) + " bytes");
  if (bytes != 0)
    checkGlobal(site, slots[1], bytes, 1);
  Warp &warp = *me.warp;
  Access access = {warp.getCopyAgent(), me.copyGroups + 1, Proxy::Copy,
                   warp.known};
  accessShared(site, me.block(), target, size, size, access, /*isWrite=*/true);
  me.copies.push_back(
      {slots[1], target, bytes, size - bytes, me.copyGroups + 1});
}

/// cp.async.commit_group.
static void commit(Site, uint64_t *, int64_t) {
  ++getMachine().current().copyGroups;
}

/// cp.async.wait_group n, and wait_all.
static void wait(Site, uint64_t *slots, int64_t isAll) {
  Thread &me = getMachine().current();
  if (isAll)
    ++me.copyGroups;
  uint32_t pending = isAll ? 0 : static_cast<uint32_t>(slots[0]);
  uint32_t done = me.copyGroups > pending ? me.copyGroups - pending : 0;
  auto isDone = [&](const AsyncCopy &copy) { return copy.group <= done; };
  for (const AsyncCopy &copy : me.copies) {
    if (!isDone(copy))
      continue;
    std::memcpy(toHost(copy.target), reinterpret_cast<void *>(copy.source),
                copy.bytes);
    std::memset(toHost(copy.target + copy.bytes), 0, copy.zeros);
  }
  llvm::erase_if(me.copies, isDone);
  me.warp->known.clock.raise(me.warp->getCopyAgent(), done);
}

llvm::ArrayRef<Instruction> mx::emulator::getAsyncCopies() {
  static const Instruction table[] = {
      {"cp.async.cg", "shared.shared::cta.global.L2::128B.L2::256B", false,
       false, copy, nullptr, kOnly16, 4},
      {"cp.async.ca", "shared.shared::cta.global.L2::128B.L2::256B", false,
       false, copy, nullptr, 0, 4},
      {"cp.async.commit_group", "", false, false, commit},
      {"cp.async.wait_group", "", false, false, wait, nullptr, 0},
      {"cp.async.wait_all", "", false, false, wait, nullptr, 1},
  };
  return table;
}

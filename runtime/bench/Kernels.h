//===- Kernels.h - Which kernels there are and which one ran ----*- C++ -*-===//
//
// The table of the runtime, MX_RUNTIME_ISA for a scope, and the trace line of a
// call: what ran is what the runtime says, not what was asked for.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_BENCH_KERNELS_H
#define MX_RUNTIME_BENCH_KERNELS_H

#include <functional>
#include <string>
#include <vector>

namespace mx::bench {

/// The ISAs with a kernel of `op` that this CPU supports, oldest first.
std::vector<std::string> isasOf(const std::string &op);

/// Sets MX_RUNTIME_ISA; "" lets the runtime choose.
void forceISA(const std::string &isa);

/// The ISA of the last kernel that call() ran, "none" if it ran none.
std::string tracedISA(const std::function<void()> &call);

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_KERNELS_H

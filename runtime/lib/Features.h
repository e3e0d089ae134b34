//===- Features.h - What this CPU can do ------------------------*- C++ -*-===//
//
// Feature names as Kernels.inc uses them, in the compiler's spelling; "amd" and
// "intel" are vendors.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_FEATURES_H
#define MX_RUNTIME_LIB_FEATURES_H

namespace mx::runtime {

/// Whether every feature in the space-separated `features` is there.
bool cpuSupports(const char *features);

/// Whether every feature in `features` is one of `all`, of any CPU.
bool areAmong(const char *features, const char *all);

/// What the operating system refuses although the CPU has it, with the reason;
/// null if nothing.
const char *refusedFeature();

} // namespace mx::runtime

#endif // MX_RUNTIME_LIB_FEATURES_H

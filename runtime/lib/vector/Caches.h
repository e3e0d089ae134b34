//===- Caches.h - What pays on whose caches ---------------------*- C++ -*-===//
//
// Measured where no cache holds the operands: on Intel's Emerald Rapids and on
// AMD's Zen 4.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_CACHES_H
#define MX_RUNTIME_LIB_VECTOR_CACHES_H

#include "../Features.h"

#include <cstdint>

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// Whether rows are fetched ahead by instructions (Ahead.h), results along rows
/// that are not whole lines go past the caches and one pass makes two results
/// of a large matrix. Intel's prefetchers stop at the end of a page, and stores
/// that miss wait for their lines; on AMD's CPUs all three only cost.
inline bool isIntel() {
  static const bool is = cpuSupports("intel");
  return is;
}

/// How far behind what is read rows are fetched: 8192 bytes are no better, 2048
/// worse.
inline constexpr int64_t kBytesAhead = 4096;

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_CACHES_H

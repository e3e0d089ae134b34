//===- TargetInfo.h - What each NVIDIA chip can do --------------*- C++ -*-===//
//
// The only place that knows SM numbers. LLVM's NVPTX back end ends the process
// on an instruction that a chip or PTX version lacks: whoever builds a kernel
// asks here first.
//
//===----------------------------------------------------------------------===//

#ifndef MX_TARGET_NVVM_TARGETINFO_H
#define MX_TARGET_NVVM_TARGETINFO_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace mx::nvvm {

/// Instruction families beyond sm_80. Source: PTX ISA 9.0, "Target ISA Notes"
/// of the instruction named.
enum class Feature : unsigned {
  Wgmma,         ///< wgmma.mma_async, setmaxnreg
  BulkCopy,      ///< cp.async.bulk(.tensor), mbarrier transactions, clusters
  Fp8Convert,    ///< cvt.rn.satfinite.e4m3x2.f32
  NarrowConvert, ///< cvt.rn.satfinite.e2m1x2.f32, e2m3x2, e3m2x2
  Tcgen05,       ///< tcgen05.*, tensor memory
  BlockScaleMma, ///< mma.sync with .block_scale
};

/// One chip as LLVM and ptxas spell it.
struct Chip {
  llvm::StringRef name;
  unsigned ptxVersion;   ///< the oldest PTX that has all of it, times 10
  unsigned sharedMemory; ///< bytes that one block may have
  unsigned features;     ///< set of Feature

  bool has(Feature feature) const {
    return features >> static_cast<unsigned>(feature) & 1;
  }
};

/// Every chip that code can be made for, oldest first.
llvm::ArrayRef<Chip> getChips();

/// Null for a name that is not in the table.
const Chip *findChip(llvm::StringRef name);

/// `sm_80, sm_86, …`, for messages.
std::string listChips();
/// Those that have a feature.
std::string listChips(Feature feature);

} // namespace mx::nvvm

#endif // MX_TARGET_NVVM_TARGETINFO_H

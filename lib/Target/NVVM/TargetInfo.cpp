//===- TargetInfo.cpp - What each NVIDIA chip can do ----------------------===//

#include "mx/Target/NVVM/TargetInfo.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mx::nvvm;

static constexpr unsigned set() { return 0; }
template <typename... Rest>
static constexpr unsigned set(Feature first, Rest... rest) {
  return 1u << static_cast<unsigned>(first) | set(rest...);
}

static constexpr unsigned kHopper =
    set(Feature::Wgmma, Feature::BulkCopy, Feature::Fp8Convert);
static constexpr unsigned kDatacenterBlackwell =
    set(Feature::BulkCopy, Feature::Fp8Convert, Feature::Tcgen05,
        Feature::StochasticCvt);
static constexpr unsigned kConsumerBlackwell =
    set(Feature::BulkCopy, Feature::Fp8Convert, Feature::BlockScaleMma);

// Shared memory: CUDA C++ Programming Guide, "Technical Specifications per
// Compute Capability", maximum per thread block.
static constexpr Chip kChips[] = {
    {"sm_80", 78, 163 << 10, set()},
    {"sm_86", 78, 99 << 10, set()},
    {"sm_89", 81, 99 << 10, set(Feature::Fp8Convert)},
    {"sm_90", 80, 227 << 10, set(Feature::BulkCopy, Feature::Fp8Convert)},
    {"sm_90a", 83, 227 << 10, kHopper},
    {"sm_100a", 88, 227 << 10, kDatacenterBlackwell},
    {"sm_103a", 88, 227 << 10, kDatacenterBlackwell},
    {"sm_110a", 90, 227 << 10,
     set(Feature::BulkCopy, Feature::Fp8Convert, Feature::Tcgen05)},
    {"sm_120a", 88, 99 << 10, kConsumerBlackwell},
};

llvm::ArrayRef<Chip> mx::nvvm::getChips() { return kChips; }

const Chip *mx::nvvm::findChip(llvm::StringRef name) {
  const auto *it = llvm::find_if(
      kChips, [&](const Chip &chip) { return chip.name == name; });
  return it == std::end(kChips) ? nullptr : it;
}

std::string mx::nvvm::listChips() {
  return llvm::join(
      llvm::map_range(kChips, [](const Chip &chip) { return chip.name.str(); }),
      ", ");
}

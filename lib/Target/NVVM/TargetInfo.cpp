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
    set(Feature::BulkCopy, Feature::Fp8Convert, Feature::NarrowConvert,
        Feature::Tcgen05);
static constexpr unsigned kConsumer =
    set(Feature::BulkCopy, Feature::Fp8Convert);
static constexpr unsigned kConsumerSpecific =
    kConsumer | set(Feature::NarrowConvert, Feature::BlockScaleMma);

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
    {"sm_110a", 90, 227 << 10, kDatacenterBlackwell},
    {"sm_120", 88, 99 << 10, kConsumer},
    {"sm_120a", 88, 99 << 10, kConsumerSpecific},
    {"sm_121", 88, 99 << 10, kConsumer},
    {"sm_121a", 88, 99 << 10, kConsumerSpecific},
};

llvm::ArrayRef<Chip> mx::nvvm::getChips() { return kChips; }

const Chip *mx::nvvm::findChip(llvm::StringRef name) {
  const auto *it = llvm::find_if(
      kChips, [&](const Chip &chip) { return chip.name == name; });
  return it == std::end(kChips) ? nullptr : it;
}

static std::string list(llvm::function_ref<bool(const Chip &)> isListed) {
  std::string names;
  for (const Chip &chip : llvm::make_filter_range(kChips, isListed))
    names += (names.empty() ? "" : ", ") + chip.name.str();
  return names;
}

std::string mx::nvvm::listChips() {
  return list([](const Chip &) { return true; });
}

std::string mx::nvvm::listChips(Feature feature) {
  return list([&](const Chip &chip) { return chip.has(feature); });
}

//===- Activations.h - A's side of a product, packed ------------*- C++ -*-===//
//
// Slice by slice, limb by limb, block by block: what a SliceProduct takes of a
// slice lies together.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_ACTIVATIONS_H
#define MX_RUNTIME_LIB_X86_ACTIVATIONS_H

#include "Product.h"

#include <algorithm>

namespace mx::runtime::x86 {

/// A range of A's rows in blocks.
struct Activations {
  uint8_t *data = nullptr;
  int64_t firstRow = 0, blocks = 0, steps = 0, slice = 0; ///< steps of a slice
  int limbs = 1;

  /// Limb 0 of a block in slice s; limbs are limbStride(s) apart.
  uint8_t *at(int64_t s, int64_t block) const {
    return data + s * slice * kStepBytes * limbs * blocks +
           block * sliceSteps(s) * kStepBytes;
  }
  int64_t slices() const { return ceilDiv(steps, slice); }
  int64_t sliceSteps(int64_t s) const {
    return std::min(slice, steps - s * slice);
  }
  int64_t limbStride(int64_t s) const {
    return sliceSteps(s) * kStepBytes * blocks;
  }
  int64_t pieces() const { return 2 * blocks * slices(); } ///< to be packed
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_ACTIVATIONS_H

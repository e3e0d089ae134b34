//===- TensorDescriptors.h - Descriptors of tcgen05 as numbers --*- C++ -*-===//
//
// PTX ISA 9.7.16.4, matrix descriptors. No MLIR, so that tests can compare them
// with tables.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_BUILDER_TENSORDESCRIPTORS_H
#define MX_LIB_TARGET_NVVM_BUILDER_TENSORDESCRIPTORS_H

#include "mx/Support/FloatFormat.h"

namespace mx::nvvm {

/// Kinds of tcgen05.mma with block scales (9.7.16.10.7.1).
enum class TensorKind {
  MXF8F6F4, ///< 4, 6 or 8 bits in bytes, E8M0 scales of 32
  MXF4,     ///< E2M1, E8M0 scales of 32
  MXF4NVF4, ///< E2M1, E4M3 or E8M0 scales of 16
};

/// Elements along K of an instruction: 32 bytes.
constexpr int getInstructionK(TensorKind kind) {
  return kind == TensorKind::MXF8F6F4 ? 32 : 64;
}
/// Scales of a row that an instruction reads: so many bytes of a word.
constexpr int getInstructionScales(TensorKind kind) {
  return kind == TensorKind::MXF8F6F4 ? 1 : kind == TensorKind::MXF4 ? 2 : 4;
}

/// What an instruction descriptor says; K is contiguous, and M 128 for each
/// block of the group.
struct TensorInstruction {
  TensorKind kind = TensorKind::MXF4;
  contract::FloatFormat a = contract::kE2M1, b = contract::kE2M1;
  contract::FloatFormat scale = contract::kE8M0;
  int n = 128;
  /// Byte of the words of scales that its scales begin at, for both operands.
  int scaleByte = 0;
  int group = 1; ///< blocks
};

/// The number that tables 43 and 44 give a type; -1 where the kind lacks it.
constexpr int encodeType(TensorKind kind, contract::FloatFormat format) {
  if (kind != TensorKind::MXF8F6F4)
    return format == contract::kE2M1 ? 1 : -1;
  return format == contract::kE4M3   ? 0
         : format == contract::kE5M2 ? 1
         : format == contract::kE2M3 ? 3
         : format == contract::kE3M2 ? 4
         : format == contract::kE2M1 ? 5
                                     : -1;
}

/// 9.7.16.4.2, instruction descriptor.
constexpr uint32_t encodeInstruction(const TensorInstruction &form) {
  auto byte = static_cast<uint32_t>(form.scaleByte);
  uint32_t bits = byte << 4; // scale factor ID of B
  bits |= static_cast<uint32_t>(encodeType(form.kind, form.a)) << 7;
  bits |= static_cast<uint32_t>(encodeType(form.kind, form.b)) << 10;
  bits |= static_cast<uint32_t>(form.n) >> 3 << 17;
  bits |= uint32_t(form.scale == contract::kE8M0) << 23;
  bits |= static_cast<uint32_t>(form.group) << 27; // M / 128
  bits |= byte << 29;                              // scale factor ID of A
  return bits;
}

/// 9.7.16.4.1, shared memory descriptor, without its start address (address /
/// 16 in bits 0-13): groups of 8 rows are `stride` bytes apart; `swizzle` is
/// the number of the mode.
constexpr uint64_t encodeMatrix(int stride, int swizzle) {
  return uint64_t(stride / 16) << 32 | uint64_t(1) << 46 |
         uint64_t(swizzle) << 61;
}
/// Rows of 128 bytes with the 128-byte swizzle.
constexpr uint64_t kRowsDescriptor = encodeMatrix(8 * 128, /*swizzle=*/2);
/// Rows of 16 bytes, one after the other: the scales of 128 rows and 4 blocks.
constexpr uint64_t kScalesDescriptor = encodeMatrix(8 * 16, /*swizzle=*/0);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_BUILDER_TENSORDESCRIPTORS_H

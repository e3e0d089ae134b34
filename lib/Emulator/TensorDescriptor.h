//===- TensorDescriptor.h - Instruction descriptors of tcgen05 --*- C++ -*-===//

#ifndef MX_LIB_EMULATOR_TENSORDESCRIPTOR_H
#define MX_LIB_EMULATOR_TENSORDESCRIPTOR_H

#include "mx/Support/FloatFormat.h"
#include <cstdint>
#include <string>

namespace mx::emulator {

/// Kinds of tcgen05.mma with block scales.
enum class TensorKind { MXF8F6F4, MXF4, MXF4NVF4 };

/// PTX ISA 9.7.16.4.2, instruction descriptor, tables 43 and 44. Rows of M and
/// N both have K contiguous.
struct TensorDescriptor {
  unsigned m = 0, n = 0;
  contract::FloatFormat typeA{}, typeB{}, scaleType{};
  unsigned scaleA = 0, scaleB = 0; ///< data IDs: a byte in a word of scales
  bool isNegatedA = false, isNegatedB = false;

  /// Reads the fields for a kind with so many scales a row and one or two
  /// blocks; a text where they are illegal or not known here.
  static std::string decode(uint32_t bits, TensorKind kind, unsigned scales,
                            unsigned blocks, TensorDescriptor &descriptor);
};

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_TENSORDESCRIPTOR_H

//===- Descriptor.h - Matrices in shared memory as wgmma reads --*- C++ -*-===//

#ifndef MX_LIB_EMULATOR_DESCRIPTOR_H
#define MX_LIB_EMULATOR_DESCRIPTOR_H

#include <cstdint>
#include <string>

namespace mx::emulator {

/// PTX ISA 9.7.15.5.1.2.2, matrix descriptor, and 9.7.15.5.1, the layouts that
/// it stands for. A row is what runs along M or N.
struct Descriptor {
  uint32_t start = 0;               ///< low 18 bits of the address
  uint32_t leading = 0, stride = 0; ///< bytes
  int swizzleBytes = 0;             ///< 128, 64, 32, or 0 for none
  bool isTransposed = false;        ///< rows, not K, are contiguous

  /// Reads the fields; a text where they are illegal.
  static std::string decode(uint64_t bits, Descriptor &descriptor);
  /// The same of PTX ISA 9.7.16.4.1, shared memory descriptor of tcgen05.
  static std::string decodeTensor(uint64_t bits, Descriptor &descriptor);

  /// Where byte `byte` along K of a row starts, before the swizzle: 16 bytes
  /// from a multiple of 16 on are together.
  uint32_t locate(uint32_t row, uint32_t byte) const;
  /// Transposed: where element (row, k) of 2 bytes is.
  uint32_t locateTransposed(uint32_t row, uint32_t k) const;
};

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_DESCRIPTOR_H

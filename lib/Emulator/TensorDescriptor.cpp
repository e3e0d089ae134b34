//===- TensorDescriptor.cpp - Instruction descriptors of tcgen05 ----------===//

#include "TensorDescriptor.h"

#include "llvm/ADT/StringExtras.h"
#include <optional>

using namespace mx::emulator;
namespace contract = mx::contract;

/// The types of kind mxf8f6f4; the others know E2M1 only, as 1.
static std::optional<contract::FloatFormat> findType(TensorKind kind,
                                                     unsigned field) {
  if (kind != TensorKind::MXF8F6F4)
    return field == 1 ? std::optional(contract::kE2M1) : std::nullopt;
  switch (field) {
  case 0:
    return contract::kE4M3;
  case 1:
    return contract::kE5M2;
  case 3:
    return contract::kE2M3;
  case 4:
    return contract::kE3M2;
  case 5:
    return contract::kE2M1;
  default:
    return std::nullopt;
  }
}

namespace {
/// Fields one after the other; the first problem stays.
class Reader {
public:
  Reader(uint32_t bits, TensorKind kind) : bits(bits), kind(kind) {}

  unsigned take(int first, int width) const {
    return bits >> first & ((1u << width) - 1);
  }
  void expectZero(int first, int width, const char *what) {
    if (take(first, width) != 0)
      fail(std::string(what) + " (bit " + std::to_string(first) + ") is not 0");
  }
  contract::FloatFormat readType(int first, const char *what) {
    auto type = findType(kind, take(first, 3));
    if (!type)
      fail(std::string(what) + " is " + std::to_string(take(first, 3)) +
           ", which is no type of the kind");
    return type.value_or(contract::kE2M1);
  }
  /// Bytes that `scales` scales begin with: a multiple of these.
  unsigned readScale(int first, unsigned scales, const char *what) {
    unsigned id = take(first, 2);
    if (id % scales != 0)
      fail(std::string(what) + " is " + std::to_string(id) +
           "; expected a multiple of " + std::to_string(scales));
    return id;
  }
  void fail(const std::string &text) {
    if (problem.empty())
      problem =
          "instruction descriptor 0x" + llvm::utohexstr(bits) + ": " + text;
  }
  std::string problem;

private:
  uint32_t bits;
  TensorKind kind;
};
} // namespace

std::string TensorDescriptor::decode(uint32_t bits, TensorKind kind,
                                     unsigned scales, unsigned blocks,
                                     TensorDescriptor &descriptor) {
  Reader reader(bits, kind);
  reader.expectZero(0, 2, "a reserved field");
  reader.expectZero(2, 1, "sparsity, which is not known,");
  reader.expectZero(3, 1, "a reserved field");
  descriptor.scaleB = reader.readScale(4, scales, "scale factor ID of B");
  reader.expectZero(6, 1, "a reserved field");
  descriptor.typeA = reader.readType(7, "type of A");
  descriptor.typeB = reader.readType(10, "type of B");
  descriptor.isNegatedA = reader.take(13, 1);
  descriptor.isNegatedB = reader.take(14, 1);
  reader.expectZero(15, 2, "transposition, which is not known,");
  descriptor.n = reader.take(17, 6) * 8;
  unsigned unit = 8 * blocks; // 9.7.16.2.1, matrix shape
  if (descriptor.n == 0 || descriptor.n > 256 || descriptor.n % unit != 0)
    reader.fail("N is " + std::to_string(descriptor.n) + "; expected " +
                std::to_string(unit) + " to 256 in steps of " +
                std::to_string(unit));
  bool isE8M0 = reader.take(23, 1);
  descriptor.scaleType = isE8M0 ? contract::kE8M0 : contract::kE4M3;
  bool hasE4M3 = kind == TensorKind::MXF4NVF4 && scales == 4;
  if (!isE8M0 && !hasE4M3)
    reader.fail("scales are ue4m3, which kind mxf4nvf4 with blocks of 16 has "
                "alone; expected 1 in bit 23");
  reader.expectZero(24, 3, "a reserved field");
  descriptor.m = reader.take(27, 2) * 128;
  if (descriptor.m != 128 * blocks)
    reader.fail("M is " + std::to_string(descriptor.m) + "; expected " +
                (blocks == 1 ? "128 for one block" : "256 for two blocks"));
  descriptor.scaleA = reader.readScale(29, scales, "scale factor ID of A");
  reader.expectZero(31, 1, "K of 96, which two blocks have,");
  return reader.problem;
}

//===- Conversions.cpp - cvt between floats -------------------------------===//
//
// PTX ISA 9.7.9.22. All forms that the nvvm dialect has but TF32.
//
//===----------------------------------------------------------------------===//

#include "Instructions.h"

#include "mx/Support/Round.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace mx::emulator;
namespace contract = mx::contract;
using contract::FloatFormat;
using llvm::StringRef;

namespace {

/// The words for `count` floats of `bits` bits each, the first operand in the
/// highest place.
struct Floats {
  const char *words;
  FloatFormat format;
  unsigned count, bits;

  unsigned getShift(unsigned i) const { return bits * (count - 1 - i); }
};

constexpr Floats kFloats[] = {
    {"f32", contract::kF32, 1, 32},     {"f16", contract::kF16, 1, 16},
    {"bf16", contract::kBF16, 1, 16},   {"f16x2", contract::kF16, 2, 16},
    {"bf16x2", contract::kBF16, 2, 16}, {"ue8m0x2", contract::kE8M0, 2, 8},
    {"e4m3x2", contract::kE4M3, 2, 8},  {"e5m2x2", contract::kE5M2, 2, 8},
    {"e2m3x2", contract::kE2M3, 2, 8},  {"e3m2x2", contract::kE3M2, 2, 8},
    {"e2m1x2", contract::kE2M1, 2, 4},  {"e4m3x4", contract::kE4M3, 4, 8},
    {"e5m2x4", contract::kE5M2, 4, 8},  {"e2m3x4", contract::kE2M3, 4, 8},
    {"e3m2x4", contract::kE3M2, 4, 8},  {"e2m1x4", contract::kE2M1, 4, 4},
};

enum class Direction : uint8_t { Nearest, Down, Up, Stochastic };

constexpr const char *kDirections[] = {"rn", "rz", "rp", "rs"};

/// cvt.DIRECTION[.relu][.satfinite].TO.FROM; fits a mode.
struct Conversion {
  uint8_t to, from;
  Direction direction;
  bool clampsNegative, saturates;

  const Floats &target() const { return kFloats[to]; }
  const Floats &source() const { return kFloats[from]; }
};
static_assert(sizeof(Conversion) <= sizeof(int64_t));

bool isSmall(const Floats &floats) {
  return floats.format.bits() <= 8 && !floats.format.isE8M0;
}

/// Whether the ISA has it.
bool isKnown(const Conversion &cvt) {
  const Floats &to = cvt.target(), &from = cvt.source();
  bool isNearest = cvt.direction == Direction::Nearest;
  if (to.format.isE8M0)
    return (cvt.direction == Direction::Down ||
            cvt.direction == Direction::Up) &&
           !cvt.clampsNegative &&
           (from.format == contract::kF32 || from.words == StringRef("bf16x2"));
  if (from.format.isE8M0)
    return to.words == StringRef("bf16x2") && isNearest &&
           !cvt.clampsNegative && !cvt.saturates;
  if (isSmall(from))
    return to.words == StringRef("f16x2") && from.count == 2 && isNearest &&
           !cvt.saturates;
  if (isSmall(to) && from.words == StringRef("f16x2"))
    return to.count == 2 && isNearest && cvt.saturates && to.format.bits() == 8;
  if (from.format != contract::kF32 || to.format == contract::kF32)
    return false;
  if (isSmall(to))
    return cvt.saturates &&
           cvt.direction ==
               (to.count == 4 ? Direction::Stochastic : Direction::Nearest);
  return cvt.direction != Direction::Up &&
         (cvt.direction != Direction::Stochastic || to.count == 2);
}

template <typename Range>
std::optional<uint8_t> findWord(const Range &range, StringRef word) {
  for (auto [i, entry] : llvm::enumerate(range))
    if (word == entry)
      return static_cast<uint8_t>(i);
  return std::nullopt;
}

std::optional<int64_t> readConversion(StringRef words) {
  auto names = llvm::map_range(
      kFloats, [](const Floats &floats) { return floats.words; });
  auto [front, from] = words.rsplit('.');
  auto [modifiers, to] = front.rsplit('.');
  auto target = findWord(names, to), source = findWord(names, from);
  auto [rounding, rest] = modifiers.split('.');
  auto direction = findWord(kDirections, rounding);
  if (!target || !source || !direction)
    return std::nullopt;
  Conversion cvt{*target, *source, static_cast<Direction>(*direction), false,
                 false};
  while (!rest.empty()) {
    StringRef word;
    std::tie(word, rest) = rest.split('.');
    bool &flag = word == "relu" ? cvt.clampsNegative : cvt.saturates;
    if ((word != "relu" && word != "satfinite") || flag)
      return std::nullopt;
    flag = true;
  }
  if (!isKnown(cvt))
    return std::nullopt;
  int64_t mode = 0;
  std::memcpy(&mode, &cvt, sizeof cvt);
  return mode;
}

uint32_t reverseHalf(uint32_t half) {
  uint32_t reversed = 0;
  for (int i = 0; i < 16; ++i)
    reversed |= (half >> i & 1) << (15 - i);
  return reversed;
}

/// The random bits of one operand and how many they are. a and b take them from
/// the upper half of rbits, e and f from the lower one. Both operands of a half
/// have all of its 16 bits for formats of 6 and 8 bits: that a and e take them
/// in reverse is what FlashInfer found on sm_100a (its conversion.cuh); for
/// E2M1 a and b have the upper bytes of both halves, e and f the lower ones, of
/// which we take the upper half's for a and e: nobody confirmed it.
std::pair<uint32_t, unsigned> takeRandom(const Floats &to, unsigned i,
                                         uint32_t bits) {
  if (to.count == 2) {
    unsigned count = to.format == contract::kF16 ? 13 : 16;
    return {bits >> to.getShift(i) & ((1u << count) - 1), count};
  }
  bool isFirst = i % 2 == 0, isUpper = i < 2;
  if (to.format == contract::kE2M1)
    return {bits >> ((isFirst ? 16 : 0) + (isUpper ? 8 : 0)) & 0xFF, 8};
  uint32_t half = bits >> (isUpper ? 16 : 0) & 0xFFFF;
  return {isFirst ? reverseHalf(half) : half, 16};
}

float decode(const Floats &floats, uint64_t bits) {
  auto code = static_cast<uint32_t>(bits & ((uint64_t(1) << floats.bits) - 1));
  if (floats.format == contract::kF32)
    return contract::floatOf(code);
  return static_cast<float>(contract::decode(floats.format, code));
}

/// NaN of formats that have it has all bits of its magnitude.
uint32_t makeNaN(const FloatFormat &format) {
  if (format.isE8M0)
    return 0xFF;
  return format.kind == contract::FloatKind::Finite
             ? format.maxCode()
             : (1u << (format.bits() - 1)) - 1;
}

/// The exponent of the magnitude; E8M0 has no sign, and no zero.
uint32_t convertToE8M0(const Conversion &cvt, float value) {
  uint32_t bits = contract::bitsOf(value) & 0x7FFFFFFF;
  uint32_t exponent = bits >> 23, mantissa = bits & 0x7FFFFF;
  if (cvt.direction == Direction::Up &&
      mantissa > (exponent == 0 ? 0x400000u : 0u))
    ++exponent;
  return exponent == 0xFF && cvt.saturates ? 0xFE : exponent;
}

uint32_t convertFinite(const Conversion &cvt, float value, uint32_t random,
                       unsigned randomBits) {
  const FloatFormat &format = cvt.target().format;
  contract::Rounding rounding =
      cvt.direction == Direction::Nearest ? contract::Rounding::NearestEven
      : cvt.direction == Direction::Down  ? contract::Rounding::TowardZero
                                          : contract::Rounding::Stochastic;
  if (cvt.saturates || cvt.direction == Direction::Down)
    return contract::roundSaturating(
        contract::realOf(value), contract::Grid(format, rounding, randomBits),
        random);
  return contract::castTo(format, value, rounding, random, randomBits);
}

uint32_t convertOne(const Conversion &cvt, float value, uint32_t random,
                    unsigned randomBits) {
  const FloatFormat &format = cvt.target().format;
  if (std::isnan(value))
    return makeNaN(format);
  if (format.isE8M0)
    return convertToE8M0(cvt, value);
  if (cvt.clampsNegative && std::signbit(value))
    return 0;
  if (std::isinf(value) && cvt.saturates)
    value = std::copysign(static_cast<float>(format.max()), value);
  if (std::isinf(value))
    return contract::castTo(format, value);
  return convertFinite(cvt, value, random, randomBits);
}

/// Operands are a, b, e, f of f32 each, or one that holds two floats; then
/// rbits.
void convert(Site, uint64_t *slots, int64_t mode) {
  Conversion cvt{};
  std::memcpy(&cvt, &mode, sizeof cvt);
  const Floats &to = cvt.target(), &from = cvt.source();
  bool isPacked = from.count == 2;
  uint64_t result = 0;
  for (unsigned i = 0; i < to.count; ++i) {
    float value = isPacked ? decode(from, slots[0] >> from.getShift(i))
                           : decode(from, slots[i]);
    auto [random, randomBits] =
        cvt.direction == Direction::Stochastic
            ? takeRandom(to, i, static_cast<uint32_t>(slots[to.count]))
            : std::pair(0u, 16u);
    result |= uint64_t(convertOne(cvt, value, random, randomBits))
              << to.getShift(i);
  }
  slots[0] = result;
}

/// cvt.rn.bf16.f32, which is everywhere.
uint64_t convertToBF16(uint64_t a, uint64_t, uint64_t) {
  float value = contract::floatOf(static_cast<uint32_t>(a));
  return std::isnan(value) ? 0x7FFF : contract::toBF16(value);
}

} // namespace

llvm::ArrayRef<Instruction> mx::emulator::getConversions() {
  static const Instruction table[] = {
      {"cvt.rn.bf16.f32", "", true, false, nullptr, convertToBF16},
      {"cvt", "", true, false, convert, nullptr, 0, 0, readConversion},
  };
  return table;
}

//===- Elements.h - Ways to turn elements into codes ------------*- C++ -*-===//

#ifndef MX_LIB_CHECK_ELEMENTS_H
#define MX_LIB_CHECK_ELEMENTS_H

#include "Scales.h"

#include <array>

namespace mx::check {

/// How an element is scaled before it is rounded.
enum class Scaling : uint8_t {
  Exact,           ///< E8M0: v·2^-e·prescale, a real number
  InverseOfScale,  ///< x · (1 / (s · s_dec)): contract 9 and 19
  OverScale,       ///< x / (s · s_dec)
  DecodeFirst,     ///< x · ((1 / s_dec) / s): pytorch/ao
  EncodeOverScale, ///< x · (s_enc / s)
  EncodeThenScale, ///< (x · s_enc) / s
  DecodeThenScale, ///< (x / s_dec) / s
  OverQuotient,    ///< x / (s / s_enc): compressed-tensors
};

struct ElementVariant {
  Scaling scaling = Scaling::Exact;
  float prescale = 1;
};

enum class Direction : uint8_t {
  NearestEven,
  NearestAway,
  TowardZero,
  TowardNegative,
  TowardPositive,
  Stochastic
};
inline constexpr unsigned kDirections = 6;
const char *nameOf(Direction direction);

std::vector<ElementVariant> allElementVariants(const Dump &dump);
/// The formula in words, or nothing where there is only one.
const char *describe(const Dump &dump, const ElementVariant &variant);

/// What f32 makes of `x` in a block of scale `s`, and of the tensor's scales,
/// which are 1 where there is one level.
float scaleElement(Scaling scaling, float x, float s, float encode,
                   float decode);

/// A library whose order of operations is known as a whole.
struct Peer {
  const char *name;
  ScaleVariant scale;
  ElementVariant element;
};
/// Those that make such dumps with FP scales; the contract's own comes first.
std::vector<Peer> knownPeers(const Dump &dump);

/// Elements for which libraries have habits of their own.
enum class ElementClass : uint8_t {
  Plain,
  NegativeZero,      ///< -0 gives -0; some give +0
  NegativeUnderflow, ///< so does a negative number that rounds to zero
  Overflow,          ///< saturates; some give NaN, Inf or -128
  BelowHalf,         ///< ties away as floor(u + 1/2) in f32, just below 1/2
  LeastScale,        ///< scale byte 0 is 2^-127; some divide by 2^-126 or 1
  NonFinite,         ///< in a block with NaN or Inf: +0
  Left,              ///< in a block that is left out
};
inline constexpr unsigned kElementClasses = 8;

/// What one way of scaling gives under every rounding.
struct ElementTally {
  struct Count {
    int64_t contract = 0, habit = 0; ///< codes that differ under either
    int64_t firstContract = -1, firstHabit = -1;
  };
  std::array<std::array<Count, kElementClasses>, kDirections> counts;
  int64_t inexact = 0, roundedUp = 0;
  double expectedUp = 0;

  struct Total {
    int64_t differ = 0, first = -1;
    bool habits[kElementClasses] = {};
    std::vector<std::string> words;
  };
  Total total(Direction direction) const;
};

/// Compares all codes.
ElementTally compareElements(const Dump &dump, const Scales &scales,
                             const ScaleTally &scaleTally,
                             const ScaleVariant &scaleVariant,
                             const ElementVariant &variant);

/// The differences of one rounding, the first `limit`.
std::vector<Difference>
listDifferences(const Dump &dump, const Scales &scales,
                const ScaleTally &scaleTally, const ScaleVariant &scaleVariant,
                const ElementVariant &variant, Direction direction,
                const ElementTally::Total &total, size_t limit);

} // namespace mx::check

#endif // MX_LIB_CHECK_ELEMENTS_H

//===- Positions.cpp - Where a magnitude lies on a grid -------------------===//

#include "Positions.h"

#include <cmath>

using namespace mx::contract;
using namespace mx::check;

Position mx::check::locate(const Real &t, const Grid &grid) {
  Position position;
  if (t.significand == 0)
    return position;
  int msb = 63 - __builtin_clzll(t.significand);
  int gap = t.exponent + msb - grid.mantissaBits;
  if (grid.isInteger && gap > grid.minExponent) {
    position.below = uint64_t(1) << 32; // at least 2: beyond every code
    return position;
  }
  gap = gap < grid.minExponent ? grid.minExponent : gap;
  int shift = gap - t.exponent;
  uint64_t kept = shift <= 0   ? t.significand << -shift
                  : shift < 64 ? t.significand >> shift
                               : 0;
  position.below =
      (static_cast<uint64_t>(gap - grid.minExponent) << grid.mantissaBits) +
      kept;
  if (shift <= 0)
    return position;
  uint64_t rest =
      shift < 64 ? t.significand & ((uint64_t(1) << shift) - 1) : t.significand;
  if (rest == 0)
    return position;
  uint64_t half = shift <= 64 ? uint64_t(1) << (shift - 1) : 0;
  position.part = shift > 64 || rest < half ? Part::BelowHalf
                  : rest == half            ? Part::Half
                                            : Part::AboveHalf;
  position.fraction = std::ldexp(static_cast<double>(rest), -shift);
  return position;
}

bool mx::check::roundsUp(const Position &position, bool negative,
                         Direction direction) {
  if (position.part == Part::Exact)
    return false;
  switch (direction) {
  case Direction::NearestEven:
    return position.part == Part::AboveHalf ||
           (position.part == Part::Half && (position.below & 1));
  case Direction::NearestAway:
    return position.part >= Part::Half;
  case Direction::TowardZero:
    return false;
  case Direction::TowardNegative:
    return negative;
  case Direction::TowardPositive:
    return !negative;
  case Direction::Stochastic:
    return false; // the other neighbour is tried too
  }
  return false;
}

bool mx::check::halfRoundsUpInF32(const Position &position) {
  auto u = static_cast<float>(position.fraction);
  return position.below == 0 && position.part == Part::BelowHalf &&
         u + 0.5f >= 1.0f;
}

//===- Positions.h - Where a magnitude lies on a grid -----------*- C++ -*-===//

#ifndef MX_LIB_CHECK_POSITIONS_H
#define MX_LIB_CHECK_POSITIONS_H

#include "Elements.h"

namespace mx::check {

enum class Part : uint8_t { Exact, BelowHalf, Half, AboveHalf };

/// Where a magnitude lies: at the code `below`, or before the next one.
struct Position {
  uint64_t below = 0;
  Part part = Part::Exact;
  double fraction = 0; ///< of the gap
};

/// Finds the place of |t|. Where |t| is 2 or more for int8, it is beyond every
/// code.
Position locate(const contract::Real &t, const contract::Grid &grid);

/// Whether rounding takes the code after `position.below`. Stochastic rounding
/// takes either; this says no.
bool roundsUp(const Position &position, bool negative, Direction direction);

/// floor(fl(u + 1/2)) is 1 though u, in units of the least number, is below
/// 1/2: the sum rounds up to 1.
bool halfRoundsUpInF32(const Position &position);

} // namespace mx::check

#endif // MX_LIB_CHECK_POSITIONS_H

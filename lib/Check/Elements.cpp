//===- Elements.cpp - Ways to turn elements into codes --------------------===//
//
// Each element is located between two numbers of the grid once; what every
// rounding makes of it follows from there.
//
//===----------------------------------------------------------------------===//

#include "Elements.h"
#include "Positions.h"

#include <cmath>

using namespace mx::contract;

namespace mx::check {

namespace {

size_t at(int64_t index) { return static_cast<size_t>(index); }

/// What one element should become under one rounding.
struct Expectation {
  ElementClass kind = ElementClass::Plain;
  uint32_t contract = 0;
  uint32_t other = 0; ///< stochastic: the neighbour away from zero
  uint32_t habit = 0;
  bool anyHabit = false;
};

/// The code that an overflow has in libraries that do not saturate, or -1.
int64_t overflowHabit(const FloatFormat &format, bool negative,
                      const Grid &grid) {
  if (format.isInteger)
    return negative ? 0x80 : -1;
  if (format.kind == FloatKind::Finite)
    return -1;
  return withSign(grid.maxCode + 1, negative, grid);
}

/// Everything about the elements of one block.
struct BlockContext {
  ElementClass forced = ElementClass::Plain;
  int exponent = 0, habitExponent = 0; ///< E8M0
  float scale = 1;                     ///< FP
};

class Comparer {
public:
  Comparer(const Dump &dump, const Scales &scales, const ScaleTally &tally,
           const ScaleVariant &scaleVariant, const ElementVariant &variant)
      : dump(dump), scales(scales), tally(tally), scaleVariant(scaleVariant),
        variant(variant), grid(dump.element, Rounding::NearestEven),
        prescale(realOf(variant.prescale)) {}

  /// Calls visit(index, value, block, position) until it returns false.
  template <typename Visit> void forEachElement(Visit visit) {
    int64_t last = -1;
    BlockContext block;
    for (int64_t i = 0, e = int64_t(dump.values.size()); i < e; ++i) {
      int64_t index = dump.blockOf(i);
      if (index != last)
        block = contextOf(index);
      last = index;
      float value = dump.values[at(i)];
      Position position;
      if (block.forced != ElementClass::NonFinite &&
          block.forced != ElementClass::Left)
        position = locate(scaled(value, block), grid);
      if (!visit(i, value, block, position))
        return;
    }
  }

  Expectation expect(float value, const BlockContext &block,
                     const Position &position, Direction direction) const {
    Expectation result;
    result.kind = block.forced;
    if (block.forced == ElementClass::NonFinite ||
        block.forced == ElementClass::Left) {
      result.anyHabit = true;
      return result;
    }
    bool negative = std::signbit(value);
    bool up = roundsUp(position, negative, direction);
    uint64_t magnitude = position.below + up;
    result.contract = code(magnitude, negative);
    result.other = result.contract;
    if (direction == Direction::Stochastic && position.part != Part::Exact)
      result.other = code(position.below + 1, negative);
    setHabit(value, block, position, direction, magnitude, result);
    return result;
  }

  /// Whether `found` is what a direction gives; `habit` asks for the habit.
  static bool matches(const Expectation &expectation, uint32_t found,
                      bool habit) {
    if (habit && expectation.kind != ElementClass::Plain)
      return expectation.anyHabit || found == expectation.habit ||
             (found == expectation.other &&
              expectation.other != expectation.contract);
    return found == expectation.contract || found == expectation.other;
  }

private:
  uint32_t code(uint64_t magnitude, bool negative) const {
    if (magnitude > grid.maxCode)
      magnitude = grid.maxCode;
    return withSign(static_cast<uint32_t>(magnitude), negative, grid);
  }

  BlockContext contextOf(int64_t index) const {
    BlockContext block;
    BlockClass kind = scales.classes[at(index)];
    uint32_t code = scales.codes[at(index)];
    if (tally.skip[size_t(kind)])
      block.forced = ElementClass::Left;
    else if (kind == BlockClass::NonFinite)
      block.forced = ElementClass::NonFinite;
    if (dump.scale.isE8M0) {
      block.exponent = static_cast<int>(code) - 127;
      if (code == 0 && kind == BlockClass::Plain) {
        block.forced = ElementClass::LeastScale;
        block.habitExponent = scaleVariant.rule == ScaleRule::RCeil ? 0 : -126;
      }
    } else {
      block.scale = static_cast<float>(scaleValue(dump.scale, code));
    }
    return block;
  }

  Real scaled(float value, const BlockContext &block) const {
    if (variant.scaling == Scaling::Exact) {
      Real t = multiply(realOf(value), prescale);
      t.exponent -= block.exponent;
      return t;
    }
    float y = dump.tensorScale
                  ? scaleElement(variant.scaling, value, block.scale,
                                 scales.tensor.encode, scales.tensor.decode)
                  : scaleElement(variant.scaling, value, block.scale, 1, 1);
    return y == y ? realOf(y) : Real{0, 0, std::signbit(value)};
  }

  void setHabit(float value, const BlockContext &block,
                const Position &position, Direction direction,
                uint64_t magnitude, Expectation &result) const {
    bool negative = std::signbit(value);
    result.habit = result.contract;
    if (block.forced == ElementClass::LeastScale) {
      Real t = multiply(realOf(value), prescale);
      t.exponent -= block.habitExponent;
      Position other = locate(t, grid);
      result.habit =
          code(other.below + roundsUp(other, negative, direction), negative);
      return;
    }
    if (magnitude == 0 && negative && grid.signBit != 0) {
      result.kind = value == 0 ? ElementClass::NegativeZero
                               : ElementClass::NegativeUnderflow;
      result.habit = 0;
    }
    if (direction == Direction::NearestAway && halfRoundsUpInF32(position)) {
      result.kind = ElementClass::BelowHalf;
      result.habit = code(1, negative);
    }
    if (magnitude > grid.maxCode)
      if (int64_t habit = overflowHabit(dump.element, negative, grid);
          habit >= 0) {
        result.kind = ElementClass::Overflow;
        result.habit = static_cast<uint32_t>(habit);
      }
  }

  const Dump &dump;
  const Scales &scales;
  const ScaleTally &tally;
  const ScaleVariant &scaleVariant;
  const ElementVariant &variant;
  Grid grid;
  Real prescale;
};

const char *wordsFor(ElementClass kind) {
  switch (kind) {
  case ElementClass::Plain:
  case ElementClass::Left:
    return nullptr;
  case ElementClass::NegativeZero:
    return "-0 gives +0";
  case ElementClass::NegativeUnderflow:
    return "negative numbers that round to zero give +0";
  case ElementClass::Overflow:
    return "overflow does not saturate to the largest number of its sign";
  case ElementClass::BelowHalf:
    return "1/2 is added in f32 before truncation";
  case ElementClass::LeastScale:
    return "scale byte 0 does not divide by 2^-127";
  case ElementClass::NonFinite:
    return "codes in blocks with NaN or Inf are not +0 (not compared)";
  }
  return nullptr;
}

} // namespace

ElementTally::Total ElementTally::total(Direction direction) const {
  Total total;
  for (size_t kind = 0; kind < kElementClasses; ++kind) {
    const Count &count = counts[size_t(direction)][kind];
    // A habit must explain two codes: one code may be an error.
    bool habit = count.contract - count.habit >= 2 ||
                 ElementClass(kind) == ElementClass::Left;
    total.habits[kind] = habit;
    total.differ += habit ? count.habit : count.contract;
    int64_t first = habit ? count.firstHabit : count.firstContract;
    if (first >= 0 && (total.first < 0 || first < total.first))
      total.first = first;
    if (const char *words = wordsFor(ElementClass(kind)); habit && words)
      total.words.push_back(words);
  }
  return total;
}

ElementTally compareElements(const Dump &dump, const Scales &scales,
                             const ScaleTally &scaleTally,
                             const ScaleVariant &scaleVariant,
                             const ElementVariant &variant) {
  ElementTally tally;
  Comparer comparer(dump, scales, scaleTally, scaleVariant, variant);
  Grid grid(dump.element, Rounding::NearestEven);
  comparer.forEachElement([&](int64_t i, float value, const BlockContext &block,
                              const Position &position) {
    uint32_t found = dump.codes[at(i)];
    for (unsigned d = 0; d < kDirections; ++d) {
      Expectation expectation =
          comparer.expect(value, block, position, Direction(d));
      auto &count = tally.counts[d][size_t(expectation.kind)];
      if (!Comparer::matches(expectation, found, /*habit=*/false)) {
        ++count.contract;
        if (count.firstContract < 0)
          count.firstContract = i;
      }
      if (!Comparer::matches(expectation, found, /*habit=*/true)) {
        ++count.habit;
        if (count.firstHabit < 0)
          count.firstHabit = i;
      }
      if (Direction(d) == Direction::Stochastic &&
          expectation.other != expectation.contract) {
        ++tally.inexact;
        tally.roundedUp += found == expectation.other;
        tally.expectedUp += position.fraction;
      }
    }
    return true;
  });
  return tally;
}

std::vector<Difference>
listDifferences(const Dump &dump, const Scales &scales,
                const ScaleTally &scaleTally, const ScaleVariant &scaleVariant,
                const ElementVariant &variant, Direction direction,
                const ElementTally::Total &total, size_t limit) {
  std::vector<Difference> differences;
  Comparer comparer(dump, scales, scaleTally, scaleVariant, variant);
  comparer.forEachElement([&](int64_t i, float value, const BlockContext &block,
                              const Position &position) {
    Expectation expectation =
        comparer.expect(value, block, position, direction);
    bool habit = total.habits[size_t(expectation.kind)];
    uint32_t found = dump.codes[at(i)];
    if (!Comparer::matches(expectation, found, habit))
      differences.push_back({Difference::Kind::Code, i,
                             habit ? expectation.habit : expectation.contract,
                             found});
    return differences.size() < limit;
  });
  return differences;
}

} // namespace mx::check

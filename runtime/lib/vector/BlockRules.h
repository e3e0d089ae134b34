//===- BlockRules.h - Scales by every element of a block --------*- C++ -*-===//
//
// The rules quest, four_over_six and ms_eden (contract 27-29) on tiles: lanes
// are rows, so that their sums go over the elements in order, sixteen blocks at
// a time. The same f32 operations as contract::scaleOfBlock.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_BLOCKRULES_H
#define MX_RUNTIME_LIB_VECTOR_BLOCKRULES_H

#include "Philox.h"
#include "Scales.h"
#include "Tile.h"

#include <algorithm>

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

using contract::ScaleRule;

/// Where a tile is: its first column, and for its random bits the counters of
/// every lane's element 0.
struct Place {
  int64_t col;
  alignas(64) uint32_t call[16];
  alignas(64) uint32_t row[16];
};

inline bool needsElements(ScaleRule rule) {
  return rule == ScaleRule::Quest || rule == ScaleRule::FourOverSix ||
         rule == ScaleRule::MSEden;
}

/// The squared errors of a block of several rows, kept for one sum.
inline constexpr int64_t kErrorColumns = 64;

/// Of one block of every lane, `size` elements from `first` on.
class BlockRules {
public:
  BlockRules(const QuantizeArgs &args, const ScaleMaker &scales, Tile &tile,
             int64_t first, I amax, float limit)
      : args(args), scales(scales), tile(tile), first(first),
        size(args.out.blockCols), amax(amax), limit(limit),
        e2m1(contract::Grid(contract::kE2M1, Rounding::NearestEven), 0) {}

  /// What goes by vectors: elements to nearest (quest: any rounding), and
  /// blocks of one row (four_over_six: some).
  static bool accepts(const QuantizeArgs &args) {
    ScaleRule rule = args.spec.rule;
    if (!needsElements(rule))
      return true;
    bool isNearest = args.spec.rounding == Rounding::NearestEven;
    if (rule == ScaleRule::FourOverSix)
      return isNearest &&
             (args.out.blockRows == 1 || args.out.blockCols <= kErrorColumns);
    return args.out.blockRows == 1 && (isNearest || rule == ScaleRule::Quest);
  }

  BlockScales run(const Place &place) const {
    switch (args.spec.rule) {
    case ScaleRule::Quest:
      return quest(args.out.cols - place.col - first);
    case ScaleRule::FourOverSix:
      return fourOverSix();
    default:
      return msEden(place);
    }
  }

private:
  /// `left` elements are there, at least; zeros after them.
  BlockScales quest(int64_t left) const {
    F sum = setF(0), squares = setF(0);
    for (int64_t i = first; i < first + size; ++i) {
      F x = loadF(tile.row(i));
      sum = add(sum, x);
      squares = add(squares, mul(x, x));
    }
    F count = setF(float(std::clamp<int64_t>(left, 1, size)));
    F mean = div(sum, count);
    F variance = sub(div(squares, count), mul(mean, mean));
    F deviation = select(above(setF(0), variance), setF(0), sqrt(variance));
    I wanted = magnitude(
        bits(add(mul(deviation, setF(contract::kQuestFactor)), setF(1e-8f))));
    // 127 where a sum is beyond f32.
    I exponent = minS(sub(shr<23>(wanted), setI(127)), setI(127));
    return scales.finish(scales.powerOfTwo(exponent), amax, limit);
  }

  /// Of magnitudes: the E2M1 number that is nearest.
  MX_INLINE F toE2M1(F x) const {
    F rounded;
    e2m1.nearestCode(min(x, setF(8)), rounded);
    return min(rounded, setF(6));
  }

  /// The numbers of E4M3 codes.
  static MX_INLINE F fromE4M3(I code) {
    return mul(floats(shl<20>(code)), setF(0x1p120f));
  }

  /// Of element i, under a scale.
  struct SquaredError {
    const BlockRules &rules;
    F factor, stored, decode;

    SquaredError(const BlockRules &rules, const BlockScales &scale)
        : rules(rules), factor(scale.factor), stored(fromE4M3(scale.code)),
          decode(setF(rules.scales.tensor.decode)) {}
    MX_INLINE F operator()(int64_t i) const {
      F x = floats(magnitude(loadI(rules.tile.row(i))));
      F read = mul(mul(rules.toE2M1(mul(x, factor)), stored), decode);
      F difference = sub(read, x);
      return mul(difference, difference);
    }
  };

  BlockScales fourOverSix() const {
    F wanted = mul(
        div(floats(scales.withoutNaN(amax)), setF(scales.params.maxElement)),
        setF(scales.tensor.encode));
    BlockScales six = scales.nearestTo(wanted);
    BlockScales four = scales.nearestTo(mul(wanted, setF(1.5f)));
    M isFour = args.out.blockRows == 1 ? isBetter(four, six)
                                       : isBetterOverRows(four, six);
    six.code = select(isFour, four.code, six.code);
    six.factor = select(isFour, four.factor, six.factor);
    return scales.finish(six, amax, limit);
  }

  M isBetter(const BlockScales &a, const BlockScales &b) const {
    SquaredError errorOfA(*this, a), errorOfB(*this, b);
    F sumOfA = setF(0), sumOfB = setF(0);
    for (int64_t i = first; i < first + size; ++i) {
      sumOfA = add(sumOfA, errorOfA(i));
      sumOfB = add(sumOfB, errorOfB(i));
    }
    return above(sumOfB, sumOfA);
  }

  /// One sum goes row by row, that is lane by lane.
  M isBetterOverRows(const BlockScales &a, const BlockScales &b) const {
    SquaredError errorOfA(*this, a), errorOfB(*this, b);
    alignas(64) float errors[2][16 * kErrorColumns], sums[2][16];
    for (int64_t i = 0; i < size; ++i) {
      store(errors[0] + 16 * i, errorOfA(first + i));
      store(errors[1] + 16 * i, errorOfB(first + i));
    }
    int64_t rows = args.out.blockRows;
    for (int64_t block = 0; block < 16; block += rows) {
      float sumOfA = 0, sumOfB = 0;
      for (int64_t lane = block; lane < block + rows; ++lane)
        for (int64_t i = 0; i < size; ++i) {
          sumOfA = sumOfA + errors[0][16 * i + lane];
          sumOfB = sumOfB + errors[1][16 * i + lane];
        }
      std::fill(sums[0] + block, sums[0] + block + rows, sumOfA);
      std::fill(sums[1] + block, sums[1] + block + rows, sumOfB);
    }
    return above(loadF(sums[1]), loadF(sums[0]));
  }

  BlockScales msEden(const Place &place) const {
    BlockScales result = scales(amax, limit);
    F energy = setF(0), overlap = setF(0);
    for (int64_t i = first; i < first + size; ++i) {
      F y = mul(floats(magnitude(loadI(tile.row(i)))), result.factor);
      energy = add(energy, mul(y, y));
      overlap = add(overlap, mul(y, toE2M1(y)));
    }
    F correction =
        select(above(overlap, setF(0)), div(energy, overlap), setF(1));
    I wanted = bits(mul(correction, fromE4M3(result.code)));
    const GridLanes grid(contract::Grid(contract::kE4M3, Rounding::Stochastic,
                                        args.spec.randomBits),
                         1, 0);
    I code =
        roundLanes<Rounding::Stochastic>(wanted, setI(0), draw(place), grid);
    code = withSign(minU(code, grid.maxCode), wanted, grid);
    M isKept = either(result.nan, equal(result.code, setI(0)));
    result.code = select(isKept, result.code, code);
    return result;
  }

  /// The random bits of the scales.
  I draw(const Place &place) const {
    const contract::QuantizeSpec &spec = args.spec;
    auto block = uint32_t((spec.colOrigin + place.col + first) / size);
    uint32_t count = spec.randomBits, perWord = count == 24 ? 1 : 32 / count;
    I call = setI(block / (4 * perWord)), words[1][4];
    philox<1>(&call, loadI(place.row), spec.stream, PhiloxKeys(spec.seed),
              words, contract::kScalePurpose);
    I word = words[0][block / perWord % 4];
    if (count == 24)
      return shr<8>(word);
    return both(shr(word, setI(block % perWord * count)),
                setI((1u << count) - 1));
  }

  const QuantizeArgs &args;
  const ScaleMaker &scales;
  Tile &tile;
  int64_t first, size;
  I amax;
  float limit;
  QuickGrid e2m1;
};

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_BLOCKRULES_H

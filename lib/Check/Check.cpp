//===- Check.cpp - Ranking the rules --------------------------------------===//
//
// First the scales alone, which are few: the best variant of every rule stays.
// Then the codes: every way of scaling and rounding with the best scales, and
// with the scales of the other rules the way that was best.
//
//===----------------------------------------------------------------------===//

#include "mx/Check/Check.h"

#include "Elements.h"

#include <algorithm>
#include <utility>

using namespace mx::contract;

namespace mx::check {

int64_t Dump::blockOf(int64_t element) const {
  int64_t col = element % cols, row = element / cols;
  int64_t item = row / rows;
  row %= rows;
  return (item * scaleRows() + row / blockRows) * scaleCols() + col / blockCols;
}

int64_t Dump::firstElement(int64_t block) const {
  int64_t col = block % scaleCols(), row = block / scaleCols();
  int64_t item = row / scaleRows();
  row %= scaleRows();
  return (item * rows + row * blockRows) * cols + col * blockCols;
}

namespace {

/// The scales of one variant and how the dump compares with them.
struct ScaleFit {
  ScaleVariant variant;
  Scales scales;
  ScaleTally tally;
  int order = 0; ///< of the variant, the contract's first

  /// Differences, and what it takes to explain the others away.
  int64_t cost() const {
    return tally.differ + scales.tensorDiffers + int64_t(tally.habits.size()) +
           (variant.tensorRule == TensorRule::Given ? 2 : 0);
  }
};

ScaleFit fitScales(const Dump &dump, const Amaxes &amaxes,
                   const ScaleVariant &variant, int order) {
  ScaleFit fit{variant, predictScales(dump, amaxes, variant), {}, order};
  fit.tally = compareScales(dump, fit.scales);
  return fit;
}

bool sameGroup(const ScaleVariant &a, const ScaleVariant &b) {
  return a.rule == b.rule &&
         (a.rule != ScaleRule::Amax || a.formula == b.formula);
}

/// The best variant of every group, the best group first.
std::vector<ScaleFit> rankScales(const Dump &dump, const Amaxes &amaxes) {
  std::vector<ScaleFit> best;
  int order = 0;
  for (const ScaleVariant &variant : allScaleVariants(dump)) {
    ScaleFit fit = fitScales(dump, amaxes, variant, order++);
    auto rival = std::find_if(best.begin(), best.end(), [&](auto &other) {
      return sameGroup(other.variant, variant);
    });
    if (rival == best.end())
      best.push_back(std::move(fit));
    else if (fit.cost() < rival->cost())
      *rival = std::move(fit);
  }
  std::sort(best.begin(), best.end(), [](auto &a, auto &b) {
    return std::pair(a.cost(), a.order) < std::pair(b.cost(), b.order);
  });
  return best;
}

/// One candidate: scales, scaling, rounding.
struct Candidate {
  const char *peer; ///< or nothing
  const ScaleFit *scale;
  ElementVariant variant;
  Direction direction;
  ElementTally::Total total;

  int64_t cost() const {
    return scale->cost() + total.differ + int64_t(total.words.size());
  }
};

const char *nameOf(ScaleRule rule) {
  constexpr const char *names[] = {"floor", "ceil", "rceil", "even", "amax"};
  return names[size_t(rule)];
}

Fit makeFit(const Dump &dump, const Candidate &candidate) {
  const ScaleFit &scale = *candidate.scale;
  Fit fit;
  fit.scaleRule = nameOf(scale.variant.rule);
  fit.rounding = nameOf(candidate.direction);
  fit.levels = dump.tensorScale ? 2 : 1;
  fit.prescale = candidate.variant.prescale;
  fit.peer = candidate.peer ? candidate.peer : "";
  fit.details = describe(dump, scale.variant);
  if (const char *formula = describe(dump, candidate.variant))
    fit.details.push_back(formula);
  for (const auto *words : {&scale.tally.habits, &candidate.total.words})
    fit.details.insert(fit.details.end(), words->begin(), words->end());
  fit.tensorScaleDiffers = scale.scales.tensorDiffers;
  fit.scalesDiffer = scale.tally.differ;
  fit.codesDiffer = candidate.total.differ;
  return fit;
}

/// Tensor scale, scales, codes.
std::vector<Difference> list(const Dump &dump, const Candidate &candidate,
                             size_t limit) {
  const ScaleFit &scale = *candidate.scale;
  std::vector<Difference> result;
  if (scale.scales.tensorDiffers)
    result.push_back({Difference::Kind::TensorScale, 0,
                      scale.scales.expectedTensor, scale.scales.foundTensor});
  for (int64_t block = 0; block < dump.numBlocks() && result.size() < limit;
       ++block)
    if (scaleDiffers(dump, scale.scales, scale.tally, block)) {
      auto index = static_cast<size_t>(block);
      uint32_t expected = scale.tally.zeroCode && scale.scales.classes[index] ==
                                                      BlockClass::Zero
                              ? *scale.tally.zeroCode
                              : scale.scales.codes[index];
      result.push_back(
          {Difference::Kind::Scale, block, expected, dump.scales[index]});
    }
  if (candidate.total.differ > 0 && result.size() < limit) {
    std::vector<Difference> codes = listDifferences(
        dump, scale.scales, scale.tally, scale.variant, candidate.variant,
        candidate.direction, candidate.total, limit - result.size());
    result.insert(result.end(), codes.begin(), codes.end());
  }
  return result;
}

/// Nearest roundings give neighbours too, so stochastic wins only where they
/// fail for more than a few errors.
bool isStochastic(const Candidate &nearest, const Candidate &stochastic,
                  const ElementTally &tally) {
  int64_t differ = nearest.total.differ;
  return differ >= 3 && stochastic.total.differ * 4 <= differ &&
         differ * 50 > tally.inexact;
}

class Ranking {
public:
  explicit Ranking(const Dump &dump) : dump(dump) {}

  Result run(size_t maxDifferences) {
    Amaxes amaxes = findAmaxes(dump);
    // Known libraries come first: of two that fit as well, the first one wins.
    std::vector<Peer> peers = knownPeers(dump);
    for (const Peer &peer : peers)
      peerFits.push_back(fitScales(dump, amaxes, peer.scale, 0));
    for (size_t i = 0; i < peers.size(); ++i)
      add(peers[i].name, peerFits[i], peers[i].element);
    scaleFits = rankScales(dump, amaxes);
    for (const ElementVariant &variant : allElementVariants(dump))
      add(nullptr, scaleFits.front(), variant);
    ElementVariant winner = candidates[pick(0, candidates.size())].variant;
    for (size_t i = 1; i < scaleFits.size(); ++i)
      add(nullptr, scaleFits[i], winner);
    return report(pick(0, candidates.size()), maxDifferences);
  }

private:
  /// Adds all roundings with one way of scaling; one tally for kDirections.
  void add(const char *peer, const ScaleFit &scale,
           const ElementVariant &variant) {
    tallies.push_back(compareElements(dump, scale.scales, scale.tally,
                                      scale.variant, variant));
    for (unsigned d = 0; d < kDirections; ++d)
      candidates.push_back({peer, &scale, variant, Direction(d),
                            tallies.back().total(Direction(d))});
  }

  const ElementTally &tallyOf(size_t candidate) const {
    return tallies[candidate / kDirections];
  }

  /// The candidate of least cost, stochastic ones as isStochastic has it.
  size_t pick(size_t begin, size_t end) const {
    size_t nearest = begin, stochastic = begin + kDirections - 1;
    for (size_t i = begin; i < end; ++i) {
      size_t &best = candidates[i].direction == Direction::Stochastic
                         ? stochastic
                         : nearest;
      if (candidates[i].cost() < candidates[best].cost())
        best = i;
    }
    bool wins = candidates[stochastic].cost() < candidates[nearest].cost() &&
                isStochastic(candidates[nearest], candidates[stochastic],
                             tallyOf(stochastic));
    return wins ? stochastic : nearest;
  }

  Result report(size_t best, size_t maxDifferences) {
    Result result;
    result.differences = list(dump, candidates[best], maxDifferences);
    result.inexact = tallyOf(best).inexact;
    result.roundedUp = tallyOf(best).roundedUp;
    result.expectedUp = tallyOf(best).expectedUp;
    std::vector<size_t> shown;
    size_t group = best / kDirections * kDirections;
    for (size_t first = 0; first < candidates.size(); first += kDirections)
      for (size_t i = first; i < first + kDirections; ++i)
        if (i != best &&
            (first == group || i == pick(first, first + kDirections)))
          shown.push_back(i);
    std::sort(shown.begin(), shown.end(), [&](size_t a, size_t b) {
      return std::pair(candidates[a].cost(), a) <
             std::pair(candidates[b].cost(), b);
    });
    shown.insert(shown.begin(), best);
    for (size_t i : shown) {
      Fit fit = makeFit(dump, candidates[i]);
      std::vector<Difference> first = list(dump, candidates[i], 1);
      if (!first.empty())
        fit.first = first.front();
      result.fits.push_back(std::move(fit));
    }
    return result;
  }

  const Dump &dump;
  std::vector<ScaleFit> peerFits, scaleFits;
  std::vector<Candidate> candidates;
  std::vector<ElementTally> tallies;
};

} // namespace

Result check(const Dump &dump, size_t maxDifferences) {
  return Ranking(dump).run(maxDifferences);
}

} // namespace mx::check

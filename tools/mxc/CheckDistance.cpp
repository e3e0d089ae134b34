//===- CheckDistance.cpp - How near a reading of a dump is ----------------===//

#include "CheckReadings.h"

#include "mx/Support/Round.h"
#include "mx/Support/Scale.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace llvm;
using namespace mxc;
using namespace mx::contract;
using mx::check::Dump;

/// How far a dump is from its source: the mean over blocks of their squared
/// relative error. A block counts at most once, so that a wrong scale among
/// many does not tip the balance.
static double measure(const Dump &dump, double tensor) {
  std::vector<double> errors(dump.numBlocks()), energies(dump.numBlocks());
  for (size_t i = 0; i < dump.values.size(); ++i) {
    double value = dump.values[i];
    if (!std::isfinite(value))
      continue;
    int64_t block = dump.blockOf(static_cast<int64_t>(i));
    double found = decode(dump.element, dump.codes[i]) *
                   scaleValue(dump.scale, dump.scales[block]) * tensor;
    double error = std::isfinite(found) ? found - value : value;
    errors[block] += error * error;
    energies[block] += value * value;
  }
  double sum = 0;
  for (auto [error, energy] : zip(errors, energies))
    if (error > 0)
      sum += energy > 0 ? std::min(error / energy, 1.0) : 1.0;
  return sum;
}

/// The tensor scale that the tensor's amax gives, where the dump's number is
/// one bit away from it: a damaged one must not make another reading likely.
static std::optional<float> mendTensorScale(const Dump &attempt, float amax) {
  if (!attempt.tensorScale || amax == 0)
    return std::nullopt;
  float range = static_cast<float>(attempt.element.max()) *
                static_cast<float>(attempt.scale.max());
  float encode = range / amax, decode = amax / range;
  auto isNear = [](float a, float b) {
    return isPowerOf2_32(bitsOf(a) ^ bitsOf(b));
  };
  for (auto [multiplier, divisor] :
       {std::pair(1.0f / encode, encode), std::pair(decode, 1.0f / decode)})
    if (attempt.tensorDivisor ? isNear(divisor, *attempt.tensorDivisor)
                              : isNear(multiplier, *attempt.tensorScale))
      return multiplier;
  return std::nullopt;
}

double mxc::findDistance(const Dump &attempt, float amax) {
  std::optional<float> mended = mendTensorScale(attempt, amax);
  return measure(attempt, mended.value_or(attempt.tensorScale.value_or(1.0f)));
}

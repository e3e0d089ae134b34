//===- ScalingLaw.cpp - Loss against bits, block and data -----------------===//

#include "mx/Support/ScalingLaw.h"

#include <cmath>

namespace mx::law {

static constexpr double n = kN, alpha = kAlpha, d = kD, beta = kBeta,
                        epsilon = kEpsilon, gamma = kGamma, delta = kDelta,
                        nu = kNu;
static constexpr double s = delta + nu;

/// γ·(E+½)^δ·(M+½)^ν, by which a layout divides the penalty.
static double resolution(Layout layout) {
  return gamma * std::pow(layout.exponent + 0.5, delta) *
         std::pow(layout.mantissa + 0.5, nu);
}

double lossInBF16(double params, double tokens) {
  return n / std::pow(params, alpha) + d / std::pow(tokens, beta) + epsilon;
}

double penalty(double params, double tokens, Layout layout, double log2Block) {
  return std::pow(tokens, beta) / std::pow(params, alpha) * log2Block /
         resolution(layout);
}

Layout bestLayout(int bits) {
  Layout best{0, bits - 1};
  for (int exponent = 1; exponent < bits; ++exponent) {
    Layout layout{exponent, bits - 1 - exponent};
    if (resolution(layout) > resolution(best))
      best = layout;
  }
  return best;
}

double gammaRho() {
  return gamma * std::pow(delta, delta) * std::pow(nu, nu) / std::pow(s, s);
}

double penaltyAtBest(double params, double tokens, double bits,
                     double log2Block) {
  return std::pow(tokens, beta) / std::pow(params, alpha) * log2Block /
         (gammaRho() * std::pow(bits, s));
}

double effectiveParams(double params, double tokens, double bits,
                       double log2Block) {
  double ratio =
      std::pow(tokens, beta) * log2Block / (gammaRho() * n * std::pow(bits, s));
  return params / std::pow(1 + ratio, 1 / alpha);
}

double criticalTokens(double params, Layout layout, double log2Block) {
  double x = d * resolution(layout) * std::pow(params, alpha) / log2Block;
  return std::pow(x, 1 / (2 * beta));
}

double tokensWithin(double budget, double params, Layout layout,
                    double log2Block) {
  double x = budget * std::pow(params, alpha) * resolution(layout) / log2Block;
  return std::pow(x, 1 / beta);
}

double gammaD() { return (s - alpha) / (n * alpha * gammaRho()); }

double gammaN() { return (beta + s) / (d * beta * gammaRho()); }

double lambda() { return d * beta / (n * alpha) * ((s - alpha) / (s + beta)); }

double optimalBitsForTokens(double tokens, double log2Block) {
  return std::pow(gammaD() * std::pow(tokens, beta) * log2Block, 1 / s);
}

double optimalBitsForParams(double params, double compute, double log2Block) {
  double x = gammaN() * std::pow(compute / kComputePerBit, 2 * beta) *
             std::pow(params, -(alpha + 2 * beta)) * log2Block;
  return std::pow(x, 1 / (s + 2 * beta));
}

double optimalBits(double compute, double log2Block) {
  double ratio = (alpha + beta) / beta;
  double x = lambda() * std::pow(gammaD() * log2Block, ratio) *
             std::pow(compute / kComputePerBit, alpha);
  return std::pow(x, 1 / (s * ratio + alpha));
}

} // namespace mx::law

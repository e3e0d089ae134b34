//===- ScalingLaw.h - Loss against bits, block and data ---------*- C++ -*-===//
//
// The law of "Scaling Laws for Floating-Point Quantization Training" (Sun et
// al., arXiv 2501.02423v3, ICML 2025), equations 1, 18 and 26, with the
// constants of its appendix B.1, table 2:
//
//   L = n/N^α + d/D^β + ε + (D^β/N^α)·log2(B) / (γ·(E+½)^δ·(M+½)^ν)
//
// N: parameters, D: training tokens (raw counts, neither in billions), E and
// M: exponent and mantissa bits, B: elements that share a scale, P = E + M + 1
// bits. L is in nats a token.
//
// Limits. Fitted with the weights (both passes) and the activations of the
// weight gradient in low precision (P2, P4, P6), while forward activations and
// output gradients stayed BF16; scales of high precision, not E8M0 or E4M3;
// N from 41 M to 679 M, D from 10 G to 105 G tokens, B from 32 to 512. Read its
// penalty as a lower bound for training with all operands quantised.
//
//===----------------------------------------------------------------------===//

#ifndef MX_SUPPORT_SCALINGLAW_H
#define MX_SUPPORT_SCALINGLAW_H

namespace mx::law {

/// Table 2 of appendix B.1.
inline constexpr double kN = 69.2343, kAlpha = 0.2368;
inline constexpr double kD = 68973.0621, kBeta = 0.5162;
inline constexpr double kEpsilon = 1.9061;
inline constexpr double kGamma = 11334.5197, kDelta = 3.1926, kNu = 2.9543;

/// One line that goes with each number shown.
inline constexpr char kLimits[] =
    "fitted with W and the X of wgrad quantised, forward X and dY in BF16, "
    "high-precision scales, 41M-679M parameters: a lower bound on the penalty";

/// Exponent and mantissa bits of an element.
struct Layout {
  int exponent, mantissa;
  int bits() const { return exponent + mantissa + 1; }
};

/// log2(B) that the paper found equivalent to one scale a channel (§3.1).
inline constexpr double kLog2BlockOfChannel = 13.1567;

/// The Chinchilla part: the loss in BF16, equation 2.
double lossInBF16(double params, double tokens);

/// What quantisation adds to it, equation 18's last term.
double penalty(double params, double tokens, Layout layout, double log2Block);

/// The best layout of `bits` >= 1 bits, by enumeration (§4.2, figure 5).
Layout bestLayout(int bits);

/// γ_ρ = γ δ^δ ν^ν / (δ+ν)^(δ+ν): at the best real layout the penalty is
/// (D^β/N^α)·log2(B) / (γ_ρ P^(δ+ν)).
double gammaRho();

/// The penalty at the best real layout of `bits` bits.
double penaltyAtBest(double params, double tokens, double bits,
                     double log2Block);

/// Parameters that would give the same loss in BF16, equation 38.
double effectiveParams(double params, double tokens, double bits,
                       double log2Block);

/// Tokens beyond which more training raises the loss (§4.3, appendix D).
double criticalTokens(double params, Layout layout, double log2Block);

/// Tokens beyond which the penalty is more than `budget` nats.
double tokensWithin(double budget, double params, Layout layout,
                    double log2Block);

/// γ_D, γ_N and λ of the compute-optimal precisions (§4.4, appendix E).
double gammaD();
double gammaN();
double lambda();

/// Compute C = k·N·P·D. k of the paper: 6/16, so that 16 bits cost 6·N·D.
inline constexpr double kComputePerBit = 6.0 / 16;

/// The P with the least loss for a given compute, where D is fixed (equation
/// for N free), N is fixed (D free), or both are free.
double optimalBitsForTokens(double tokens, double log2Block);
double optimalBitsForParams(double params, double compute, double log2Block);
double optimalBits(double compute, double log2Block);

} // namespace mx::law

#endif // MX_SUPPORT_SCALINGLAW_H

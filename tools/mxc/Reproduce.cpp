//===- Reproduce.cpp - Published numbers of the scaling law beside ours ---===//
//
// Each entry has a number, how we compute it, and where the number is from:
// `paper`, as printed there, or `derived`, calculated from the paper's
// equations and constants independently of this code. Ours is rounded to the
// digits given; the two strings must be equal.
//
//===----------------------------------------------------------------------===//

#include "Plan.h"

#include "mx/Support/FloatFormat.h"
#include "mx/Support/ScalingLaw.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mx;

namespace {
struct Published {
  std::string what, printed;
  const char *format; // how the number is printed
  double ours;
  const char *source = "derived";
};
} // namespace

static constexpr law::Layout e2m1{2, 1}, e4m3{4, 3}, bf16{8, 7};
static constexpr double log2Of128 = 7, trillion = 1e12;

/// Figure 5: the best layouts of 1 to 16 bits.
static constexpr StringLiteral layouts[] = {
    "E0M0", "E1M0", "E1M1", "E2M1", "E2M2", "E3M2", "E3M3", "E4M3",
    "E4M4", "E5M4", "E5M5", "E6M5", "E6M6", "E7M6", "E7M7", "E8M7"};

static std::vector<Published> getCriticalSizes() {
  auto tokens = [](law::Layout layout, double log2Block) {
    return law::criticalTokens(1e9, layout, log2Block) / trillion;
  };
  constexpr double channel = law::kLog2BlockOfChannel;
  std::string what = "D_crit in T tokens, N = 1e9 (section 4.3): ";
  return {
      {what + "BF16, B = 128", "1730", "%.0f", tokens(bf16, log2Of128),
       "paper"},
      {what + "E4M3, B = 128", "27", "%.0f", tokens(e4m3, log2Of128), "paper"},
      {what + "E2M1, B = 128", "0.4", "%.1f", tokens(e2m1, log2Of128), "paper"},
      {what + "E4M3, B = 128", "27.33", "%.2f", tokens(e4m3, log2Of128)},
      {what + "E2M1, B = 128", "0.3928", "%.4f", tokens(e2m1, log2Of128)},
      {what + "E2M1, B = 32", "0.544", "%.3f", tokens(e2m1, 5)},
      {what + "E2M1, B = 64", "0.456", "%.3f", tokens(e2m1, 6)},
      {what + "E2M1, B = 256", "0.345", "%.3f", tokens(e2m1, 8)},
      {what + "E2M1, channel", "0.213", "%.3f", tokens(e2m1, channel)},
      {what + "E4M3, B = 32", "37.9", "%.1f", tokens(e4m3, 5)},
      {what + "E4M3, channel", "14.8", "%.1f", tokens(e4m3, channel)}};
}

/// What the law is made of, and what it is read with.
static std::vector<Published> getConstants() {
  auto largest = [](uint8_t exponent, uint8_t mantissa) {
    return contract::FloatFormat{exponent, mantissa,
                                 contract::FloatKind::Finite}
        .max();
  };
  std::string what = "constant of the law (table 2): ";
  return {{what + "n", "69.2343", "%.4f", law::kN, "paper"},
          {what + "alpha", "0.2368", "%.4f", law::kAlpha, "paper"},
          {what + "d", "68973.0621", "%.4f", law::kD, "paper"},
          {what + "beta", "0.5162", "%.4f", law::kBeta, "paper"},
          {what + "epsilon", "1.9061", "%.4f", law::kEpsilon, "paper"},
          {what + "gamma", "11334.5197", "%.4f", law::kGamma, "paper"},
          {what + "delta", "3.1926", "%.4f", law::kDelta, "paper"},
          {what + "nu", "2.9543", "%.4f", law::kNu, "paper"},
          {"log2 B of one scale a channel (section 3.1)", "13.1567", "%.4f",
           law::kLog2BlockOfChannel, "paper"},
          {"largest number of E2M1 without special codes", "6", "%.0f",
           largest(2, 1)},
          {"largest number of E4M3 without special codes", "480", "%.0f",
           largest(4, 3)}};
}

static std::vector<Published> getOptimalBits() {
  std::vector<Published> list = {
      {"gamma_rho (section 4.2)", "160.697", "%.3f", law::gammaRho()},
      {"gamma_D (appendix E)", "0.00224328", "%.8f", law::gammaD()},
      {"gamma_N (appendix E)", "1.16458e-06", "%.5e", law::gammaN()},
      {"lambda (appendix E)", "1926.25", "%.2f", law::lambda()},
      {"P_opt from 0.1T tokens (figure 14), B = 128", "4", "%.0f",
       law::optimalBitsForTokens(1e11, log2Of128), "paper"},
      {"P_opt to 100T tokens (figure 14), B = 128", "8", "%.0f",
       law::optimalBitsForTokens(1e14, log2Of128), "paper"},
      {"P_opt from C = 1e21 (section 4.4), B = 128", "4", "%.0f",
       law::optimalBits(1e21, log2Of128), "paper"},
      {"P_opt to C = 1e31 (section 4.4), B = 128", "8", "%.0f",
       law::optimalBits(1e31, log2Of128), "paper"}};
  const std::pair<double, const char *> byTokens[] = {
      {1e11, "4.27"}, {1e12, "5.18"}, {1e13, "6.28"}, {1e14, "7.62"}};
  for (auto [tokens, printed] : byTokens)
    list.push_back(
        {formatv("P_opt, D = {0:e0}, B = 128 (section 4.4)", tokens).str(),
         printed, "%.2f", law::optimalBitsForTokens(tokens, log2Of128)});
  const std::pair<double, const char *> byCompute[] = {
      {1e21, "4.19"}, {1e24, "5.01"}, {1e27, "5.98"},
      {1e30, "7.14"}, {1e31, "7.58"}, {1e32, "8.04"}};
  for (auto [compute, printed] : byCompute)
    list.push_back({formatv("P_opt, C = {0:e0}, k = 6/16, B = 128 (section "
                            "4.4)",
                            compute)
                        .str(),
                    printed, "%.2f", law::optimalBits(compute, log2Of128)});
  return list;
}

static std::vector<Published> getPenalties() {
  auto entry = [](const char *model, double params, double tokens,
                  const char *fp4, const char *fp4Format, const char *fp8) {
    std::string what = std::string("penalty, B = 32, ") + model + ": ";
    return std::vector<Published>{
        {what + "E2M1", fp4, fp4Format, law::penalty(params, tokens, e2m1, 5)},
        {what + "E4M3", fp8, "%.5f", law::penalty(params, tokens, e4m3, 5)}};
  };
  std::vector<Published> list =
      entry("1B/20B", 1e9, 2e10, "0.0110", "%.4f", "0.00014");
  append_range(list, entry("7B/1T", 7e9, 1e12, "0.052", "%.3f", "0.00065"));
  append_range(list, entry("70B/2T", 70e9, 2e12, "0.043", "%.3f", "0.00054"));
  return list;
}

/// Equation 38: N_eff parameters in BF16 lose what N lose at P bits. With
/// B = 1 every parameter counts (section 3.1).
static std::vector<Published> getEffectiveParams() {
  std::vector<Published> list;
  for (double bits : {4.0, 8.0}) {
    double params = 1e9, tokens = 1e12;
    double effective = law::effectiveParams(params, tokens, bits, log2Of128);
    double loss = law::lossInBF16(params, tokens) +
                  law::penaltyAtBest(params, tokens, bits, log2Of128);
    list.push_back(
        {formatv("N_eff: loss in BF16 over loss at {0} bits (equation 38)",
                 bits)
             .str(),
         "1.0000000000", "%.10f", law::lossInBF16(effective, tokens) / loss});
  }
  list.push_back({"N_eff over N, B = 1", "1", "%.17g",
                  law::effectiveParams(1e9, 1e12, 4, 0) / 1e9, "paper"});
  list.push_back({"penalty of E2M1, B = 1", "0", "%.17g",
                  law::penalty(1e9, 1e12, e2m1, 0), "paper"});
  return list;
}

static std::string toText(const char *printfFormat, double value) {
  char text[64];
  snprintf(text, sizeof(text), printfFormat, value);
  return text;
}

bool mxc::reproduceLaw(raw_ostream &os) {
  bool equal = true;
  auto print = [&](StringRef what, StringRef source, StringRef printed,
                   StringRef ours) {
    bool same = printed == ours;
    equal &= same;
    os << (same ? "same     " : "DIFFERS  ") << left_justify(source, 8)
       << left_justify(what, 57) << left_justify(printed, 11) << " ours "
       << ours << "\n";
  };
  for (auto [i, printed] : enumerate(layouts)) {
    law::Layout best = law::bestLayout(i + 1);
    print(formatv("best layout of {0} bits (figure 5)", i + 1).str(), "paper",
          printed, formatv("E{0}M{1}", best.exponent, best.mantissa).str());
  }
  for (const std::vector<Published> &list :
       {getConstants(), getCriticalSizes(), getOptimalBits(),
        getEffectiveParams(), getPenalties()})
    for (const Published &entry : list)
      print(entry.what, entry.source, entry.printed,
            toText(entry.format, entry.ours));
  os << "limits: " << law::kLimits << "\n";
  return equal;
}

//===- Activation.h - Activation functions in f32 ---------------*- C++ -*-===//
//
// What may follow a product (mx_epilogue of mx_runtime.h). Each is a fixed
// sequence of f32 operations without branches, so that scalar and vector code
// give the same bits. With the exact function f, |result - f(x)| <= 2^-21·|x|;
// NaN stays NaN, and f(-Inf) of a GELU or SiLU is -0.
//
//===----------------------------------------------------------------------===//

#ifndef MX_SUPPORT_ACTIVATION_H
#define MX_SUPPORT_ACTIVATION_H

#include "mx/Support/Round.h"

namespace mx::contract {

#define MX_ACTIVATION inline __attribute__((always_inline)) float

/// max(x, 0).
MX_ACTIVATION relu(float x) { return x <= 0 ? 0.0f : x; }

/// e^x, x brought to [-87, 87]: a power of two times a polynomial on
/// [-ln 2 / 2, ln 2 / 2], after Cody and Waite.
MX_ACTIVATION boundedExp(float x) {
  constexpr float kShift = 0x1.8p23f; // adding it rounds to an integer
  x = x < -87 ? -87.0f : x;
  x = x > 87 ? 87.0f : x;
  float shifted = x * 1.44269504f + kShift;
  float n = shifted - kShift;
  float r = x - n * 0x1.62e4p-1f - n * 0x1.7f7d1cp-20f;
  float p = r * (1.0f / 720) + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  return p * floatOf((bitsOf(shifted) << 23) + bitsOf(1.0f));
}

/// x / (1 + e^-x).
MX_ACTIVATION silu(float x) {
  float result = x / (1 + boundedExp(-x));
  return x < -87 ? -0.0f : result;
}

/// x·Φ(x), Φ of the normal distribution, by Abramowitz and Stegun 7.1.26.
MX_ACTIVATION gelu(float x) {
  float z = x < 0 ? -x : x;
  z = z * 0.707106781f;
  float t = 1 / (1 + 0.3275911f * z);
  float p = t * 1.061405429f - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  float tail = p * t * boundedExp(-z * z) * 0.5f;
  float result = x * (x < 0 ? tail : 1 - tail);
  return x < -13 ? -0.0f : result;
}

/// x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2.
MX_ACTIVATION geluTanh(float x) {
  float u = x * (1.59576912f + 0.0713548163f * x * x);
  float result = x / (1 + boundedExp(-u));
  return x < -13 ? -0.0f : result;
}

#undef MX_ACTIVATION

} // namespace mx::contract

#endif // MX_SUPPORT_ACTIVATION_H

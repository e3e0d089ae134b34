//===- epilogue.cpp - What follows a product ------------------------------===//
//
// mx_matmul_fused must give the bits of mx_matmul in f32 followed by its steps
// one by one, on every kernel; activations must keep their bound.
//
//===----------------------------------------------------------------------===//

#include "Operands.h"

#include "mx/Support/Activation.h"

using namespace mx::contract;
using namespace mx::test;

namespace {

Side makeSide(int64_t items, int64_t rows, int64_t cols, Random &random) {
  Side side;
  auto plain = std::make_unique<Buffer>(int(random.below(3)),
                                        std::vector<int64_t>{items, rows, cols},
                                        randomLayout(random));
  fill(*plain, random, false);
  if (random.below(2)) {
    setPlain(side, std::move(plain));
    return side;
  }
  std::vector<float> values;
  for (int64_t i = 0; i < plain->count(); ++i)
    values.push_back(plain->value(i));
  QuantizeSpec spec;
  spec.format = {kE2M1, kE8M0, 1, 32};
  spec.rule = ScaleRule::RCeil;
  Quantized q;
  CHECK(quantize(spec, {values.data(), items, rows, cols, rows * cols, cols, 1},
                 nullptr, q) == nullptr);
  setScaled(side, q, random);
  return side;
}

float activated(int64_t activation, float x) {
  switch (activation) {
  case MX_ACTIVATION_RELU:
    return relu(x);
  case MX_ACTIVATION_GELU:
    return gelu(x);
  case MX_ACTIVATION_GELU_TANH:
    return geluTanh(x);
  case MX_ACTIVATION_SILU:
    return silu(x);
  }
  return x;
}

/// A term that broadcasts to [items, m, n], or none.
struct Term {
  std::unique_ptr<Buffer> buffer;

  Term(std::vector<int64_t> sizes, Random &random) {
    if (random.below(4) == 0)
      return;
    buffer = std::make_unique<Buffer>(int(random.below(3)), sizes,
                                      randomLayout(random));
    fill(*buffer, random, true);
  }
  const mx_tensor *pointer() const {
    return buffer ? buffer->pointer() : nullptr;
  }
  float add(float x, int64_t at) const {
    return buffer ? x + buffer->value(at) : x;
  }
};

void checkFused(int round, int64_t accumulate, Random &random) {
  int64_t items = 1 + random.below(2),
          m = 1 + random.below(round % 4 ? 40 : 150);
  int64_t n = 1 + random.below(70), k = 1 + random.below(150);
  Side a = makeSide(items, m, k, random), b = makeSide(1, n, k, random);
  mx_matmul_spec spec = recordOf(a, b);
  spec.accumulate = accumulate;
  spec.alpha = bitsOf(random.below(2) ? 1.0f : 0.3f);
  mx_operand left = a.operand(), right = b.operand();
  Buffer product(MX_F32, {items, m, n}, Layout::Contiguous);
  Buffer out(round % 3, {items, m, n}, randomLayout(random));
  bool isWhole = random.below(2);
  Term bias({n}, random);
  Term residual({items, m, isWhole ? n : 1}, random);
  mx_epilogue epilogue = {MX_ABI_VERSION, round % 5, bias.pointer(),
                          residual.pointer()};
  withSettings(round, [&] {
    int status = mx_matmul(&spec, &left, &right, nullptr, product.pointer());
    return status != MX_OK ? status
                           : mx_matmul_fused(&spec, &left, &right, nullptr,
                                             &epilogue, out.pointer());
  });
  FloatFormat type = round % 3 == 0 ? kF32 : round % 3 == 1 ? kBF16 : kF16;
  bool same = true;
  for (int64_t i = 0; i < out.count(); ++i) {
    float x = activated(round % 5, bias.add(product.value(i), i % n));
    x = canonicalNaN(residual.add(x, isWhole ? i : i / n));
    same &= out.bits(i) == (type == kF32 ? bitsOf(x) : castTo(type, x));
  }
  CHECK(same);
}

long double exactly(int64_t activation, long double x) {
  switch (activation) {
  case MX_ACTIVATION_RELU:
    return x > 0 ? x : 0;
  case MX_ACTIVATION_GELU:
    return x * std::erfc(-x / std::sqrt(2.0L)) / 2;
  case MX_ACTIVATION_GELU_TANH: {
    long double u = std::sqrt(2 / std::acos(-1.0L)) *
                    (x + (long double)0.044715 * x * x * x);
    return x / (1 + std::exp(-2 * u));
  }
  }
  return x / (1 + std::exp(-x));
}

/// |f(x) - exact| <= 2^-21·|x| over all magnitudes, and the ends.
void checkActivations() {
  for (int64_t f = MX_ACTIVATION_RELU; f <= MX_ACTIVATION_SILU; ++f) {
    double worst = 0;
    for (uint32_t bits = 1; bits < 0x7F800000; bits += 7919)
      for (float x : {floatOf(bits), -floatOf(bits)}) {
        long double wanted = exactly(f, x);
        long double error = std::fabs((long double)activated(f, x) - wanted);
        // Tiny numbers: half a step of the denormals, as after any rounding.
        worst = std::max(worst, double((error - 0x1p-149L) / std::fabs(x)));
      }
    CHECK(worst <= 0x1p-21);
    CHECK(std::isnan(activated(f, NAN)));
    CHECK_EQ(activated(f, INFINITY), INFINITY);
    CHECK_EQ(activated(f, -INFINITY), 0.0f);
  }
}

void expectError(int status, const char *part) {
  CHECK_EQ(status, int(MX_ERROR_ARGUMENT));
  if (!CHECK(std::strstr(mx_last_error(), part) != nullptr))
    std::printf("  found: %s\n", mx_last_error());
}

void checkErrors() {
  Buffer x(MX_F32, {2, 8}, Layout::Contiguous);
  Buffer out(MX_F32, {2, 2}, Layout::Contiguous);
  Buffer wrong(MX_F32, {3}, Layout::Contiguous);
  Buffer codes(MX_I8, {2}, Layout::Contiguous);
  mx_matmul_spec spec{};
  spec.version = MX_ABI_VERSION;
  mx_operand operand = {x.pointer(), nullptr, nullptr};
  auto call = [&](const mx_epilogue &epilogue) {
    return mx_matmul_fused(&spec, &operand, &operand, nullptr, &epilogue,
                           out.pointer());
  };
  expectError(call({MX_ABI_VERSION, 5, nullptr, nullptr}),
              "expected an activation from 0 to 4, found 5");
  expectError(call({MX_ABI_VERSION, 0, wrong.pointer(), nullptr}),
              "'bias' does not broadcast to the result: axis 1 from the end "
              "has size 3, not 1 or 2");
  expectError(call({MX_ABI_VERSION, 0, nullptr, codes.pointer()}),
              "expected 'residual' to be f32, bf16 or f16");
  CHECK_EQ(call({MX_ABI_VERSION + 1, 0, nullptr, nullptr}),
           int(MX_ERROR_VERSION));
}

} // namespace

int main() {
  forEachKernel("matmul_exact", [] {
    Random random(71);
    for (int round = 0; round < 120; ++round)
      checkFused(round, MX_ACCUMULATE_EXACT, random);
  });
  forEachKernel("matmul_default", [] {
    Random random(72);
    for (int round = 0; round < 120; ++round)
      checkFused(round, MX_ACCUMULATE_DEFAULT, random);
  });
  checkActivations();
  checkErrors();
  return finish("runtime epilogue");
}

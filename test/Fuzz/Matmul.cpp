//===- Matmul.cpp - Random products ---------------------------------------===//
//
// Any pair of formats, block shapes, batch broadcast, acc, alpha and tensor
// scales. Exact products must have the bits of lib/Support; the others must lie
// between what the two ends of their bound finish as.
//
//===----------------------------------------------------------------------===//

#include "MatmulSide.h"

#include <algorithm>
#include <cmath>
#include <memory>

using namespace mx::contract;

namespace mx::fuzz {

namespace {

struct Case {
  std::vector<int64_t> batch, outShape;
  int64_t items = 1, m = 1, n = 1, k = 1;
  Side a, b;
  mx_matmul_spec spec{};
  std::unique_ptr<Guarded> acc, out;
  bool accIsOut = false;
  std::vector<float> accValues; ///< of the shape of out
  float alpha = 1;
  bool isPortable = false; ///< the kernel that runs: it promises more

  int64_t itemOf(const Side &side, int64_t item) const {
    int64_t result = 0, weight = 1;
    for (size_t i = 1; i <= side.batch.size(); ++i) {
      int64_t size = batch[batch.size() - i];
      int64_t own = side.batch[side.batch.size() - i];
      result += (own == 1 ? 0 : item % size) * weight;
      weight *= own;
      item /= size;
    }
    return result;
  }
};

void chooseAcc(Case &c, Random &random) {
  if (random.below(3) != 0)
    return;
  c.accIsOut = random.below(3) == 0;
  auto shape = c.outShape;
  if (!c.accIsOut) {
    for (int64_t &size : shape)
      size = random.below(3) == 0 ? 1 : size;
    shape.erase(shape.begin(),
                shape.begin() + random.below(int64_t(shape.size()) + 1));
  }
  c.acc = std::make_unique<Guarded>(c.out->dtype, shape, Use::Input, random);
  fillFloats(*c.acc, random);
  // The element of acc for each of out: broadcast from the right.
  for (int64_t i = 0; i < c.out->count(); ++i) {
    int64_t rest = i, flat = 0, weight = 1;
    for (size_t axis = 1; axis <= shape.size(); ++axis) {
      int64_t size = c.outShape[c.outShape.size() - axis];
      int64_t own = shape[shape.size() - axis];
      flat += (own == 1 ? 0 : rest % size) * weight;
      weight *= own;
      rest /= size;
    }
    c.accValues.push_back(c.acc->value(flat));
  }
}

void chooseCase(Case &c, Random &random) {
  for (int64_t i = random.below(6) - 3; i > 0; --i)
    c.batch.push_back(1 + random.below(3));
  for (int64_t size : c.batch)
    c.items *= size;
  // Now and then more than the blocks of a kernel hold.
  bool large = c.items == 1 && random.below(60) == 0;
  auto length = [&](int64_t most) {
    return large ? 1 + random.below(int64_t(8) << random.below(11))
                 : randomLength(random, most);
  };
  constexpr int64_t kElements = 100000;
  do {
    c.m = length(300);
    c.n = length(300);
    c.k = length(700);
  } while (c.items * c.m * c.n * c.k > (large ? 60000000 : 2000000) ||
           std::max({c.m, c.n}) * std::max<int64_t>(c.k, 64) > kElements ||
           c.m * c.n > kElements);
  bool aKeeps = random.below(2);
  // MXFP4 pairs have kernels of their own.
  bool pair = random.below(4) == 0;
  ScaledFormat format =
      pair ? ScaledFormat{kE2M1, kE8M0, 1, 32} : randomScaled(random);
  c.a = makeSide(c.batch, c.m, c.k, aKeeps, format, pair, random);
  if (!pair && random.below(2)) // otherwise both of one format
    format = randomScaled(random);
  c.b = makeSide(c.batch, c.n, c.k, !aKeeps, format, pair, random);
  c.outShape = c.batch;
  c.outShape.insert(c.outShape.end(), {c.m, c.n});
  c.out = std::make_unique<Guarded>(int(random.below(2) ? 0 : random.below(3)),
                                    c.outShape, Use::Output, random);
  chooseAcc(c, random);
  const float alphas[] = {1, 1, 16.0f / 9.0f, -0.3f, 0x1p-100f};
  c.alpha = c.acc ? 1 : alphas[random.below(5)];
  c.spec.version = MX_ABI_VERSION;
  c.a.write(&c.spec.a_element);
  c.b.write(&c.spec.b_element);
  c.spec.a_layout = c.a.layout;
  c.spec.b_layout = c.b.layout;
  c.spec.k =
      random.below(2) && (c.a.tellsLength() || c.b.tellsLength()) ? 0 : c.k;
  c.spec.alpha = bitsOf(c.alpha);
  c.spec.accumulate = random.below(3);
}

uint32_t roundTo(int dtype, float value) {
  return dtype == MX_F32    ? bitsOf(canonicalNaN(value))
         : dtype == MX_BF16 ? toBF16(value)
                            : toF16(value);
}

float rounded(const Case &c, float value) {
  uint32_t code = roundTo(c.out->dtype, value);
  return c.out->dtype == MX_F32    ? floatOf(code)
         : c.out->dtype == MX_BF16 ? fromBF16(uint16_t(code))
                                   : fromF16(uint16_t(code));
}

/// What r = `sum` becomes in the result.
float finish(const Case &c, int64_t flat, float sum) {
  const float *acc = c.accValues.empty() ? nullptr : &c.accValues[size_t(flat)];
  return finishProduct(sum, acc, c.a.tensorFactor(), c.b.tensorFactor(),
                       c.alpha);
}

/// The f32 next to a real number, on the side that `up` says; an infinity
/// beyond the largest one.
float nextFloat(double value, bool up) {
  auto result = static_cast<float>(value);
  if (up ? result < value : result > value)
    result = std::nextafter(result, up ? INFINITY : -INFINITY);
  return result;
}

struct Sums {
  double exact = 0, size = 0, largestA = 0, largestB = 0;
  bool isSpecial = false; ///< NaN or Inf among the numbers
};

Sums sumsOf(const ExactNumber *x, const ExactNumber *y, int64_t k) {
  Sums s;
  for (int64_t i = 0; i < k; ++i) {
    double left = std::ldexp(double(x[i].significand), x[i].exponent);
    double right = std::ldexp(double(y[i].significand), y[i].exponent);
    s.isSpecial |= x[i].isInf || y[i].isInf || x[i].isNaN || y[i].isNaN;
    s.exact += left * right;
    s.size += std::fabs(left * right);
    s.largestA = std::max(s.largestA, std::fabs(left));
    s.largestB = std::max(s.largestB, std::fabs(right));
  }
  return s;
}

/// The bound of mx_runtime.h, plus what the f64 sums themselves may be off.
double boundOf(const Case &c, const Sums &s) {
  double k = double(c.k), relative = (k + 32) * 0x1p-24, eta = 0;
  if (c.isPortable)
    relative = k * 0x1p-51;
  else {
    eta = k * 0x1p-100 * s.largestA * s.largestB;
    if (c.spec.accumulate == MX_ACCUMULATE_FAST)
      relative = std::max(relative, 1e-4);
  }
  return 0x1p-24 * std::fabs(s.exact) + (relative + k * 0x1p-53) * s.size +
         eta + 0x1p-149;
}

/// Whether element `flat` of the result is right; says why not.
bool isRight(const Case &c, int64_t flat) {
  int64_t item = flat / (c.m * c.n);
  const ExactNumber *x = c.a.row(c.itemOf(c.a, item), flat / c.n % c.m);
  const ExactNumber *y = c.b.row(c.itemOf(c.b, item), flat % c.n);
  ExactSum sum(c.a.range, c.b.range);
  for (int64_t i = 0; i < c.k; ++i)
    addProduct(sum, x[i], y[i]);
  uint32_t bits = c.out->bits(flat);
  uint32_t wanted = roundTo(c.out->dtype, finish(c, flat, sum.toFloat()));
  if (bits == wanted)
    return true;
  float low = 0, high = 0, got = c.out->value(flat);
  Sums s = sumsOf(x, y, c.k);
  if (c.spec.accumulate != MX_ACCUMULATE_EXACT && !s.isSpecial) {
    double bound = boundOf(c, s);
    float ends[2] = {finish(c, flat, nextFloat(s.exact - bound, false)),
                     finish(c, flat, nextFloat(s.exact + bound, true))};
    if (std::isnan(ends[0]) || std::isnan(ends[1]))
      return true; // an end overflows and meets 0 or an opposite infinity
    if (std::isnan(got) && std::fabs(s.exact) <= bound &&
        std::isnan(finish(c, flat, 0.0f)))
      return true; // the sum may be 0, and meets an infinite factor
    low = rounded(c, std::min(ends[0], ends[1]));
    high = rounded(c, std::max(ends[0], ends[1]));
    if (got >= low && got <= high)
      return true;
  }
  std::printf(
      "  element %lld of [%lld x %lld x %lld], k %lld, accumulate %lld: "
      "0x%x, expected 0x%x; %g in [%g, %g]; sum %g, of magnitudes %g\n",
      static_cast<long long>(flat), static_cast<long long>(c.items),
      static_cast<long long>(c.m), static_cast<long long>(c.n),
      static_cast<long long>(c.k), static_cast<long long>(c.spec.accumulate),
      bits, wanted, double(got), double(low), double(high), s.exact, s.size);
  std::printf("  (%s) x (%s)\n", c.a.describe().c_str(),
              c.b.describe().c_str());
  return false;
}

void checkResult(const Case &c, Random &random) {
  constexpr int64_t kWork = 100000;
  int64_t count = c.out->count();
  int64_t samples = std::max<int64_t>(kWork / c.k, 16);
  bool right = true;
  for (int64_t i = 0; i < std::min(count, samples) && right; ++i) {
    int64_t flat = count <= samples ? i
                   : i < 4          ? (i + 1) * count / 4 - 1
                                    : random.below(count);
    right = isRight(c, flat);
  }
  CHECK(right);
}

} // namespace

void fuzzMatmul(Random &random) {
  Case c;
  chooseCase(c, random);
  mx_operand a = c.a.operand(), b = c.b.operand();
  std::vector<Guarded *> inputs;
  for (const auto *operand : {&c.a.codes, &c.a.scale, &c.a.tensorScale,
                              &c.b.codes, &c.b.scale, &c.b.tensorScale, &c.acc})
    if (*operand)
      inputs.push_back(operand->get());
  bool exact = c.spec.accumulate == MX_ACCUMULATE_EXACT;
  forEachKernel(
      exact ? "matmul_exact" : "matmul_default", random, inputs, {c.out.get()},
      [&] {
        if (c.accIsOut)
          for (int64_t i = 0; i < c.out->count(); ++i)
            c.out->set(i, c.accValues[size_t(i)]);
        const mx_tensor *acc = c.accIsOut ? c.out->pointer()
                               : c.acc    ? c.acc->pointer()
                                          : nullptr;
        return mx_matmul(&c.spec, &a, &b, acc, c.out->pointer());
      },
      [&] {
        c.isPortable = test::context().find(".portable") != std::string::npos;
        checkResult(c, random);
      });
}

} // namespace mx::fuzz

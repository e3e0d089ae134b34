//===- Quantize.cpp - Random quantize and dequantize calls ----------------===//
//
// Every byte of the results, then the way back.
//
//===----------------------------------------------------------------------===//

#include "QuantizeCase.h"

#include <cmath>

using namespace mx::contract;

namespace mx::fuzz {

namespace {

void checkDequantize(QuantizeCase &c, Guarded &codes, Guarded &scale,
                     Guarded &tensorScale, Random &random) {
  auto shape = c.shape;
  (c.transposed ? shape[shape.size() - 2] : shape.back()) = c.cols;
  int dtype = int(random.below(3));
  Guarded x(dtype, shape, Use::Output, random);
  FloatFormat type = dtype == MX_F32 ? kF32 : dtype == MX_BF16 ? kBF16 : kF16;
  std::vector<uint32_t> expected, swapped;
  dequantize(c.expected, type, expected);
  if (c.transposed) {
    swapped.resize(expected.size());
    for (int64_t i = 0; i < int64_t(expected.size()); ++i) {
      int64_t row = i / c.cols, col = i % c.cols;
      swapped[size_t((row / c.rows * c.cols + col) * c.rows + row % c.rows)] =
          expected[size_t(i)];
    }
    expected.swap(swapped);
  }
  for (Guarded *operand : {&codes, &scale, &tensorScale})
    operand->freeze();
  forEachKernel(
      "dequantize", random, {&codes, &scale, &tensorScale}, {&x},
      [&] {
        return mx_dequantize(
            &c.record, codes.pointer(), scale.pointer(),
            c.spec.format.hasTensorScale ? tensorScale.pointer() : nullptr,
            x.pointer());
      },
      [&] { CHECK(holds(x, expected)); });
}

} // namespace

void fuzzQuantize(Random &random) {
  long long failed = test::counts().failed;
  QuantizeCase c = randomQuantization(random);
  Guarded x(int(random.below(3)), c.shape, Use::Input, random);
  fillFloats(x, random);
  bool two = c.isTwoLevel(), given = two && random.below(2);
  const float amaxes[] = {100, 6, 1e-40f, 0, 3e38f, NAN, INFINITY, -1};
  float largest = amaxes[random.below(random.below(4) ? 3 : 8)];
  Guarded amax(MX_F32, {1}, Use::Input, random);
  amax.set(0, largest);
  amax.freeze();
  c.computeExpected(x, given ? &largest : nullptr);
  Guarded codes(MX_I8, c.outShape(true), Use::Output, random);
  Guarded scale(c.scaleType(), c.outShape(false), Use::Output, random);
  Guarded tensorScale(MX_F32, {}, Use::Output, random);
  mx_origin where{int64_t(c.origin.size()), c.origin.data()};
  forEachKernel(
      "quantize", random, {&x, &amax}, {&codes, &scale, &tensorScale},
      [&] {
        return mx_quantize(&c.record, x.pointer(),
                           given ? amax.pointer() : nullptr, c.spec.seed,
                           &where, codes.pointer(), scale.pointer(),
                           two ? tensorScale.pointer() : nullptr);
      },
      [&] { CHECK(isRight(c, codes, scale, tensorScale)); });
  if (test::counts().failed == failed)
    checkDequantize(c, codes, scale, tensorScale, random);
}

} // namespace mx::fuzz

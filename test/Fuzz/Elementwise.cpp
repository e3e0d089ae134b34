//===- Elementwise.cpp - Random calls without block scales ----------------===//
//
// Hadamard (in place too), cast, decode, amax, relayout and packing.
//
//===----------------------------------------------------------------------===//

#include "Fuzz.h"
#include "mx/Support/Pack.h"
#include "mx/Support/Philox.h"

#include <algorithm>
#include <cmath>
#include <memory>

using namespace mx::contract;

namespace mx::fuzz {

namespace {

std::vector<int64_t> randomShape(Random &random, int64_t lowestRank = 0) {
  std::vector<int64_t> shape;
  int64_t rank = std::max(lowestRank, random.below(4));
  for (int64_t i = 0; i < rank; ++i)
    shape.push_back(i + 1 == rank ? randomLength(random, 2000)
                                  : 1 + random.below(9));
  return shape;
}

FloatFormat typeOf(int dtype) {
  return dtype == MX_F32 ? kF32 : dtype == MX_BF16 ? kBF16 : kF16;
}

int64_t lastSize(const Guarded &x) {
  return x.sizes.empty() ? 1 : x.sizes.back();
}

/// A buffer that holds codes of `format`.
int codesType(const FloatFormat &format, Random &random) {
  if (format == kBF16 && random.below(2))
    return MX_BF16;
  if (format == kF16 && random.below(2))
    return MX_F16;
  return format.bits() <= 8 ? MX_I8 : MX_I16;
}

void expectBits(const Guarded &out, const std::vector<uint32_t> &expected) {
  bool same = true;
  for (int64_t i = 0; i < out.count(); ++i)
    same &= out.bits(i) == expected[size_t(i)];
  CHECK(same);
}

} // namespace

void fuzzHadamard(Random &random) {
  mx_quantize_spec spec{};
  spec.version = MX_ABI_VERSION;
  int64_t size = spec.hadamard_size = int64_t(2) << random.below(10);
  spec.signs = random.below(2) ? MX_SIGNS_SEED : MX_SIGNS_NONE;
  spec.sign_stream = int64_t(random.next() >> 32);
  uint64_t seed = random.next();
  auto shape = randomShape(random, 1);
  shape.back() = size * (1 + random.below(std::max<int64_t>(300 / size, 1)));
  bool inPlace = random.below(4) == 0;
  Guarded x(inPlace ? MX_F32 : int(random.below(3)), shape,
            inPlace ? Use::Output : Use::Input, random);
  Guarded out(MX_F32, shape, Use::Output, random);
  fillFloats(x, random);
  SignBits signs = spec.signs == MX_SIGNS_SEED
                       ? seededSigns(seed, uint32_t(spec.sign_stream), size)
                       : SignBits{};
  std::vector<float> values;
  for (int64_t i = 0; i < x.count(); ++i)
    values.push_back(x.value(i));
  std::vector<float> source = values;
  for (int64_t g = 0; g < x.count(); g += size)
    hadamard(values.data() + g, size, signs);
  std::vector<uint32_t> expected;
  for (float value : values)
    expected.push_back(bitsOf(value));
  if (!inPlace)
    return forEachKernel(
        "hadamard", random, {&x}, {&out},
        [&] { return mx_hadamard(&spec, x.pointer(), seed, out.pointer()); },
        [&] { expectBits(out, expected); });
  Guarded unused(MX_F32, {1}, Use::Input, random);
  forEachKernel(
      "hadamard", random, {&unused}, {},
      [&] {
        for (int64_t i = 0; i < x.count(); ++i)
          x.set(i, source[size_t(i)]);
        return mx_hadamard(&spec, x.pointer(), seed, x.pointer());
      },
      [&] { expectBits(x, expected); });
}

void fuzzCast(Random &random) {
  const FloatFormat scales[] = {kE8M0, kUE5M3};
  FloatFormat format =
      random.below(5) ? randomFormat(random, 16) : scales[random.below(2)];
  mx_quantize_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.element = formatWord(format);
  spec.rounding = random.below(4);
  spec.random_bits = 8 * (1 + random.below(3));
  spec.stream = int64_t(random.next() >> 32);
  uint64_t seed = random.next();
  auto shape = randomShape(random, 1);
  Guarded x(int(random.below(3)), shape, Use::Input, random);
  Guarded out(codesType(format, random), shape, Use::Output, random);
  fillFloats(x, random);
  RoundingBits draw(seed, uint32_t(spec.stream), unsigned(spec.random_bits));
  std::vector<uint32_t> expected;
  for (int64_t i = 0; i < x.count(); ++i) {
    uint32_t bits = draw(uint64_t(i / lastSize(x)), uint64_t(i % lastSize(x)));
    expected.push_back(castTo(format, x.value(i), Rounding(spec.rounding), bits,
                              unsigned(spec.random_bits)));
  }
  forEachKernel(
      "cast", random, {&x}, {&out},
      [&] { return mx_cast(&spec, x.pointer(), seed, nullptr, out.pointer()); },
      [&] { expectBits(out, expected); });
}

void fuzzDecode(Random &random) {
  FloatFormat format = random.below(6) ? randomFormat(random, 16) : kUE5M3;
  auto shape = randomShape(random);
  Guarded codes(codesType(format, random), shape, Use::Input, random);
  for (int64_t i = 0; i < codes.count(); ++i)
    codes.setBits(i, uint32_t(random.next()));
  codes.freeze();
  int dtype = int(random.below(3));
  Guarded out(dtype, shape, Use::Output, random);
  std::vector<uint32_t> expected;
  for (int64_t i = 0; i < codes.count(); ++i)
    expected.push_back(
        roundDouble(typeOf(dtype), decode(format, codes.bits(i))));
  forEachKernel(
      "decode", random, {&codes}, {&out},
      [&] {
        return mx_decode(formatWord(format), codes.pointer(), out.pointer());
      },
      [&] { expectBits(out, expected); });
}

void fuzzAmax(Random &random) {
  Guarded x(int(random.below(3)), randomShape(random), Use::Input, random);
  Guarded out(MX_F32, {}, Use::Output, random);
  fillFloats(x, random);
  float expected = 0;
  for (int64_t i = 0; i < x.count(); ++i)
    if (std::isfinite(x.value(i)))
      expected = std::max(expected, std::fabs(x.value(i)));
  forEachKernel(
      "amax", random, {&x}, {&out},
      [&] { return mx_amax(x.pointer(), out.pointer()); },
      [&] { CHECK(out.bits(0) == bitsOf(expected)); });
}

void fuzzRelayout(Random &random) {
  std::vector<int64_t> shape = {1 + random.below(3), randomLength(random, 400),
                                randomLength(random, 40)};
  int64_t down = (shape[1] + 127) / 128, across = (shape[2] + 3) / 4;
  Guarded linear(MX_I8, shape, Use::Input, random);
  for (int64_t i = 0; i < linear.count(); ++i)
    linear.setBits(i, uint32_t(random.below(256)));
  linear.freeze();
  Guarded tiles(MX_I8, {shape[0], down, across, 512}, Use::Output, random,
                true);
  auto padding = static_cast<uint8_t>(random.below(256));
  mx_relayout_spec spec{MX_ABI_VERSION, MX_LAYOUT_LINEAR, MX_LAYOUT_TILE_128X4,
                        padding};
  std::vector<uint32_t> expected(size_t(tiles.count()), padding);
  std::vector<uint32_t> codes;
  for (int64_t i = 0; i < linear.count(); ++i) {
    int64_t item = i / shape[2] / shape[1], m = i / shape[2] % shape[1];
    int64_t j = i % shape[2];
    int64_t tile = (item * down + m / 128) * across + j / 4;
    expected[size_t(tile * 512 + m % 32 * 16 + m / 32 % 4 * 4 + j % 4)] =
        linear.bits(i);
    codes.push_back(linear.bits(i));
  }
  forEachKernel(
      "relayout", random, {&linear}, {&tiles},
      [&] { return mx_relayout(&spec, linear.pointer(), tiles.pointer()); },
      [&] { expectBits(tiles, expected); });
  Guarded back(MX_I8, shape, Use::Output, random);
  std::swap(spec.from, spec.to);
  tiles.freeze();
  bool copy = random.below(4) == 0;
  if (copy)
    spec.from = spec.to = MX_LAYOUT_LINEAR;
  forEachKernel(
      "relayout", random, {&linear, &tiles}, {&back},
      [&] {
        return mx_relayout(&spec, (copy ? linear : tiles).pointer(),
                           back.pointer());
      },
      [&] { expectBits(back, codes); });
}

void fuzzPacking(Random &random) {
  FloatFormat format = randomFormat(random, 16);
  unsigned bits = format.bits();
  int64_t count = randomLength(random, 2000);
  int dtype = bits <= 8 ? MX_I8 : MX_I16;
  Guarded codes(dtype, {count}, Use::Input, random, true);
  Guarded packed(MX_I8, {packedSize(bits, count)}, Use::Output, random, true);
  Guarded back(dtype, {count}, Use::Output, random, true);
  std::vector<uint16_t> wide;
  for (int64_t i = 0; i < count; ++i) {
    wide.push_back(uint16_t(random.below(int64_t(1) << bits)));
    codes.setBits(i, wide.back());
  }
  codes.freeze();
  std::vector<uint8_t> bytes(size_t(packed.count()));
  packCodes(bits, wide.data(), count, bytes.data());
  CHECK(mx_pack_codes(formatWord(format), codes.pointer(), packed.pointer()) ==
        MX_OK);
  expectBits(packed, {bytes.begin(), bytes.end()});
  CHECK(mx_unpack_codes(formatWord(format), packed.pointer(), back.pointer()) ==
        MX_OK);
  expectBits(back, {wide.begin(), wide.end()});
  CHECK(codes.intact() && packed.intact() && back.intact());
  Tally::Runs &runs = tally().runs["pack_codes, unpack_codes"];
  ++runs.calls;
  ++runs.taken;
}

} // namespace mx::fuzz

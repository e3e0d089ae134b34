//===- elementwise.cpp - amax, hadamard, cast, decode, relayout -----------===//
//
// The kernels without block scales against lib/Support, over shapes, layouts,
// element types, threads and FTZ/DAZ.
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"
#include "mx/Support/Pack.h"
#include "mx/Support/Philox.h"

using namespace mx::contract;
using namespace mx::test;

namespace {

std::vector<int64_t> randomShape(Random &random) {
  std::vector<int64_t> shape;
  for (int64_t i = random.below(3); i >= 0; --i)
    shape.push_back(1 + random.below(9));
  shape.back() = 1 + random.below(random.below(8) ? 70 : 2500);
  return shape;
}

void checkAmax(int round, Random &random) {
  Buffer x(round % 3, randomShape(random), Layout(random.below(3)));
  fill(x, random, true);
  Buffer out(MX_F32, {}, Layout::Contiguous);
  float expected = 0;
  for (int64_t i = 0; i < x.count(); ++i)
    if (std::isfinite(x.value(i)))
      expected = std::max(expected, std::fabs(x.value(i)));
  withSettings(round, [&] { return mx_amax(x.pointer(), out.pointer()); });
  CHECK(out.value(0) == expected);
}

void checkHadamard(int round, Random &random) {
  auto shape = randomShape(random);
  mx_quantize_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.hadamard_size = int64_t(2) << random.below(8);
  spec.signs = MX_SIGNS_SEED;
  spec.sign_stream = 5;
  shape.back() = spec.hadamard_size * (1 + random.below(3));
  Buffer x(round % 3, shape, Layout(random.below(3)));
  Buffer out(MX_F32, shape, Layout(random.below(3)));
  fill(x, random, true);
  withSettings(
      round, [&] { return mx_hadamard(&spec, x.pointer(), 9, out.pointer()); });
  SignBits signs = seededSigns(9, 5, spec.hadamard_size);
  bool same = true;
  std::vector<float> group(size_t(spec.hadamard_size));
  for (int64_t g = 0; g < x.count(); g += spec.hadamard_size) {
    for (int64_t j = 0; j < spec.hadamard_size; ++j)
      group[size_t(j)] = x.value(g + j);
    hadamard(group.data(), spec.hadamard_size, signs);
    for (int64_t j = 0; j < spec.hadamard_size; ++j)
      same &= out.bits(g + j) == bitsOf(group[size_t(j)]);
  }
  CHECK(same);
}

void checkCast(int round, Random &random) {
  const FloatFormat formats[] = {kE2M1, kE4M3,  kE5M2,
                                 kInt8, kBF16,  kF16,
                                 kE8M0, kUE5M3, {6, 5, FloatKind::FN}};
  FloatFormat format = formats[random.below(9)];
  int dtype = format == kBF16      ? MX_BF16
              : format == kF16     ? MX_F16
              : format.bits() <= 8 ? MX_I8
                                   : MX_I16;
  mx_quantize_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.element = formatWord(format);
  spec.rounding = random.below(4);
  spec.random_bits = 8 * (1 + random.below(3));
  spec.stream = 3;
  auto shape = randomShape(random);
  Buffer x(round % 3, shape, Layout(random.below(3)));
  Buffer out(dtype, shape, Layout(random.below(3)));
  fill(x, random, true);
  withSettings(round, [&] {
    return mx_cast(&spec, x.pointer(), 8, nullptr, out.pointer());
  });
  RoundingBits draw(8, 3, unsigned(spec.random_bits));
  bool same = true;
  for (int64_t i = 0; i < x.count(); ++i) {
    uint32_t bits =
        draw(uint64_t(i / shape.back()), uint64_t(i % shape.back()));
    same &= out.bits(i) == castTo(format, x.value(i), Rounding(spec.rounding),
                                  bits, unsigned(spec.random_bits));
  }
  CHECK(same);
}

void checkDecode(int round, Random &random) {
  const FloatFormat formats[] = {kE2M1, kE4M3,  kE5M2,
                                 kInt8, kUE5M3, {8, 7, FloatKind::Finite}};
  FloatFormat format = formats[random.below(6)];
  auto shape = randomShape(random);
  Buffer codes(format.bits() <= 8 ? MX_I8 : MX_I16, shape,
               Layout(random.below(3)));
  for (int64_t i = 0; i < codes.count(); ++i)
    codes.setBits(i, uint32_t(random.next()));
  Buffer out(round % 3, shape, Layout(random.below(3)));
  withSettings(round, [&] {
    return mx_decode(formatWord(format), codes.pointer(), out.pointer());
  });
  FloatFormat type = round % 3 == 0 ? kF32 : round % 3 == 1 ? kBF16 : kF16;
  bool same = true;
  for (int64_t i = 0; i < codes.count(); ++i)
    same &= out.bits(i) == roundDouble(type, decode(format, codes.bits(i)));
  CHECK(same);
}

/// There and back, and each byte of the tiles where the definition puts it.
void checkRelayout(int round, Random &random) {
  std::vector<int64_t> shape = {1 + random.below(2), 1 + random.below(300),
                                1 + random.below(11)};
  bool isTall = random.below(2);
  int64_t rows = isTall ? 128 : 16, size = 4 * rows;
  int64_t layout = isTall ? MX_LAYOUT_TILE_128X4 : MX_LAYOUT_TILE_16X4;
  int64_t down = (shape[1] + rows - 1) / rows, across = (shape[2] + 3) / 4;
  Buffer linear(MX_I8, shape, Layout(random.below(3)));
  Buffer tiles(MX_I8, {shape[0], down, across, size}, Layout::Contiguous);
  Buffer back(MX_I8, shape, Layout(random.below(3)));
  for (int64_t i = 0; i < linear.count(); ++i)
    linear.setBits(i, uint32_t(random.below(255)));
  mx_relayout_spec spec{MX_ABI_VERSION, MX_LAYOUT_LINEAR, layout, 0xFF};
  withSettings(round, [&] {
    return mx_relayout(&spec, linear.pointer(), tiles.pointer());
  });
  bool same = true;
  int64_t padding = 0;
  for (int64_t i = 0; i < tiles.count(); ++i) {
    int64_t tile = i / size, byte = i % size;
    int64_t m = tile / across % down * rows +
                (isTall ? byte / 16 + byte % 16 / 4 * 32 : byte / 4);
    int64_t j = tile % across * 4 + byte % 4;
    bool inside = m < shape[1] && j < shape[2];
    int64_t item = tile / (across * down);
    same &= tiles.bits(i) ==
            (inside ? linear.bits((item * shape[1] + m) * shape[2] + j) : 0xFF);
    padding += !inside;
  }
  CHECK(same && padding == tiles.count() - linear.count());
  spec.from = layout;
  spec.to = MX_LAYOUT_LINEAR;
  withSettings(round, [&] {
    return mx_relayout(&spec, tiles.pointer(), back.pointer());
  });
  same = true;
  for (int64_t i = 0; i < linear.count(); ++i)
    same &= linear.bits(i) == back.bits(i);
  CHECK(same);
}

void checkPacking() {
  for (const FloatFormat &f : {kE2M1, kE2M3, kE4M3, FloatFormat{5, 6}}) {
    Random random(4);
    int dtype = f.bits() <= 8 ? MX_I8 : MX_I16;
    Buffer codes(dtype, {37}, Layout::Contiguous);
    Buffer back(dtype, {37}, Layout::Contiguous);
    Buffer bytes(MX_I8, {packedSize(f.bits(), 37)}, Layout::Contiguous);
    for (int64_t i = 0; i < 37; ++i)
      codes.setBits(i, uint32_t(random.below(1 << f.bits())));
    CHECK(mx_pack_codes(formatWord(f), codes.pointer(), bytes.pointer()) == 0);
    CHECK(mx_unpack_codes(formatWord(f), bytes.pointer(), back.pointer()) == 0);
    for (int64_t i = 0; i < 37; ++i)
      CHECK(codes.bits(i) == back.bits(i));
  }
}

void repeat(const char *op, void (*check)(int, Random &)) {
  forEachKernel(op, [&] {
    Random random(41);
    for (int round = 0; round < 400; ++round)
      check(round, random);
  });
}

} // namespace

int main() {
  repeat("amax", checkAmax);
  repeat("hadamard", checkHadamard);
  repeat("cast", checkCast);
  repeat("decode", checkDecode);
  repeat("relayout", checkRelayout);
  checkPacking();
  return finish("runtime elementwise");
}

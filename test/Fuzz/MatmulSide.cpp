//===- MatmulSide.cpp - An operand of a random product --------------------===//
//
// Codes and scales are any bits, clean or with NaN and infinities among them;
// scales span few steps or many.
//
//===----------------------------------------------------------------------===//

#include "MatmulSide.h"

#include "mx/Support/Pack.h"

#include <algorithm>

using namespace mx::contract;

namespace mx::fuzz {

namespace {

/// A code that is a number, or with `dirty` any code now and then.
uint32_t randomCode(const FloatFormat &f, bool dirty, Random &random) {
  bool any = dirty && random.below(200) == 0;
  for (;;) {
    auto code = uint32_t(random.below(int64_t(1) << f.bits()));
    if (any || (!isNaN(f, code) && !isInf(f, code)))
      return code;
  }
}

void fillCodes(Side &side, bool dirty, Random &random) {
  const ScaledFormat &f = side.format;
  int64_t width = f.cols(side.k), bytes = f.bytesPerBlock(side.k);
  int64_t blocks = f.numBlocks(side.k);
  std::vector<uint16_t> codes(static_cast<size_t>(width));
  std::vector<uint8_t> packed(static_cast<size_t>(bytes));
  bool sparse = random.below(6) == 0;
  for (int64_t i = 0; i < side.items * side.rows * blocks; ++i) {
    int64_t used = std::min(width, side.k - i % blocks * width);
    std::fill(codes.begin(), codes.end(), uint16_t(0));
    if (!sparse || random.below(4) == 0) // some blocks all zero
      for (int64_t j = 0; j < used; ++j)
        codes[size_t(j)] = uint16_t(randomCode(f.element, dirty, random));
    packCodes(f.element.bits(), codes.data(), width, packed.data());
    for (int64_t b = 0; b < bytes; ++b)
      side.codes->setBits(i * bytes + b, packed[size_t(b)]);
  }
}

void fillScales(Side &side, bool dirty, Random &random) {
  const FloatFormat &f = side.format.scale;
  const int64_t spreads[] = {0, 3, 4, 8, 20, 254};
  int64_t spread = spreads[random.below(6)];
  int64_t base = random.below(2) ? std::min<int64_t>(120, 254 - spread)
                                 : random.below(255 - spread);
  for (int64_t i = 0; i < side.scale->count(); ++i) {
    if (f == kF32)
      side.scale->set(i, randomFloat(random, dirty));
    else if (f.isE8M0)
      side.scale->setBits(i, dirty && random.below(100) == 0
                                 ? 0xFF
                                 : uint32_t(base + random.below(spread + 1)));
    else
      side.scale->setBits(i, randomCode(f, dirty, random));
  }
}

/// The operand's numbers, read back from its buffers.
void readNumbers(Side &side) {
  const ScaledFormat &f = side.format;
  int64_t width = f.cols(side.k), bytes = f.bytesPerBlock(side.k);
  int64_t blocks = f.numBlocks(side.k), rowsPer = f.rows(side.rows);
  int64_t scaleRows = f.numBlockRows(side.rows);
  std::vector<uint16_t> codes(static_cast<size_t>(width));
  std::vector<uint8_t> packed(static_cast<size_t>(bytes));
  side.range = exponentRange(f);
  for (int64_t i = 0; i < side.items * side.rows * blocks; ++i) {
    int64_t block = i % blocks, row = i / blocks % side.rows;
    int64_t item = i / blocks / side.rows;
    for (int64_t b = 0; b < bytes; ++b)
      packed[size_t(b)] = uint8_t(side.codes->bits(i * bytes + b));
    unpackCodes(f.element.bits(), packed.data(), width, codes.data());
    int64_t at = (item * scaleRows + row / rowsPer) * blocks + block;
    Decoded factor = decodeScale(f.scale, side.scale->bits(at));
    for (int64_t j = 0; j < width && block * width + j < side.k; ++j)
      side.numbers.push_back(
          exactProduct(decodeParts(f.element, codes[size_t(j)]), factor));
  }
}

/// Moves the bytes to tiles, where the format allows it.
void prepack(Side &side, Random &random) {
  const ScaledFormat &f = side.format;
  int64_t bytes = f.bytesPerBlock(side.k), blocks = f.numBlocks(side.k);
  if (f.blockRows != 1 || f.blockCols == kFull || f.scale == kF32 ||
      bytes % 4 != 0)
    return;
  auto moved = [&](const Guarded &from, int64_t width) {
    auto shape = side.batch;
    int64_t strips = (side.rows + 15) / 16, tiles = (width + 3) / 4;
    shape.insert(shape.end(), {strips, tiles, 64});
    auto result =
        std::make_unique<Guarded>(MX_I8, shape, Use::Input, random, true);
    for (int64_t i = 0; i < result->count(); ++i)
      result->setBits(i, 0);
    for (int64_t i = 0; i < from.count(); ++i) {
      int64_t row = i / width % side.rows, item = i / width / side.rows;
      int64_t tile = (item * strips + row / 16) * tiles + i % width / 4;
      result->setBits(tile * 64 + row % 16 * 4 + i % width % 4, from.bits(i));
    }
    return result;
  };
  side.codes = moved(*side.codes, blocks * bytes);
  side.scale = moved(*side.scale, blocks);
  side.layout = MX_LAYOUT_TILE_16X4;
}

void makeScaled(Side &side, bool dirty, Random &random) {
  const ScaledFormat &f = side.format;
  auto shape = side.batch;
  shape.insert(shape.end(),
               {side.rows, f.numBlocks(side.k), f.bytesPerBlock(side.k)});
  side.codes = std::make_unique<Guarded>(MX_I8, shape, Use::Input, random);
  shape.pop_back();
  shape[shape.size() - 2] = f.numBlockRows(side.rows);
  side.scale = std::make_unique<Guarded>(f.scale == kF32 ? MX_F32 : MX_I8,
                                         shape, Use::Input, random);
  fillCodes(side, dirty, random);
  fillScales(side, dirty, random);
  readNumbers(side);
  if (random.below(2))
    prepack(side, random);
  side.scale->freeze();
  if (!f.hasTensorScale)
    return;
  side.tensorScale = std::make_unique<Guarded>(MX_F32, std::vector<int64_t>{1},
                                               Use::Input, random);
  side.tensorScale->set(0, randomFloat(random, dirty));
  side.tensorScale->freeze();
}

void makePlain(Side &side, Random &random) {
  auto shape = side.batch;
  shape.insert(shape.end(), {side.rows, side.k});
  side.codes = std::make_unique<Guarded>(int(random.below(3)), shape,
                                         Use::Input, random);
  fillFloats(*side.codes, random);
  std::vector<float> values;
  for (int64_t i = 0; i < side.codes->count(); ++i)
    values.push_back(side.codes->value(i));
  int64_t rows = side.items * side.rows;
  ExactOperand exact = exactOperand(
      MatrixView{values.data(), 1, rows, side.k, 0, side.k, 1}, kF32);
  side.range = exact.range;
  side.numbers = std::move(exact.values);
}

} // namespace

bool Side::tellsLength() const {
  const ScaledFormat &f = format;
  if (!isScaled)
    return true;
  if (f.blockCols != kFull)
    return k % f.blockCols == 0;
  return packedCount(f.element.bits(), f.bytesPerBlock(k)) == k;
}

void Side::write(int64_t *fields) const {
  if (!isScaled)
    return;
  const ScaledFormat &f = format;
  const int64_t values[] = {formatWord(f.element), formatWord(f.scale),
                            f.blockRows, f.blockCols, f.hasTensorScale};
  std::copy(values, values + 5, fields);
}

std::string Side::describe() const {
  const char *types[] = {"f32", "bf16", "f16"};
  if (!isScaled)
    return types[codes->dtype];
  return nameOf(format) + (layout == MX_LAYOUT_LINEAR ? "" : " in tiles");
}

ScaledFormat randomScaled(Random &random) {
  const ScaledFormat common[] = {
      {kE2M1, kE8M0, 1, 32}, {kE2M1, kE8M0, 1, 32},      {kE4M3, kE8M0, 1, 32},
      {kE5M2, kE8M0, 1, 32}, {kInt8, kE8M0, 1, 32},      {kE2M3, kE8M0, 1, 32},
      {kE3M2, kE8M0, 1, 32}, {kE2M1, kE4M3, 1, 16, true}};
  if (random.below(4) != 0)
    return common[random.below(8)];
  const FloatFormat scales[] = {kE8M0, kE8M0, kE4M3, kUE5M3, kF32};
  const int64_t rows[] = {1, 1, 1, 4, 16, kFull};
  const int64_t cols[] = {8, 16, 32, 64, 5, kFull};
  ScaledFormat f{randomFormat(random, 16), scales[random.below(5)],
                 rows[random.below(6)], cols[random.below(6)]};
  f.hasTensorScale = !f.scale.isE8M0 && random.below(2);
  return f;
}

Side makeSide(const std::vector<int64_t> &batch, int64_t rows, int64_t k,
              bool keepBatch, const ScaledFormat &format, bool surelyScaled,
              Random &random) {
  Side side;
  side.format = format;
  side.rows = rows;
  side.k = k;
  side.batch = batch;
  if (!keepBatch) {
    for (int64_t &size : side.batch)
      size = random.below(2) ? size : 1;
    if (!side.batch.empty() && random.below(2))
      side.batch.erase(side.batch.begin());
  }
  for (int64_t size : side.batch)
    side.items *= size;
  side.isScaled = surelyScaled || random.below(4) != 0;
  bool dirty = random.below(4) == 0;
  if (side.isScaled)
    makeScaled(side, dirty, random);
  else
    makePlain(side, random);
  side.codes->freeze();
  return side;
}

} // namespace mx::fuzz

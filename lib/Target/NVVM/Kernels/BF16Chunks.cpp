//===- BF16Chunks.cpp - Chunks of packed rows as bf16 ---------------------===//

#include "BF16Chunks.h"

#include "../Builder/Warp.h"
#include "Decode.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::bf16_fold;

Chunks::Chunks(Kernel &k, const contract::ScaledFormat &format,
               const PackedRow &row)
    : k(k), format(format), row(row), bits(format.element.bits()),
      perBlock(format.blockCols / kChunk),
      first(row.number.sext(64) * row.blocks.sext(64)) {}

Int Chunks::count() { return row.blocks * perBlock; }

Int Chunks::getPlace(Int chunk) { return first * perBlock + chunk.sext(64); }

Chunk Chunks::load(Int chunk) {
  Chunk loaded;
  Int word = getPlace(chunk) * (bits * kChunk / 32);
  if (bits != 6)
    loaded.words = k.loadWords(row.codes, word, bits * kChunk / 32);
  for (int i = 0; bits == 6 && i < 3; ++i) // 12 bytes: aligned to 4
    loaded.words.push_back(k.loadWords(row.codes, word + i, 1)[0]);
  loaded.scale = k.loadByte(row.scales, first + chunk.udiv(perBlock).sext(64));
  return loaded;
}

Int Chunks::hasNumber(const Chunk &chunk) {
  bool isInteger = format.element.isInteger;
  uint64_t magnitude =
      isInteger ? 0xFF : (1u << (bits - format.element.isSigned)) - 1;
  Int any = k.i32(0);
  for (auto [i, word] : llvm::enumerate(chunk.words)) {
    uint32_t mask = 0;
    for (unsigned bit = 0; bit < 32; ++bit)
      mask |= (magnitude >> ((32 * i + bit) % bits) & 1) << bit;
    any = any | (word & mask);
  }
  return any != 0;
}

Value Chunks::decodeScale(const Chunk &chunk, Int exponent) {
  if (!format.scale.isE8M0)
    return decodeSmall(k, chunk.scale, format.scale);
  return decodeE8M0(k, chunk.scale, k.i32(0) - exponent);
}

/// The bits of the elements as f32; the upper half is their bf16.
SmallVector<Int> Chunks::decode(Int number, const Chunk &chunk, Int exponent) {
  Value scale = decodeScale(chunk, exponent);
  SmallVector<Int> elements;
  for (int i = 0; i < kChunk; ++i) {
    Int code = pickCode(chunk.words, i, bits);
    Value value = k.fmul(decodeSmall(k, code, format.element), scale);
    Int isIn = (number * kChunk + i).slt(row.k);
    elements.push_back(isIn.select(bitsOf(k.emitter(), value), k.i32(0)));
  }
  return elements;
}

SmallVector<Int> Chunks::expand(Int number, const Chunk &chunk, Int exponent) {
  SmallVector<Int> elements = decode(number, chunk, exponent), pairs;
  for (int i = 0; i < kChunk; i += 2)
    pairs.push_back(
        permuteBytes(k, elements[i], elements[i + 1], k.i32(0x7632)));
  return pairs;
}

Int Chunks::findLargest(Int number, const Chunk &chunk) {
  Int largest = k.i32(0);
  for (Int element : decode(number, chunk, k.i32(0)))
    largest = largest.smax(element & 0x7FFFFFFF);
  return largest;
}

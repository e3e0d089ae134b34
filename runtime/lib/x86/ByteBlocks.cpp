//===- ByteBlocks.cpp - MXINT8 rows times rows of MXFP4 -------------------===//
//
// In AVX-512, which every CPU has that multiplies bytes.
//
//===----------------------------------------------------------------------===//

#include "ByteBlocks.h"

#include "../Threads.h"
#include "../avx512/Target.h"

#include <algorithm>
#include <cstring>

namespace mx::runtime::x86 {

namespace {

constexpr int64_t kRowsPerTask = 32;
constexpr int kRaise = 128; ///< of B's bytes

} // namespace

ByteBlocks::ByteBlocks(const OperandArgs &operand, int64_t k)
    : OperandRows(operand, k, kStep, false, ScratchSlot::RowsA) {}

bool ByteBlocks::canRead(const OperandArgs &operand) {
  if (!operand.isScaled)
    return false;
  const ScaledTensor &x = operand.scaled;
  return x.format.element.isInteger && x.format.element.bits() == 8 &&
         x.format.scale.isE8M0 &&
         (x.blocks <= 1 || x.blockCols % kBlockCols == 0);
}

MX_AVX512_BEGIN

void ByteBlocks::prepareRow(int64_t row) {
  alignas(64) uint8_t buffer[kGroup];
  const int64_t blocksOfGroup = kGroup / kBlockCols;
  const uint8_t *scales = scaleCodes + row * units;
  for (int64_t block = 0; block < units; block += blocksOfGroup) {
    const auto *bytes = reinterpret_cast<const int8_t *>(
        codes.at(row, block * kBlockCols, kGroup, buffer));
    for (int64_t i = block; i < block + blocksOfGroup; ++i) {
      int32_t sum = 0;
      for (int64_t col = 0; col < kBlockCols; ++col)
        sum += bytes[(i - block) * kBlockCols + col];
      blockStarts[placeOf(row, i)] = -kRaise * sum;
      blockFactors[placeOf(row, i)] = factors[scales[i]];
    }
  }
}

void ByteBlocks::decode(int64_t firstRow, int64_t rowCount, int64_t first,
                        int64_t count, const RowTarget &target) const {
  alignas(64) uint8_t buffer[kGroup];
  for (int64_t i = 0; i < rowCount; ++i) {
    uint16_t *out = target.data + i * target.rowStride;
    const bool isRow = firstRow + i < rows();
    for (int64_t s = 0; s < count; s += 2, out += 2 * target.stepStride) {
      if (!isRow) {
        std::memset(out, 0, kStep);
        std::memset(out + target.stepStride, 0, kStep);
        continue;
      }
      const uint8_t *bytes =
          codes.at(firstRow + i, (first + s) * kStep, kGroup, buffer);
      __m512i low = _mm512_loadu_si512(bytes);
      __m512i high = _mm512_loadu_si512(bytes + kStep);
      auto store = [](uint16_t *to, __m512i a, __m512i b) {
        auto *half = reinterpret_cast<__m256i *>(to);
        _mm256_storeu_si256(half, _mm512_cvtepi16_epi8(a));
        _mm256_storeu_si256(half + 1, _mm512_cvtepi16_epi8(b));
      };
      store(out, low, high);
      store(out + target.stepStride, _mm512_srli_epi16(low, 8),
            _mm512_srli_epi16(high, 8));
    }
  }
}

MX_TARGET_END

void ByteBlocks::prepareBlocks(int64_t item) {
  prepare(item);
  if (item == currentItem)
    return;
  currentItem = item;
  const auto all =
      static_cast<size_t>(ceilDiv(rows(), kBlock) * kBlock * units);
  blockFactors.assign(all, 0.0f);
  blockStarts.assign(all, 0);
  parallelFor(ceilDiv(rows(), kRowsPerTask), piecesOfTask(kRowsPerTask * k),
              [&](int64_t task, Workspace &) {
                int64_t row = task * kRowsPerTask;
                for (int64_t end = std::min(row + kRowsPerTask, rows());
                     row < end; ++row)
                  prepareRow(row);
              });
}

bool multiplyByteBlocks(const MatmulArgs &args, const Multiplier &multiplier,
                        const S8Engine &engine) {
  if (!ByteBlocks::canRead(args.a) || !isFp4(args.b) || args.k < kGroup)
    return false;
  auto b = engine.rows(args.b, args.k, ScratchSlot::RowsB);
  for (int64_t item = 0; item < args.out.items; ++item) {
    b->prepare(args.itemOf(args.b, item), true);
    if (!b->isOneBandEach()) // every item must fit before one is written
      return false;
  }
  ByteBlocks a(args.a, args.k);
  for (int64_t item = 0; item < args.out.items; ++item) {
    b->prepare(args.itemOf(args.b, item), true);
    b->setPacked(true);
    a.prepareBlocks(args.itemOf(args.a, item));
    auto finisher = engine.finisher(args, item, a.exponents(), b->exponents());
    multiplyTiles(a, *b, multiplier,
                  [&](const SumTile &tile) { finisher->storeFloats(tile); });
  }
  return true;
}

} // namespace mx::runtime::x86

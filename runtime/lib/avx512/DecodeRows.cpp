//===- DecodeRows.cpp - Rows of an operand as bf16: elements --------------===//
//
// MXFP4 takes three operations per 32 elements: a table look-up by 16-bit lanes
// and a saturating subtraction of the scale's distance from the exponent field.
// Zero is -0 in the table, which the saturation keeps. Rows are decoded side by
// side: a row alone would write lines of few sets of the first-level cache, one
// of each step. Other formats go by f32: their codes are numbers of f16 once
// shifted, times the scale, cut into bf16.
//
//===----------------------------------------------------------------------===//

#include "FloatSteps.h"
#include "Fp4Table.h"
#include "Rows.h"
#include "Target.h"
#include "Transpose.h"
#include "Widen.h"

#include "../portable/Rows.h"

#include <cmath>
#include <cstring>

namespace mx::runtime::avx512 {

using namespace contract;

MX_AVX512_BEGIN

namespace {

/// Columns that are decoded at a time where bytes must be gathered first.
constexpr int64_t kPiece = 16;

/// Byte q of four in all bytes of 128-bit lane q.
__m512i spreadBytes(const uint8_t *bytes) {
  const __m512i lanes = _mm512_mullo_epi32(
      _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3),
      _mm512_set1_epi32(0x01010101));
  int32_t four;
  std::memcpy(&four, bytes, 4);
  return _mm512_permutexvar_epi8(
      lanes, _mm512_castsi128_si512(_mm_cvtsi32_si128(four)));
}

/// 128 codes with four scales, in the order Nibbles.
struct Fp4Groups {
  __m512i table, top, place; ///< place: minus the lowest bit of an exponent

  Fp4Groups()
      : table(_mm512_load_si512(kFp4Table)), top(_mm512_set1_epi16(252 * 128)),
        place(_mm512_set1_epi16(0x0080)) {}
  inline __attribute__((always_inline)) void decode(const uint8_t *codes,
                                                    const uint8_t *scales,
                                                    uint16_t *out,
                                                    int64_t stepStride) const {
    const __m512i v = _mm512_loadu_si512(codes);
    const __m512i below =
        _mm512_add_epi16(top, _mm512_maddubs_epi16(spreadBytes(scales), place));
    for (int r = 0; r < 4; ++r, out += stepStride)
      _mm512_storeu_si512(
          out, _mm512_subs_epi16(
                   _mm512_permutexvar_epi16(_mm512_srli_epi16(v, 4 * r), table),
                   below));
  }
};

/// 32 codes with one scale, in the order of k.
__m512i decodeFp4Step(__m128i codes, uint8_t scale, __m512i table) {
  __m512i pairs = _mm512_cvtepu8_epi32(codes);
  // The odd code to the upper word; bits 0 to 3 of a word are an index.
  pairs = _mm512_or_si512(pairs, _mm512_slli_epi32(pairs, 12));
  return _mm512_subs_epi16(_mm512_permutexvar_epi16(pairs, table),
                           _mm512_set1_epi16(short((252 - scale) * 128)));
}

__m128i loadCodes(const uint8_t *bytes) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes));
}

/// Words of two vectors by their places: the upper halves of 32 dwords.
struct HalfOrders {
  uint16_t natural[32] = {};
  /// For dword 4·c + i of a vector being number 16·i + 4·c + r of 64 and step r
  /// of a group.
  uint16_t nibbles[32] = {};

  constexpr HalfOrders() {
    for (int word = 0; word < 32; ++word) {
      natural[word] = static_cast<uint16_t>(2 * word + 1);
      int lane = word / 8, j = word % 8;
      int dword = 4 * (j % 4) + lane % 2 * 2 + j / 4;
      nibbles[word] = static_cast<uint16_t>(lane / 2 * 32 + 2 * dword + 1);
    }
  }
};
alignas(64) constexpr HalfOrders kHalves;

/// Truncation to bf16.
__m512i upperHalves(__m512 low, __m512 high, __m512i order) {
  return _mm512_permutex2var_epi16(_mm512_castps_si512(low), order,
                                   _mm512_castps_si512(high));
}

/// 32 numbers as `limbs` bf16 ones; eight significant bits each, exactly.
inline void storeLimbs(__m512 low, __m512 high, __m512i order, int limbs,
                       uint16_t *out, int64_t limbStride) {
  _mm512_storeu_si512(out, upperHalves(low, high, order));
  for (int limb = 1; limb < limbs; ++limb) {
    low = _mm512_sub_ps(low, cutToBF16(low));
    high = _mm512_sub_ps(high, cutToBF16(high));
    out += limbStride;
    _mm512_storeu_si512(out, upperHalves(low, high, order));
  }
}

template <int Bits, bool IsInteger>
void decodeSteps(const uint8_t *codes, int64_t count, const uint8_t *scales,
                 int64_t perStep, const float *factors, const Placement &place,
                 int limbs, uint16_t *out, int64_t stepStride,
                 int64_t limbStride) {
  const __m512i order = _mm512_load_si512(kHalves.natural);
  for (int64_t i = 0; i < count; ++i, codes += 4 * Bits, out += stepStride) {
    __m512 low, high;
    widen<Bits, IsInteger>(codes, place, low, high);
    low = _mm512_mul_ps(low, _mm512_set1_ps(factors[*scales]));
    scales += perStep - 1;
    high = _mm512_mul_ps(high, _mm512_set1_ps(factors[*scales++]));
    storeLimbs(low, high, order, limbs, out, limbStride);
  }
}

/// 32 codes as their products with two scales, for 16 of them each.
void decodeProducts(const uint8_t *codes, int64_t count, const uint8_t *scales,
                    int64_t perStep, const uint16_t (*products)[16],
                    uint16_t *out, int64_t stepStride) {
  const __m512i code = _mm512_set1_epi16(15);
  const __m512i ofSecond = // the upper 16 words have the second scale's table
      _mm512_mask_set1_epi32(_mm512_setzero_si512(), 0xFF00, 0x00100010);
  for (int64_t i = 0; i < count; ++i, codes += 16, out += stepStride) {
    __m512i table = _mm512_castsi256_si512(_mm256_load_si256(
        reinterpret_cast<const __m256i *>(products[*scales])));
    scales += perStep - 1;
    table =
        _mm512_inserti64x4(table,
                           _mm256_load_si256(reinterpret_cast<const __m256i *>(
                               products[*scales++])),
                           1);
    __m512i pairs = _mm512_cvtepu8_epi32(
        _mm_loadu_si128(reinterpret_cast<const __m128i *>(codes)));
    pairs = _mm512_or_si512(pairs, _mm512_slli_epi32(pairs, 12));
    pairs = _mm512_ternarylogic_epi32(pairs, code, ofSecond, 0xEA);
    _mm512_storeu_si512(out, _mm512_permutexvar_epi16(pairs, table));
  }
}

/// Within 32 words: k = 4j + r to lane r, word j.
struct LaneOrder {
  uint16_t words[32] = {};
  constexpr LaneOrder() {
    for (int i = 0; i < 32; ++i)
      words[i] = static_cast<uint16_t>(i % 8 * 4 + i / 8);
  }
};
alignas(64) constexpr LaneOrder kByLane;

/// Groups of four steps from the natural order to Nibbles, in place.
void permuteToNibbles(uint16_t *steps, int64_t count, int64_t stepStride) {
  const __m512i byLane = _mm512_load_si512(kByLane.words);
  for (int64_t group = 0; group < count; group += 4) {
    __m512i v[4];
    for (int i = 0; i < 4; ++i)
      v[i] = _mm512_permutexvar_epi16(
          byLane, _mm512_loadu_si512(steps + (group + i) * stepStride));
    __m512i a = _mm512_shuffle_i32x4(v[0], v[1], 0x44);
    __m512i b = _mm512_shuffle_i32x4(v[2], v[3], 0x44);
    __m512i c = _mm512_shuffle_i32x4(v[0], v[1], 0xEE);
    __m512i d = _mm512_shuffle_i32x4(v[2], v[3], 0xEE);
    v[0] = _mm512_shuffle_i32x4(a, b, 0x88);
    v[1] = _mm512_shuffle_i32x4(a, b, 0xDD);
    v[2] = _mm512_shuffle_i32x4(c, d, 0x88);
    v[3] = _mm512_shuffle_i32x4(c, d, 0xDD);
    for (int i = 0; i < 4; ++i)
      _mm512_storeu_si512(steps + (group + i) * stepStride, v[i]);
  }
}

/// Word i of Halves is number i / 2, or 16 more.
struct HalvesOrder {
  uint16_t words[32] = {};
  constexpr HalvesOrder() {
    for (int i = 0; i < 32; ++i)
      words[i] = static_cast<uint16_t>(i / 2 + i % 2 * 16);
  }
};
alignas(64) constexpr HalvesOrder kInHalves;

/// Steps from the natural order to Halves, in place.
void permuteToHalves(uint16_t *steps, int64_t count, int64_t stepStride) {
  const __m512i inHalves = _mm512_load_si512(kInHalves.words);
  for (int64_t i = 0; i < count; ++i, steps += stepStride)
    _mm512_storeu_si512(
        steps, _mm512_permutexvar_epi16(inHalves, _mm512_loadu_si512(steps)));
}

/// Columns [col, col + 128) of a row without gaps that has them.
template <int DType>
void loadGroup(const uint8_t *row, int64_t col, __m512 v[8]) {
  for (int i = 0; i < 8; ++i, col += 16) {
    if constexpr (DType == MX_F32) {
      v[i] = _mm512_loadu_ps(reinterpret_cast<const float *>(row) + col);
      continue;
    }
    __m256i words = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(
        reinterpret_cast<const uint16_t *>(row) + col));
    v[i] = DType == MX_F16 ? _mm512_cvtph_ps(words)
                           : _mm512_castsi512_ps(_mm512_slli_epi32(
                                 _mm512_cvtepu16_epi32(words), 16));
  }
}

/// Columns [col, col + 128) of a row, zeros from `cols` on.
void loadGroup(const uint8_t *row, const Matrix &x, int64_t col, int64_t cols,
               __m512 v[8]) {
  if (x.colStride != 1 || col + x86::kGroup > cols)
    for (int i = 0; i < 8; ++i)
      v[i] = loadFloats(row, x, col + 16 * i, cols);
  else if (x.tensor.dtype == MX_F32)
    loadGroup<MX_F32>(row, col, v);
  else if (x.tensor.dtype == MX_F16)
    loadGroup<MX_F16>(row, col, v);
  else
    loadGroup<MX_BF16>(row, col, v);
}

void clearRow(int64_t count, int limbs, const RowTarget &target) {
  for (int limb = 0; limb < limbs; ++limb)
    for (int64_t i = 0; i < count; ++i)
      _mm512_storeu_si512(target.data + limb * target.limbStride +
                              i * target.stepStride,
                          _mm512_setzero_si512());
}

} // namespace

Rows::Rows(const OperandArgs &operand, int64_t k, KOrder order, int maxLimbs,
           ScratchSlot slot, bool defers)
    : OperandRows(operand, k, kStep, order != KOrder::Natural, slot, defers),
      order(order) {
  constexpr int64_t perGroup = x86::kGroup / kStep;
  stepCount = order == KOrder::Nibbles ? x86::ceilDiv(k, x86::kGroup) * perGroup
                                       : x86::ceilDiv(k, kStep);
  bool hasGroups =
      order == KOrder::Nibbles || order == KOrder::NibblesOfWholeGroups;
  groupSteps = hasGroups ? stepCount / perGroup * perGroup : 0;
  limbCount = std::min(maxLimbs, (x86::significandBits(operand) + 7) / 8);
}

void Rows::prepare(int64_t item) {
  OperandRows::prepare(item);
  if (kind == Kind::Bytes && limbCount == 1 && !hasProducts && !hasTables)
    prepareTables();
}

void Rows::prepareTables() {
  const ScaledFormat &format = operand.scaled.format;
  const FloatFormat &element = format.element;
  hasProducts = element.bits() == 4 && !element.isInteger;
  hasTables = ByteTables::suit(format) && unit == kStep;
  if (hasTables)
    tables.fill(element, biasDifference(element));
  if (!hasProducts)
    return;
  alignas(64) float elements[16];
  for (uint32_t code = 0; code < 16; ++code)
    elements[code] = static_cast<float>(
        std::ldexp(contract::decode(element, code), -biasDifference(element)));
  const __m512 values = _mm512_load_ps(elements);
  for (int scale = 0; scale < 256; ++scale) {
    __m512 exact = _mm512_mul_ps(values, _mm512_set1_ps(factors[scale]));
    _mm256_store_si256(reinterpret_cast<__m256i *>(products[scale]),
                       _mm512_cvtepi32_epi16(
                           _mm512_srli_epi32(_mm512_castps_si512(exact), 16)));
  }
}

void Rows::decodeFp4(int64_t row, int64_t first, int64_t count,
                     const RowTarget &target) const {
  const uint8_t *scales = scaleCodes + row * units + first;
  alignas(64) uint8_t buffer[kPiece * 16];
  int64_t done = 0;
  if (codes.isContiguous()) { // but for what is behind the last whole step
    done = std::clamp<int64_t>(k / kStep - first, 0, count);
    if (first + done < groupSteps)
      done = done / 4 * 4;
    decodeFp4Steps(codes.row(row) + 16 * first, scales, first, done, target);
    const int64_t left = k - kStep * (first + done); // of a part of a step
    if (done < count && left > 0 && first + done >= groupSteps) {
      _mm_store_si128(
          reinterpret_cast<__m128i *>(buffer),
          loadLastCodes(codes.row(row) + 16 * (first + done), left));
      decodeFp4Steps(buffer, scales + done, first + done, 1, target.from(done));
      ++done;
    }
  }
  while (done < count) {
    int64_t size = std::min(kPiece, count - done);
    decodeFp4Steps(codes.at(row, kStep * (first + done), kStep * size, buffer),
                   scales + done, first + done, size, target.from(done));
    done += size;
  }
}

int64_t Rows::decodeFp4Groups(int64_t firstRow, int64_t rowCount, int64_t first,
                              int64_t count, const RowTarget &target) const {
  if (kind != Kind::Fp4 || !codes.isContiguous() || rowCount == 0)
    return 0;
  const int64_t whole = std::min(groupSteps, k / kStep) - first;
  const int64_t steps = std::clamp<int64_t>(whole, 0, count) / 4 * 4;
  const uint8_t *bytes = codes.row(firstRow) + 16 * first;
  const int64_t rowBytes = codes.row(firstRow + 1) - codes.row(firstRow);
  const uint8_t *scales = scaleCodes + firstRow * units + first;
  // Not to be loaded among stores that might be to the same place of a page.
  const RowTarget to = target;
  const int64_t scaleStride = units;
  const Fp4Groups groups;
  for (int64_t i = 0; i < steps; i += 4) {
    uint16_t *out = to.data + i * to.stepStride;
    for (int64_t row = 0; row < rowCount; ++row)
      groups.decode(bytes + row * rowBytes + 16 * i,
                    scales + row * scaleStride + i, out + row * to.rowStride,
                    to.stepStride);
  }
  return steps;
}

void Rows::decodeFp4Steps(const uint8_t *bytes, const uint8_t *scales,
                          int64_t first, int64_t count,
                          const RowTarget &target) const {
  const Fp4Groups groups;
  uint16_t *out = target.data;
  const int64_t grouped = std::clamp<int64_t>(groupSteps - first, 0, count);
  int64_t i = 0;
  for (; i < grouped; i += 4, bytes += 64, out += 4 * target.stepStride)
    groups.decode(bytes, scales + i, out, target.stepStride);
  const __m512i inHalves = _mm512_load_si512(kInHalves.words);
  for (; i < count; ++i, bytes += 16, out += target.stepStride) {
    __m512i x = decodeFp4Step(loadCodes(bytes), scales[i], groups.table);
    if (order == KOrder::Halves)
      x = _mm512_permutexvar_epi16(inHalves, x);
    _mm512_storeu_si512(out, x);
  }
}

void Rows::decodePiece(const uint8_t *bytes, const uint8_t *scales,
                       int64_t count, uint16_t *out,
                       const RowTarget &target) const {
  const FloatFormat &element = operand.scaled.format.element;
  const int64_t perStep = kStep / unit; // scales
  if (hasProducts)
    return decodeProducts(bytes, count, scales, perStep, products, out,
                          target.stepStride);
  const Placement place(element);
  auto *run = element.isInteger     ? decodeSteps<8, true>
              : element.bits() == 4 ? decodeSteps<4, false>
              : element.bits() == 6 ? decodeSteps<6, false>
                                    : decodeSteps<8, false>;
  auto runSteps = [&](int64_t first, int64_t some) {
    run(bytes + codes.bytesOf(kStep * first), some, scales + perStep * first,
        perStep, factors, place, limbCount, out + first * target.stepStride,
        target.stepStride, target.limbStride);
  };
  auto decodePairs = [&](int64_t first, int64_t pairs) {
    auto decode =
        element.bits() == 6 ? &ByteTables::decode<6> : &ByteTables::decode<8>;
    return hasTables &&
           (tables.*decode)(bytes + codes.bytesOf(kStep * first),
                            scales + first, pairs,
                            out + first * target.stepStride, target.stepStride);
  };
  int64_t done = count / 2 * 2;
  if (!decodePairs(0, count / 2)) // pair by pair then
    for (done = 0; hasTables && done + 2 <= count; done += 2)
      if (!decodePairs(done, 1))
        runSteps(done, 2);
  if (done < count)
    runSteps(done, count - done);
}

void Rows::decodeBytes(int64_t row, int64_t first, int64_t count,
                       const RowTarget &target) const {
  const int64_t perStep = kStep / unit; // scales
  alignas(64) uint8_t buffer[kPiece * kStep];
  for (int64_t piece = 0; piece < count; piece += kPiece) {
    int64_t size = std::min(kPiece, count - piece);
    decodePiece(codes.at(row, kStep * (first + piece), kStep * size, buffer),
                scaleCodes + row * units + perStep * (first + piece), size,
                target.data + piece * target.stepStride, target);
  }
}

void Rows::decodeFloats(int64_t row, int64_t first, int64_t count,
                        const RowTarget &target) const {
  const uint8_t *start = floatBase + row * floatRowBytes;
  const __m512 factor = _mm512_set1_ps(rowFactors[row]);
  uint16_t *out = target.data;
  int64_t i = 0;
  const int64_t grouped = std::clamp<int64_t>(groupSteps - first, 0, count);
  for (; i < grouped; i += 4) {
    __m512 v[8];
    loadGroup(start, floats, (first + i) * kStep, k, v);
    for (__m512 &x : v)
      x = _mm512_mul_ps(x, factor);
    transposeLanes(v);
    transposeLanes(v + 4);
    for (int r = 0; r < 4; ++r, out += target.stepStride)
      storeLimbs(v[r], v[4 + r], _mm512_load_si512(kHalves.nibbles), limbCount,
                 out, target.limbStride);
  }
  for (; i < count; ++i, out += target.stepStride) {
    int64_t col = (first + i) * kStep;
    __m512 low = loadFloats(start, floats, col, k);
    __m512 high = loadFloats(start, floats, col + 16, k);
    storeLimbs(_mm512_mul_ps(low, factor), _mm512_mul_ps(high, factor),
               _mm512_load_si512(kHalves.natural), limbCount, out,
               target.limbStride);
  }
}

void Rows::decode(int64_t firstRow, int64_t rowCount, int64_t first,
                  int64_t count, const RowTarget &target) const {
  const int64_t present =
      std::clamp<int64_t>(operand.rows - firstRow, 0, rowCount);
  const int64_t done = decodeFp4Groups(firstRow, present, first, count, target);
  for (int64_t i = done == count ? present : 0; i < rowCount; ++i) {
    const int64_t row = firstRow + i;
    RowTarget at = target;
    at.data += i * at.rowStride;
    if (row >= operand.rows)
      clearRow(count, limbCount, at);
    else if (kind == Kind::Fp4)
      decodeFp4(row, first + done, count - done, at.from(done));
    else if (kind == Kind::Bytes)
      decodeBytes(row, first, count, at);
    else if (order != KOrder::Halves)
      decodeFloats(row, first, count, at);
    else
      decodeHalves(row, first, count, at);
    if (order == KOrder::Halves && kind == Kind::Bytes && row < operand.rows)
      for (int limb = 0; limb < limbCount; ++limb)
        permuteToHalves(at.data + limb * at.limbStride, count, at.stepStride);
    if (kind == Kind::Bytes && first < groupSteps && row < operand.rows)
      for (int limb = 0; limb < limbCount; ++limb)
        permuteToNibbles(at.data + limb * at.limbStride,
                         std::min(count, groupSteps - first), at.stepStride);
  }
}

MX_TARGET_END

} // namespace mx::runtime::avx512

//===- WordRows.cpp - Rows as 16-bit integers -----------------------------===//
//
// Slices are read twice: to find their units and what these miss, and to pack
// them. In AVX-512, which every CPU has that multiplies words.
//
//===----------------------------------------------------------------------===//

#include "WordRows.h"

#include "../Threads.h"
#include "../avx512/Target.h"

#include <algorithm>
#include <atomic>
#include <cstring>

namespace mx::runtime::x86 {

using namespace contract;

namespace {

constexpr int kSmallest = -100; ///< exponents, relative to the row's, for which
constexpr int kLargest = 20;    ///< units are far from the ends of f32
constexpr int kOctaves = 8;     ///< in which 8 significant bits are exact
constexpr int64_t kLanes = 16;
constexpr int64_t kCols = WordRows::kSliceCols;
constexpr int64_t kManyMissing = 32; ///< of a slice: another unit is tried
constexpr int64_t kMostMissing = 8;  ///< one of so many elements

} // namespace

WordRows::WordRows(std::unique_ptr<FloatRows> rows, int64_t k)
    : source(std::move(rows)), k(k) {}

MX_AVX512_BEGIN

namespace {

/// Bits of the largest magnitude; NaN and infinity are larger than all.
uint32_t largestOf(const float *values, int64_t count) {
  __m512i largest = _mm512_setzero_si512();
  for (int64_t i = 0; i < count; i += kLanes)
    largest = _mm512_max_epu32(largest,
                               _mm512_and_si512(_mm512_loadu_si512(values + i),
                                                _mm512_set1_epi32(0x7FFFFFFF)));
  return _mm512_reduce_max_epu32(largest);
}

/// 16 numbers in units of 1 / perUnit, towards zero, of 15 bits and a sign: the
/// largest one for the first number above these, zeros for all that are larger.
struct Words {
  __m512 numbers;
  __m512i words;

  inline __attribute__((always_inline)) Words(const float *values,
                                              __m512 perUnit)
      : numbers(_mm512_mul_ps(_mm512_loadu_ps(values), perUnit)) {
    __mmask16 fits = _mm512_cmp_ps_mask(_mm512_abs_ps(numbers),
                                        _mm512_set1_ps(32768.0f), _CMP_LE_OQ);
    words = _mm512_min_epi32(_mm512_maskz_cvttps_epi32(fits, numbers),
                             _mm512_set1_epi32(32767));
  }
  /// What words miss, exactly.
  __m512 rest() const {
    return _mm512_sub_ps(numbers, _mm512_cvtepi32_ps(words));
  }
};

__mmask16 nonZeros(__m512 x) {
  return _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NEQ_UQ);
}

int64_t countMissing(const float *values, int64_t count, int exponent) {
  const __m512 perUnit = _mm512_set1_ps(powerOfTwo(kWordBits - exponent));
  int64_t missing = 0;
  for (int64_t i = 0; i < count; i += kLanes)
    missing += __builtin_popcount(nonZeros(Words(values + i, perUnit).rest()));
  return missing;
}

/// What words of a multiple of 16 numbers miss, and where.
int64_t takeMissing(const float *values, int64_t count, int exponent,
                    float *rest, int32_t *places) {
  const __m512 perUnit = _mm512_set1_ps(powerOfTwo(kWordBits - exponent));
  const __m512 unit = _mm512_set1_ps(powerOfTwo(exponent - kWordBits));
  const __m512i lanes =
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  int64_t taken = 0;
  for (int64_t i = 0; i < count; i += kLanes) {
    __m512 some = Words(values + i, perUnit).rest();
    __mmask16 missing = nonZeros(some);
    if (missing == 0)
      continue;
    _mm512_storeu_ps(rest + taken, _mm512_maskz_compress_ps(
                                       missing, _mm512_mul_ps(some, unit)));
    _mm512_storeu_si512(
        places + taken,
        _mm512_maskz_compress_epi32(
            missing,
            _mm512_add_epi32(lanes, _mm512_set1_epi32(static_cast<int>(i)))));
    taken += __builtin_popcount(missing);
  }
  return taken;
}

/// The largest exponent of the eight octaves that have the most numbers.
int bestExponent(const float *values, int64_t count, int top) {
  int32_t counts[256 + kOctaves] = {};
  for (int64_t i = 0; i < count; ++i)
    if (values[i] != 0)
      ++counts[(bitsOf(values[i]) >> 23 & 0xFF) + kOctaves];
  int best = top;
  int32_t inside = 0, most = 0;
  for (int field = 0; field <= top + 127; ++field) {
    inside += counts[field + kOctaves] - counts[field];
    if (inside > most) {
      most = inside;
      best = field - 127;
    }
  }
  return best;
}

} // namespace

void WordRows::loadSlice(int64_t row, int64_t first, int64_t count,
                         float *values) const {
  constexpr int64_t parts = kStep / FloatRows::kStep;
  source->decode(
      row, 1, first * parts, count * parts,
      {reinterpret_cast<uint16_t *>(values), 0, 2 * FloatRows::kStep, 0});
}

/// Rows are far apart in memory: the processor sees no stream.
void WordRows::fetchSlice(int64_t row, int64_t first, int64_t count) const {
  const uint8_t *bytes = row < rows() ? bytesOf(row, first) : nullptr;
  for (int64_t at = 0; bytes && at < count * stepBytes(); at += 64)
    __builtin_prefetch(bytes + at);
}

bool WordRows::prepareSlice(int64_t row, int64_t slice, SliceRest &rest) {
  constexpr uint32_t kFraction = 0x7FFFFF;
  alignas(64) float values[kCols], missing[kCols];
  int32_t places[kCols];
  int64_t first = slice * kSliceSteps;
  int64_t count = std::min(kSliceSteps, steps() - first), cols = count * kStep;
  loadSlice(row, first, count, values);
  uint32_t largest = largestOf(values, cols);
  if (largest == 0)
    return true;
  int exponent = exponentOf(largest);
  if (exponent < kSmallest || exponent > kLargest)
    return false;
  int64_t taken = takeMissing(values, cols, exponent, missing, places);
  bool mayBeAbove = (largest & kFraction) == 0 && exponent > kSmallest;
  if (taken > 0 && mayBeAbove &&
      countMissing(values, cols, exponent - 1) < taken)
    taken = takeMissing(values, cols, --exponent, missing, places);
  if (taken > kManyMissing) {
    // Of numbers below, units would leave f32: they are missing, too.
    exponent =
        std::max(bestExponent(values, cols, exponentOf(largest)), kSmallest);
    taken = takeMissing(values, cols, exponent, missing, places);
  }
  units[static_cast<size_t>(slice * paddedRows() + row)] =
      powerOfTwo(exponent - kWordBits);
  return rest.add(row % kBlock, missing, places, taken);
}

/// Units in the order of the rows.
void WordRows::orderRows(int64_t block) {
  for (int64_t slice = 0; slice < slices(); ++slice) {
    float *own = units.data() + slice * paddedRows() + block * kBlock;
    float byRow[kBlock];
    std::copy(own, own + kBlock, byRow);
    for (int64_t row = 0; row < kBlock; ++row)
      own[row] = byRow[rowAt(slice, block, row)];
  }
}

bool WordRows::prepareBlock(int64_t block) {
  BlockRest &rest = blocks[static_cast<size_t>(block)];
  rest.ends.clear();
  rest.batches.clear();
  rest.pairs.clear();
  std::vector<SliceRest> ofSlices(static_cast<size_t>(slices()));
  int64_t first = block * kBlock, end = std::min(first + kBlock, rows());
  for (int64_t row = first; row < end; ++row)
    for (int64_t slice = 0; slice < slices(); ++slice)
      if (!prepareSlice(row, slice, ofSlices[static_cast<size_t>(slice)]))
        return false;
  for (SliceRest &ofSlice : ofSlices) {
    ofSlice.moveTo(end - first, rest.batches, rest.pairs);
    rest.ends.push_back(static_cast<int64_t>(rest.batches.size()));
  }
  orderRows(block);
  return true;
}

MX_TARGET_END

bool WordRows::prepare(int64_t item) {
  if (item == currentItem)
    return isFit;
  currentItem = item;
  source->prepare(item);
  units.assign(static_cast<size_t>(slices() * paddedRows()), 0.0f);
  blocks.resize(static_cast<size_t>(paddedRows() / kBlock));
  std::atomic<bool> fits{true};
  std::atomic<int64_t> missing{0};
  int64_t most = rows() * k / kMostMissing;
  parallelFor(paddedRows() / kBlock, piecesOfTask(kBlock * k),
              [&](int64_t block, Workspace &) {
                if (!fits.load())
                  return;
                bool isFine = prepareBlock(block);
                missing += static_cast<int64_t>(
                    blocks[static_cast<size_t>(block)].pairs.size());
                if (!isFine || missing.load() > most)
                  fits.store(false);
              });
  isFit = fits.load();
  return isFit;
}

MX_AVX512_BEGIN

/// Row `place` of a block as a slice has it.
int64_t WordRows::rowAt(int64_t slice, int64_t block, int64_t place) const {
  constexpr int64_t parts = MissingBatch::kParts;
  return missingOf(slice, block).first[place / parts].rows[place % parts];
}

void WordRows::decode(int64_t firstRow, int64_t rowCount, int64_t first,
                      int64_t count, const RowTarget &target) const {
  alignas(64) float values[kCols];
  const int64_t slice = first / kSliceSteps;
  auto rowOf = [&](int64_t place) {
    return place / kBlock * kBlock +
           rowAt(slice, place / kBlock, place % kBlock);
  };
  uint16_t *out = target.data;
  for (int64_t place = firstRow; place < firstRow + rowCount;
       ++place, out += target.rowStride) {
    float unit = unitsOf(slice)[place];
    if (unit == 0) {
      for (int64_t i = 0; i < count; ++i)
        std::memset(out + i * target.stepStride, 0, 2 * kStep);
      continue;
    }
    if ((place + 1) % kBlock != 0)
      fetchSlice(rowOf(place + 1), first, count);
    loadSlice(rowOf(place), first, count, values);
    const __m512 perUnit = _mm512_set1_ps(1 / unit);
    for (int64_t i = 0; i < count; ++i)
      for (int64_t j = 0; j < kStep; j += kLanes)
        _mm256_storeu_si256(
            reinterpret_cast<__m256i *>(out + i * target.stepStride + j),
            _mm512_cvtepi32_epi16(
                Words(values + i * kStep + j, perUnit).words));
  }
}

MX_TARGET_END

} // namespace mx::runtime::x86

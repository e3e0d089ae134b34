//===- WordRows.cpp - Rows as 16-bit integers -----------------------------===//
//
// Slices are read twice: to find their units and what these miss, and to pack
// them.
//
//===----------------------------------------------------------------------===//

#include "WordRows.h"

#include "../Threads.h"
#include "../avx512/Target.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <tuple>

namespace mx::runtime::x86 {

using namespace contract;

namespace {

constexpr int kBits = 14;       ///< of an integer below its leading one
constexpr int kSmallest = -100; ///< exponents, relative to the row's, for which
constexpr int kLargest = 20;    ///< units are far from the ends of f32
constexpr int kOctaves = 8;     ///< in which 8 significant bits are exact
constexpr int64_t kCols = WordRows::kSliceCols;
constexpr int64_t kManyMissing = 32; ///< of a slice: another unit is tried
constexpr int64_t kMostMissing = 8;  ///< one of so many elements

} // namespace

WordRows::WordRows(std::unique_ptr<FloatRows> rows, int64_t k)
    : source(std::move(rows)), k(k) {}

MX_AVX2_BEGIN

namespace {

float powerOfTwo(int exponent) {
  return floatOf(static_cast<uint32_t>(exponent + 127) << 23);
}

int exponentOf(uint32_t magnitude) {
  return static_cast<int>(magnitude >> 23) - 127;
}

/// Bits of the largest magnitude.
uint32_t largestOf(const float *values, int64_t count) {
  uint32_t largest = 0;
  for (int64_t i = 0; i < count; ++i)
    largest = std::max(largest, bitsOf(values[i]) & 0x7FFFFFFF);
  return largest;
}

/// Integers of eight numbers in units of 1 / perUnit, and zeros for those that
/// are none of 15 bits and a sign.
struct EightWords {
  __m256i words, areExact; ///< all ones: so it is

  inline __attribute__((always_inline)) EightWords(const float *values,
                                                   __m256 perUnit) {
    __m256 numbers = _mm256_mul_ps(_mm256_loadu_ps(values), perUnit);
    words = _mm256_cvttps_epi32(numbers);
    __m256 same = _mm256_cmp_ps(_mm256_cvtepi32_ps(words), numbers, _CMP_EQ_OQ);
    __m256 magnitudes = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), numbers);
    __m256 fits =
        _mm256_cmp_ps(magnitudes, _mm256_set1_ps(32768.0f), _CMP_LT_OQ);
    areExact = _mm256_castps_si256(_mm256_and_ps(same, fits));
    words = _mm256_and_si256(words, areExact);
  }
};

/// Moves what is no integer, of a multiple of 8 numbers, to the start, and its
/// places to `places`.
int64_t takeMissing(float *values, int64_t count, float perUnit,
                    int32_t *places) {
  const __m256 factor = _mm256_set1_ps(perUnit);
  int64_t taken = 0;
  for (int64_t i = 0; i < count; i += 8) {
    EightWords eight(values + i, factor);
    auto missing = static_cast<uint32_t>(
        ~_mm256_movemask_ps(_mm256_castsi256_ps(eight.areExact)) & 0xFF);
    for (; missing != 0; missing &= missing - 1) {
      int64_t place = i + __builtin_ctz(missing);
      places[taken] = static_cast<int32_t>(place);
      values[taken++] = values[place];
    }
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

/// Where a packed panel has the line of a column and its neighbour.
int32_t lineOf(int32_t col) {
  constexpr int32_t units = WordRows::kStep / 2; // of a step
  return static_cast<int32_t>(col / 2 / units * kStepBytes +
                              col / 2 % units * 64);
}

/// The integer of a number in units of 1 / perUnit; zero if it is none.
int32_t wordOf(float value, float perUnit) {
  float number = value * perUnit;
  if (!(std::fabs(number) < 32768.0f))
    return 0;
  auto word = static_cast<int32_t>(number);
  return static_cast<float>(word) == number ? word : 0;
}

} // namespace

void WordRows::loadSlice(int64_t row, int64_t first, int64_t count,
                         float *values) const {
  constexpr int64_t parts = kStep / FloatRows::kStep;
  source->decode(
      row, 1, first * parts, count * parts,
      {reinterpret_cast<uint16_t *>(values), 0, 2 * FloatRows::kStep, 0});
}

/// What is missing in a slice of some rows, while it is collected.
struct WordRows::SliceRest {
  struct Part {
    int32_t row; ///< of the block
    float unit;
    int32_t first, end; ///< in `pairs`
  };
  std::vector<Part> parts;
  std::vector<MissingPair> pairs;

  bool cut(int64_t row, float *values, int32_t *places, int64_t count);
  void addTo(BlockRest &block);
};

/// Cuts `count` numbers of a row into parts; false if one has more significant
/// bits than a word, or is too small.
bool WordRows::SliceRest::cut(int64_t row, float *values, int32_t *places,
                              int64_t count) {
  while (count > 0) {
    int exponent = exponentOf(largestOf(values, count));
    if (exponent < kSmallest)
      return false;
    float perUnit = powerOfTwo(kBits - exponent);
    auto first = static_cast<int32_t>(pairs.size());
    int64_t left = 0;
    for (int64_t i = 0; i < count; ++i) {
      auto word = static_cast<uint32_t>(wordOf(values[i], perUnit));
      if (word == 0) {
        places[left] = places[i];
        values[left++] = values[i];
        continue;
      }
      pairs.push_back(
          {lineOf(places[i]),
           static_cast<int32_t>(places[i] % 2 ? word << 16 : word & 0xFFFF)});
    }
    auto end = static_cast<int32_t>(pairs.size());
    if (end == first)
      return false;
    parts.push_back(
        {static_cast<int32_t>(row), powerOfTwo(exponent - kBits), first, end});
    count = left;
  }
  return true;
}

/// Parts of about equal length next to each other.
void WordRows::SliceRest::addTo(BlockRest &block) {
  constexpr size_t most = MissingBatch::kParts;
  std::sort(parts.begin(), parts.end(), [](const Part &a, const Part &b) {
    return std::make_tuple(a.end - a.first, a.first) <
           std::make_tuple(b.end - b.first, b.first);
  });
  for (size_t i = 0; i < parts.size(); i += most) {
    size_t count = std::min(most, parts.size() - i), start = block.pairs.size();
    MissingBatch batch;
    batch.first = static_cast<int64_t>(start);
    batch.rounds = parts[i + count - 1].end - parts[i + count - 1].first;
    block.pairs.resize(start + most * static_cast<size_t>(batch.rounds));
    for (size_t p = 0; p < count; ++p) {
      const Part &part = parts[i + p];
      batch.rows[p] = part.row;
      batch.units[p] = part.unit;
      for (int32_t at = part.first; at < part.end; ++at)
        block.pairs[start + most * static_cast<size_t>(at - part.first) + p] =
            pairs[static_cast<size_t>(at)];
    }
    block.batches.push_back(batch);
  }
  block.ends.push_back(static_cast<int64_t>(block.batches.size()));
  parts.clear();
  pairs.clear();
}

bool WordRows::prepareSlice(int64_t row, int64_t slice, SliceRest &rest) {
  alignas(64) float values[kCols];
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
  int64_t missing =
      takeMissing(values, cols, powerOfTwo(kBits - exponent), places);
  if (missing > kManyMissing) {
    loadSlice(row, first, count, values);
    // Of numbers below, units would leave f32: they are missing, too.
    exponent = std::max(bestExponent(values, cols, exponent), kSmallest);
    missing = takeMissing(values, cols, powerOfTwo(kBits - exponent), places);
  }
  units[static_cast<size_t>(slice * paddedRows() + row)] =
      powerOfTwo(exponent - kBits);
  return rest.cut(row % kBlock, values, places, missing);
}

bool WordRows::prepareBlock(int64_t block) {
  BlockRest &rest = blocks[static_cast<size_t>(block)];
  rest.ends.clear();
  rest.batches.clear();
  rest.pairs.clear();
  SliceRest ofSlice;
  int64_t end = std::min((block + 1) * kBlock, rows());
  for (int64_t slice = 0; slice < slices(); ++slice) {
    for (int64_t row = block * kBlock; row < end; ++row)
      if (!prepareSlice(row, slice, ofSlice))
        return false;
    ofSlice.addTo(rest);
  }
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

MX_AVX2_BEGIN

void WordRows::decode(int64_t firstRow, int64_t rowCount, int64_t first,
                      int64_t count, const RowTarget &target) const {
  alignas(64) float values[kCols];
  uint16_t *out = target.data;
  for (int64_t row = firstRow; row < firstRow + rowCount;
       ++row, out += target.rowStride) {
    float unit = row < rows() ? unitsOf(first / kSliceSteps)[row] : 0.0f;
    if (unit == 0) {
      for (int64_t i = 0; i < count; ++i)
        std::memset(out + i * target.stepStride, 0, 2 * kStep);
      continue;
    }
    loadSlice(row, first, count, values);
    const __m256 perUnit = _mm256_set1_ps(1 / unit);
    for (int64_t i = 0; i < count; ++i)
      for (int64_t j = 0; j < kStep; j += 16) {
        const float *from = values + i * kStep + j;
        EightWords low(from, perUnit), high(from + 8, perUnit);
        __m256i both = _mm256_permute4x64_epi64(
            _mm256_packs_epi32(low.words, high.words), 0xD8);
        _mm256_storeu_si256(
            reinterpret_cast<__m256i *>(out + i * target.stepStride + j), both);
      }
  }
}

MX_TARGET_END

} // namespace mx::runtime::x86

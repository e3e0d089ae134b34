//===- WordRows.cpp - Rows as 16-bit integers -----------------------------===//
//
// Written for the compiler's own vectors.
//
//===----------------------------------------------------------------------===//

#include "WordRows.h"

#include "../Threads.h"
#include "../avx512/Target.h"

#include <algorithm>
#include <atomic>
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
constexpr int64_t kRowsPerTask = 4;

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

struct Magnitudes {
  uint32_t least = ~0u, largest = 0; ///< bits; the least that is not zero
};

Magnitudes magnitudesOf(const float *values, int64_t count) {
  uint32_t least = ~0u, largest = 0;
  for (int64_t i = 0; i < count; ++i) {
    uint32_t magnitude = bitsOf(values[i]) & 0x7FFFFFFF;
    largest = std::max(largest, magnitude);
    least = std::min(least, magnitude - 1); // zero becomes the largest
  }
  return {least + 1, largest};
}

/// The integer of a number in units of 1 / perUnit; zero if it is none.
inline __attribute__((always_inline)) int32_t wordOf(float value,
                                                     float perUnit) {
  constexpr float bound = 32768.0f;
  float number = std::min(std::max(value * perUnit, -bound), bound);
  auto word = static_cast<int32_t>(number);
  bool isExact =
      static_cast<float>(word) == number && word < 32768 && word > -32768;
  return isExact ? word : 0;
}

/// Marks what is missing with ones, and counts it.
int64_t markMissing(const float *values, int64_t count, float perUnit,
                    uint8_t *marks) {
  int32_t missing = 0;
  for (int64_t i = 0; i < count; ++i) {
    int32_t isMissing =
        int32_t(values[i] != 0) & int32_t(wordOf(values[i], perUnit) == 0);
    marks[i] = static_cast<uint8_t>(isMissing);
    missing += isMissing;
  }
  return missing;
}

/// Moves what is marked to the start.
int64_t takeMarked(const uint8_t *marks, int64_t count, float *values,
                   int32_t *places) {
  int64_t taken = 0;
  for (int64_t i = 0; i < count; i += 8) {
    uint64_t eight;
    std::memcpy(&eight, marks + i, 8);
    for (; eight != 0; eight &= eight - 1) {
      int64_t place = i + __builtin_ctzll(eight) / 8;
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

} // namespace

void WordRows::loadSlice(int64_t row, int64_t first, int64_t count,
                         float *values) const {
  constexpr int64_t parts = kStep / FloatRows::kStep;
  source->decode(
      row, 1, first * parts, count * parts,
      {reinterpret_cast<uint16_t *>(values), 0, 2 * FloatRows::kStep, 0});
}

/// Cuts numbers of a slice into parts; false if one has more significant bits
/// than a word.
bool WordRows::keepMissing(int64_t row, float *values, int32_t *places,
                           int64_t count) {
  RowRest &missing = rest[static_cast<size_t>(row)];
  while (count > 0) {
    int exponent = exponentOf(magnitudesOf(values, count).largest);
    float perUnit = powerOfTwo(kBits - exponent);
    auto first = static_cast<int32_t>(missing.pairs.size());
    int64_t left = 0;
    for (int64_t i = 0; i < count; ++i) {
      auto word = static_cast<uint32_t>(wordOf(values[i], perUnit));
      if (word == 0) {
        places[left] = places[i];
        values[left++] = values[i];
        continue;
      }
      missing.pairs.push_back(
          {places[i] / 2,
           static_cast<int32_t>(places[i] % 2 ? word << 16 : word & 0xFFFF)});
    }
    auto end = static_cast<int32_t>(missing.pairs.size());
    if (end == first)
      return false;
    missing.parts.push_back(
        {static_cast<int32_t>(row), powerOfTwo(exponent - kBits), first, end});
    count = left;
  }
  return true;
}

bool WordRows::prepareRow(int64_t row) {
  RowRest &missing = rest[static_cast<size_t>(row)];
  missing.ends.clear();
  missing.parts.clear();
  missing.pairs.clear();
  alignas(64) float values[kCols];
  alignas(64) uint8_t marks[kCols];
  int32_t places[kCols];
  for (int64_t slice = 0; slice < slices(); ++slice) {
    int64_t first = slice * kMostSteps;
    int64_t count = std::min(kMostSteps, steps() - first), cols = count * kStep;
    loadSlice(row, first, count, values);
    Magnitudes range = magnitudesOf(values, cols);
    if (range.largest != 0) {
      int exponent = exponentOf(range.largest);
      if (exponentOf(range.least) < kSmallest || exponent > kLargest)
        return false;
      if (markMissing(values, cols, powerOfTwo(kBits - exponent), marks) >
          kManyMissing) {
        exponent = bestExponent(values, cols, exponent);
        markMissing(values, cols, powerOfTwo(kBits - exponent), marks);
      }
      units[static_cast<size_t>(slice * paddedRows() + row)] =
          powerOfTwo(exponent - kBits);
      if (!keepMissing(row, values, places,
                       takeMarked(marks, cols, values, places)))
        return false;
    }
    missing.ends.push_back(static_cast<int32_t>(missing.parts.size()));
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
  rest.resize(static_cast<size_t>(rows()));
  std::atomic<bool> fits{true};
  std::atomic<int64_t> missing{0};
  // Places among them are 32-bit numbers.
  int64_t most = std::min<int64_t>(rows() * k / kMostMissing, INT32_MAX);
  parallelFor(ceilDiv(rows(), kRowsPerTask), [&](int64_t task, Workspace &) {
    int64_t end = std::min((task + 1) * kRowsPerTask, rows());
    for (int64_t row = task * kRowsPerTask; row < end && fits.load(); ++row) {
      bool isFine = prepareRow(row);
      auto here =
          static_cast<int64_t>(rest[static_cast<size_t>(row)].pairs.size());
      if (!isFine || (missing += here) > most)
        fits.store(false);
    }
  });
  isFit = fits.load();
  if (isFit)
    gatherMissing();
  return isFit;
}

void WordRows::gatherMissing() {
  parts.clear();
  pairs.clear();
  blockEnds.clear();
  auto addRow = [&](const RowRest &row, size_t slice) {
    for (int32_t i = slice ? row.ends[slice - 1] : 0; i < row.ends[slice]; ++i)
      parts.push_back(row.parts[static_cast<size_t>(i)]);
  };
  for (int64_t slice = 0; slice < slices(); ++slice)
    for (int64_t block = 0; block < paddedRows(); block += kBlock) {
      auto before = static_cast<int64_t>(parts.size());
      for (int64_t row = block; row < std::min(block + kBlock, rows()); ++row)
        addRow(rest[static_cast<size_t>(row)], static_cast<size_t>(slice));
      std::sort(parts.begin() + before, parts.end(),
                [](const MissingPart &a, const MissingPart &b) {
                  return std::make_tuple(a.end - a.first, a.row, a.first) <
                         std::make_tuple(b.end - b.first, b.row, b.first);
                });
      for (auto part = parts.begin() + before; part != parts.end(); ++part) {
        const auto &from = rest[static_cast<size_t>(part->row)].pairs;
        auto first = static_cast<int32_t>(pairs.size());
        pairs.insert(pairs.end(), from.begin() + part->first,
                     from.begin() + part->end);
        *part = {part->row, part->unit, first,
                 static_cast<int32_t>(pairs.size())};
      }
      blockEnds.push_back(static_cast<int32_t>(parts.size()));
    }
}

MX_AVX2_BEGIN

void WordRows::decode(int64_t firstRow, int64_t rowCount, int64_t first,
                      int64_t count, const RowTarget &target) const {
  alignas(64) float values[kCols];
  uint16_t *out = target.data;
  for (int64_t row = firstRow; row < firstRow + rowCount;
       ++row, out += target.rowStride) {
    float unit = row < rows() ? unitsOf(first / kMostSteps)[row] : 0.0f;
    if (unit == 0) {
      for (int64_t i = 0; i < count; ++i)
        std::memset(out + i * target.stepStride, 0, 2 * kStep);
      continue;
    }
    loadSlice(row, first, count, values);
    const float perUnit = 1 / unit;
    for (int64_t i = 0; i < count; ++i)
      for (int64_t j = 0; j < kStep; ++j)
        out[i * target.stepStride + j] =
            static_cast<uint16_t>(wordOf(values[i * kStep + j], perUnit));
  }
}

MX_TARGET_END

} // namespace mx::runtime::x86

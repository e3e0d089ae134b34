//===- WordRest.cpp - What 16-bit integers of rows miss -------------------===//
//
// The largest number left of a row gives the unit of its next part.
//
//===----------------------------------------------------------------------===//

#include "WordRest.h"

#include "WordRows.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace mx::runtime::x86 {

using namespace contract;

namespace {

constexpr int kSmallest = -110; ///< exponent whose units are normal f32 numbers

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

float largestOf(const float *values, int64_t count) {
  float largest = 0;
  for (int64_t i = 0; i < count; ++i)
    largest = std::max(largest, std::fabs(values[i]));
  return largest;
}

} // namespace

bool SliceRest::add(int64_t row, float *values, int32_t *places,
                    int64_t count) {
  while (count > 0) {
    int exponent = exponentOf(bitsOf(largestOf(values, count)));
    if (exponent < kSmallest)
      return false;
    float perUnit = powerOfTwo(kWordBits - exponent);
    Part part;
    part.row = static_cast<int32_t>(row);
    part.unit = powerOfTwo(exponent - kWordBits);
    part.first = static_cast<int32_t>(pairs.size());
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
    part.end = static_cast<int32_t>(pairs.size());
    if (part.length() == 0)
      return false;
    parts.push_back(part);
    count = left;
  }
  return true;
}

void SliceRest::addBatch(const Part *batchParts, size_t count,
                         std::vector<MissingBatch> &batches,
                         std::vector<MissingPair> &all) const {
  constexpr auto most = static_cast<size_t>(MissingBatch::kParts);
  const size_t start = all.size();
  MissingBatch batch;
  batch.first = static_cast<int64_t>(start);
  for (size_t p = 0; p < count; ++p)
    batch.rounds = std::max(batch.rounds, batchParts[p].length());
  all.resize(start + most * static_cast<size_t>(batch.rounds));
  for (size_t p = 0; p < count; ++p) {
    const Part &part = batchParts[p];
    batch.rows[p] = part.row;
    batch.units[p] = part.unit;
    for (int32_t at = part.first; at < part.end; ++at)
      all[start + most * static_cast<size_t>(at - part.first) + p] =
          pairs[static_cast<size_t>(at)];
  }
  batches.push_back(batch);
}

void SliceRest::moveTo(int64_t rows, std::vector<MissingBatch> &batches,
                       std::vector<MissingPair> &all) {
  constexpr auto most = static_cast<size_t>(MissingBatch::kParts);
  auto isShorter = [](const Part &a, const Part &b) {
    return a.length() < b.length();
  };
  auto isBefore = [](const Part &a, const Part &b) {
    return std::make_tuple(a.length(), a.row, a.first) <
           std::make_tuple(b.length(), b.row, b.first);
  };
  Part longest[kBlock];
  for (int32_t row = 0; row < kBlock; ++row)
    longest[row].row = row;
  std::vector<Part> others;
  for (const Part &part : parts) {
    Part other = part;
    if (isShorter(longest[part.row], part))
      std::swap(longest[part.row], other);
    if (other.length() > 0)
      others.push_back(other);
  }
  std::sort(longest, longest + rows, isBefore);
  std::sort(others.begin(), others.end(), isBefore);
  for (size_t i = 0; i < kBlock; i += most)
    addBatch(longest + i, most, batches, all);
  for (size_t i = 0; i < others.size(); i += most)
    addBatch(others.data() + i, std::min(most, others.size() - i), batches,
             all);
  parts.clear();
  pairs.clear();
}

} // namespace mx::runtime::x86

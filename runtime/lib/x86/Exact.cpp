//===- Exact.cpp - Exact sums of any operands in f64 ----------------------===//
//
// A's rows are packed once; a task has some rows of B with all of A, a stretch
// of k after the other, so that only B's stretch and the sums stay in caches.
//
//===----------------------------------------------------------------------===//

#include "Exact.h"

#include "../Threads.h"
#include "IntegerRows.h"
#include "RoundOnce.h"

#include <algorithm>

namespace mx::runtime::x86 {

namespace {

constexpr int64_t kTaskRows = 32; ///< of B
constexpr int64_t kTileSums = kExactRows * kExactRows;
constexpr int64_t kMostRowsA = 512, kPackedBytes = 64 << 20;
constexpr int kMostParts = 4; ///< of a side

int bitsForCount(int64_t count) {
  int bits = 0;
  while ((int64_t(1) << bits) < count)
    ++bits;
  return bits;
}

/// Cuts both sides so that sums of a stretch are below 2^53, those of k below
/// 2^62 and those of all parts below 2^126, with the fewest pairs of parts.
bool cutRows(IntegerRows &a, IntegerRows &b, int64_t k) {
  int room = std::min(53 - bitsForCount(kExactStretch), 62 - bitsForCount(k));
  int bestA = 0, bestB = 0;
  for (int partsA = 1; partsA <= kMostParts; ++partsA)
    for (int partsB = 1; partsB <= kMostParts; ++partsB) {
      int64_t each = ceilDiv(a.bits(), partsA) + ceilDiv(b.bits(), partsB);
      if (each <= room && (bestA == 0 || partsA * partsB < bestA * bestB))
        bestA = partsA, bestB = partsB;
    }
  if (bestA == 0)
    return false;
  a.cut(bestA);
  b.cut(bestB);
  int bits = a.partBits() * a.parts() + b.partBits() * b.parts() +
             bitsForCount(k) + bitsForCount(a.parts() * b.parts());
  return bits <= 126;
}

class ExactProduct {
public:
  ExactProduct(const MatmulArgs &args, const IntegerRows &a,
               const IntegerRows &b, AddExactly add, const Finisher &finisher)
      : args(args), a(a), b(b), add(add), finisher(finisher),
        stretches(ceilDiv(args.k, kExactStretch)) {}

  void run() {
    int64_t groupBytes =
        stretches * a.parts() * kPart * int64_t(sizeof(double));
    int64_t all = ceilDiv(args.a.rows, kExactRows);
    int64_t atOnce = std::clamp<int64_t>(
        kPackedBytes / groupBytes, 1, std::min(all, kMostRowsA / kExactRows));
    packed = scratch<double>(ScratchSlot::Operand,
                             atOnce * groupBytes / int64_t(sizeof(double)));
    for (int64_t first = 0; first < all; first += atOnce) {
      firstGroup = first;
      groups = std::min(atOnce, all - first);
      parallelFor(stretches * groups, [&](int64_t i, Workspace &) {
        int64_t stretch = i / groups, group = i % groups;
        a.load((firstGroup + group) * kExactRows, stretch * kExactStretch,
               length(stretch), packedAt(stretch, group), kPart);
      });
      parallelFor(ceilDiv(args.b.rows, kTaskRows),
                  [&](int64_t task, Workspace &workspace) {
                    runTask(task * kTaskRows, workspace);
                  });
    }
  }

private:
  static constexpr int64_t kPart = kExactStretch * kExactRows;
  static constexpr int64_t kGroupsB = kTaskRows / kExactRows;

  int64_t length(int64_t stretch) const {
    return std::min(kExactStretch, args.k - stretch * kExactStretch);
  }
  /// The parts of a group of A's rows.
  double *packedAt(int64_t stretch, int64_t group) const {
    return packed + (stretch * groups + group) * a.parts() * kPart;
  }
  /// Sums of two groups, [part of A][part of B][kTileSums].
  int64_t *sumsAt(int64_t *sums, int64_t groupA, int64_t groupB) const {
    return sums +
           (groupA * kGroupsB + groupB) * a.parts() * b.parts() * kTileSums;
  }

  void runTask(int64_t firstRow, Workspace &workspace) const {
    int64_t count = groups * kGroupsB * a.parts() * b.parts() * kTileSums;
    auto *sums = workspace.get<int64_t, 0>(count);
    auto *rows = workspace.get<double, 1>(b.parts() * kPart);
    std::fill(sums, sums + count, int64_t(0));
    for (int64_t stretch = 0; stretch < stretches; ++stretch)
      for (int64_t groupB = 0; groupB < kGroupsB; ++groupB) {
        int64_t row = firstRow + groupB * kExactRows;
        if (row >= args.b.rows)
          break;
        b.load(row, stretch * kExactStretch, length(stretch), rows, kPart);
        for (int64_t groupA = 0; groupA < groups; ++groupA)
          addParts(packedAt(stretch, groupA), rows, length(stretch),
                   sumsAt(sums, groupA, groupB));
      }
    for (int64_t groupA = 0; groupA < groups; ++groupA)
      for (int64_t n = firstRow;
           n < std::min(firstRow + kTaskRows, args.b.rows); n += kExactRows)
        finishTile(sums, groupA, firstRow, n);
  }

  void addParts(const double *left, const double *right, int64_t count,
                int64_t *sums) const {
    for (int i = 0; i < a.parts(); ++i)
      for (int j = 0; j < b.parts(); ++j, sums += kTileSums)
        add(left + i * kPart, right + j * kPart, count, sums);
  }

  /// Sum `place` of two groups, times 2^exponent: all pairs of parts.
  float resultAt(const int64_t *sums, int64_t place, int exponent) const {
    if (a.parts() * b.parts() == 1)
      return roundOnce(sums[place], exponent);
    contract::Int128 sum = 0;
    for (int i = 0; i < a.parts(); ++i)
      for (int j = 0; j < b.parts(); ++j, sums += kTileSums)
        sum += static_cast<contract::Int128>(sums[place]) *
               (contract::Int128(1) << (a.partBits() * i + b.partBits() * j));
    return roundOnce(sum, exponent);
  }

  void finishTile(int64_t *sums, int64_t groupA, int64_t firstRow,
                  int64_t n0) const {
    alignas(64) float tile[kTileSums] = {};
    int64_t m0 = (firstGroup + groupA) * kExactRows;
    for (int64_t n = n0; n < std::min(n0 + kExactRows, args.b.rows); ++n)
      for (int64_t m = m0; m < std::min(m0 + kExactRows, args.a.rows); ++m) {
        int64_t row = n - firstRow;
        float exponent = a.exponent(m) + b.exponent(n);
        float &result = tile[(n - n0) * kExactRows + m - m0];
        if (std::isnan(exponent))
          result = exponent;
        else
          result = resultAt(sumsAt(sums, groupA, row / kExactRows),
                            row % kExactRows * kExactRows + m - m0,
                            static_cast<int>(exponent));
      }
    finisher.storeFloats({tile, m0, n0});
  }

  const MatmulArgs &args;
  const IntegerRows &a, &b;
  AddExactly add;
  const Finisher &finisher;
  int64_t stretches, firstGroup = 0, groups = 0;
  double *packed = nullptr;
};

} // namespace

bool multiplyExactly(const MatmulArgs &args, const ExactEngine &engine) {
  if (args.k == 0 || args.out.tensor.elements() == 0)
    return false;
  IntegerRows a(engine.rows(args.a, args.k, ScratchSlot::RowsA), engine.pack,
                args.a, args.k);
  IntegerRows b(engine.rows(args.b, args.k, ScratchSlot::RowsB), engine.pack,
                args.b, args.k);
  std::vector<float> zeros( // exponents are in the sums already
      static_cast<size_t>(std::max(args.a.rows, args.b.rows) + kBlock));
  for (bool write : {false, true}) // every item must fit before one is written
    for (int64_t item = 0; item < args.out.items; ++item) {
      if (!a.prepare(args.itemOf(args.a, item)) ||
          !b.prepare(args.itemOf(args.b, item)) || !cutRows(a, b, args.k))
        return false;
      if (write)
        ExactProduct(args, a, b, engine.add,
                     *engine.finisher(args, item, zeros.data(), zeros.data()))
            .run();
    }
  return true;
}

} // namespace mx::runtime::x86

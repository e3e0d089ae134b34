//===- FoldResult.cpp - From sums in registers to the result --------------===//

#include "FoldResult.h"

#include "../Builder/Warp.h"
#include "Convert.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::fold;

/// What is read for some columns is read under no condition, so that latencies
/// overlap, and before those before them are stored, if registers allow it.
void FoldResult::store(Tile tile, ValueRange sums, Int thread) {
  const int batch = form.epilogue ? 4 : 8, count = int(sums.size()) / 4;
  std::pair<Int, Int> place = locate(tile.row, tile.column, thread);
  Int row = place.first, column = place.second;
  const Row rows[] = {describe(tile.item, row), describe(tile.item, row + 8)};
  auto load = [&](int first) {
    return loadColumns(tile.item, rows, column + 8 * first, batch);
  };
  Columns next = load(0);
  for (int first = 0; first < count; first += batch) {
    Columns now = form.epilogue && first > 0 ? load(first) : std::move(next);
    if (!form.epilogue && first + batch < count)
      next = load(first + batch);
    for (int half = 0; half < 2; ++half)
      storeColumns(rows[half], now, half, sums.drop_front(4 * first), batch);
  }
}

void FoldResult::storeRun(ValueRange sums, Int row, Int column) {
  SmallVector<Value> values;
  for (auto [i, sum] : llvm::enumerate(sums))
    values.push_back(finishOne(sum, row, column + i));
  Int place = row * places.n.sext(64) + column.sext(64);
  if (values.size() == 1)
    return k.store(values[0], places.out, place);
  bool isF32 = values[0].getType().isF32();
  SmallVector<Int> words;
  for (size_t i = 0; i < values.size(); i += isF32 ? 1 : 2)
    words.push_back(isF32 ? bitsOf(k.emitter(), values[i])
                          : packTwo(k, values[i], values[i + 1]));
  k.storeWords(words, places.out, isF32 ? place : place >> 1);
}

/// What is stored of a sum of a row of all items.
Value FoldResult::finishOne(Value sum, Int row, Int column) {
  Int n = places.n.sext(64), item = row.udiv(places.m.sext(64));
  auto load = [&](Value factors, Int at) {
    return factors ? k.load(factors, k.f32Type(), at) : Value();
  };
  sum = scale(sum, load(places.factorsA, row),
              load(places.factorsB, item * n + column.sext(64)));
  sum = addAndScale(sum, row * n + column.sext(64));
  Value result = finishSum(k, sum, form.alpha, form.type, mayBeNaN());
  return epilogue.compute(result, row, column);
}

FoldResult::Row FoldResult::describe(Int item, Int row) {
  Row line;
  line.number = item.sext(64) * places.m.sext(64) + row.sext(64);
  line.isIn = row.slt(places.m);
  line.start = line.number * places.n.sext(64);
  if (places.factorsA)
    line.factor = k.load(places.factorsA, k.f32Type(), line.number);
  return line;
}

FoldResult::Columns FoldResult::loadColumns(Int item, ArrayRef<Row> rows,
                                            Int first, int pairs) {
  Columns columns{first, loadFactors(item, first, pairs), {}};
  for (int i = 0; i < pairs; ++i)
    for (const Row &line : rows)
      columns.others.push_back(
          epilogue.loadTwo(line.isIn, line.number, first + 8 * i));
  return columns;
}

/// Of pairs of columns, 8 apart; null values without factors.
SmallVector<Value> FoldResult::loadFactors(Int item, Int column, int pairs) {
  SmallVector<Value> factors(2 * pairs);
  Value from = places.factorsB;
  if (!from)
    return factors;
  Int first = item.sext(64) * places.n.sext(64) + column.sext(64);
  for (int i = 0; i < 2 * pairs; ++i) {
    if (!form.evenN)
      factors[i] = k.load(from, k.f32Type(), first + (8 * (i / 2) + i % 2));
    else if (i % 2 == 0)
      for (auto [j, word] :
           llvm::enumerate(k.loadWords(from, first + 4 * i, 2)))
        factors[i + j] = floatOf(word, k.f32Type());
  }
  return factors;
}

void FoldResult::storeColumns(const Row &row, const Columns &columns, int half,
                              ValueRange sums, int pairs) {
  if (!form.storesQuads()) {
    for (int i = 0; i < pairs; ++i)
      storePair(row, columns, half, sums, i);
    return;
  }
  // The same for the lanes of a warp. Without a branch, ptxas would convert
  // sums before it knows them, and make wgmma wait for that.
  for (int i = 0; i < pairs; i += 4)
    k.when(((columns.first & ~7) + 8 * i).slt(places.n),
           [&] { storeQuad(row, columns, half, sums, i); });
}

/// Pairs i to i + 3 of four neighbouring lanes are 32 columns of a row, of
/// which each lane stores 8: whole sectors of memory.
void FoldResult::storeQuad(const Row &row, const Columns &columns, int half,
                           ValueRange sums, int i) {
  SmallVector<Int> words;
  for (int pair = i; pair < i + 4; ++pair) {
    Value values[2];
    for (int j = 0; j < 2; ++j)
      values[j] = sumOf(row, columns, half, sums, pair, j, Int());
    auto [first, second] =
        finishPair(row, columns, half, pair, values[0], values[1]);
    words.push_back(packTwo(k, first, second));
  }
  words = transposeQuad(k, words);
  // From 2l of these lanes to 8l.
  Int column = columns.first + (8 * i) + (columns.first & 6) * 3;
  k.when(row.isIn & column.slt(places.n), [&] {
    k.storeWords(words, places.out, (row.start + column.sext(64)) >> 1);
  });
}

void FoldResult::storePair(const Row &row, const Columns &columns, int half,
                           ValueRange sums, int pair) {
  Int column = columns.first + 8 * pair;
  Int place = row.start + column.sext(64);
  auto get = [&](int i) {
    return sumOf(row, columns, half, sums, pair, i, place + i);
  };
  if (form.evenN) {
    k.when(row.isIn & column.slt(places.n), [&] {
      Value sum = get(0), next = get(1);
      auto [first, second] = finishPair(row, columns, half, pair, sum, next);
      storeTwo(k, first, second, places.out, place);
    });
    return;
  }
  for (int i = 0; i < 2; ++i)
    k.when(row.isIn & (column + i).slt(places.n), [&] {
      Value x = finishSum(k, get(i), form.alpha, form.type, mayBeNaN());
      k.store(compute(x, row, columns, half, pair, i), places.out, place + i);
    });
}

/// Element i of a pair but for alpha; `place` is where acc has its own.
Value FoldResult::sumOf(const Row &row, const Columns &columns, int half,
                        ValueRange sums, int pair, int i, Int place) {
  Value sum = scale(sums[4 * pair + 2 * half + i], row.factor,
                    columns.factors[2 * pair + i]);
  return addAndScale(sum, place);
}

/// What is stored of both.
std::array<Value, 2> FoldResult::finishPair(const Row &row,
                                            const Columns &columns, int half,
                                            int pair, Value first,
                                            Value second) {
  std::array<Value, 2> two =
      finishTwo(k, first, second, form.alpha, form.type, mayBeNaN());
  for (int i = 0; i < 2; ++i)
    two[i] = compute(two[i], row, columns, half, pair, i);
  return two;
}

/// The epilogue's result for element i of a pair.
Value FoldResult::compute(Value x, const Row &row, const Columns &columns,
                          int half, int pair, int i) {
  return epilogue.compute(x, columns.others[2 * pair + half][i], row.number,
                          columns.first + 8 * pair + i);
}

/// Contract 25: ((r + acc) · tensor scales), then · alpha.
Value FoldResult::addAndScale(Value sum, Int place) {
  if (places.acc)
    sum = k.fadd(sum, k.widen(k.load(places.acc, form.type, place)));
  for (Value tensorScale : places.tensorScales)
    sum = k.fmul(sum, tensorScale);
  return sum;
}

/// Powers of two: exact, unless the result is too large or too small. Factors
/// of bf16 rows are roots, so that no product on the way leaves f32's range
/// when the last one does not.
Value FoldResult::scale(Value sum, Value a, Value b) {
  if (form.units == Units::S8)
    return k.fmul(k.fmul(k.toFloat(Int(k.emitter(), sum)), a), b);
  if (!a && !b)
    return sum;
  Value factor = a && b ? k.fmul(a, b) : a ? a : b;
  return k.fmul(k.fmul(sum, factor), factor);
}

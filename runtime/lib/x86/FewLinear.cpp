//===- FewLinear.cpp - A few rows by rows of MXFP4 ------------------------===//
//
// Bound: that of FewTiled.cpp, but sums of eight columns are rounded when they
// become f32, and those of 16 lanes when they meet.
//
//===----------------------------------------------------------------------===//

#include "FewLinear.h"

#include "../Threads.h"
#include "../avx512/Target.h"
#include "TiledFp4.h"

#include <algorithm>
#include <cstring>

namespace mx::runtime::x86 {

namespace {

constexpr int64_t kTile = 16, kGroupBytes = 64, kBlocksOfGroup = 4;

/// The few, cut into groups.
class DigitGroups {
public:
  DigitGroups(const DigitRows &few, int64_t k)
      : few(few), blocks(ceilDiv(k, 32)), count(ceilDiv(k, kGroup)) {
    int64_t unitBytes = 4 * (few.rows() * unitStride() + kUnitsAtOnce);
    data = scratch<DigitGroup>(
        ScratchSlot::RowsA,
        few.rows() * count + ceilDiv(unitBytes, int64_t(sizeof(DigitGroup))));
    units = reinterpret_cast<float *>(data + few.rows() * count);
  }
  void prepare() {
    for (int64_t row = 0; row < few.rows(); ++row)
      for (int64_t i = 0; i < unitStride(); ++i)
        cutBlock(row, i);
  }
  DigitColumns columns(int64_t row, int64_t first, int64_t groups) const {
    return {data + row * count + first,
            units + row * unitStride() + kBlocksOfGroup * first, groups};
  }
  int64_t groups() const { return count; }

private:
  static constexpr int64_t kUnitsAtOnce = 16; ///< that are read, from any group
  int64_t unitStride() const { return kBlocksOfGroup * count; }

  void cutBlock(int64_t row, int64_t i) {
    static constexpr DigitBlock kNothing = {};
    const DigitBlock &block = i < blocks ? few.row(row)[i] : kNothing;
    units[row * unitStride() + i] = block.unit;
    DigitGroup &group = data[row * count + i / kBlocksOfGroup];
    for (int64_t lane = 0; lane < 4; ++lane)
      cutLane(block, 8 * lane, group, i % kBlocksOfGroup * 4 + lane);
  }

  /// Eight columns, from `col` of the block on, to a dword.
  static void cutLane(const DigitBlock &block, int64_t col, DigitGroup &group,
                      int64_t lane) {
    int32_t sum = 0;
    for (int d = kDigits; d-- > 0;) {
      const int8_t *digits = block.digits[d] + col;
      std::memcpy(group.even[d] + 4 * lane, digits, 4);
      std::memcpy(group.odd[d] + 4 * lane, digits + 4, 4);
      sum *= 256;
      for (int i = 0; i < 8; ++i)
        sum += digits[i];
    }
    group.starts[lane] = -12 * sum;
  }

  const DigitRows &few;
  int64_t blocks, count;
  DigitGroup *data;
  float *units;
};

/// The weights of an item.
class WeightRows {
public:
  WeightRows(const OperandArgs &operand, int64_t k)
      : operand(operand), k(k), blocks(ceilDiv(k, 32)), codes(operand, k),
        exponents(static_cast<size_t>(ceilDiv(operand.rows, kBlock) * kBlock),
                  0.0f) {}

  static bool accepts(const OperandArgs &operand, int64_t k) {
    return isFp4(operand) && operand.scaled.blockCols == 32 &&
           operand.scaled.blockRows == 1 && operand.scaled.hasDenseScales() &&
           PackedCodes(operand, k).isContiguous();
  }
  void locate(int64_t newItem) {
    item = newItem;
    codes.locate(item);
  }
  int64_t scaleStride() const { return ceilDiv(blocks, 16) * 16; }
  /// Copies the scales of a row, zeros behind them, and says what is added to
  /// them; sets its exponent.
  int32_t prepareRow(int64_t row, uint8_t *scales);
  /// Groups that are whole, in memory; the rest of a row in `buffer`.
  int64_t wholeGroups() const { return k / kGroup; }
  const uint8_t *wholeRow(int64_t row) const { return codes.row(row); }
  const uint8_t *restOf(int64_t row, uint8_t buffer[kGroupBytes]) const {
    return codes.at(row, wholeGroups() * kGroup, kGroup, buffer);
  }
  const float *rowExponents() const { return exponents.data(); }
  int64_t rows() const { return operand.rows; }
  float element(int64_t row, int64_t col, int scale) const;

private:
  const OperandArgs &operand;
  int64_t k, blocks, item = 0;
  PackedCodes codes;
  std::vector<float> exponents;
};

MX_AVX2_BEGIN // for the compiler's own vectors

    int32_t WeightRows::prepareRow(int64_t row, uint8_t *scales) {
  const ScaledTensor &x = operand.scaled;
  const auto *source =
      static_cast<const uint8_t *>(x.scale.data) + x.scaleOffset(item, row);
  const int64_t count = blocks; // bytes might alias the member
  uint8_t low = 255, top = 0;
  for (int64_t i = 0; i < count; ++i) {
    scales[i] = source[i];
    low = std::min(low, source[i]);
    top = std::max(top, source[i]);
  }
  std::fill(scales + count, scales + scaleStride(), uint8_t(0));
  auto at = static_cast<size_t>(row);
  if (top == 0xFF) {
    exponents[at] = contract::floatOf(contract::kNaNBits);
    return 0;
  }
  if (top - low > kNearScales) { // of blocks that are not zeros
    top = 0;
    for (int64_t i = 0; i < count; ++i)
      if (scales[i] > top && !codes.isZeroBlock(row, i))
        top = scales[i];
  }
  exponents[at] = static_cast<float>(top - 127);
  return 127 - top;
}

MX_TARGET_END

/// Near 1, with its block's scale after it was moved.
float WeightRows::element(int64_t row, int64_t col, int scale) const {
  constexpr float kMagnitudes[8] = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
  int code = codes.row(row)[col / 2] >> col % 2 * 4 & 15;
  int field = std::clamp(scale, kLeastScale, kLargestScale);
  float value = kMagnitudes[code & 7] *
                contract::floatOf(static_cast<uint32_t>(field) << 23);
  return code & 8 ? -value : value;
}

/// 16 rows of the weights with all of the few.
class LinearTile {
public:
  LinearTile(const DigitRows &few, const DigitGroups &groups,
             WeightRows &weights, MultiplyLinear multiplyLinear, int64_t first,
             uint8_t *scales)
      : few(few), groups(groups), weights(weights),
        multiplyLinear(multiplyLinear), first(first), scales(scales) {
    for (int64_t i = 0; i < kTile; ++i)
      moves[i] = weights.prepareRow(rowOf(i), scalesOf(i));
  }

  /// Sums [few][16], readable as 16 lines.
  void multiply(float *sums) const {
    for (int64_t i = 0; i < kTile; i += kLinearRows)
      for (int64_t m = 0; m < few.rows(); ++m)
        multiplyRows(i, m, sums + kTile * m + i);
    for (int64_t m = 0; m < few.rows(); ++m)
      addRemainders(few.remaindersOf(m), sums + kTile * m);
  }

private:
  /// Behind the last row it is the last one again.
  int64_t rowOf(int64_t i) const {
    return std::min(first + i, weights.rows() - 1);
  }
  uint8_t *scalesOf(int64_t i) const {
    return scales + i * weights.scaleStride();
  }

  void multiplyRows(int64_t i, int64_t m, float *sums) const {
    const int64_t whole = weights.wholeGroups();
    uint8_t buffers[kLinearRows][kGroupBytes];
    LinearRows rows, rest;
    for (int64_t r = 0; r < kLinearRows; ++r) {
      rows.codes[r] = weights.wholeRow(rowOf(i + r));
      rows.scales[r] = scalesOf(i + r);
      rows.moves[r] = rest.moves[r] = moves[i + r];
      if (whole == groups.groups())
        continue;
      rest.codes[r] = weights.restOf(rowOf(i + r), buffers[r]);
      rest.scales[r] = rows.scales[r] + kBlocksOfGroup * whole;
    }
    rows.rowBytes = rest.rowBytes = rows.codes[1] - rows.codes[0];
    multiplyLinear(groups.columns(m, 0, whole), rows, sums);
    if (whole < groups.groups())
      multiplyLinear(groups.columns(m, whole, 1), rest, sums);
  }

  void addRemainders(const std::vector<Remainder> &rest, float *sums) const {
    for (int64_t i = 0; i < kTile && !rest.empty(); ++i) {
      double sum = sums[i];
      for (const Remainder &one : rest)
        sum += double(one.value) *
               weights.element(rowOf(i), one.col,
                               scalesOf(i)[one.col / 32] + moves[i]);
      sums[i] = static_cast<float>(sum);
    }
  }

  const DigitRows &few;
  const DigitGroups &groups;
  WeightRows &weights;
  MultiplyLinear multiplyLinear;
  int64_t first;
  uint8_t *scales;
  int32_t moves[kTile];
};

} // namespace

static void multiplyItem(const MatmulArgs &args, int64_t item,
                         const DigitRows &few, const DigitGroups &groups,
                         WeightRows &weights, MultiplyLinear multiplyLinear,
                         decltype(&makeFinisher<Finisher>) makeFinisher) {
  weights.locate(args.itemOf(args.b, item));
  auto finisher =
      makeFinisher(args, item, few.exponents(), weights.rowExponents());
  const int64_t tasks = ceilDiv(weights.rows(), kTile);
  parallelFor(tasks, stripTasksTogether(tasks),
              [&](int64_t task, Workspace &workspace) {
                alignas(64) float sums[kTile * kTile] = {};
                LinearTile tile(few, groups, weights, multiplyLinear,
                                kTile * task,
                                workspace.get<uint8_t>(
                                    kTile * (weights.scaleStride() + 16)));
                tile.multiply(sums);
                finisher->storeFloats({sums, 0, kTile * task, true});
              });
}

bool multiplyFewLinear(const MatmulArgs &args, int64_t most,
                       MultiplyLinear multiplyLinear,
                       decltype(&makeFinisher<Finisher>) finisher) {
  if (args.a.isScaled || args.a.rows > most || args.k == 0 ||
      args.out.tensor.elements() == 0 || !WeightRows::accepts(args.b, args.k))
    return false;
  DigitRows few(args.a.plain, args.a.rows, args.k);
  DigitGroups groups(few, args.k);
  WeightRows weights(args.b, args.k);
  for (bool write : {false, true}) // every item must fit before one is written
    for (int64_t item = 0; item < args.out.items; ++item) {
      if (!few.prepare(args.itemOf(args.a, item)))
        return false;
      if (!write)
        continue;
      groups.prepare();
      multiplyItem(args, item, few, groups, weights, multiplyLinear, finisher);
    }
  return true;
}

} // namespace mx::runtime::x86

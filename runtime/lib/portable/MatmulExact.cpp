//===- MatmulExact.cpp - accumulate = exact, portable ---------------------===//
//
// Where elements are integers of few bits in units of their format's least
// number, the products of a block are summed in one machine integer, which then
// enters the wide accumulator at the place of its two scales. Everything else
// (plain f32 and bf16 operands, infinities) adds its products one at a time.
// Both ways give the real sum, so they mix freely.
//
//===----------------------------------------------------------------------===//

#include "Rows.h"

#include <vector>

namespace mx::runtime::portable {

using namespace contract;

namespace {

/// One row's worth of facts that decide how its products are summed.
enum RowFlags : uint8_t { kHasNaN = 1, kHasInf = 2 };

/// One item of an operand. `numbers` always; `fixed` (elements in units of the
/// least one) and `scales` where the products of a block are summed as
/// integers.
template <typename Fixed> struct IntegerOperand {
  int64_t item = -1, k = 0, blocks = 0, blockCols = 1;
  std::vector<Fixed> fixed;
  std::vector<Decoded> scales;
  std::vector<uint8_t> flags;
};

struct NumberOperand {
  int64_t item = -1, k = 0;
  std::vector<ExactNumber> numbers;
  std::vector<uint8_t> flags;
};

uint8_t flagsOf(const ExactNumber &number) {
  return static_cast<uint8_t>((number.isNaN ? kHasNaN : 0) |
                              (number.isInf ? kHasInf : 0));
}

FloatFormat elementFormat(const OperandArgs &operand) {
  return operand.isScaled ? operand.scaled.format.element
                          : floatFormat(operand.plain.tensor.dtype);
}

ExponentRange rangeOf(const OperandArgs &operand) {
  return operand.isScaled ? exponentRange(operand.scaled.format)
                          : exponentRange(elementFormat(operand));
}

/// Elements, and the scale of each, as ExactNumbers.
void loadNumberRow(const OperandArgs &operand, int64_t row, int64_t k,
                   ExactNumber *numbers, Workspace &workspace) {
  Decoded scale;
  scale.significand = 1;
  if (!operand.isScaled) {
    float *values = workspace.get<float, 0>(operand.plain.cols);
    operand.plain.loadRow(row, values);
    for (int64_t col = 0; col < k; ++col)
      numbers[col] =
          exactProduct(decodeScale(kF32, bitsOf(values[col])), scale);
    return;
  }
  const ScaledTensor &x = operand.scaled;
  auto *codes = workspace.get<uint16_t, 0>(x.blocks * x.blockCols);
  loadCodes(x, row, codes, workspace);
  for (int64_t col = 0; col < k; ++col) {
    if (col % x.blockCols == 0)
      scale = decodeScale(x.format.scale, loadScale(x, row, col / x.blockCols));
    numbers[col] =
        exactProduct(decodeParts(x.format.element, codes[col]), scale);
  }
}

void load(const OperandArgs &operand, int64_t item, int64_t k,
          NumberOperand &result) {
  if (result.item == item)
    return;
  result.item = item;
  result.k = k;
  result.numbers.resize(static_cast<size_t>(operand.rows * k));
  result.flags.assign(static_cast<size_t>(operand.rows), 0);
  parallelFor(operand.rows, [&](int64_t r, Workspace &workspace) {
    ExactNumber *numbers = result.numbers.data() + r * k;
    loadNumberRow(operand, item * operand.rows + r, k, numbers, workspace);
    for (int64_t col = 0; col < k; ++col)
      result.flags[static_cast<size_t>(r)] |= flagsOf(numbers[col]);
  });
}

/// One product at a time: for every pair of formats.
bool multiplyNumbers(const MatmulArgs &args) {
  NumberOperand a, b;
  ExponentRange rangeA = rangeOf(args.a), rangeB = rangeOf(args.b);
  for (int64_t item = 0; item < args.out.items; ++item) {
    load(args.a, args.itemOf(args.a, item), args.k, a);
    load(args.b, args.itemOf(args.b, item), args.k, b);
    forEachTile(args.a.rows, args.b.rows,
                [&](int64_t m, int64_t n0, int64_t n1, Workspace &) {
                  ExactSum sum(rangeA, rangeB);
                  const ExactNumber *left = a.numbers.data() + m * args.k;
                  for (int64_t n = n0; n < n1; ++n) {
                    const ExactNumber *right = b.numbers.data() + n * args.k;
                    sum.clear();
                    for (int64_t k = 0; k < args.k; ++k)
                      addProduct(sum, left[k], right[k]);
                    storeProduct(args, item, m, n, sum.toFloat());
                  }
                });
  }
  return true;
}

/// Elements in units of the format's least number, by code. An Inf or NaN,
/// which sets the row's flag, is 0 here.
template <typename Fixed> class FixedValues {
public:
  explicit FixedValues(const FloatFormat &format) : format(format) {
    for (uint32_t code = 0; format.bits() <= 8 && code < 256; ++code)
      values[code] = compute(code);
  }
  Fixed operator()(uint32_t code) const {
    return format.bits() <= 8 ? values[code & 0xFF] : compute(code);
  }

private:
  Fixed compute(uint32_t code) const {
    Decoded parts = decodeParts(format, code);
    if (parts.isNaN || parts.isInf)
      return 0;
    int shift = parts.exponent - format.minExponent();
    return static_cast<Fixed>(parts.significand * (int64_t(1) << shift));
  }
  FloatFormat format;
  Fixed values[256];
};

uint8_t flagsOf(const FloatFormat &format, uint32_t code) {
  return static_cast<uint8_t>((isNaN(format, code) ? kHasNaN : 0) |
                              (isInf(format, code) ? kHasInf : 0));
}

template <typename Fixed>
void load(const OperandArgs &operand, int64_t item, int64_t k,
          IntegerOperand<Fixed> &result) {
  if (result.item == item)
    return;
  const ScaledTensor &x = operand.scaled;
  FloatFormat element = x.format.element;
  FixedValues<Fixed> values(element);
  result.item = item;
  result.k = k;
  result.blocks = x.blocks;
  result.blockCols = x.blockCols;
  result.fixed.resize(static_cast<size_t>(operand.rows * k));
  result.scales.resize(static_cast<size_t>(operand.rows * x.blocks));
  result.flags.assign(static_cast<size_t>(operand.rows), 0);
  bool special = element.kind != FloatKind::Finite && !element.isInteger;
  parallelFor(operand.rows, [&](int64_t r, Workspace &workspace) {
    int64_t row = item * operand.rows + r;
    auto *codes = workspace.get<uint16_t, 0>(x.blocks * x.blockCols);
    loadCodes(x, row, codes, workspace);
    uint8_t flags = 0;
    for (int64_t col = 0; col < k; ++col) {
      result.fixed[static_cast<size_t>(r * k + col)] = values(codes[col]);
      if (special)
        flags |= flagsOf(element, codes[col]);
    }
    for (int64_t block = 0; block < x.blocks; ++block) {
      Decoded scale = decodeScale(x.format.scale, loadScale(x, row, block));
      flags |= static_cast<uint8_t>((scale.isNaN ? kHasNaN : 0) |
                                    (scale.isInf ? kHasInf : 0));
      result.scales[static_cast<size_t>(r * x.blocks + block)] = scale;
    }
    result.flags[static_cast<size_t>(r)] = flags;
  });
}

/// A stretch of k in which neither operand changes its block.
struct Segment {
  int64_t begin, end, blockA, blockB;
};

std::vector<Segment> segmentsOf(int64_t k, int64_t colsA, int64_t colsB) {
  std::vector<Segment> segments;
  for (int64_t begin = 0; begin < k;) {
    int64_t end =
        std::min({k, (begin / colsA + 1) * colsA, (begin / colsB + 1) * colsB});
    segments.push_back({begin, end, begin / colsA, begin / colsB});
    begin = end;
  }
  return segments;
}

/// Rows with an infinity, and only those, need the products themselves.
float sumWithInfinities(const MatmulArgs &args, int64_t item, int64_t m,
                        int64_t n, ExactSum &sum, Workspace &workspace) {
  auto *a = workspace.get<ExactNumber, 1>(args.k);
  auto *b = workspace.get<ExactNumber, 2>(args.k);
  int64_t rowA = args.itemOf(args.a, item) * args.a.rows + m;
  int64_t rowB = args.itemOf(args.b, item) * args.b.rows + n;
  loadNumberRow(args.a, rowA, args.k, a, workspace);
  loadNumberRow(args.b, rowB, args.k, b, workspace);
  for (int64_t k = 0; k < args.k; ++k)
    addProduct(sum, a[k], b[k]);
  return sum.toFloat();
}

template <typename Fixed, typename Sum>
void addSegments(const std::vector<Segment> &segments,
                 const IntegerOperand<Fixed> &a, const IntegerOperand<Fixed> &b,
                 int64_t m, int64_t n, int unit, ExactSum &sum) {
  const Fixed *left = a.fixed.data() + m * a.k;
  const Fixed *right = b.fixed.data() + n * b.k;
  const Decoded *scalesA = a.scales.data() + m * a.blocks;
  const Decoded *scalesB = b.scales.data() + n * b.blocks;
  for (const Segment &segment : segments) {
    Sum dot = 0;
    for (int64_t k = segment.begin; k < segment.end; ++k)
      dot += static_cast<Sum>(left[k]) * right[k];
    const Decoded &x = scalesA[segment.blockA], &y = scalesB[segment.blockB];
    sum.add(static_cast<Int128>(dot) * (x.significand * y.significand),
            x.exponent + y.exponent + unit);
  }
}

template <typename Fixed, typename Sum>
bool multiplyFixed(const MatmulArgs &args) {
  IntegerOperand<Fixed> a, b;
  ExponentRange rangeA = rangeOf(args.a), rangeB = rangeOf(args.b);
  int unit =
      elementFormat(args.a).minExponent() + elementFormat(args.b).minExponent();
  std::vector<Segment> segments =
      segmentsOf(args.k, args.a.scaled.blockCols, args.b.scaled.blockCols);
  for (int64_t item = 0; item < args.out.items; ++item) {
    load(args.a, args.itemOf(args.a, item), args.k, a);
    load(args.b, args.itemOf(args.b, item), args.k, b);
    forEachTile(args.a.rows, args.b.rows,
                [&](int64_t m, int64_t n0, int64_t n1, Workspace &workspace) {
                  ExactSum sum(rangeA, rangeB);
                  for (int64_t n = n0; n < n1; ++n) {
                    uint8_t flags =
                        static_cast<uint8_t>(a.flags[static_cast<size_t>(m)] |
                                             b.flags[static_cast<size_t>(n)]);
                    float r = floatOf(kNaNBits);
                    sum.clear();
                    if (!(flags & kHasNaN)) {
                      if (flags & kHasInf) {
                        r = sumWithInfinities(args, item, m, n, sum, workspace);
                      } else {
                        addSegments<Fixed, Sum>(segments, a, b, m, n, unit,
                                                sum);
                        r = sum.toFloat();
                      }
                    }
                    storeProduct(args, item, m, n, r);
                  }
                });
  }
  return true;
}

int bitsForCount(int64_t count) {
  int bits = 0;
  while (bits < 62 && (int64_t(1) << bits) < count)
    ++bits;
  return bits;
}

/// Bits of a block scale's significand.
int scaleBits(const ScaledFormat &format) {
  return format.scale.isE8M0 ? 1 : format.scale.mantissaBits + 1;
}

} // namespace

bool matmul_exact(const MatmulArgs &args) {
  if (!args.a.isScaled || !args.b.isScaled)
    return multiplyNumbers(args);
  const ScaledTensor &a = args.a.scaled, &b = args.b.scaled;
  int bitsA = static_cast<int>(a.format.element.fixedPointBits());
  int bitsB = static_cast<int>(b.format.element.fixedPointBits());
  int widest = std::max(bitsA, bitsB);
  int dotBits = bitsA + bitsB +
                bitsForCount(std::min({a.blockCols, b.blockCols, args.k}));
  int total = dotBits + scaleBits(a.format) + scaleBits(b.format);
  if (widest <= 15 && dotBits <= 31 && total <= 126)
    return multiplyFixed<int16_t, int32_t>(args);
  if (widest <= 31 && dotBits <= 63 && total <= 126)
    return multiplyFixed<int32_t, int64_t>(args);
  if (widest <= 62 && total <= 126)
    return multiplyFixed<int64_t, Int128>(args);
  return multiplyNumbers(args);
}

} // namespace mx::runtime::portable

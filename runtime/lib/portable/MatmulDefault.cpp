//===- MatmulDefault.cpp - matmul of f32 quality, portable ----------------===//
//
// Both operands as f64, eight partial sums per result in a fixed order, one
// rounding to f32. Bound, with u = 2^-53: each product and each of at most K
// additions is off by a factor 1 + u, hence
// |r - exact| <= 2^-24·|exact| + K·2^-51·Σ|a·b| + 2^-150.
//
//===----------------------------------------------------------------------===//

#include "Rows.h"

#include <vector>

namespace mx::runtime::portable {

namespace {

/// One item of an operand as rows × k doubles.
struct DoubleOperand {
  int64_t item = -1, k = 0;
  std::vector<double> values;

  const double *row(int64_t r) const { return values.data() + r * k; }
};

void loadScaledRow(const ScaledTensor &x, int64_t row, int64_t k,
                   const ElementValues &elements, double *values,
                   Workspace &workspace) {
  auto *codes = workspace.get<uint16_t, 0>(x.blocks * x.blockCols);
  loadCodes(x, row, codes, workspace);
  double scale = 0;
  for (int64_t col = 0; col < k; ++col) {
    if (col % x.blockCols == 0)
      scale = contract::scaleValue(x.format.scale,
                                   loadScale(x, row, col / x.blockCols));
    values[col] = elements(codes[col]) * scale;
  }
}

void load(const OperandArgs &operand, int64_t item, int64_t k,
          DoubleOperand &result) {
  if (result.item == item)
    return;
  result.item = item;
  result.k = k;
  result.values.resize(static_cast<size_t>(operand.rows * k));
  ElementValues elements(operand.isScaled ? operand.scaled.format.element
                                          : contract::kE2M1);
  parallelFor(operand.rows, [&](int64_t r, Workspace &workspace) {
    double *values = result.values.data() + r * k;
    int64_t row = item * operand.rows + r;
    if (operand.isScaled)
      return loadScaledRow(operand.scaled, row, k, elements, values, workspace);
    float *floats = workspace.get<float, 0>(operand.plain.cols);
    operand.plain.loadRow(row, floats);
    std::copy(floats, floats + k, values);
  });
}

double dot(const double *a, const double *b, int64_t k) {
  double sums[8] = {};
  int64_t i = 0;
  for (; i + 8 <= k; i += 8)
    for (int lane = 0; lane < 8; ++lane)
      sums[lane] += a[i + lane] * b[i + lane];
  for (; i < k; ++i)
    sums[i % 8] += a[i] * b[i];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) +
         ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

} // namespace

bool matmul_default(const MatmulArgs &args) {
  DoubleOperand a, b;
  for (int64_t item = 0; item < args.out.items; ++item) {
    load(args.a, args.itemOf(args.a, item), args.k, a);
    load(args.b, args.itemOf(args.b, item), args.k, b);
    forEachTile(args.a.rows, args.b.rows,
                [&](int64_t m, int64_t n0, int64_t n1, Workspace &) {
                  for (int64_t n = n0; n < n1; ++n)
                    storeProduct(
                        args, item, m, n,
                        static_cast<float>(dot(a.row(m), b.row(n), args.k)));
                });
  }
  return true;
}

} // namespace mx::runtime::portable

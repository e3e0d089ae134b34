//===- Dequantize.cpp - dequantize, portable ------------------------------===//
//
// One row at a time, rows in parallel. The product of element and scale is
// exact in f64 for every pair of formats, so one rounding remains.
//
//===----------------------------------------------------------------------===//

#include "Rows.h"

namespace mx::runtime::portable {

using namespace contract;

bool dequantize(const DequantizeArgs &args) {
  const ScaledTensor &x = args.x;
  const Matrix &out = args.out;
  ElementValues values(x.format.element);
  FloatFormat type = floatFormat(out.tensor.dtype);
  parallelFor(out.items * out.rows, [&](int64_t row, Workspace &workspace) {
    auto *codes = workspace.get<uint16_t, 0>(x.blocks * x.blockCols);
    loadCodes(x, row, codes, workspace);
    int64_t start = out.rowOffset(row);
    double scale = 0;
    for (int64_t col = 0; col < out.cols; ++col) {
      if (col % x.blockCols == 0)
        scale =
            scaleValue(x.format.scale, loadScale(x, row, col / x.blockCols));
      double element = values(codes[col]);
      double value = x.hasTensorScale
                         ? dequantizeTwoLevel(element, scale, x.tensorScale)
                         : dequantizeElement(element, scale);
      int64_t at = start + col * out.colStride;
      if (out.tensor.dtype == MX_F32)
        static_cast<float *>(out.tensor.data)[at] =
            canonicalNaN(static_cast<float>(value));
      else
        static_cast<uint16_t *>(out.tensor.data)[at] =
            static_cast<uint16_t>(roundDouble(type, value));
    }
  });
  return true;
}

} // namespace mx::runtime::portable

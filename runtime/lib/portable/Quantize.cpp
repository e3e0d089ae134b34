//===- Quantize.cpp - quantize, portable ----------------------------------===//
//
// One row of blocks at a time: load and transform its rows, then per block
// amax, scale, codes, bytes. Rows of blocks run in parallel.
//
//===----------------------------------------------------------------------===//

#include "Rows.h"
#include "mx/Support/BlockRules.h"

namespace mx::runtime::portable {

using namespace contract;

namespace {

/// Rows [first, first + count) of all items, padded and transformed.
float *loadRows(const QuantizeArgs &args, int64_t first, int64_t count,
                Workspace &workspace) {
  int64_t cols = args.out.cols, group = args.spec.hadamardSize;
  float *values = workspace.get<float, 0>(count * cols);
  for (int64_t r = 0; r < count; ++r) {
    float *line = values + r * cols;
    args.x.loadRow(first + r, line);
    std::fill(line + args.x.cols, line + cols, 0.0f);
    for (int64_t g = 0; group > 0 && g < cols; g += group)
      contract::hadamard(line + g, group, args.spec.signs);
  }
  return values;
}

void storeCodes(const ScaledTensor &out, int64_t row, int64_t block,
                const uint16_t *codes, Workspace &workspace) {
  auto *target = static_cast<uint8_t *>(out.codes.data) + out.codeOffset(row) +
                 block * out.codes.stride(2);
  unsigned bits = out.format.element.bits();
  int64_t bytes = out.codes.size(1), stride = out.codes.stride(1);
  if (stride == 1)
    return packCodes(bits, codes, out.blockCols, target);
  auto *packed = workspace.get<uint8_t, 2>(bytes);
  packCodes(bits, codes, out.blockCols, packed);
  for (int64_t i = 0; i < bytes; ++i)
    target[i * stride] = packed[i];
}

void storeScale(const ScaledTensor &out, int64_t item, int64_t row,
                int64_t block, uint32_t code) {
  int64_t at = out.scaleOffset(item, row) + block * out.scale.stride(1);
  if (out.scale.dtype == MX_F32)
    static_cast<float *>(out.scale.data)[at] = floatOf(code);
  else
    static_cast<uint8_t *>(out.scale.data)[at] = static_cast<uint8_t>(code);
}

/// Row of blocks `strip` of an item.
void quantizeStrip(const QuantizeArgs &args, const ScaleParams &params,
                   int64_t item, int64_t strip, Workspace &workspace) {
  const ScaledTensor &out = args.out;
  int64_t row = strip * out.blockRows;
  int64_t rows = std::min(out.blockRows, out.rows - row);
  int64_t first = item * out.rows + row;
  const float *values = loadRows(args, first, rows, workspace);
  auto *codes = workspace.get<uint16_t, 1>(out.blockCols);
  ElementEncoder encode(args.spec);
  for (int64_t block = 0; block < out.blocks; ++block) {
    int64_t col = block * out.blockCols;
    BlockView view{values + col, rows,  std::min(out.blockCols, out.cols - col),
                   out.cols,     first, col};
    BlockScale scale = scaleOfBlock(args.spec, params, args.tensor, view);
    storeScale(out, item, row, block, scale.code);
    for (int64_t r = 0; r < rows; ++r) {
      int64_t globalRow = args.spec.rowMap(first + r);
      for (int64_t c = 0; c < view.cols; ++c)
        codes[c] = encode(view.at(r, c), scale, globalRow, col + c);
      std::fill(codes + view.cols, codes + out.blockCols, uint16_t(0));
      storeCodes(out, first + r, block, codes, workspace);
    }
  }
}

} // namespace

bool quantize(const QuantizeArgs &args) {
  ScaleParams params(args.spec.format, args.spec.rule,
                     args.spec.scaleMinNormal);
  int64_t strips = args.out.scaleRows;
  parallelFor(args.out.items * strips, [&](int64_t i, Workspace &workspace) {
    quantizeStrip(args, params, i / strips, i % strips, workspace);
  });
  return true;
}

/// One after the other, each by the best kernel that takes it.
bool quantize2(const Quantize2Args &args) {
  for (const QuantizeArgs &result : args.results)
    if (MX_DISPATCH(
            quantize, result,
            {{result.x.items, result.x.rows, result.spec.paddedCols}, 3}))
      return false;
  return true;
}

} // namespace mx::runtime::portable

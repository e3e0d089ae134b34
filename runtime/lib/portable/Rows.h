//===- Rows.h - Reading and writing packed rows -----------------*- C++ -*-===//
//
// What the portable kernels share: unpacked codes of a row, decode tables, the
// loop over tiles of a product, and storing its results.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_PORTABLE_ROWS_H
#define MX_RUNTIME_LIB_PORTABLE_ROWS_H

#include "../KernelTable.h"
#include "../Threads.h"
#include "mx/Support/Matmul.h"
#include "mx/Support/Pack.h"

#include <algorithm>

namespace mx::runtime::portable {

/// Codes of row `row` (of all items) as `blocks`·blockCols of them.
inline void loadCodes(const ScaledTensor &x, int64_t row, uint16_t *codes,
                      Workspace &workspace) {
  const auto *data = static_cast<const uint8_t *>(x.codes.data);
  const uint8_t *start = data + x.codeOffset(row);
  unsigned bits = x.format.element.bits();
  int64_t bytes = x.format.bytesPerBlock(x.cols);
  if (x.isTiled) {
    auto *gathered = workspace.get<uint8_t, 3>(x.blocks * bytes);
    for (int64_t i = 0; i < x.blocks * bytes; ++i)
      gathered[i] = start[ScaledTensor::tilePlace(i)];
    for (int64_t block = 0; block < x.blocks; ++block)
      contract::unpackCodes(bits, gathered + block * bytes, x.blockCols,
                            codes + block * x.blockCols);
    return;
  }
  int64_t stride = x.codes.stride(1);
  for (int64_t block = 0; block < x.blocks; ++block) {
    const uint8_t *source = start + block * x.codes.stride(2);
    if (stride != 1) {
      auto *gathered = workspace.get<uint8_t, 3>(bytes);
      for (int64_t i = 0; i < bytes; ++i)
        gathered[i] = source[i * stride];
      source = gathered;
    }
    contract::unpackCodes(bits, source, x.blockCols,
                          codes + block * x.blockCols);
  }
}

/// The stored scale (code or f32 bits) of block `block` of a row.
inline uint32_t loadScale(const ScaledTensor &x, int64_t row, int64_t block) {
  int64_t rows = x.rows > 0 ? x.rows : 1;
  int64_t at = x.scaleOffset(row / rows, row % rows) + x.scalePlace(block);
  if (x.scale.dtype == MX_F32)
    return contract::bitsOf(static_cast<const float *>(x.scale.data)[at]);
  return static_cast<const uint8_t *>(x.scale.data)[at];
}

/// Values of codes: a table for up to 8 bits, computed for wider ones.
class ElementValues {
public:
  explicit ElementValues(const contract::FloatFormat &format)
      : format(format), wide(format.bits() > 8) {
    for (uint32_t code = 0; !wide && code < 256; ++code)
      values[code] = contract::decode(format, code);
  }
  double operator()(uint32_t code) const {
    return wide ? contract::decode(format, code) : values[code & 0xFF];
  }

private:
  contract::FloatFormat format;
  bool wide;
  double values[256];
};

inline constexpr int64_t kTileRows = 16, kTileCols = 64;

/// body(m, n0, n1, workspace) for all rows of tiles of a rows × cols result.
template <typename Body>
void forEachTile(int64_t rows, int64_t cols, Body body) {
  int64_t down = (rows + kTileRows - 1) / kTileRows;
  int64_t across = (cols + kTileCols - 1) / kTileCols;
  parallelFor(down * across, [&](int64_t tile, Workspace &workspace) {
    int64_t m0 = tile / across * kTileRows, n0 = tile % across * kTileCols;
    int64_t m1 = std::min(m0 + kTileRows, rows);
    int64_t n1 = std::min(n0 + kTileCols, cols);
    for (int64_t m = m0; m < m1; ++m)
      body(m, n0, n1, workspace);
  });
}

/// acc, tensor scales, alpha, and the rounding to the result's type.
inline void storeProduct(const MatmulArgs &args, int64_t item, int64_t m,
                         int64_t n, float r) {
  float acc = 0;
  if (args.hasAcc)
    acc = loadFloat(args.acc.tensor.data, args.acc.tensor.dtype,
                    args.acc.itemOffset(item) + m * args.acc.rowStride +
                        n * args.acc.colStride);
  float scaleA = args.a.isScaled ? args.a.scaled.tensorScale : 1;
  float scaleB = args.b.isScaled ? args.b.scaled.tensorScale : 1;
  float value = contract::finishProduct(r, args.hasAcc ? &acc : nullptr, scaleA,
                                        scaleB, args.alpha);
  applyEpilogue(args.epilogue, item, {m, n, 1}, &value);
  const Matrix &out = args.out;
  storeFloat(out.tensor.data, out.tensor.dtype,
             out.itemOffset(item) + m * out.rowStride + n * out.colStride,
             value);
}

} // namespace mx::runtime::portable

#endif // MX_RUNTIME_LIB_PORTABLE_ROWS_H

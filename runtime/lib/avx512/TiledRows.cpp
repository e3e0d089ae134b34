//===- TiledRows.cpp - Prepacked rows of MXFP4 as bf16 --------------------===//
//
// A panel is two strips.
//
//===----------------------------------------------------------------------===//

#include "TiledRows.h"

namespace mx::runtime::avx512 {

using x86::kStripRows;

void TiledRows::prepare(int64_t item) {
  if (item == currentItem)
    return;
  currentItem = item;
  tiles.locate(item);
  tiles.scanAll();
}

MX_AVX512_BEGIN

static constexpr int64_t kAhead = 2048; ///< bytes that are fetched

void TiledRows::decodeGroup(int64_t strip, int64_t group, uint16_t *out,
                            int64_t stepWords) const {
  for (int64_t block = 0; block < 4; ++block)
    decodeBlock(tiles, strip, group, block, out, stepWords, kAhead);
}

void TiledRows::decode(int64_t firstRow, int64_t rowCount, int64_t first,
                       int64_t count, const x86::RowTarget &target) const {
  for (int64_t row = 0; row < rowCount; row += kStripRows) {
    uint16_t *out = target.data + row / kStripRows * x86::kTileBytes / 2;
    for (int64_t step = 0; step < count; step += 4) {
      uint16_t *at = out + step * target.stepStride;
      if (firstRow + row < rows())
        decodeGroup((firstRow + row) / kStripRows, (first + step) / 4, at,
                    target.stepStride);
      else
        for (int r = 0; r < 4; ++r)
          for (int i = 0; i < 16; ++i)
            _mm512_storeu_si512(at + r * target.stepStride + 32 * i,
                                _mm512_setzero_si512());
    }
  }
}

MX_TARGET_END

} // namespace mx::runtime::avx512

//===- TiledRows.h - Prepacked rows of MXFP4 as bf16 ------------*- C++ -*-===//
//
// For products that take B with the units of 16 rows side by side.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_TILEDROWS_H
#define MX_RUNTIME_LIB_AVX512_TILEDROWS_H

#include "../x86/TiledFp4.h"
#include "Fp4Table.h"
#include "Target.h"

namespace mx::runtime::avx512 {

/// As a side of a product in bf16.
class TiledRows final : public x86::RowSource {
public:
  TiledRows(const OperandArgs &operand, int64_t k) : tiles(operand, k) {}

  void prepare(int64_t item);
  static bool hasInfiniteFloat() { return false; }
  const float *exponents() const { return tiles.exponents(); }

  int64_t rows() const override { return tiles.rows(); }
  int64_t steps() const override { return 4 * tiles.groups(); }
  bool isPacked() const override { return true; }
  int64_t rowsTogether() const override { return x86::kStripRows; }
  int64_t stepBytes() const override { return 16; }
  const uint8_t *bytesOf(int64_t row, int64_t step) const override {
    return tiles.codesOf(row / x86::kStripRows, step / 4);
  }
  void decode(int64_t firstRow, int64_t rowCount, int64_t first, int64_t count,
              const x86::RowTarget &target) const override;

private:
  void decodeGroup(int64_t strip, int64_t group, uint16_t *out,
                   int64_t stepWords) const;

  x86::TiledFp4 tiles;
  int64_t currentItem = -1;
};

MX_AVX512_BEGIN

/// Block `block` of a group of a strip as bf16 numbers near 1, zeros where
/// there is none: line 4·block … of step r of four, stepWords apart, has the
/// elements with k mod 4 = r, a pair of each of 16 rows. As DecodeRows.cpp does
/// it, but a scale is made ready for 16 vectors. Codes `ahead` bytes behind
/// those are fetched.
inline __attribute__((always_inline)) void
decodeBlock(const x86::TiledFp4 &tiles, int64_t strip, int64_t group,
            int64_t block, uint16_t *out, int64_t stepWords, int64_t ahead) {
  out += 4 * 32 * block;
  if (block >= tiles.blocksOf(group)) {
    for (int i = 0; i < 4; ++i)
      for (int r = 0; r < 4; ++r)
        _mm512_storeu_si512(out + 32 * i + r * stepWords,
                            _mm512_setzero_si512());
    return;
  }
  const __m512i table = _mm512_load_si512(kFp4Table);
  // Scale `block` of each dword to both of its words.
  const __m512i pick =
      _mm512_add_epi16(_mm512_set4_epi32(int(0x800C800C), int(0x80088008),
                                         int(0x80048004), int(0x80008000)),
                       _mm512_set1_epi16(static_cast<short>(block)));
  __m512i below = _mm512_sub_epi16(
      _mm512_loadu_si512(tiles.distances(strip)),
      _mm512_shuffle_epi8(_mm512_loadu_si512(tiles.scalesOf(strip, group)),
                          pick));
  below = _mm512_max_epi16(
      below, _mm512_set1_epi16(x86::kFp4Top - x86::kLargestScale));
  below = _mm512_min_epi16(below,
                           _mm512_set1_epi16(x86::kFp4Top - x86::kLeastScale));
  below = _mm512_slli_epi16(below, 7);
  const uint8_t *codes = tiles.codesOf(strip, group) + 4 * kTileSize * block;
  for (int i = 0; i < 4; ++i) {
    __m512i v = _mm512_loadu_si512(codes + i * kTileSize);
    _mm_prefetch(codes + i * kTileSize + ahead, _MM_HINT_T0);
    for (int r = 0; r < 4; ++r)
      _mm512_storeu_si512(
          out + 32 * i + r * stepWords,
          _mm512_subs_epi16(
              _mm512_permutexvar_epi16(_mm512_srli_epi16(v, 4 * r), table),
              below));
  }
}

MX_TARGET_END

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_TILEDROWS_H

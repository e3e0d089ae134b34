//===- PackFp4.cpp - Rows of MXFP4 as tiles -------------------------------===//
//
// 16 rows are transposed as codes, a quarter of what their numbers take. A
// vector then holds eight codes of each row; two of them at a time become a
// line of a tile.
//
//===----------------------------------------------------------------------===//

#include "Fp4Table.h"
#include "Rows.h"
#include "Target.h"
#include "Transpose.h"

#include <algorithm>

namespace mx::runtime::avx512 {

MX_AVX512_BEGIN

namespace {

constexpr int64_t kRows = 16;       ///< of a tile
constexpr int64_t kPieceBytes = 16; ///< codes of a step of a row
constexpr int64_t kPieceColumns = 2 * kPieceBytes;
constexpr int64_t kStepsOfGroup = 4;
constexpr int kUnits = 16; ///< lines of a tile: two numbers of each row

/// Codes of the rows of a tile.
class Codes {
public:
  /// `count` rows from `first` on, `rowBytes` apart, of k columns.
  Codes(const uint8_t *first, int64_t rowBytes, int64_t count, int64_t k)
      : first(first), rowBytes(rowBytes), count(count), k(k) {}

  /// A step of a row; zeros where there is none.
  __m128i load(int64_t row, int64_t step) const {
    const int64_t left = k - step * kPieceColumns;
    if (row >= count || left <= 0)
      return _mm_setzero_si128();
    const uint8_t *at = first + row * rowBytes + step * kPieceBytes;
    if (left >= kPieceColumns)
      return _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
    return loadLastCodes(at, left);
  }
  /// Dword i of a step of each row as v[i].
  void loadTransposed(int64_t step, __m512i v[4]) const {
    if (count == kRows && k - step * kPieceColumns >= kPieceColumns)
      return avx512::loadTransposed(
          [&](int64_t row) {
            return _mm_loadu_si128(reinterpret_cast<const __m128i *>(
                first + row * rowBytes + step * kPieceBytes));
          },
          v);
    avx512::loadTransposed([&](int64_t row) { return load(row, step); }, v);
  }

private:
  const uint8_t *first;
  int64_t rowBytes, count, k;
};

/// What decodes the words of a vector by their lowest four bits.
class Decoder {
public:
  /// `scales`: bytes of each row, number `which` of which is meant.
  Decoder(__m512i scales, int which)
      : table(_mm512_load_si512(kFp4Table)),
        below(_mm512_slli_epi16(
            _mm512_sub_epi16(
                _mm512_set1_epi16(252),
                _mm512_and_si512(
                    _mm512_shuffle_epi8(
                        scales,
                        _mm512_or_si512(_mm512_set1_epi32(0x00010001 * which),
                                        byteOfLanes())),
                    _mm512_set1_epi16(0xFF))),
            7)) {}

  void store(__m512i codes, uint8_t *line) const {
    _mm512_store_si512(
        line, _mm512_subs_epi16(_mm512_permutexvar_epi16(codes, table), below));
  }

private:
  /// The first byte of each dword, in both of its words.
  static __m512i byteOfLanes() {
    return _mm512_broadcast_i32x4(
        _mm_setr_epi8(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12));
  }
  __m512i table, below;
};

/// Nibble `low` of one vector's dwords in their lower words, nibble `high` of
/// the other's in the upper ones.
inline __attribute__((always_inline)) __m512i pairOf(__m512i x, int low,
                                                     __m512i y, int high) {
  return _mm512_mask_mov_epi16(
      _mm512_srlv_epi32(x, _mm512_set1_epi32(4 * low)), 0xAAAAAAAA,
      _mm512_rolv_epi32(y, _mm512_set1_epi32(48 - 4 * high)));
}

/// A step in the order of k, or in that of Halves.
void packStep(const __m512i v[4], bool inHalves, const Decoder &decoder,
              uint8_t *tile) {
  for (int unit = 0; unit < kUnits; ++unit, tile += 64) {
    const int half = unit / 8, nibble = unit % 8;
    if (inHalves)
      decoder.store(pairOf(v[half], nibble, v[half + 2], nibble), tile);
    else
      decoder.store(
          pairOf(v[unit / 4], unit % 4 * 2, v[unit / 4], unit % 4 * 2 + 1),
          tile);
  }
}

/// Four steps in the order Nibbles, `stepBytes` apart; units 4·i and on of
/// each, which have scale i.
void packQuarter(const __m512i v[4], const Decoder &decoder, uint8_t *tile,
                 int64_t stepBytes) {
  for (int step = 0; step < kStepsOfGroup; ++step, tile += stepBytes)
    for (int unit = 0; unit < 4; ++unit)
      decoder.store(_mm512_srlv_epi32(v[unit], _mm512_set1_epi32(4 * step)),
                    tile + 64 * unit);
}

} // namespace

bool Rows::packTiles(int64_t firstRow, int64_t first, int64_t count,
                     uint8_t *tiles, int64_t stepBytes) const {
  if (kind != Kind::Fp4 || !codes.isContiguous())
    return false;
  const int64_t rowCount = std::clamp<int64_t>(rows() - firstRow, 0, kRows);
  const int64_t row = std::min(firstRow, rows() - 1);
  const Codes tile(codes.row(row), codes.row(row + 1) - codes.row(row),
                   rowCount, k);
  const __m512i places = _mm512_mullo_epi32(
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
      _mm512_set1_epi32(static_cast<int>(units)));
  const auto areRows = static_cast<__mmask16>((1u << rowCount) - 1);
  for (int64_t step = first; step < first + count; step += kStepsOfGroup) {
    // Zeros have any scale that leaves them zeros.
    const __m512i scales =
        _mm512_mask_i32gather_epi32(_mm512_set1_epi8(127), areRows, places,
                                    scaleCodes + row * units + step, 1);
    const int64_t some = std::min(kStepsOfGroup, first + count - step);
    for (int i = 0; i < some; ++i) {
      const Decoder decoder(scales, i);
      __m512i v[4];
      tile.loadTransposed(step + i, v);
      if (step < groupSteps)
        packQuarter(v, decoder, tiles + 256 * i, stepBytes);
      else
        packStep(v, order == KOrder::Halves, decoder, tiles + i * stepBytes);
    }
    tiles += kStepsOfGroup * stepBytes;
  }
  return true;
}

MX_TARGET_END

} // namespace mx::runtime::avx512

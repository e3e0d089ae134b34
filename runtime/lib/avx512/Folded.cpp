//===- Folded.cpp - Rows of MXFP4 as bytes --------------------------------===//
//
// One byte permutation looks up element and shift together: its index is the
// code with the shift above it, in a table of 64.
//
//===----------------------------------------------------------------------===//

#include "Folded.h"

#include "Target.h"
#include "Transpose.h"

#include <algorithm>
#include <cstring>

namespace mx::runtime::avx512 {

MX_AVX512_BEGIN

namespace {

/// Tables as constants in memory: building them takes longer than using them.
struct Tables {
  int8_t folded[64] = {};  ///< 2·E2M1 << shift by code and shift
  uint8_t spread[64] = {}; ///< byte q in every byte of 128-bit lane q
  int16_t words[32] = {};  ///< 2·E2M1 by code, whatever bit 4 is

  constexpr Tables() {
    constexpr int halves[8] = {0, 1, 2, 3, 4, 6, 8, 12};
    for (int i = 0; i < 64; ++i) {
      int value = halves[i & 7] << (i >> 4);
      folded[i] = static_cast<int8_t>(i & 8 ? -value : value);
      spread[i] = static_cast<uint8_t>(i / 16);
      if (i < 32)
        words[i] = folded[i & 15];
    }
  }
};
alignas(64) constexpr Tables kTables;

__m512i spreadBytes(const uint8_t *bytes, __m512i spread) {
  int32_t four;
  std::memcpy(&four, bytes, 4);
  return _mm512_shuffle_epi8(_mm512_set1_epi32(four), spread);
}

/// 16 times the shifts of blocks, as a Strip has them.
inline __attribute__((always_inline)) __m512i shiftsOf(const uint8_t *scales,
                                                       const uint8_t *tops) {
  const __m512i most = _mm512_set1_epi8(3);
  __m512i v = _mm512_loadu_si512(scales);
  if (!tops)
    return v;
  __m512i below = _mm512_subs_epu8(_mm512_loadu_si512(tops), v);
  return _mm512_slli_epi16(_mm512_sub_epi8(most, _mm512_min_epu8(below, most)),
                           4);
}

} // namespace

void FoldedRows::decodeGroups(const uint8_t *bytes, const uint8_t *shifts,
                              const uint8_t *kept, int64_t groups,
                              uint16_t *out, int64_t stepStride) const {
  const __m512i table = _mm512_load_si512(kTables.folded);
  const __m512i spread = _mm512_load_si512(kTables.spread);
  const __m512i low = _mm512_set1_epi8(15);
  __mmask64 mask = ~__mmask64(0);
  for (int64_t i = 0; i < groups; ++i, bytes += 64, shifts += 4) {
    if (kept)
      mask = _mm512_movepi8_mask(spreadBytes(kept + 4 * i, spread));
    __m512i shift = spreadBytes(shifts, spread);
    __m512i v = _mm512_loadu_si512(bytes);
    __m512i even = _mm512_ternarylogic_epi32(v, low, shift, 0xEA);
    __m512i odd =
        _mm512_ternarylogic_epi32(_mm512_srli_epi16(v, 4), low, shift, 0xEA);
    _mm512_storeu_si512(out, _mm512_maskz_permutexvar_epi8(mask, even, table));
    _mm512_storeu_si512(out + stepStride,
                        _mm512_maskz_permutexvar_epi8(mask, odd, table));
    out += 2 * stepStride;
  }
}

namespace {

/// Packed rows, a group of 128 columns at a time, to two steps.
class StripDecoder {
public:
  StripDecoder(uint16_t *out, int64_t stepStride)
      : out(out), stepStride(stepStride),
        table(_mm512_load_si512(kTables.folded)),
        spread(_mm512_set4_epi32(0x0C0C0C0C, 0x08080808, 0x04040404, 0)) {}

  /// Vector d of `codes` has dword d of each row: byte 4·r + b is elements
  /// 8·d + 2·b and 8·d + 2·b + 1 of row r. Vectors from `count` on are zeros.
  template <typename Codes>
  inline __attribute__((always_inline)) void decode(const Codes &codes,
                                                    __m512i shifts, int count) {
    for (int block = 0; block < 4; ++block) {
      // Byte `block` of each dword to all four.
      __m512i shift = _mm512_shuffle_epi8(
          shifts, _mm512_add_epi8(spread, _mm512_set1_epi8(char(block))));
      for (int d = 4 * block; d < 4 * block + 4; ++d)
        if (d < count)
          store(d, codes(d), shift);
        else
          storeZeros(d);
    }
    out += 2 * stepStride;
  }

private:
  static constexpr int64_t kWords = 32; // of a line

  inline __attribute__((always_inline)) void store(int d, __m512i v,
                                                   __m512i shift) {
    const __m512i low = _mm512_set1_epi8(15);
    __m512i even = _mm512_ternarylogic_epi32(v, low, shift, 0xEA);
    __m512i odd =
        _mm512_ternarylogic_epi32(_mm512_srli_epi16(v, 4), low, shift, 0xEA);
    _mm512_storeu_si512(out + kWords * d, _mm512_permutexvar_epi8(even, table));
    _mm512_storeu_si512(out + kWords * d + stepStride,
                        _mm512_permutexvar_epi8(odd, table));
  }
  void storeZeros(int d) {
    _mm512_storeu_si512(out + kWords * d, _mm512_setzero_si512());
    _mm512_storeu_si512(out + kWords * d + stepStride, _mm512_setzero_si512());
  }

  uint16_t *out;
  const int64_t stepStride;
  const __m512i table, spread;
};

} // namespace

void FoldedRows::decodeStrip(const Strip &strip, int64_t groups, uint16_t *out,
                             int64_t stepStride) const {
  constexpr int kVectors = 16; // of a group
  StripDecoder decoder(out, stepStride);
  const uint8_t *codes = strip.codes;
  for (int64_t group = 0; group < groups; ++group) {
    int64_t tiles = strip.tiles - group * kVectors;
    __m512i shifts =
        tiles > 0 ? shiftsOf(strip.scales + group * kTileSize, strip.tops)
                  : _mm512_setzero_si512();
    if (strip.rowBytes > 0) {
      // Rows may be a power of two apart, so that few of their lines find a
      // place in the first-level cache: each is read once.
      alignas(64) uint8_t near[kTileRows * 64];
      for (int64_t row = 0; row < kTileRows; ++row)
        _mm512_store_si512(
            near + 64 * row,
            _mm512_loadu_si512(codes + 64 * group + row * strip.rowBytes));
      __m512i lines[kVectors];
      loadTransposed(near, 64, lines);
      decoder.decode([&](int d) { return lines[d]; }, shifts, kVectors);
      continue;
    }
    auto load = [&](int d) {
      return _mm512_loadu_si512(codes + (group * kVectors + d) * kTileSize);
    };
    if (tiles >= kVectors)
      decoder.decode(load, shifts, kVectors);
    else
      decoder.decode(load, shifts,
                     static_cast<int>(std::max<int64_t>(tiles, 0)));
  }
}

namespace {

/// Pairs of words from a dword of codes of each of 16 rows: line i has codes 2i
/// and 2i + 1.
inline __attribute__((always_inline)) void
decodeWordLines(__m512i codes, __m512i shift, __m512i table, uint16_t *lines) {
  for (int i = 0; i < 4; ++i) {
    // Bits 0 to 3 of a word are an index into half of the table.
    const __m512i places =
        _mm512_set1_epi64(0x0024002000040000 + 0x0008000800080008 * int64_t(i));
    __m512i halves = _mm512_permutexvar_epi16(
        _mm512_multishift_epi64_epi8(places, codes), table);
    _mm512_storeu_si512(lines + 32 * i, _mm512_sllv_epi16(halves, shift));
  }
}

} // namespace

void FoldedRows::decodeWordStrip(const WordStrip &strip, int64_t steps,
                                 uint16_t *out, int64_t stepStride) const {
  const __m512i table = _mm512_load_si512(kTables.words);
  // Byte 0 of each dword to the first byte of its words.
  const __m512i spread = _mm512_set4_epi32(
      static_cast<int>(0x800C800C), static_cast<int>(0x80088008),
      static_cast<int>(0x80048004), static_cast<int>(0x80008000));
  __m512i shifts = _mm512_setzero_si512();
  for (int64_t step = 0; step < steps; ++step, out += stepStride) {
    if (step % 4 == 0)
      shifts = shiftsOf(strip.scales + step / 4 * kTileSize, strip.tops);
    __m512i shift = _mm512_srli_epi16(
        _mm512_shuffle_epi8(
            shifts,
            _mm512_add_epi8(spread, _mm512_set1_epi16(short(step % 4)))),
        4);
    __m512i codes[4];
    if (strip.tiles)
      for (int64_t i = 0; i < 4; ++i)
        codes[i] = _mm512_loadu_si512(strip.tiles + (4 * step + i) * kTileSize);
    else
      loadTransposed(
          [&](int row) {
            return _mm_loadu_si128(
                reinterpret_cast<const __m128i *>(strip.rows[row] + 16 * step));
          },
          codes);
    for (int i = 0; i < 4; ++i)
      decodeWordLines(codes[i], shift, table, out + 128 * i);
  }
}

MX_TARGET_END

} // namespace mx::runtime::avx512

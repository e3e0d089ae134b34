//===- Encode.h - A tile to scales and packed codes -------------*- C++ -*-===//
//
// Block after block: largest magnitudes of sixteen lanes, their scales, codes.
// Codes leave as dwords, vector d holding dword d of every lane's bytes.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_ENCODE_H
#define MX_RUNTIME_LIB_VECTOR_ENCODE_H

#include "BlockRules.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// Constants of a call.
struct EncodeParams {
  const QuantizeArgs &args;
  CodecParams codec;
  ScaleMaker scales;

  explicit EncodeParams(const QuantizeArgs &args)
      : args(args), codec(args.spec), scales(args) {}
};

/// Of the elements first, first + step, … of sixteen, which lie `stride` floats
/// apart; `words` are random.
template <class Codec, Rounding Mode, unsigned RandomBits>
MX_INLINE I encodeFour(const Codec &codec, const float *values, int64_t stride,
                       int first, int step, const BlockScales &scales,
                       const I *words) {
  F x[4], factor[4];
  I random[4], exponent[4];
  for (int i = 0; i < 4; ++i) {
    factor[i] = scales.factor;
    exponent[i] = scales.exponent;
    x[i] = loadF(values + stride * (first + i * step));
    if (Mode == Rounding::Stochastic)
      random[i] = drawn<RandomBits>(words, first + i * step);
  }
  return codec(x, factor, exponent, random);
}

/// Sixteen elements to Bits / 2 vectors of dwords.
template <class Codec, unsigned Bits, Rounding Mode, unsigned RandomBits>
MX_INLINE void encodeSixteen(const Codec &codec, const float *values,
                             int64_t stride, const BlockScales &scales,
                             const I *words, uint32_t *to) {
  if (Bits == 4) {
    for (int i = 0; i < 2; ++i) {
      I even = encodeFour<Codec, Mode, RandomBits>(codec, values, stride, 8 * i,
                                                   2, scales, words);
      I odd = encodeFour<Codec, Mode, RandomBits>(codec, values, stride,
                                                  8 * i + 1, 2, scales, words);
      store(to + 16 * i, either(even, shlPairs<4>(odd)));
    }
    return;
  }
  I four[4];
  for (int i = 0; i < 4; ++i)
    four[i] = encodeFour<Codec, Mode, RandomBits>(codec, values, stride, 4 * i,
                                                  1, scales, words);
  if (Bits == 8) {
    for (int i = 0; i < 4; ++i)
      store(to + 16 * i, four[i]);
    return;
  }
  for (int i = 0; i < 4; ++i) // 24 bits each
    four[i] = joinWords(joinBytes(four[i], 64), 4096);
  store(to, either(four[0], shl<24>(four[1])));
  store(to + 16, either(shr<8>(four[1]), shl<16>(four[2])));
  store(to + 32, either(shr<16>(four[2]), shl<8>(four[3])));
}

struct NoScope {
  NoScope() {}
};

/// Elements [first, first + size) of the tile.
template <class Codec, unsigned Bits, Rounding Mode, unsigned RandomBits>
MX_INLINE void
encodeBlock(const EncodeParams &params, Tile &tile, int64_t first, int64_t size,
            const BlockScales &scales, const Place &place, uint32_t *codes) {
  constexpr int draws = RandomBits == 24 ? 4 : 128 / int(RandomBits);
  const contract::QuantizeSpec &spec = params.args.spec;
  const Codec codec(params.codec);
  const PhiloxKeys keys(spec.seed);
  std::conditional_t<Codec::kCuts, CutScope, NoScope> scope;
  for (int64_t i = first; i < first + size; i += 16) {
    I words[kCalls<RandomBits>][4];
    if (Mode == Rounding::Stochastic)
      drawSixteen<RandomBits>(add(loadI(place.call), setI(uint32_t(i / draws))),
                              loadI(place.row), spec.stream, keys, words);
    encodeSixteen<Codec, Bits, Mode, RandomBits>(
        codec, tile.row(i), tile.rowStride(), scales, words[0],
        codes + i * Bits / 2);
  }
}

/// What the short way does not take.
template <unsigned Bits, Rounding Mode, unsigned RandomBits>
__attribute__((noinline)) void
encodeAny(const EncodeParams &params, Tile &tile, int64_t first, int64_t size,
          const BlockScales &scales, const Place &place, uint32_t *codes) {
  encodeBlock<Generic<Mode>, Bits, Mode, RandomBits>(params, tile, first, size,
                                                     scales, place, codes);
}

MX_INLINE I largest(Tile &tile, int64_t first, int64_t size) {
  I amax[4];
  for (int i = 0; i < 4; ++i)
    amax[i] = magnitude(loadI(tile.row(first + i)));
  for (int64_t i = first + 4; i < first + size; i += 4)
    for (int j = 0; j < 4; ++j) {
      amax[j] = maxU(amax[j], magnitude(loadI(tile.row(i + j))));
      _mm_prefetch(tile.row(i + j) + 16, _MM_HINT_T0);
    }
  return maxU(maxU(amax[0], amax[1]), maxU(amax[2], amax[3]));
}

/// The maximum of every `rows` lanes, for blocks of several rows.
inline I largestOfRows(I amax, int64_t rows) {
  alignas(64) uint32_t lanes[16];
  store(lanes, amax);
  for (int64_t l = 0; l < 16; l += rows) {
    uint32_t top = *std::max_element(lanes + l, lanes + l + rows);
    std::fill(lanes + l, lanes + l + rows, top);
  }
  return loadI(lanes);
}

inline void scaleElements(Tile &tile, int64_t first, int64_t size, F factor) {
  for (int64_t i = first; i < first + size; ++i)
    store(tile.row(i), mul(loadF(tile.row(i)), factor));
}

inline void clearLanes(Tile &tile, int64_t first, int64_t size, M lanes) {
  for (int64_t i = first; i < first + size; ++i)
    store(tile.row(i), select(lanes, setI(0), loadI(tile.row(i))));
}

/// The rules that look at every element.
__attribute__((noinline)) inline BlockScales
scalesByElements(const EncodeParams &params, Tile &tile, int64_t first, I amax,
                 float limit, const Place &place) {
  return BlockRules(params.args, params.scales, tile, first, amax, limit)
      .run(place);
}

/// Of a block of sixteen lanes; stores their codes.
template <class Codec>
MX_INLINE BlockScales scalesOfBlock(const EncodeParams &params, Tile &tile,
                                    int64_t first, int64_t size,
                                    const Place &place, uint32_t *scaleCodes) {
  I amax = largest(tile, first, size);
  if (params.args.out.blockRows > 1)
    amax = largestOfRows(amax, params.args.out.blockRows);
  BlockScales scales =
      needsElements(params.args.spec.rule)
          ? scalesByElements(params, tile, first, amax, Codec::kLimit, place)
          : params.scales(amax, Codec::kLimit);
  store(scaleCodes, scales.code);
  return scales;
}

/// A block whose scales are known.
template <class Codec, unsigned Bits, Rounding Mode, unsigned RandomBits>
MX_INLINE void encodeWith(BlockScales scales, const EncodeParams &params,
                          Tile &tile, int64_t first, int64_t size,
                          const Place &place, uint32_t *codes) {
  if (laneBits(scales.nan))
    clearLanes(tile, first, size, scales.nan);
  if (Codec::kLimit == 0 || !scales.isOrdinary)
    return encodeAny<Bits, Mode, RandomBits>(params, tile, first, size, scales,
                                             place, codes);
  scales.factor = mul(scales.factor, setF(Codec::kUnit));
  // Float scales round the product to nearest before it is cut.
  if (Codec::kCuts && !params.codec.isPower) {
    scaleElements(tile, first, size, scales.factor);
    scales.factor = setF(1);
  }
  encodeBlock<Codec, Bits, Mode, RandomBits>(params, tile, first, size, scales,
                                             place, codes);
}

/// The whole tile: dwords of codes, and sixteen scales per block. Scales take
/// long, and those of two blocks no longer.
template <class Codec, unsigned Bits, Rounding Mode, unsigned RandomBits>
void encodeTile(const EncodeParams &params, Tile &tile, const Place &place,
                uint32_t *codes, uint32_t *scaleCodes) {
  const int64_t size = params.args.out.blockCols, end = tile.size();
  for (int64_t pair = 0; pair < end; pair += 2 * size) {
    const int64_t pairEnd = std::min(pair + 2 * size, end);
    BlockScales scales[2], *at = scales;
    for (int64_t first = pair; first < pairEnd; first += size, scaleCodes += 16)
      *at++ =
          scalesOfBlock<Codec>(params, tile, first, size, place, scaleCodes);
    at = scales;
#pragma clang loop unroll(disable)
    for (int64_t first = pair; first < pairEnd; first += size)
      encodeWith<Codec, Bits, Mode, RandomBits>(*at++, params, tile, first,
                                                size, place, codes);
  }
}

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_ENCODE_H

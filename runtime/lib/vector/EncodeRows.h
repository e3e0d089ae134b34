//===- EncodeRows.h - Contiguous rows to scales and codes -------*- C++ -*-===//
//
// Without a transform and random bits, rows need not be turned: sixteen blocks
// that follow each other, their largest magnitudes, scales, and codes 64 at a
// time.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_ENCODEROWS_H
#define MX_RUNTIME_LIB_VECTOR_ENCODEROWS_H

#include "Encode.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// Sixteen blocks of a row, or 32 of sixteen elements.
struct Chunk {
  const float *values;
  float *scratch;     ///< as many elements; may be `values`
  uint32_t call, row; ///< counters of the first element's random bits
  uint8_t *random;    ///< four bytes per element
  Ahead &ahead;       ///< of what later chunks read
};

/// To scales and codes.
using EncodeChunk = void (*)(const EncodeParams &, const Chunk &,
                             uint8_t *codes, uint32_t *scales);

template <unsigned Bits> MX_INLINE void storeCodes(uint8_t *to, I codes) {
  codes = inOrder(codes);
  if (Bits == 8)
    store(to, codes);
  else
    storeThreeBytes(to, joinWords(joinBytes(codes, 64), 4096));
}

/// 16 · `vectors` elements; blocks are 2^shift vectors long.
template <class Codec, unsigned Bits, Rounding Mode, unsigned RandomBits>
MX_INLINE void encodeVectors(const Codec &codec, const float *values,
                             const Chunk &chunk, const BlockScales &scales,
                             int64_t vectors, int shift, uint8_t *codes) {
  alignas(64) float factors[16];
  alignas(64) uint32_t exponents[16];
  store(factors, scales.factor);
  store(exponents, scales.exponent);
  std::conditional_t<Codec::kCuts, CutScope, NoScope> scope;
  Ahead next = chunk.ahead; // in registers
  // Bytes of the codes of vectors v, v + step, …
  auto bytesOf = [&](int64_t v, int64_t step) {
    F x[4], factor[4];
    I exponent[4], random[4];
    next.pass<4>();
    for (int i = 0; i < 4; ++i, v += step) {
      int64_t block = v >> shift;
      x[i] = loadF(values + 16 * v);
      factor[i] = setF(factors[block]);
      exponent[i] = setI(exponents[block]);
      if (Mode == Rounding::Stochastic)
        random[i] = drawnInOrder<RandomBits>(chunk.random, 16 * v);
    }
    return codec(x, factor, exponent, random);
  };
  if (Bits == 4)
    for (int64_t v = 0; v < vectors; v += 8) {
      I even = bytesOf(v, 2), odd = bytesOf(v + 1, 2);
      store(codes + v * 8, joinNibbles(even, odd));
    }
  else
    for (int64_t v = 0; v < vectors; v += 4)
      storeCodes<Bits>(codes + v * 2 * Bits, bytesOf(v, 1));
  chunk.ahead = next;
}

/// Blocks that are not ordinary, or NaN.
template <unsigned Bits, Rounding Mode, unsigned RandomBits>
__attribute__((noinline)) void
encodeAnyVectors(const EncodeParams &params, const Chunk &chunk,
                 const BlockScales &scales, int64_t vectors, int shift,
                 uint8_t *codes) {
  unsigned nan = laneBits(scales.nan);
  for (int64_t v = 0; v < vectors; ++v)
    store(chunk.scratch + 16 * v,
          nan >> (v >> shift) & 1 ? setF(0) : loadF(chunk.values + 16 * v));
  encodeVectors<Generic<Mode>, Bits, Mode, RandomBits>(
      Generic<Mode>(params.codec), chunk.scratch, chunk, scales, vectors, shift,
      codes);
}

/// Of sixteen blocks of `PerBlock` vectors each; 0: of `perBlock`.
template <int PerBlock>
MX_INLINE I largestOfBlocks(const float *values, int64_t perBlock,
                            Ahead &ahead) {
  I lanes[16];
  const int64_t count = PerBlock > 0 ? PerBlock : perBlock;
  Ahead next = ahead; // in registers
  for (int64_t block = 0; block < 16; ++block) {
    const float *from = values + 16 * block * count;
    for (int64_t v = 0; v < count; v += 2)
      next.pass<PerBlock == 1 ? 1 : 2>();
    I amax = magnitude(loadI(from));
    for (int64_t v = 1; v < count; ++v)
      amax = maxU(amax, magnitude(loadI(from + 16 * v)));
    lanes[block] = amax;
  }
  ahead = next;
  return largestLanes(lanes);
}

inline I largestOfBlocks(const float *values, int64_t perBlock, Ahead &ahead) {
  switch (perBlock) {
  case 1:
    return largestOfBlocks<1>(values, 1, ahead);
  case 2:
    return largestOfBlocks<2>(values, 2, ahead);
  default:
    return largestOfBlocks<0>(values, perBlock, ahead);
  }
}

/// Products with the factors of the blocks, rounded to nearest.
inline void scaleVectors(const Chunk &chunk, F factor, int64_t vectors,
                         int shift) {
  alignas(64) float factors[16];
  store(factors, factor);
  for (int64_t v = 0; v < vectors; ++v)
    store(chunk.scratch + 16 * v,
          mul(loadF(chunk.values + 16 * v), setF(factors[v >> shift])));
}

/// Codes of sixteen blocks whose scales are known.
template <class Codec, unsigned Bits, Rounding Mode, unsigned RandomBits>
MX_INLINE void encodeSixteenBlocks(const EncodeParams &params,
                                   const Chunk &chunk, BlockScales scales,
                                   int64_t vectors, int shift, uint8_t *codes) {
  if (Mode == Rounding::Stochastic) {
    constexpr int draws = RandomBits == 24 ? 4 : 128 / int(RandomBits);
    const contract::QuantizeSpec &spec = params.args.spec;
    drawRow(chunk.call, vectors * 16 / draws, chunk.row, spec.stream, spec.seed,
            chunk.random, [&](auto calls) {
              chunk.ahead.pass<decltype(calls)::value * draws / 16>();
            });
  }
  if (Codec::kLimit == 0 || !scales.isOrdinary || laneBits(scales.nan) != 0)
    return encodeAnyVectors<Bits, Mode, RandomBits>(params, chunk, scales,
                                                    vectors, shift, codes);
  scales.factor = mul(scales.factor, setF(Codec::kUnit));
  const float *values = chunk.values;
  // Float scales round the product to nearest before it is cut.
  if (Codec::kCuts && !params.codec.isPower) {
    scaleVectors(chunk, scales.factor, vectors, shift);
    scales.factor = setF(1);
    values = chunk.scratch;
  }
  encodeVectors<Codec, Bits, Mode, RandomBits>(
      Codec(params.codec), values, chunk, scales, vectors, shift, codes);
}

/// A chunk. Scales take long, and those of 32 blocks no longer than of sixteen.
template <class Codec, unsigned Bits, Rounding Mode, unsigned RandomBits>
void encodeChunk(const EncodeParams &params, const Chunk &chunk, uint8_t *codes,
                 uint32_t *scaleCodes) {
  const int64_t perBlock = params.args.out.blockCols / 16;
  BlockScales scales[2];
  scales[0] = params.scales(
      largestOfBlocks(chunk.values, perBlock, chunk.ahead), Codec::kLimit);
  store(scaleCodes, scales[0].code);
  if (perBlock > 1)
    return encodeSixteenBlocks<Codec, Bits, Mode, RandomBits>(
        params, chunk, scales[0], 16 * perBlock,
        __builtin_ctzll(uint64_t(perBlock)), codes);
  scales[1] = params.scales(
      largestOfBlocks<1>(chunk.values + 256, 1, chunk.ahead), Codec::kLimit);
  store(scaleCodes + 16, scales[1].code);
  Chunk part = chunk;
#pragma clang loop unroll(disable)
  for (const BlockScales &own : scales) {
    encodeSixteenBlocks<Codec, Bits, Mode, RandomBits>(params, part, own, 16, 0,
                                                       codes);
    constexpr int draws = RandomBits == 24 ? 4 : 128 / int(RandomBits);
    part.values += 256;
    part.scratch += 256;
    part.call += 256 / draws;
    part.random += 4 * 256;
    codes += 32 * Bits;
  }
}

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_ENCODEROWS_H

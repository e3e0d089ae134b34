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

/// Sixteen blocks from `source` on: their scales to `scales`, codes to `codes`.
/// `scratch` holds them as f32.
using EncodeChunk = void (*)(const EncodeParams &, const char *source,
                             uint8_t *codes, uint32_t *scales, float *scratch);

template <unsigned Bits> MX_INLINE void storeCodes(uint8_t *to, I codes) {
  codes = inOrder(codes);
  if (Bits == 8)
    store(to, codes);
  else if (Bits == 4)
    storeLowBytes(to, joinBytes(codes, 16));
  else
    storeThreeBytes(to, joinWords(joinBytes(codes, 64), 4096));
}

/// 16 · `vectors` elements; blocks are 2^shift vectors long.
template <class Codec, unsigned Bits, int DType>
MX_INLINE void encodeVectors(const Codec &codec, const char *source,
                             const BlockScales &scales, int64_t vectors,
                             int shift, uint8_t *codes) {
  constexpr int64_t stride = DType == MX_F32 ? 64 : 32;
  alignas(64) float factors[16];
  alignas(64) uint32_t exponents[16];
  store(factors, mul(scales.factor, setF(Codec::kUnit)));
  store(exponents, scales.exponent);
  for (int64_t v = 0; v < vectors; v += 4) {
    F x[4], factor[4];
    I exponent[4];
    for (int i = 0; i < 4; ++i) {
      int64_t block = (v + i) >> shift;
      x[i] = widen<DType>(source + (v + i) * stride);
      factor[i] = setF(factors[block]);
      exponent[i] = setI(exponents[block]);
    }
    storeCodes<Bits>(codes + v * 2 * Bits, codec(x, factor, exponent, nullptr));
  }
}

/// Blocks that are not ordinary, or NaN.
template <unsigned Bits, Rounding Mode, int DType>
__attribute__((noinline)) void
encodeAnyVectors(const EncodeParams &params, const char *source,
                 const BlockScales &scales, int64_t vectors, int shift,
                 uint8_t *codes, float *scratch) {
  unsigned nan = laneBits(scales.nan);
  for (int64_t v = 0; v < vectors; ++v)
    store(scratch + 16 * v,
          nan >> (v >> shift) & 1
              ? setF(0)
              : widen<DType>(source + v * (DType == MX_F32 ? 64 : 32)));
  encodeVectors<Generic<Mode>, Bits, MX_F32>(
      Generic<Mode>(params.codec), reinterpret_cast<const char *>(scratch),
      scales, vectors, shift, codes);
}

template <class Codec, unsigned Bits, Rounding Mode, int DType>
void encodeChunk(const EncodeParams &params, const char *source, uint8_t *codes,
                 uint32_t *scaleCodes, float *scratch) {
  constexpr int64_t stride = DType == MX_F32 ? 64 : 32;
  int64_t perBlock = params.args.out.blockCols / 16;
  int shift = __builtin_ctzll(uint64_t(perBlock));
  I lanes[16];
  for (int64_t block = 0; block < 16; ++block) {
    const char *from = source + block * perBlock * stride;
    I amax = magnitude(bits(widen<DType>(from)));
    for (int64_t v = 1; v < perBlock; ++v)
      amax = maxU(amax, magnitude(bits(widen<DType>(from + v * stride))));
    lanes[block] = amax;
  }
  BlockScales scales = params.scales(largestLanes(lanes), Codec::kLimit);
  store(scaleCodes, scales.code);
  if (Codec::kLimit == 0 || !scales.isOrdinary || laneBits(scales.nan) != 0)
    return encodeAnyVectors<Bits, Mode, DType>(
        params, source, scales, 16 * perBlock, shift, codes, scratch);
  encodeVectors<Codec, Bits, DType>(Codec(params.codec), source, scales,
                                    16 * perBlock, shift, codes);
}

template <unsigned Bits> EncodeChunk chooseChunk(const EncodeParams &params) {
  constexpr Rounding mode = Rounding::NearestEven;
  return chooseCodec<mode, Bits, 16>(params, [&](auto choice) {
    using Codec = typename decltype(choice)::type;
    int dtype = params.args.x.tensor.dtype;
    return EncodeChunk(dtype == MX_F32 ? encodeChunk<Codec, Bits, mode, MX_F32>
                       : dtype == MX_BF16
                           ? encodeChunk<Codec, Bits, mode, MX_BF16>
                           : encodeChunk<Codec, Bits, mode, MX_F16>);
  });
}

/// Null where rows are to be turned after all.
inline EncodeChunk chooseEncodeChunk(const EncodeParams &params) {
  const QuantizeArgs &args = params.args;
  if (args.spec.rounding != Rounding::NearestEven ||
      args.spec.hadamardSize != 0 || args.out.blockRows > 1 ||
      Tile::isAcross(args.x))
    return nullptr;
  unsigned bits = args.spec.format.element.bits();
  return bits == 4   ? chooseChunk<4>(params)
         : bits == 6 ? chooseChunk<6>(params)
                     : chooseChunk<8>(params);
}

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_ENCODEROWS_H

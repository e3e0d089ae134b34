//===- Choose.h - The encoder of a call -------------------------*- C++ -*-===//
//
// From element, rounding and prescale to the instances of Encode.h and
// EncodeRows.h.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_CHOOSE_H
#define MX_RUNTIME_LIB_VECTOR_CHOOSE_H

#include "EncodeRows.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// What a call runs: on tiles, or on chunks of rows.
struct Encoders {
  void (*tile)(const EncodeParams &, Tile &, const Place &, uint32_t *codes,
               uint32_t *scales);
  void (*chunk)(const EncodeParams &, const Chunk &, uint8_t *codes,
                uint32_t *scales);
};

/// Whether the short ways round right: see Codecs.h. Factors prescale · 2^-e
/// must be f32.
inline bool isQuick(const EncodeParams &params) {
  const contract::QuantizeSpec &spec = params.args.spec;
  int exponent = params.codec.exponent;
  unsigned bits = spec.format.element.bits();
  if ((bits != 4 && bits != 6 && bits != 8) || exponent < -16)
    return false;
  switch (spec.rounding) {
  case Rounding::NearestEven:
    return params.codec.odd == 1 && exponent <= 0;
  case Rounding::NearestAway:
    return false;
  case Rounding::TowardZero:
    return spec.prescale <= 1;
  case Rounding::Stochastic:
    return spec.prescale <= 1 && spec.randomBits <= 16;
  }
  return false;
}

template <class Codec, Rounding Mode, unsigned Bits, unsigned RandomBits>
Encoders encodersOf() {
  return {encodeTile<Codec, Bits, Mode, RandomBits>,
          encodeChunk<Codec, Bits, Mode, RandomBits>};
}

template <Rounding Mode, unsigned Bits, unsigned RandomBits>
Encoders chooseCodec(const EncodeParams &params) {
  const contract::FloatFormat &element = params.args.spec.format.element;
  if constexpr (Mode != Rounding::NearestAway && RandomBits <= 16)
    if (isQuick(params)) {
      if constexpr (Bits == 4 && Mode == Rounding::NearestEven)
        if (element == contract::kE2M1)
          return params.args.spec.rule == ScaleRule::Quest
                     ? encodersOf<ClippedE2M1, Mode, Bits, RandomBits>()
                     : encodersOf<NearestE2M1, Mode, Bits, RandomBits>();
      if constexpr (Bits == 4 && Mode == Rounding::Stochastic)
        if (element == contract::kE2M1)
          return encodersOf<StochasticE2M1<RandomBits>, Mode, Bits,
                            RandomBits>();
      if constexpr (Bits == 8 && Mode == Rounding::NearestEven)
        if (element.isInteger)
          return encodersOf<NearestInt8, Mode, Bits, RandomBits>();
      if constexpr (Mode == Rounding::NearestEven)
        if (!element.isInteger &&
            NearestFloat<Bits>::accepts(params.codec.grid))
          return encodersOf<NearestFloat<Bits>, Mode, Bits, RandomBits>();
      if (!element.isInteger)
        return encodersOf<QuickFloat<Mode, Bits, RandomBits>, Mode, Bits,
                          RandomBits>();
    }
  return encodersOf<Generic<Mode>, Mode, Bits, RandomBits>();
}

template <Rounding Mode, unsigned RandomBits>
Encoders chooseBits(const EncodeParams &params) {
  switch (params.args.spec.format.element.bits()) {
  case 4:
    return chooseCodec<Mode, 4, RandomBits>(params);
  case 6:
    return chooseCodec<Mode, 6, RandomBits>(params);
  default:
    return chooseCodec<Mode, 8, RandomBits>(params);
  }
}

inline Encoders chooseEncoders(const EncodeParams &params) {
  switch (params.args.spec.rounding) {
  case Rounding::NearestEven:
    return chooseBits<Rounding::NearestEven, 16>(params);
  case Rounding::NearestAway:
    return chooseBits<Rounding::NearestAway, 16>(params);
  case Rounding::TowardZero:
    return chooseBits<Rounding::TowardZero, 16>(params);
  case Rounding::Stochastic:
    break;
  }
  unsigned bits = params.args.spec.randomBits;
  return bits == 8    ? chooseBits<Rounding::Stochastic, 8>(params)
         : bits == 16 ? chooseBits<Rounding::Stochastic, 16>(params)
                      : chooseBits<Rounding::Stochastic, 24>(params);
}

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_CHOOSE_H

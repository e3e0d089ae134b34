//===- Quantize.cpp - quantize on AVX-512 ---------------------------------===//
//
// Strips of rows run in parallel; each row goes by chunks: read (and
// transform), largest magnitude of every block, scales, codes, bytes. Takes
// elements of 4, 6 and 8 bits in blocks of a multiple of 16 of one row.
//
//===----------------------------------------------------------------------===//

#include "Chunks.h"
#include "PhiloxRows.h"
#include "QuickRound.h"
#include "RoundRows.h"

#include "../Threads.h"
#include "mx/Support/Philox.h"

MX_AVX512_CD_BEGIN

namespace mx::runtime::avx512 {

using namespace contract;

namespace {

inline constexpr int64_t kMaxBlocks = kChunk / 16;

/// Constants of one call.
struct Encoder {
  const QuantizeArgs &args;
  ScaleParams params;
  int exponent = 0; ///< prescale = odd · 2^exponent
  uint32_t odd;
  GridLanes grid;
  QuickGrid quick, scaleGrid;
  HadamardTables hadamard;

  explicit Encoder(const QuantizeArgs &args)
      : args(args),
        params(args.spec.format, args.spec.rule, args.spec.scaleMinNormal),
        odd(oddPart(args.spec.prescale, exponent)),
        grid(Grid(args.spec.format.element, args.spec.rounding,
                  args.spec.randomBits),
             odd, exponent),
        quick(Grid(args.spec.format.element, args.spec.rounding),
              args.spec.format.element.max(),
              args.spec.rounding == Rounding::Stochastic ? args.spec.randomBits
                                                         : 0),
        scaleGrid(Grid(args.spec.format.scale, Rounding::NearestEven), 1, 0),
        hadamard(args.spec.hadamardSize, args.spec.signs) {}

  /// Whether one addition rounds right: see QuickRound.h. Factors prescale ·
  /// 2^-e must be f32.
  bool isQuick() const {
    const QuantizeSpec &spec = args.spec;
    bool exact = odd == 1 && exponent <= 0 && exponent >= -16;
    switch (spec.rounding) {
    case Rounding::NearestEven:
      return exact;
    case Rounding::NearestAway:
      return false;
    case Rounding::TowardZero:
      return spec.prescale <= 1 && exponent >= -16;
    case Rounding::Stochastic:
      return spec.prescale <= 1 && exponent >= -16 && spec.randomBits <= 16;
    }
    return false;
  }

  static uint32_t oddPart(float prescale, int &exponent) {
    Real real = realOf(prescale);
    int zeros = __builtin_ctzll(real.significand);
    exponent = real.exponent + zeros;
    return uint32_t(real.significand >> zeros);
  }
};

/// The blocks of a chunk: what they are divided by, and which are NaN.
struct Scales {
  alignas(64) uint32_t amax[kMaxBlocks];
  alignas(64) int32_t exponent[kMaxBlocks]; ///< of E8M0 scales
  alignas(64) float factor[kMaxBlocks];     ///< prescale over the scale
  alignas(64) uint32_t code[kMaxBlocks];
  uint64_t nan = 0;
};

__attribute__((always_inline)) inline __m512i magnitudes(const float *values) {
  return _mm512_and_si512(_mm512_loadu_si512(values),
                          _mm512_set1_epi32(0x7FFFFFFF));
}

__attribute__((always_inline)) inline __m512i largestLanes(const float *block,
                                                           int64_t size) {
  __m512i largest = magnitudes(block);
  for (int64_t i = 16; i < size; i += 16)
    largest = _mm512_max_epu32(largest, magnitudes(block + i));
  return largest;
}

/// Sixteen blocks at a time: their lanes are turned, then compared.
void findLargest(const float *values, int64_t blocks, int64_t size,
                 Scales &scales) {
  int64_t block = 0;
  for (; block + 16 <= blocks; block += 16) {
    __m512i lanes[16];
    for (int64_t i = 0; i < 16; ++i)
      lanes[i] = largestLanes(values + (block + i) * size, size);
    transpose16(lanes);
    for (int width = 8; width > 0; width /= 2)
      for (int i = 0; i < width; ++i)
        lanes[i] = _mm512_max_epu32(lanes[i], lanes[i + width]);
    _mm512_store_si512(scales.amax + block, lanes[0]);
  }
  for (; block < blocks; ++block)
    scales.amax[block] =
        _mm512_reduce_max_epu32(largestLanes(values + block * size, size));
}

/// 1 where a magnitude is above the power of two that its field shows.
__attribute__((always_inline)) inline __m512i pastPowerOfTwo(__m512i bits) {
  __m512i mantissa = _mm512_and_si512(bits, _mm512_set1_epi32(0x7FFFFF));
  __mmask16 normal = _mm512_cmpge_epu32_mask(bits, _mm512_set1_epi32(0x800000));
  __m512i threshold = _mm512_maskz_set1_epi32(__mmask16(~normal), 0x400000);
  return _mm512_maskz_set1_epi32(_mm512_cmpgt_epu32_mask(mantissa, threshold),
                                 1);
}

/// contract::scaleExponent for sixteen blocks.
__attribute__((always_inline)) inline __m512i
scaleExponents(__m512i amax, const ScaleParams &params) {
  __m512i bias = _mm512_set1_epi32(127 + params.emax), exponent = amax;
  switch (params.rule) {
  case ScaleRule::Floor:
  case ScaleRule::Amax:
    exponent = _mm512_srli_epi32(amax, 23);
    break;
  case ScaleRule::Ceil:
    exponent =
        _mm512_add_epi32(_mm512_srli_epi32(amax, 23), pastPowerOfTwo(amax));
    break;
  case ScaleRule::RCeil: {
    __m512i quotient = _mm512_castps_si512(_mm512_div_ps(
        _mm512_castsi512_ps(amax), _mm512_set1_ps(params.maxElement)));
    exponent = _mm512_add_epi32(_mm512_srli_epi32(quotient, 23),
                                pastPowerOfTwo(quotient));
    bias = _mm512_set1_epi32(127);
    break;
  }
  case ScaleRule::Even: {
    __m512i half =
        _mm512_set1_epi32(int(1u << (22 - params.element.mantissaBits)));
    exponent = _mm512_srli_epi32(_mm512_add_epi32(amax, half), 23);
    break;
  }
  }
  exponent = _mm512_sub_epi32(exponent, bias);
  exponent = _mm512_max_epi32(exponent, _mm512_set1_epi32(-127));
  return _mm512_min_epi32(exponent, _mm512_set1_epi32(127));
}

void makePowerScales(const Encoder &encoder, int64_t blocks, Scales &scales) {
  const __m512 prescale = _mm512_set1_ps(encoder.args.spec.prescale);
  for (int64_t block = 0; block < blocks; block += 16) {
    __m512i amax = _mm512_load_si512(scales.amax + block);
    __mmask16 nan =
        _mm512_cmpge_epu32_mask(amax, _mm512_set1_epi32(0x7F800000));
    __m512i exponent = scaleExponents(amax, encoder.params);
    __m512i code = _mm512_mask_mov_epi32(
        _mm512_add_epi32(exponent, _mm512_set1_epi32(127)), nan,
        _mm512_set1_epi32(0xFF));
    _mm512_store_si512(scales.exponent + block, exponent);
    _mm512_store_ps(
        scales.factor + block,
        _mm512_scalef_ps(prescale, _mm512_cvtepi32_ps(_mm512_sub_epi32(
                                       _mm512_setzero_si512(), exponent))));
    _mm512_store_si512(scales.code + block, code);
    scales.nan |= uint64_t(nan) << block;
  }
}

/// contract::blockScale for sixteen blocks of a scale that is a float.
void makeFloatScales(const Encoder &encoder, int64_t blocks, Scales &scales) {
  const ScaleParams &params = encoder.params;
  const TensorScale &tensor = encoder.args.tensor;
  const __m512 perAmax =
      _mm512_set1_ps(tensor.encode * params.inverseMaxElement);
  for (int64_t block = 0; block < blocks; block += 16) {
    __m512i bits = _mm512_load_si512(scales.amax + block);
    __m512 amax = _mm512_castsi512_ps(bits);
    __mmask16 nan =
        _mm512_cmpge_epu32_mask(bits, _mm512_set1_epi32(0x7F800000));
    if (params.twoLevel && std::isnan(tensor.encode))
      nan = 0xFFFF;
    __m512 wanted =
        params.twoLevel
            ? _mm512_mul_ps(amax, perAmax)
            : _mm512_div_ps(amax, _mm512_set1_ps(params.maxElement));
    wanted = _mm512_min_ps(wanted, _mm512_set1_ps(params.maxScale));
    if (params.scaleMinNormal)
      wanted = _mm512_max_ps(wanted, _mm512_set1_ps(params.minNormalScale));
    __m512i code = _mm512_castps_si512(wanted);
    __m512 stored = wanted;
    if (params.scale != kF32) {
      __m512 sum, gaps;
      code = quickMagnitude<Rounding::NearestEven, 0>(
          wanted, _mm512_setzero_si512(), encoder.scaleGrid, sum, gaps);
      stored = _mm512_sub_ps(sum, gaps);
    }
    if (params.twoLevel)
      stored = _mm512_mul_ps(stored, _mm512_set1_ps(tensor.decode));
    code = _mm512_mask_mov_epi32(code, nan,
                                 _mm512_set1_epi32(int(params.nanScale)));
    _mm512_store_si512(scales.code + block, code);
    _mm512_store_ps(scales.factor + block,
                    _mm512_min_ps(_mm512_div_ps(_mm512_set1_ps(1), stored),
                                  _mm512_set1_ps(3.40282347e38f)));
    scales.nan |= uint64_t(nan) << block;
  }
}

void storeScales(const ScaledTensor &out, int64_t row, int64_t firstBlock,
                 int64_t blocks, const Scales &scales) {
  int64_t at = out.scaleOffset(row / out.rows, row % out.rows);
  int64_t stride = out.scale.stride(1);
  for (int64_t block = 0; block < blocks; ++block) {
    int64_t i = at + (firstBlock + block) * stride;
    if (out.scale.dtype == MX_F32)
      static_cast<float *>(out.scale.data)[i] = floatOf(scales.code[block]);
    else
      static_cast<uint8_t *>(out.scale.data)[i] = uint8_t(scales.code[block]);
  }
}

/// Sixteen codes as bytes, packed.
template <unsigned Bits>
__attribute__((always_inline)) inline void storeCodes(__m512i codes,
                                                      uint8_t *target) {
  if (Bits == 8) {
    _mm_storeu_si128(reinterpret_cast<__m128i *>(target),
                     _mm512_cvtepi32_epi8(codes));
  } else if (Bits == 4) {
    __m512i pairs = _mm512_or_si512(codes, _mm512_srli_epi64(codes, 28));
    _mm_storel_epi64(reinterpret_cast<__m128i *>(target),
                     _mm512_cvtepi64_epi8(pairs));
  } else {
    __m128i bytes = _mm512_cvtepi32_epi8(codes);
    const uint64_t six = 0x3F3F3F3F3F3F3F3F;
    uint64_t low = _pext_u64(uint64_t(_mm_extract_epi64(bytes, 0)), six);
    uint64_t high = _pext_u64(uint64_t(_mm_extract_epi64(bytes, 1)), six);
    low |= high << 48;
    high >>= 16;
    std::memcpy(target, &low, 8);
    std::memcpy(target + 8, &high, 4);
  }
}

/// Codes of a chunk of a row. `random` holds the bytes of its Philox calls.
template <Rounding Mode, unsigned Bits, bool IsPower, unsigned RandomBits>
void encodeQuickly(const Encoder &encoder, const float *values, int64_t blocks,
                   const Scales &scales, const uint8_t *random,
                   uint8_t *target) {
  const QuickGrid grid = encoder.quick;
  constexpr bool cuts = IsPower && Mode != Rounding::NearestEven;
  int64_t size = encoder.args.out.blockCols;
  for (int64_t block = 0; block < blocks; ++block) {
    __m512 factor = _mm512_set1_ps(scales.factor[block]);
    __mmask16 valid = scales.nan >> block & 1 ? 0 : 0xFFFF;
    for (int64_t i = block * size; i < (block + 1) * size; i += 16) {
      __m512i drawn = Mode == Rounding::Stochastic
                          ? drawnBits<RandomBits>(random, i)
                          : _mm512_setzero_si512();
      __m512i codes = quickRound<Mode, RandomBits, cuts>(
          _mm512_maskz_loadu_ps(valid, values + i), factor, drawn, grid);
      storeCodes<Bits>(codes, target + i / 8 * Bits);
    }
  }
}

template <Rounding Mode, unsigned Bits, bool IsPower, unsigned RandomBits>
void encodeChunk(const Encoder &encoder, const float *values, int64_t blocks,
                 const Scales &scales, const uint8_t *random, uint8_t *target) {
  const GridLanes grid = encoder.grid;
  int64_t size = encoder.args.out.blockCols;
  for (int64_t block = 0; block < blocks; ++block) {
    __m512i exponent = IsPower ? _mm512_set1_epi32(scales.exponent[block])
                               : _mm512_setzero_si512();
    __m512 inverse = _mm512_set1_ps(IsPower ? 1.0f : scales.factor[block]);
    __mmask16 valid = scales.nan >> block & 1 ? 0 : 0xFFFF;
    for (int64_t i = block * size; i < (block + 1) * size; i += 16) {
      __m512 x = _mm512_maskz_loadu_ps(valid, values + i);
      if (!IsPower)
        x = _mm512_mul_ps(x, inverse);
      __m512i drawn = Mode == Rounding::Stochastic
                          ? drawnBits<RandomBits>(random, i)
                          : _mm512_setzero_si512();
      __m512i codes =
          roundLanes<Mode>(_mm512_castps_si512(x), exponent, drawn, grid);
      storeCodes<Bits>(codes, target + i / 8 * Bits);
    }
  }
}

/// The bytes of the calls for [col, col + length) of a row.
void drawRow(const QuantizeSpec &spec, int64_t row, int64_t col, int64_t length,
             uint8_t *bytes) {
  int64_t draws = drawsPerCall(spec.randomBits);
  int64_t calls = (length + draws - 1) / draws;
  auto first = uint32_t((spec.colOrigin + col) / draws);
  for (int64_t call = 0; call < calls; call += 16)
    philox16(first + uint32_t(call), uint32_t(row), spec.stream, spec.seed,
             bytes + 16 * call);
}

using EncodeChunk = void (*)(const Encoder &, const float *, int64_t,
                             const Scales &, const uint8_t *, uint8_t *);

template <Rounding Mode, unsigned Bits, unsigned RandomBits>
EncodeChunk chooseScale(const Encoder &encoder) {
  bool isPower = encoder.args.spec.format.scale.isE8M0;
  if constexpr (Mode != Rounding::NearestAway && RandomBits <= 16)
    if (encoder.isQuick())
      return isPower ? encodeQuickly<Mode, Bits, true, RandomBits>
                     : encodeQuickly<Mode, Bits, false, RandomBits>;
  return isPower ? encodeChunk<Mode, Bits, true, RandomBits>
                 : encodeChunk<Mode, Bits, false, RandomBits>;
}

template <Rounding Mode, unsigned RandomBits>
EncodeChunk chooseBits(const Encoder &encoder) {
  unsigned bits = encoder.args.spec.format.element.bits();
  return bits == 4   ? chooseScale<Mode, 4, RandomBits>(encoder)
         : bits == 6 ? chooseScale<Mode, 6, RandomBits>(encoder)
                     : chooseScale<Mode, 8, RandomBits>(encoder);
}

EncodeChunk choose(const Encoder &encoder) {
  switch (encoder.args.spec.rounding) {
  case Rounding::NearestEven:
    return chooseBits<Rounding::NearestEven, 16>(encoder);
  case Rounding::NearestAway:
    return chooseBits<Rounding::NearestAway, 16>(encoder);
  case Rounding::TowardZero:
    return chooseBits<Rounding::TowardZero, 16>(encoder);
  case Rounding::Stochastic:
    break;
  }
  unsigned randomBits = encoder.args.spec.randomBits;
  return randomBits == 8    ? chooseBits<Rounding::Stochastic, 8>(encoder)
         : randomBits == 16 ? chooseBits<Rounding::Stochastic, 16>(encoder)
                            : chooseBits<Rounding::Stochastic, 24>(encoder);
}

bool accepts(const QuantizeArgs &args) {
  const ScaledTensor &out = args.out;
  const FloatFormat &element = out.format.element;
  unsigned bits = element.bits();
  int exponent = 0;
  return (bits == 4 || bits == 6 || bits == 8) && element.isSigned &&
         element.max() <= 0x1p100 && element.minExponent() >= -40 &&
         (args.spec.format.scale.isE8M0 || args.spec.format.scale == kF32 ||
          args.spec.format.scale.max() <= 0x1p100) &&
         out.blockRows == 1 && out.blockCols % 16 == 0 &&
         kChunk % out.blockCols == 0 && out.cols > 0 && out.rows > 0 &&
         out.codes.stride(1) == 1 && out.codes.stride(2) == out.codes.size(1) &&
         ChunkReader::accepts(args.x) &&
         Encoder::oddPart(args.spec.prescale, exponent) < 128 &&
         args.spec.colOrigin % 16 == 0;
}

/// Rows [row, row + count) of all items.
void quantizeStrip(const Encoder &encoder, EncodeChunk encode, int64_t row,
                   int64_t count, Workspace &workspace) {
  const QuantizeArgs &args = encoder.args;
  const ScaledTensor &out = args.out;
  auto *data = static_cast<uint8_t *>(out.codes.data);
  ChunkReader reader(args.x, out.cols, encoder.hadamard,
                     workspace.get<float, 0>(ChunkReader::kBufferFloats));
  alignas(64) uint8_t random[4 * kChunk];
  for (int64_t col = 0; col < out.cols; col += kChunk) {
    int64_t firstBlock = col / out.blockCols;
    int64_t blocks = std::min(kChunk / out.blockCols, out.blocks - firstBlock);
    reader.load(row, count, col, blocks * out.blockCols);
    for (int64_t r = row; r < row + count; ++r) {
      Scales scales;
      const float *values = reader.row(r - row);
      findLargest(values, blocks, out.blockCols, scales);
      if (out.format.scale.isE8M0)
        makePowerScales(encoder, blocks, scales);
      else
        makeFloatScales(encoder, blocks, scales);
      storeScales(out, r, firstBlock, blocks, scales);
      if (args.spec.rounding == Rounding::Stochastic)
        drawRow(args.spec, args.spec.rowMap(r), col, blocks * out.blockCols,
                random);
      encode(encoder, values, blocks, scales, random,
             data + out.codeOffset(r) + firstBlock * out.codes.stride(2));
    }
  }
}

} // namespace

bool quantize(const QuantizeArgs &args) {
  if (!accepts(args))
    return false;
  const Encoder encoder(args);
  EncodeChunk encode = choose(encoder);
  int64_t rows = args.out.rows, strip = ChunkReader::stripRows(args.x);
  int64_t strips = (rows + strip - 1) / strip;
  parallelFor(args.out.items * strips, [&](int64_t i, Workspace &workspace) {
    int64_t first = i % strips * strip;
    quantizeStrip(encoder, encode, i / strips * rows + first,
                  std::min(strip, rows - first), workspace);
  });
  return true;
}

} // namespace mx::runtime::avx512

MX_TARGET_END

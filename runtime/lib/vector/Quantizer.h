//===- Quantizer.h - One result of quantize ---------------------*- C++ -*-===//
//
// What ChunkWork.h and TileWork.h need to know of a call. Contiguous rows go by
// chunks of sixteen blocks; rows that lie across, blocks of several rows, and
// scale rules that look at every element by tiles of sixteen rows.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_QUANTIZER_H
#define MX_RUNTIME_LIB_VECTOR_QUANTIZER_H

#include "Choose.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// One result of a call.
class Quantizer {
public:
  /// Codes of so many bytes go past the caches: a store that has to fetch its
  /// line from memory first holds up those behind it.
  static constexpr int64_t kStreamedBytes = int64_t(4) << 20;
  explicit Quantizer(const QuantizeArgs &args)
      : params(args), encoders(chooseEncoders(params)),
        hadamard(args.spec.hadamardSize, args.spec.signs),
        bits(unsigned(args.out.codes.size(1) * 8 / args.out.blockCols)) {
    // Lanes whose codes fill a cache line, unless rows are shorter.
    length = std::max<int64_t>({args.out.blockCols, hadamard.size, 16});
    while (length * bits < 512 && length < args.out.cols)
      length *= 2;
    groups = (args.out.cols + length - 1) / length;
    const ScaledTensor &out = args.out;
    streams =
        out.items * out.rows * out.blocks * out.codes.size(1) >= kStreamedBytes;
  }

  static bool acceptsScale(const contract::FloatFormat &scale) {
    return scale.isE8M0 || scale == contract::kF32 || scale.max() <= 0x1p100;
  }

  static bool accepts(const QuantizeArgs &args) {
    const ScaledTensor &out = args.out;
    const contract::FloatFormat &element = out.format.element;
    int64_t block = out.blockCols, rows = out.blockRows;
    int exponent = 0;
    return BlockRules::accepts(args) && element.bits() <= 8 &&
           element.isSigned && element.max() <= 0x1p100 &&
           element.minExponent() >= -40 && acceptsScale(out.format.scale) &&
           rows >= 1 && rows <= 16 && (rows & (rows - 1)) == 0 && block >= 16 &&
           block <= 1024 && (block & (block - 1)) == 0 && out.cols > 0 &&
           out.rows > 0 && out.items > 0 && out.codes.stride(1) == 1 &&
           out.codes.stride(2) == out.codes.size(1) && Tile::accepts(args.x) &&
           CodecParams::oddPart(args.spec.prescale, exponent) < 128 &&
           args.spec.colOrigin % 16 == 0;
  }

  int64_t laneLength() const { return length; }
  int64_t groupCount() const { return groups; }
  int64_t rows() const { return params.args.out.rows; }
  bool goesByChunks() const {
    return !Tile::isAcross(params.args.x) && params.args.out.blockRows == 1 &&
           hadamard.size <= chunkLength() &&
           !needsElements(params.args.spec.rule);
  }
  int64_t blocksOfChunk() const {
    return params.args.out.blockCols == 16 ? 32 : 16;
  }
  int64_t chunkLength() const {
    return blocksOfChunk() * params.args.out.blockCols;
  }
  /// What a chunk reads.
  int64_t chunkBytesOfX() const {
    return chunkLength() * dtypeBytes(params.args.x.tensor.dtype);
  }
  int64_t chunksPerRow() const {
    return (params.args.out.blocks + blocksOfChunk() - 1) / blocksOfChunk();
  }

  static bool isLine(const void *p) {
    return reinterpret_cast<uintptr_t>(p) % 64 == 0;
  }
  /// Stride of the rows of codes, or of scales.
  static int64_t rowStride(const Tensor &tensor, int fromEnd) {
    return tensor.rank >= fromEnd ? tensor.stride(fromEnd) : 0;
  }

  /// Times that a chunk's vectors are passed over.
  int64_t chunkPasses() const {
    bool draws = params.args.spec.rounding == Rounding::Stochastic;
    return 2 + (hadamard.size > 0) + draws;
  }
  int drawShift() const {
    unsigned bits = params.args.spec.randomBits;
    return bits == 8 ? 4 : bits == 16 ? 3 : 2;
  }

  const EncodeParams params;
  const Encoders encoders;
  const HadamardTable hadamard;
  const unsigned bits; ///< that an element takes
  bool streams;        ///< codes go past the caches

private:
  int64_t length = 0, groups = 0;
};

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_QUANTIZER_H

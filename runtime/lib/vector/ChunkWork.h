//===- ChunkWork.h - Contiguous rows, a chunk at a time ---------*- C++ -*-===//
//
// Of one result of quantize: sixteen blocks are widened, transformed, encoded
// and written.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_CHUNKWORK_H
#define MX_RUNTIME_LIB_VECTOR_CHUNKWORK_H

#include "LineWriter.h"
#include "Quantizer.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// Chunks of one row after another.
class ChunkWork {
public:
  /// `isScattered`: one chunk of each row after another.
  ChunkWork(const Quantizer &q, bool isScattered, Workspace &workspace)
      : q(q), args(q.params.args), isScattered(isScattered),
        blocksOfChunk(q.blocksOfChunk()), length(q.chunkLength()),
        chunkBytes(length * q.bits / 8),
        scratch(workspace.get<float, 0>(length)),
        random(workspace.get<uint8_t, 1>(4 * length)),
        packed(workspace.get<uint8_t, 2>(chunkBytes)),
        lines(workspace.get<char, 3>(LineWriter::bytesFor(chunkBytes)),
              chunkBytes) {}

  /// Fetches where the scales of a row of the same item go.
  void expect(int64_t row, int64_t chunk) const {
    const Tensor &scale = args.out.scale;
    int64_t at = scalesOfItem + row * Quantizer::rowStride(scale, 2) +
                 blocksOfChunk * chunk * scale.stride(1);
    __builtin_prefetch(
        static_cast<char *>(scale.data) + at * dtypeBytes(scale.dtype), 1);
    // The ends of a chunk's codes, where they are not whole lines.
    const uint8_t *to = codesOfItem +
                        row * Quantizer::rowStride(args.out.codes, 3) +
                        chunk * chunkBytes;
    if (Quantizer::isLine(to))
      return;
    __builtin_prefetch(to, 1);
    __builtin_prefetch(to + chunkBytes, 1);
  }

  /// The source from the start of a chunk on, `rows` rows further.
  const char *sourceOf(int64_t chunk, int64_t rows) const {
    return source + (rows * args.x.rowStride + chunk * length) *
                        dtypeBytes(args.x.tensor.dtype);
  }

  void enter(int64_t item, int64_t row) {
    const ScaledTensor &out = args.out;
    const int64_t bytes = dtypeBytes(args.x.tensor.dtype);
    if (item != heldItem) {
      heldItem = item;
      sourceOfItem = static_cast<const char *>(args.x.tensor.data) +
                     args.x.itemOffset(item) * bytes;
      codesOfItem = static_cast<uint8_t *>(out.codes.data) +
                    out.codeOffset(item * out.rows);
      scalesOfItem = out.scaleOffset(item, 0);
      firstGlobalRow = args.spec.rowMap(item * out.rows);
    }
    source = sourceOfItem + row * args.x.rowStride * bytes;
    codes = codesOfItem + row * Quantizer::rowStride(out.codes, 3);
    scaleAt = scalesOfItem + row * Quantizer::rowStride(out.scale, 2);
    globalRow = uint32_t(firstGlobalRow + row);
  }

  /// Fetches `nextBytes` bytes from `next` on meanwhile.
  void quantize(int64_t chunk, const char *next, int64_t nextBytes) {
    int64_t first = blocksOfChunk * chunk;
    int64_t blocks = std::min(blocksOfChunk, args.out.blocks - first);
    int64_t col = chunk * length;
    auto call = uint32_t((args.spec.colOrigin + col) >> q.drawShift());
    uint8_t *to = codes + chunk * chunkBytes;
    int64_t bytes = chunkBytes / blocksOfChunk * blocks;
    uint8_t *place = placeFor(to, bytes);
    ahead.start(next, nextBytes, length / 16 * q.chunkPasses());
    q.encoders.chunk(q.params,
                     {prepare(col), scratch, call, globalRow, random, ahead},
                     place, scales);
    if (place == packed)
      std::memcpy(to, packed, size_t(bytes));
    storeScales(first, blocks);
  }

  /// Writes the codes that are kept.
  void finish() { lines.finish(); }

private:
  /// The elements from `col` on, widened, padded and transformed.
  const float *prepare(int64_t col) {
    int dtype = args.x.tensor.dtype;
    const char *from = source + col * dtypeBytes(dtype);
    int64_t held = std::clamp<int64_t>(args.x.cols - col, 0, length);
    auto *values = reinterpret_cast<const float *>(from);
    if (dtype != MX_F32 || held < length) {
      widenRow(dtype, from, held, scratch, length);
      values = scratch;
    }
    if (q.hadamard.size == 0)
      return values;
    transformRow(values, scratch, length, q.hadamard, ahead);
    for (int64_t i = std::max<int64_t>(args.out.cols - col, 0); i < length; ++i)
      scratch[i] = 0;
    return scratch;
  }

  void storeScales(int64_t first, int64_t blocks) {
    const Tensor &scale = args.out.scale;
    int64_t step = scale.stride(1), at = scaleAt + first * step;
    if (scale.dtype == MX_F32) {
      for (int64_t i = 0; i < blocks; ++i)
        static_cast<uint32_t *>(scale.data)[at + i * step] = scales[i];
      return;
    }
    uint8_t *to = static_cast<uint8_t *>(scale.data) + at;
    if (blocks == blocksOfChunk && step == 1) {
      for (int64_t i = 0; i < blocks; i += 16)
        storeBytes(to + i, loadI(scales + i));
      return;
    }
    for (int64_t i = 0; i < blocks; ++i)
      to[i * step] = uint8_t(scales[i]);
  }

  /// Whether codes for `to` are kept, to go past the caches.
  bool keeps(const uint8_t *to, int64_t bytes) const {
    if (isScattered)
      return q.streams && bytes == chunkBytes &&
             (isIntel() || Quantizer::isLine(to));
    return q.streams && isIntel();
  }

  /// Where the next `bytes` bytes of codes, for `to`, are made.
  uint8_t *placeFor(uint8_t *to, int64_t bytes) {
    if (keeps(to, bytes))
      return reinterpret_cast<uint8_t *>(
          lines.place(reinterpret_cast<char *>(to), bytes, chunkBytes));
    return bytes == chunkBytes ? to : packed;
  }

  const Quantizer &q;
  const QuantizeArgs &args;
  const bool isScattered;
  Ahead ahead;
  int64_t blocksOfChunk, length, chunkBytes;
  float *scratch;
  uint8_t *random, *packed;
  LineWriter lines;
  alignas(64) uint32_t scales[32];
  int64_t heldItem = -1, scalesOfItem = 0, firstGlobalRow = 0, scaleAt = 0;
  const char *sourceOfItem = nullptr, *source = nullptr;
  uint8_t *codesOfItem = nullptr, *codes = nullptr;
  uint32_t globalRow = 0;
};

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_CHUNKWORK_H

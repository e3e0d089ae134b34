//===- Quantizer.h - One result of quantize ---------------------*- C++ -*-===//
//
// Contiguous rows go by chunks of sixteen blocks; rows that lie across, blocks
// of several rows, and scale rules that look at every element by tiles of
// sixteen rows.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_QUANTIZER_H
#define MX_RUNTIME_LIB_VECTOR_QUANTIZER_H

#include "Caches.h"
#include "Choose.h"
#include "LineWriter.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// One result of a call.
class Quantizer {
public:
  /// Codes of so many bytes go past the caches: a store that has to fetch its
  /// line from memory first holds up those behind it.
  static constexpr int64_t kStreamedBytes = int64_t(4) << 20;
  /// Rows that tiles are read for at a time.
  static constexpr int64_t kPanel = 128;

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
  int64_t chunkLength() const { return 16 * params.args.out.blockCols; }
  int64_t chunksPerRow() const { return (params.args.out.blocks + 15) / 16; }

  /// Chunks [first, last) of all rows.
  void quantizeChunks(int64_t first, int64_t last, Workspace &workspace) const {
    ChunkWork work(*this, /*isScattered=*/false, workspace);
    int64_t perRow = chunksPerRow(), row = first / perRow;
    int64_t chunk = first % perRow;
    for (int64_t i = first; i < last; ++i) {
      if (i == first || chunk == 0)
        work.enter(row / rows(), row % rows());
      work.quantize(chunk);
      if (++chunk == perRow) {
        chunk = 0;
        ++row;
      }
    }
    work.finish();
  }

  /// Groups [group, groupEnd) of rows [row, rowEnd) of an item; `row` is a
  /// multiple of 16.
  void quantizeArea(int64_t item, int64_t row, int64_t rowEnd, int64_t group,
                    int64_t groupEnd, Workspace &workspace) const {
    TileWork work(*this, item, kPanel, workspace);
    rowEnd = std::min(rowEnd, rows());
    for (int64_t first = row; first < rowEnd; first += kPanel)
      for (int64_t g = group; g < std::min(groupEnd, groups); ++g) {
        int64_t count = std::min(rowEnd - first, kPanel);
        work.load(first, count, g, 0, length);
        work.quantize(first, count, g);
      }
  }

  static bool isLine(const void *p) {
    return reinterpret_cast<uintptr_t>(p) % 64 == 0;
  }
  /// Stride of the rows of codes, or of scales.
  static int64_t rowStride(const Tensor &tensor, int fromEnd) {
    return tensor.rank >= fromEnd ? tensor.stride(fromEnd) : 0;
  }

  /// Chunks of one row after another.
  class ChunkWork {
  public:
    /// `isScattered`: one chunk of each row after another.
    ChunkWork(const Quantizer &q, bool isScattered, Workspace &workspace)
        : q(q), args(q.params.args), isScattered(isScattered),
          length(q.chunkLength()), chunkBytes(length * q.bits / 8),
          scratch(workspace.get<float, 0>(length)),
          random(workspace.get<uint8_t, 1>(4 * length)),
          packed(workspace.get<uint8_t, 2>(chunkBytes)),
          lines(workspace.get<char, 3>(LineWriter::bytesFor(chunkBytes)),
                chunkBytes) {}

    /// Fetches where the scales of a row of the same item go.
    void expect(int64_t row, int64_t chunk) const {
      const Tensor &scale = args.out.scale;
      int64_t at = scalesOfItem + row * rowStride(scale, 2) +
                   16 * chunk * scale.stride(1);
      __builtin_prefetch(
          static_cast<char *>(scale.data) + at * dtypeBytes(scale.dtype), 1);
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
      codes = codesOfItem + row * rowStride(out.codes, 3);
      scaleAt = scalesOfItem + row * rowStride(out.scale, 2);
      globalRow = uint32_t(firstGlobalRow + row);
    }

    void quantize(int64_t chunk) {
      int64_t blocks = std::min<int64_t>(16, args.out.blocks - 16 * chunk);
      int64_t col = chunk * length;
      auto call = uint32_t((args.spec.colOrigin + col) >> q.drawShift());
      uint8_t *to = codes + chunk * chunkBytes;
      int64_t bytes = chunkBytes / 16 * blocks;
      uint8_t *place = placeFor(to, bytes);
      const int64_t bytesOfX = dtypeBytes(args.x.tensor.dtype);
      const int64_t ahead = isIntel() && !isScattered ? length * bytesOfX : 0;
      q.encoders.chunk(q.params,
                       {prepare(col), scratch, call, globalRow, random,
                        source + col * bytesOfX + kBytesAhead, ahead},
                       place, scales);
      if (place == packed)
        std::memcpy(to, packed, size_t(bytes));
      storeScales(16 * chunk, blocks);
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
      transformRow(values, scratch, length, q.hadamard);
      for (int64_t i = std::max<int64_t>(args.out.cols - col, 0); i < length;
           ++i)
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
      if (blocks == 16 && step == 1)
        return storeBytes(to, loadI(scales));
      for (int64_t i = 0; i < blocks; ++i)
        to[i * step] = uint8_t(scales[i]);
    }

    /// Whether codes for `to` are kept, to go past the caches.
    bool keeps(const uint8_t *to, int64_t bytes) const {
      if (isScattered)
        return q.streams && bytes == chunkBytes && isLine(to);
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
    bool isScattered;
    int64_t length, chunkBytes;
    float *scratch;
    uint8_t *random, *packed;
    LineWriter lines;
    alignas(64) uint32_t scales[16];
    int64_t heldItem = -1, scalesOfItem = 0, firstGlobalRow = 0, scaleAt = 0;
    const char *sourceOfItem = nullptr, *source = nullptr;
    uint8_t *codesOfItem = nullptr, *codes = nullptr;
    uint32_t globalRow = 0;
  };

  /// Tiles of one item.
  class TileWork {
  public:
    TileWork(const Quantizer &q, int64_t item, int64_t rows,
             Workspace &workspace)
        : q(q), out(q.params.args.out), firstRow(item * out.rows),
          globalRow(q.params.args.spec.rowMap(firstRow)),
          tile(q.params.args.x, q.length, (rows + 15) / 16, q.hadamard,
               workspace),
          codes(workspace.get<uint32_t, 2>(q.length * 5)),
          scales(codes + q.length * 4),
          codesOfItem(static_cast<uint8_t *>(out.codes.data) +
                      out.codeOffset(firstRow)),
          scalesOfItem(out.scaleOffset(item, 0)),
          rowShift(__builtin_ctzll(uint64_t(out.blockRows))) {}

    /// Elements [first, last) of group `group` of `count` rows.
    void load(int64_t row, int64_t count, int64_t group, int64_t first,
              int64_t last) {
      tile.loadElements(firstRow + row, count, group * q.length, first, last);
    }

    /// The group, once all of it is there.
    void quantize(int64_t row, int64_t count, int64_t group) {
      const contract::QuantizeSpec &spec = q.params.args.spec;
      int64_t col = group * q.length;
      Place place;
      place.col = col;
      std::fill(place.call, place.call + 16,
                uint32_t((spec.colOrigin + col) >> q.drawShift()));
      for (int64_t first = 0; first < count; first += 16) {
        for (int l = 0; l < 16; ++l)
          place.row[l] = uint32_t(globalRow + row + first + l);
        tile.select(first / 16);
        if (col + q.length > out.cols)
          tile.clear(out.cols - col);
        auto lanes = int(std::min<int64_t>(count - first, 16));
        expectScales(row + first, lanes, col);
        q.encoders.tile(q.params, tile, place, codes, scales);
        storeCodes(row + first, lanes, col);
        if (out.scale.dtype == MX_F32)
          storeScales<uint32_t>(row + first, lanes, col);
        else
          storeScales<uint8_t>(row + first, lanes, col);
      }
    }

  private:
    void storeCodes(int64_t row, int lanes, int64_t col) {
      int64_t dwords = q.length * q.bits / 32;
      int64_t step = rowStride(out.codes, 3);
      int64_t bytes =
          std::min(q.length, out.blocks * out.blockCols - col) * q.bits / 8;
      uint8_t *start = codesOfItem + row * step + col * q.bits / 8;
      for (int64_t d = 0; d < dwords; d += 16) {
        I part[16];
        for (int i = 0; i < 16; ++i)
          part[i] = d + i < dwords ? loadI(codes + 16 * (d + i)) : setI(0);
        transpose(part);
        uint8_t *to = start + 4 * d;
        bool isWhole = bytes - 4 * d >= 64;
        if (isWhole && q.streams && isLine(to) && step % 64 == 0)
          for (int l = 0; l < lanes; ++l)
            stream(to + l * step, floats(part[l]));
        else if (isWhole)
          for (int l = 0; l < lanes; ++l)
            store(to + l * step, part[l]);
        else
          for (int l = 0; l < lanes; ++l)
            storeSome(to + l * step, part[l], bytes - 4 * d);
      }
    }

    static void storeSome(uint8_t *to, I bytes, int64_t count) {
      alignas(64) uint8_t all[64];
      store(all, bytes);
      if (count == 32)
        std::memcpy(to, all, 32);
      else if (count > 0)
        std::memcpy(to, all, size_t(count));
    }

    /// Where the scales of a row's group are, in elements.
    int64_t scaleIndex(int64_t row, int64_t col) const {
      return scalesOfItem + (row >> rowShift) * rowStride(out.scale, 2) +
             col / out.blockCols * out.scale.stride(1);
    }

    /// A store that misses holds up those behind it: fetch the lines first.
    void expectScales(int64_t row, int lanes, int64_t col) const {
      auto *data = static_cast<const char *>(out.scale.data);
      int64_t size = dtypeBytes(out.scale.dtype);
      const char *start = data + scaleIndex(row, col) * size;
      int64_t step = rowStride(out.scale, 2) * size;
      for (int64_t l = 0; l < lanes; ++l)
        __builtin_prefetch(start + (l >> rowShift) * step, 1);
    }

    template <typename T>
    void storeScales(int64_t row, int lanes, int64_t col) {
      int64_t rowStep = rowStride(out.scale, 2), step = out.scale.stride(1);
      int64_t blocks =
          std::min(q.length / out.blockCols, out.blocks - col / out.blockCols);
      T *start = static_cast<T *>(out.scale.data) + scaleIndex(row, col);
      if (sizeof(T) == 1 && blocks == 4 && step == 1 && rowShift == 0) {
        alignas(64) uint32_t quads[16];
        store(quads, packBytes<false>(loadI(scales), loadI(scales + 16),
                                      loadI(scales + 32), loadI(scales + 48)));
        for (int64_t l = 0; l < lanes; ++l)
          std::memcpy(start + l * rowStep, &quads[l], 4);
        return;
      }
      for (int64_t l = 0; l < lanes; l += out.blockRows) {
        T *to = start + (l >> rowShift) * rowStep;
        for (int64_t i = 0; i < blocks; ++i)
          to[i * step] = T(scales[16 * i + l]);
      }
    }

    const Quantizer &q;
    const ScaledTensor &out;
    int64_t firstRow, globalRow;
    Tile tile;
    uint32_t *codes, *scales;
    uint8_t *codesOfItem;
    int64_t scalesOfItem;
    int rowShift; ///< rows of a block, as a power of two
  };

private:
  int drawShift() const {
    unsigned bits = params.args.spec.randomBits;
    return bits == 8 ? 4 : bits == 16 ? 3 : 2;
  }

  EncodeParams params;
  Encoders encoders;
  HadamardTable hadamard;
  unsigned bits; ///< that an element takes
  int64_t length = 0, groups = 0;
  bool streams; ///< codes go past the caches
};

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_QUANTIZER_H

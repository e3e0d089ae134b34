//===- TileWork.h - Rows that lie across, sixteen at a time -----*- C++ -*-===//
//
// Of one result of quantize: panels of rows are read, a group of each at a
// time, and turned tile by tile. Groups follow each other along rows: what is
// no whole line of codes yet waits for the next group.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_TILEWORK_H
#define MX_RUNTIME_LIB_VECTOR_TILEWORK_H

#include "Quantizer.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// Tiles of one item, of up to `rows` rows at a time.
class TileWork {
public:
  TileWork(const Quantizer &q, int64_t item, int64_t rows, Workspace &workspace)
      : q(q), out(q.params.args.out), firstRow(item * out.rows),
        globalRow(q.params.args.spec.rowMap(firstRow)),
        tile(q.params.args.x, q.laneLength(), (rows + 15) / 16, q.hadamard,
             workspace),
        codes(workspace.get<uint32_t, 2>(q.laneLength() * 5)),
        scales(codes + q.laneLength() * 4),
        codesOfItem(static_cast<uint8_t *>(out.codes.data) +
                    out.codeOffset(firstRow)),
        scalesOfItem(out.scaleOffset(item, 0)),
        rowShift(__builtin_ctzll(uint64_t(out.blockRows))),
        keepsLines(q.streams && q.laneLength() * q.bits == 512) {
    if (!keepsLines)
      return;
    lines = workspace.get<char, 3>(rows * 128 + 64);
    lines += -reinterpret_cast<uintptr_t>(lines) & 63;
  }

  /// Elements [first, last) of group `group` of `count` rows; `rowsAhead` of
  /// the source are fetched.
  void load(int64_t row, int64_t count, int64_t group, int64_t first,
            int64_t last, int64_t rowsAhead) {
    tile.loadElements(firstRow + row, count, group * q.laneLength(), first,
                      last, rowsAhead);
  }

  /// The group, once all of it is there. Groups follow each other until
  /// finish().
  void quantize(int64_t row, int64_t count, int64_t group) {
    const contract::QuantizeSpec &spec = q.params.args.spec;
    const int64_t length = q.laneLength(), col = group * length;
    Place place;
    place.col = col;
    std::fill(place.call, place.call + 16,
              uint32_t((spec.colOrigin + col) >> q.drawShift()));
    for (int64_t first = 0; first < count; first += 16) {
      for (int l = 0; l < 16; ++l)
        place.row[l] = uint32_t(globalRow + row + first + l);
      tile.select(first / 16);
      if (col + length > out.cols)
        tile.clear(out.cols - col);
      auto lanes = int(std::min<int64_t>(count - first, 16));
      expectScales(row + first, lanes, col);
      q.encoders.tile(q.params, tile, place, codes, scales);
      storeCodes(row, first, lanes, col);
      if (out.scale.dtype == MX_F32)
        storeScales<uint32_t>(row + first, lanes, col);
      else
        storeScales<uint8_t>(row + first, lanes, col);
    }
    if (keepsLines && col + length <= out.blocks * out.blockCols)
      keptGroup = group + 1;
  }

  /// Writes the ends of lines that are kept.
  void finish(int64_t row, int64_t count) {
    if (keptGroup == 0)
      return;
    const int64_t step = Quantizer::rowStride(out.codes, 3);
    uint8_t *to = codesOfItem + row * step + keptGroup * 64;
    for (int64_t r = 0; r < count; ++r, to += step) {
      int64_t phase = phaseOf(to);
      std::memcpy(to - phase, lines + 128 * r, size_t(phase));
    }
    keptGroup = 0;
  }

private:
  static int64_t phaseOf(const uint8_t *p) {
    return int64_t(reinterpret_cast<uintptr_t>(p) & 63);
  }

  /// Codes that are whole lines of the result together with those of the group
  /// before, of which `kept` holds the ends, 128 bytes apart.
  void storeLines(uint8_t *to, int64_t step, int lanes, const I part[16],
                  char *kept) {
    for (int l = 0; l < lanes; ++l)
      store(kept + 128 * l + phaseOf(to + l * step), part[l]);
    for (int l = 0; l < lanes; ++l) {
      uint8_t *at = to + l * step;
      int64_t phase = phaseOf(at);
      if (keptGroup > 0)
        stream(at - phase, loadF(kept + 128 * l));
      else
        std::memcpy(at, kept + 128 * l + phase, size_t(64 - phase));
    }
    for (int l = 0; l < lanes; ++l)
      store(kept + 128 * l, loadF(kept + 128 * l + 64));
  }

  /// Of rows [row + first, row + first + lanes).
  void storeCodes(int64_t row, int64_t first, int lanes, int64_t col) {
    int64_t dwords = q.laneLength() * q.bits / 32;
    int64_t step = Quantizer::rowStride(out.codes, 3);
    int64_t bytes =
        std::min(q.laneLength(), out.blocks * out.blockCols - col) * q.bits / 8;
    uint8_t *start = codesOfItem + (row + first) * step + col * q.bits / 8;
    for (int64_t d = 0; d < dwords; d += 16) {
      I part[16];
      for (int i = 0; i < 16; ++i)
        part[i] = d + i < dwords ? loadI(codes + 16 * (d + i)) : setI(0);
      transpose(part);
      uint8_t *to = start + 4 * d;
      bool isWhole = bytes - 4 * d >= 64;
      if (isWhole && q.streams && Quantizer::isLine(to) && step % 64 == 0)
        for (int l = 0; l < lanes; ++l)
          stream(to + l * step, floats(part[l]));
      else if (isWhole && keepsLines)
        storeLines(to, step, lanes, part, lines + 128 * first);
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
    return scalesOfItem +
           (row >> rowShift) * Quantizer::rowStride(out.scale, 2) +
           col / out.blockCols * out.scale.stride(1);
  }

  /// A store that misses holds up those behind it: fetch the lines first.
  void expectScales(int64_t row, int lanes, int64_t col) const {
    auto *data = static_cast<const char *>(out.scale.data);
    int64_t size = dtypeBytes(out.scale.dtype);
    const char *start = data + scaleIndex(row, col) * size;
    int64_t step = Quantizer::rowStride(out.scale, 2) * size;
    for (int64_t l = 0; l < lanes; ++l)
      __builtin_prefetch(start + (l >> rowShift) * step, 1);
  }

  template <typename T> void storeScales(int64_t row, int lanes, int64_t col) {
    int64_t rowStep = Quantizer::rowStride(out.scale, 2),
            step = out.scale.stride(1);
    int64_t blocks = std::min(q.laneLength() / out.blockCols,
                              out.blocks - col / out.blockCols);
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
  int rowShift;          ///< rows of a block, as a power of two
  const bool keepsLines; ///< that are not whole until the next group
  char *lines = nullptr; ///< of codes, 128 bytes for each row
  int64_t keptGroup = 0; ///< whose start is in kept lines
};

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_TILEWORK_H

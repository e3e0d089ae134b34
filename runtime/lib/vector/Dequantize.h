//===- Dequantize.h - dequantize and decode on sixteen lanes ----*- C++ -*-===//
//
// Stretches of rows; results that lie across are turned, sixteen rows at a
// time.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_DEQUANTIZE_H
#define MX_RUNTIME_LIB_VECTOR_DEQUANTIZE_H

#include "Caches.h"
#include "Decode.h"
#include "LineWriter.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// Constants of a call.
struct DequantizeParams {
  const ScaledTensor &x;
  const Matrix &out;
  CodeTable scales; ///< of 8-bit scales
  bool streams;     ///< results that are whole lines go past the caches
  bool makesLines;  ///< others are made to such lines first
  bool joinsPairs;  ///< codes of four bits are made to bf16 in pairs

  explicit DequantizeParams(const DequantizeArgs &args)
      : x(args.x), out(args.out),
        scales(x.format.scale == contract::kF32 ? contract::kE8M0
                                                : x.format.scale),
        streams(out.items * out.rows * out.cols >= kStreamedFloats),
        makesLines(streams && isIntel()), joinsPairs(canJoinPairs(args)) {}

  /// Whether bf16 holds every product, of blocks of whole pairs of vectors.
  static bool canJoinPairs(const DequantizeArgs &args) {
    const contract::ScaledFormat &format = args.x.format;
    const contract::FloatFormat &element = format.element;
    return args.out.tensor.dtype == MX_BF16 && element.bits() == 4 &&
           element.kind == contract::FloatKind::Finite &&
           element.minExponent() + format.scale.minExponent() >= -133 &&
           format.scale.isE8M0 && !args.x.hasTensorScale &&
           args.x.blockCols % 32 == 0;
  }

  float scaleAt(int64_t at) const {
    return x.scale.dtype == MX_F32
               ? static_cast<const float *>(x.scale.data)[at]
               : scales.values[static_cast<const uint8_t *>(x.scale.data)[at]];
  }
};

/// Elements that are made at a time for whole lines.
inline constexpr int64_t kMadeTogether = 512;

/// Where a row's codes and scales are.
struct RowSource {
  const uint8_t *codes;
  int64_t scales;

  RowSource(const ScaledTensor &x, int64_t row)
      : codes(static_cast<const uint8_t *>(x.codes.data) + x.codeOffset(row)),
        scales(x.scaleOffset(row / x.rows, row % x.rows)) {}
};

/// Elements [col, col + count) of a row, multiples of 32, to bf16 without
/// rounding: even elements in the low, odd ones in the high words of lanes.
template <bool Streams, class Decoder>
void dequantizePairs(const DequantizeParams &params, const Decoder &decoder,
                     const RowSource &source, int64_t col, int64_t count,
                     char *to) {
  const ScaledTensor &x = params.x;
  const uint8_t *codes = source.codes + col / 2;
  const int64_t step = x.scale.stride(1), size = x.blockCols;
  int64_t block = col / size, left = (block + 1) * size - col;
  for (int64_t i = 0; i < count; ++block, left = size) {
    const F scale = setF(params.scaleAt(source.scales + block * step));
    for (int64_t end = std::min(i + left, count); i < end; i += 32) {
      I pairs = loadBytes(codes + i / 2);
      I even = bits(mul(decoder(pairs), scale));
      I odd = bits(mul(decoder(shr<4>(pairs)), scale));
      F line = floats(orBoth(shr<16>(even), odd, setI(0xFFFF0000)));
      if (Streams)
        stream(to + 2 * i, line);
      else
        store(to + 2 * i, line);
    }
  }
}

/// Elements [col, col + count) of a row; col is a multiple of 16, and blocks
/// are one of some multiple of 16. `Streams`: of whole lines of the result.
template <class Decoder, unsigned Bits, int DType, bool Streams>
void dequantizeRow(const DequantizeParams &params, const Decoder &decoder,
                   const RowSource &source, int64_t col, int64_t count,
                   char *to) {
  constexpr int64_t size = DType == MX_F32 ? 4 : 2;
  const ScaledTensor &x = params.x;
  const F tensor = setF(x.tensorScale);
  const bool twoLevel = x.hasTensorScale;
  int64_t i = 0;
  if (Bits == 4 && DType == MX_BF16 && params.joinsPairs && col % 32 == 0) {
    i = count / 32 * 32;
    dequantizePairs<Streams>(params, decoder, source, col, i, to);
  }
  int64_t step = x.scale.stride(1), block = (col + i) / x.blockCols;
  int64_t left = (block + 1) * x.blockCols - (col + i);
  const uint8_t *codes = source.codes + col * Bits / 8;
  for (; i < count; ++block, left = x.blockCols) {
    const F scale = setF(params.scaleAt(source.scales + block * step));
    for (int64_t end = std::min(i + left, count); i < end; i += 16) {
      F value = mul(decoder(loadCodes<Bits>(codes + i * Bits / 8)), scale);
      if (twoLevel)
        value = mul(value, tensor);
      if (Streams)
        stream(to + i * size, floats(canonical(value)));
      else
        storeSomeAs<DType>(to + i * size, value, count - i);
    }
  }
}

/// As dequantizeRow, in whole lines.
template <class Decoder, unsigned Bits, int DType>
__attribute__((noinline)) void
dequantizeLines(const DequantizeParams &params, const Decoder &decoder,
                const RowSource &source, int64_t col, int64_t count, char *to,
                LineWriter &lines) {
  constexpr int64_t size = DType == MX_F32 ? 4 : 2;
  for (int64_t i = 0; i < count; i += kMadeTogether) {
    int64_t some = std::min(kMadeTogether, count - i);
    dequantizeRow<Decoder, Bits, DType, false>(
        params, decoder, source, col + i, some,
        lines.place(to + i * size, some * size, kMadeTogether * size));
  }
}

/// `lines`: null where results are not made to whole lines.
template <class Decoder, unsigned Bits, int DType>
void dequantizeAlong(const DequantizeParams &params, const Decoder &decoder,
                     int64_t row, int64_t col, int64_t count,
                     LineWriter *lines) {
  constexpr int64_t size = DType == MX_F32 ? 4 : 2;
  const Matrix &out = params.out;
  char *to =
      static_cast<char *>(out.tensor.data) + (out.rowOffset(row) + col) * size;
  RowSource source(params.x, row);
  bool isWhole = DType == MX_F32 ? count % 16 == 0
                                 : Bits == 4 && params.joinsPairs &&
                                       count % 32 == 0 && col % 32 == 0;
  if (params.streams && isWhole && reinterpret_cast<uintptr_t>(to) % 64 == 0)
    dequantizeRow<Decoder, Bits, DType, true>(params, decoder, source, col,
                                              count, to);
  else if (lines)
    dequantizeLines<Decoder, Bits, DType>(params, decoder, source, col, count,
                                          to, *lines);
  else
    dequantizeRow<Decoder, Bits, DType, false>(params, decoder, source, col,
                                               count, to);
}

/// Rows [row, row + rows) of an item, at most 16; `scratch` holds 16 · count.
template <class Decoder, unsigned Bits, int DType>
void dequantizeAcross(const DequantizeParams &params, const Decoder &decoder,
                      int64_t row, int64_t rows, int64_t col, int64_t count,
                      float *scratch) {
  constexpr int64_t size = DType == MX_F32 ? 4 : 2;
  const Matrix &out = params.out;
  for (int64_t r = 0; r < rows; ++r)
    dequantizeRow<Decoder, Bits, MX_F32, false>(
        params, decoder, RowSource(params.x, row + r), col, count,
        reinterpret_cast<char *>(scratch + r * count));
  char *to = static_cast<char *>(out.tensor.data) +
             (out.rowOffset(row) + col * out.colStride) * size;
  int64_t step = out.colStride * size;
  bool streams = DType == MX_F32 && params.streams && rows == 16 &&
                 (reinterpret_cast<uintptr_t>(to) | uint64_t(step)) % 64 == 0;
  for (int64_t i = 0; i < count; i += 16) {
    I lanes[16];
    for (int64_t r = 0; r < 16; ++r)
      lanes[r] = r < rows ? loadI(scratch + r * count + i) : setI(0);
    transpose(lanes);
    for (int64_t c = 0; c < std::min<int64_t>(count - i, 16); ++c) {
      char *at = to + (i + c) * step;
      if (streams)
        stream(at, floats(lanes[c]));
      else
        storeSomeAs<DType>(at, floats(lanes[c]), rows);
    }
  }
}

template <class Decoder, unsigned Bits, int DType>
bool dequantizeAll(const DequantizeParams &params, const Decoder &decoder) {
  const Matrix &out = params.out;
  constexpr int64_t stretch = 4096;
  if (out.cols <= 1 || out.colStride == 1) {
    int64_t perRow = (out.cols + stretch - 1) / stretch;
    int64_t count = out.items * out.rows * perRow;
    int64_t perTask = std::clamp<int64_t>(count / (4 * threadCount()), 1, 16);
    auto run = [&](int64_t task, LineWriter *lines) {
      for (int64_t i = task * perTask;
           i < std::min(count, (task + 1) * perTask); ++i) {
        int64_t col = i % perRow * stretch;
        dequantizeAlong<Decoder, Bits, DType>(params, decoder, i / perRow, col,
                                              std::min(stretch, out.cols - col),
                                              lines);
      }
    };
    parallelFor((count + perTask - 1) / perTask, [&](int64_t task,
                                                     Workspace &workspace) {
      if (!params.makesLines)
        return run(task, nullptr);
      constexpr int64_t most = kMadeTogether * 4;
      LineWriter lines(workspace.get<char>(LineWriter::bytesFor(most)), most);
      run(task, &lines);
      lines.finish();
    });
    return true;
  }
  constexpr int64_t width = 256;
  int64_t strips = (out.rows + 15) / 16,
          perRow = (out.cols + width - 1) / width;
  parallelFor(out.items * strips, [&](int64_t i, Workspace &workspace) {
    int64_t row = i % strips * 16, rows = std::min<int64_t>(16, out.rows - row);
    // Read and written in whole vectors.
    float *scratch = workspace.get<float>(16 * width + 16);
    for (int64_t piece = 0; piece < perRow; ++piece) {
      int64_t col = piece * width;
      dequantizeAcross<Decoder, Bits, DType>(
          params, decoder, i / strips * out.rows + row, rows, col,
          std::min(width, out.cols - col), scratch);
    }
  });
  return true;
}

template <class Decoder, unsigned Bits>
bool dequantizeTo(const DequantizeParams &params, const Decoder &decoder) {
  switch (params.out.tensor.dtype) {
  case MX_F32:
    return dequantizeAll<Decoder, Bits, MX_F32>(params, decoder);
  case MX_BF16:
    return dequantizeAll<Decoder, Bits, MX_BF16>(params, decoder);
  default:
    return dequantizeAll<Decoder, Bits, MX_F16>(params, decoder);
  }
}

/// Whether products are exact in f32, where something else than f32 is wanted:
/// one rounding remains.
inline bool roundsOnce(const DequantizeArgs &args) {
  const contract::ScaledFormat &format = args.x.format;
  return args.x.hasTensorScale || args.out.tensor.dtype == MX_F32 ||
         (format.scale != contract::kF32 &&
          format.element.minExponent() + format.scale.minExponent() >= -149);
}

inline bool dequantizeRows(const DequantizeArgs &args) {
  const ScaledTensor &x = args.x;
  const Matrix &out = args.out;
  const contract::FloatFormat &element = x.format.element;
  if (element.bits() > 8 || element.minExponent() < -100 ||
      element.max() > 0x1p100 || x.blockCols % 16 != 0 ||
      x.codes.stride(1) != 1 || x.codes.stride(2) != x.codes.size(1) ||
      out.rows < 1 || out.cols < 1 ||
      (out.cols > 1 && out.colStride != 1 && out.rowStride != 1) ||
      !roundsOnce(args))
    return false;
  const DequantizeParams params(args);
  unsigned bits = element.bits();
  if (bits == 4)
    return dequantizeTo<SmallDecoder, 4>(params, SmallDecoder(element));
  if (!FloatDecoder::accepts(element)) {
    const CodeTable values(element);
    const TableDecoder table{values.values};
    return bits == 6 ? dequantizeTo<TableDecoder, 6>(params, table)
                     : dequantizeTo<TableDecoder, 8>(params, table);
  }
  return bits == 6
             ? dequantizeTo<FloatDecoder, 6>(params, FloatDecoder(element))
             : dequantizeTo<FloatDecoder, 8>(params, FloatDecoder(element));
}

template <class Decoder, int DType>
void decodeRow(const Decoder &decoder, const uint8_t *codes, int64_t count,
               char *to) {
  constexpr int64_t size = DType == MX_F32 ? 4 : 2;
  for (int64_t i = 0; i < count; i += 16) {
    uint8_t rest[16] = {};
    const uint8_t *from = codes + i;
    if (i + 16 > count) {
      std::memcpy(rest, from, size_t(count - i));
      from = rest;
    }
    storeSomeAs<DType>(to + i * size, decoder(loadBytes(from)), count - i);
  }
}

template <class Decoder>
bool decodeAll(const DecodeArgs &args, const Decoder &decoder) {
  const Matrix &codes = args.codes, &out = args.out;
  const int dtype = out.tensor.dtype;
  const auto run = dtype == MX_F32    ? decodeRow<Decoder, MX_F32>
                   : dtype == MX_BF16 ? decodeRow<Decoder, MX_BF16>
                                      : decodeRow<Decoder, MX_F16>;
  parallelFor(out.items * out.rows, [&](int64_t row, Workspace &) {
    run(decoder,
        static_cast<const uint8_t *>(codes.tensor.data) + codes.rowOffset(row),
        out.cols,
        static_cast<char *>(out.tensor.data) +
            out.rowOffset(row) * dtypeBytes(dtype));
  });
  return true;
}

inline bool decodeRows(const DecodeArgs &args) {
  const Matrix &codes = args.codes, &out = args.out;
  if (args.format.bits() > 8 || codes.tensor.dtype != MX_I8 ||
      (codes.cols > 1 && (codes.colStride != 1 || out.colStride != 1)))
    return false;
  if (args.format.bits() == 4)
    return decodeAll(args, SmallDecoder(args.format));
  if (FloatDecoder::accepts(args.format))
    return decodeAll(args, FloatDecoder(args.format));
  const CodeTable table(args.format);
  return decodeAll(args, TableDecoder{table.values});
}

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_DEQUANTIZE_H

//===- Relayout.cpp - mx_relayout, mx_prepack, mx_pack_codes --------------===//
//
// Orders of bytes: layouts of matrices, and codes against packed bytes.
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Spec.h"
#include "mx/Support/Pack.h"

#include <vector>

using namespace mx::runtime;
using namespace mx::contract;

namespace {

bool isLayout(int64_t layout) {
  return layout >= MX_LAYOUT_LINEAR && layout <= MX_LAYOUT_TILE_16X4;
}

TileShape shapeOf(int64_t layout) {
  return layout == MX_LAYOUT_TILE_128X4 ? TileShape{128, 32, 16}
                                        : TileShape{kTileRows, kTileRows, 4};
}

int64_t tiledBytes(const TileShape &shape, const Matrix &m) {
  return m.items * ((m.rows + shape.rows - 1) / shape.rows) *
         ((m.cols + 3) / 4) * shape.bytes();
}

int readRelayout(const mx_relayout_spec &spec, const Tensor &src,
                 const Tensor &dst, RelayoutArgs &args) {
  bool known = isLayout(spec.from) && isLayout(spec.to);
  args.toTiles = spec.to != MX_LAYOUT_LINEAR;
  args.fromTiles = spec.from != MX_LAYOUT_LINEAR;
  if (!known || (args.toTiles && args.fromTiles))
    return fail(MX_ERROR_ARGUMENT,
                "expected two known layouts, one of them "
                "linear, found %lld and %lld",
                static_cast<long long>(spec.from),
                static_cast<long long>(spec.to));
  if (spec.padding < -128 || spec.padding > 255)
    return fail(MX_ERROR_ARGUMENT, "'padding' %lld is not a byte",
                static_cast<long long>(spec.padding));
  args.padding = static_cast<uint8_t>(spec.padding);
  args.linear = Matrix(args.fromTiles ? dst : src);
  args.other = Matrix(dst);
  const Matrix &m = args.linear;
  if (!args.toTiles && !args.fromTiles) {
    if (m.items != args.other.items || m.rows != args.other.rows ||
        m.cols != args.other.cols)
      return fail(MX_ERROR_ARGUMENT, "expected equal shapes");
    return MX_OK;
  }
  const Tensor &tiles = args.toTiles ? dst : src;
  args.shape = shapeOf(args.toTiles ? spec.to : spec.from);
  int64_t bytes = tiledBytes(args.shape, m);
  if (!tiles.isContiguous() || tiles.elements() != bytes)
    return fail(MX_ERROR_ARGUMENT,
                "expected the tiled side to be contiguous "
                "and to have %lld bytes, found %lld",
                static_cast<long long>(bytes),
                static_cast<long long>(tiles.elements()));
  args.tiles = static_cast<uint8_t *>(tiles.data);
  return MX_OK;
}

int relayout(const mx_relayout_spec &spec, const Tensor &src,
             const Tensor &dst) {
  RelayoutArgs args;
  if (src.dtype != MX_I8 || dst.dtype != MX_I8)
    return fail(MX_ERROR_ARGUMENT, "expected bytes of i8, found %s and %s",
                dtypeName(src.dtype), dtypeName(dst.dtype));
  MX_TRY(readRelayout(spec, src, dst, args));
  return MX_DISPATCH(
      relayout, args,
      {{args.linear.items, args.linear.rows, args.linear.cols}, 3});
}

/// The codes of an operand as rows of bytes, and its scales.
int readUnpacked(int64_t layout, const mx_operand &operand, Tensor &codes,
                 Tensor &scale) {
  if (layout != MX_LAYOUT_TILE_16X4)
    return fail(MX_ERROR_ARGUMENT,
                "expected the layout MX_LAYOUT_TILE_16X4 (%d), found %lld",
                int(MX_LAYOUT_TILE_16X4), static_cast<long long>(layout));
  MX_TRY(readTensor("codes", operand.codes, codes));
  MX_TRY(readTensor("scale", operand.scale, scale));
  if (codes.dtype != MX_I8 || scale.dtype != MX_I8 || codes.rank < 3 ||
      scale.rank != codes.rank - 1)
    return fail(MX_ERROR_ARGUMENT,
                "expected codes of i8 of rank 3 or more with scales of i8 of "
                "one less, found %s of rank %d and %s of rank %d",
                dtypeName(codes.dtype), codes.rank, dtypeName(scale.dtype),
                scale.rank);
  int64_t bytes = codes.size(1);
  bool together = codes.size(2) <= 1 || codes.stride(2) == bytes;
  if (bytes % 4 != 0 || (bytes > 1 && codes.stride(1) != 1) || !together)
    return fail(MX_ERROR_ARGUMENT,
                "expected blocks of a multiple of 4 bytes that follow each "
                "other, found %lld bytes with strides of %lld and %lld",
                static_cast<long long>(bytes),
                static_cast<long long>(codes.stride(1)),
                static_cast<long long>(codes.stride(2)));
  for (int i = 1; i < scale.rank; ++i)
    if (scale.size(i) != codes.size(i + 1))
      return fail(MX_ERROR_ARGUMENT,
                  "expected a scale for each block of one row: axis %d from "
                  "the end of 'scale' has size %lld, not %lld",
                  i, static_cast<long long>(scale.size(i)),
                  static_cast<long long>(codes.size(i + 1)));
  --codes.rank;
  codes.sizes[codes.rank - 1] *= bytes;
  codes.strides[codes.rank - 1] = 1;
  return MX_OK;
}

int readPacking(int64_t packedFormat, const mx_tensor *codes,
                const mx_tensor *packed, FloatFormat &format, Tensor &c,
                Tensor &p) {
  MX_TRY(readFormat("format", packedFormat, format));
  MX_TRY(readTensor("codes", codes, c));
  MX_TRY(readTensor("packed", packed, p));
  int wanted = format.bits() <= 8 ? MX_I8 : MX_I16;
  if (c.dtype != wanted || p.dtype != MX_I8 || format.bits() > 16)
    return fail(MX_ERROR_ARGUMENT,
                "expected codes of %s and packed bytes of i8",
                dtypeName(wanted));
  if (!c.isContiguous() || !p.isContiguous() ||
      p.elements() != packedSize(format.bits(), c.elements()))
    return fail(
        MX_ERROR_ARGUMENT,
        "expected contiguous buffers with %lld packed bytes, found %lld",
        static_cast<long long>(packedSize(format.bits(), c.elements())),
        static_cast<long long>(p.elements()));
  return MX_OK;
}

} // namespace

extern "C" int mx_relayout(const mx_relayout_spec *spec, const mx_tensor *src,
                           const mx_tensor *dst) {
  FpuScope fpu;
  Tensor source, result;
  MX_TRY(checkVersion(spec->version));
  MX_TRY(readTensor("src", src, source));
  MX_TRY(readTensor("dst", dst, result));
  return relayout(*spec, source, result);
}

extern "C" int mx_prepack_size(int64_t layout, const mx_operand *from,
                               int64_t *codes, int64_t *scale) {
  Tensor bytes, scales;
  MX_TRY(readUnpacked(layout, *from, bytes, scales));
  *codes = tiledBytes(shapeOf(layout), Matrix(bytes));
  *scale = tiledBytes(shapeOf(layout), Matrix(scales));
  return MX_OK;
}

extern "C" int mx_prepack(int64_t layout, const mx_operand *from,
                          const mx_tensor *codes, const mx_tensor *scale) {
  FpuScope fpu;
  Tensor bytes, scales, tiledCodes, tiledScales;
  MX_TRY(readUnpacked(layout, *from, bytes, scales));
  MX_TRY(readTensor("codes", codes, tiledCodes));
  MX_TRY(readTensor("scale", scale, tiledScales));
  mx_relayout_spec spec{MX_ABI_VERSION, MX_LAYOUT_LINEAR, layout, 0};
  MX_TRY(relayout(spec, bytes, tiledCodes));
  return relayout(spec, scales, tiledScales);
}

extern "C" int mx_pack_codes(int64_t format, const mx_tensor *codes,
                             const mx_tensor *packed) {
  FloatFormat f;
  Tensor c, p;
  MX_TRY(readPacking(format, codes, packed, f, c, p));
  std::vector<uint16_t> wide(static_cast<size_t>(c.elements()));
  for (size_t i = 0; i < wide.size(); ++i)
    wide[i] = static_cast<uint16_t>(
        loadCode(c.data, c.dtype, static_cast<int64_t>(i)));
  packCodes(f.bits(), wide.data(), c.elements(),
            static_cast<uint8_t *>(p.data));
  return MX_OK;
}

extern "C" int mx_unpack_codes(int64_t format, const mx_tensor *packed,
                               const mx_tensor *codes) {
  FloatFormat f;
  Tensor c, p;
  MX_TRY(readPacking(format, codes, packed, f, c, p));
  std::vector<uint16_t> wide(static_cast<size_t>(c.elements()));
  unpackCodes(f.bits(), static_cast<const uint8_t *>(p.data), c.elements(),
              wide.data());
  for (size_t i = 0; i < wide.size(); ++i) {
    if (c.dtype == MX_I8)
      static_cast<uint8_t *>(c.data)[i] = static_cast<uint8_t>(wide[i]);
    else
      static_cast<uint16_t *>(c.data)[i] = wide[i];
  }
  return MX_OK;
}

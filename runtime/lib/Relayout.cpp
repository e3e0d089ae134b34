//===- Relayout.cpp - mx_relayout, mx_pack_codes, mx_unpack_codes ---------===//
//
// Orders of bytes: scale layouts, and codes against packed bytes.
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Spec.h"
#include "mx/Support/Pack.h"

#include <vector>

using namespace mx::runtime;
using namespace mx::contract;

namespace {

int readRelayout(const mx_relayout_spec &spec, const Tensor &src,
                 const Tensor &dst, RelayoutArgs &args) {
  bool known = spec.from >= 0 && spec.from <= MX_LAYOUT_TILE_128X4 &&
               spec.to >= 0 && spec.to <= MX_LAYOUT_TILE_128X4;
  args.toTiles = spec.to == MX_LAYOUT_TILE_128X4;
  args.fromTiles = spec.from == MX_LAYOUT_TILE_128X4;
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
  int64_t bytes = m.items * ((m.rows + 127) / 128) * ((m.cols + 3) / 4) * 512;
  if (!tiles.isContiguous() || tiles.elements() != bytes)
    return fail(MX_ERROR_ARGUMENT,
                "expected the tiled side to be contiguous "
                "and to have %lld bytes, found %lld",
                static_cast<long long>(bytes),
                static_cast<long long>(tiles.elements()));
  args.tiles = static_cast<uint8_t *>(tiles.data);
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
  RelayoutArgs args;
  Tensor source, result;
  MX_TRY(checkVersion(spec->version));
  MX_TRY(readTensor("src", src, source));
  MX_TRY(readTensor("dst", dst, result));
  if (source.dtype != MX_I8 || result.dtype != MX_I8)
    return fail(MX_ERROR_ARGUMENT, "expected scales of i8");
  MX_TRY(readRelayout(*spec, source, result, args));
  return MX_DISPATCH(
      relayout, args,
      {{args.linear.items, args.linear.rows, args.linear.cols}, 3});
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

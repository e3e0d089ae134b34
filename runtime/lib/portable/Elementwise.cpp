//===- Elementwise.cpp - hadamard, cast and decode, portable --------------===//
//
// One row at a time, rows in parallel.
//
//===----------------------------------------------------------------------===//

#include "Rows.h"
#include "mx/Support/Philox.h"

namespace mx::runtime::portable {

using namespace contract;

bool hadamard(const HadamardArgs &args) {
  const Matrix &x = args.x, &out = args.out;
  parallelFor(x.items * x.rows, [&](int64_t row, Workspace &workspace) {
    float *values = workspace.get<float>(x.cols);
    x.loadRow(row, values);
    for (int64_t g = 0; g < x.cols; g += args.size)
      contract::hadamard(values + g, args.size, args.signs);
    float *target = static_cast<float *>(out.tensor.data) + out.rowOffset(row);
    for (int64_t col = 0; col < x.cols; ++col)
      target[col * out.colStride] = values[col];
  });
  return true;
}

bool cast(const CastArgs &args) {
  const Matrix &x = args.x, &out = args.out;
  const QuantizeSpec &spec = args.spec;
  bool stochastic = spec.rounding == Rounding::Stochastic;
  parallelFor(x.items * x.rows, [&](int64_t row, Workspace &workspace) {
    float *values = workspace.get<float>(x.cols);
    x.loadRow(row, values);
    RoundingBits draw(spec.seed, spec.stream, spec.randomBits);
    auto globalRow = static_cast<uint64_t>(spec.rowMap(row));
    int64_t start = out.rowOffset(row);
    for (int64_t col = 0; col < x.cols; ++col) {
      uint32_t random =
          stochastic
              ? draw(globalRow, static_cast<uint64_t>(spec.colOrigin + col))
              : 0;
      uint32_t code = castTo(args.format, values[col], spec.rounding, random,
                             spec.randomBits);
      int64_t at = start + col * out.colStride;
      if (out.tensor.dtype == MX_I8)
        static_cast<uint8_t *>(out.tensor.data)[at] =
            static_cast<uint8_t>(code);
      else
        static_cast<uint16_t *>(out.tensor.data)[at] =
            static_cast<uint16_t>(code);
    }
  });
  return true;
}

bool decode(const DecodeArgs &args) {
  const Matrix &codes = args.codes, &out = args.out;
  ElementValues values(args.format);
  uint32_t mask =
      args.format.bits() < 32 ? (1u << args.format.bits()) - 1 : ~0u;
  FloatFormat type = floatFormat(out.tensor.dtype);
  parallelFor(out.items * out.rows, [&](int64_t row, Workspace &) {
    int64_t from = codes.rowOffset(row), to = out.rowOffset(row);
    for (int64_t col = 0; col < out.cols; ++col) {
      uint32_t code = loadCode(codes.tensor.data, codes.tensor.dtype,
                               from + col * codes.colStride);
      uint32_t bits = roundDouble(type, values(code & mask));
      int64_t at = to + col * out.colStride;
      if (out.tensor.dtype == MX_F32)
        static_cast<uint32_t *>(out.tensor.data)[at] = bits;
      else
        static_cast<uint16_t *>(out.tensor.data)[at] =
            static_cast<uint16_t>(bits);
    }
  });
  return true;
}

} // namespace mx::runtime::portable

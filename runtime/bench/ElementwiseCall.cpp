//===- ElementwiseCall.cpp - Dequantize, Hadamard, cast and amax ----------===//
//
// Calls on a large matrix; samples of their results are compared with
// lib/Support.
//
//===----------------------------------------------------------------------===//

#include "Options.h"
#include "Streams.h"
#include "mx/Support/Hadamard.h"
#include "mx/Support/Pack.h"
#include "mx/Support/Quantize.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

using namespace mx::contract;

namespace mx::bench {

Source::Source(int64_t rows, int64_t cols)
    : rows(rows), cols(cols), values(static_cast<size_t>(rows * cols)) {
  // A million normal numbers again and again, each time scaled by an exact
  // power of two and shifted, so that no two rows agree.
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> table((1 << 20) + 3);
  for (float &value : table)
    value = normal(random);
  for (size_t i = 0; i < values.size(); i += table.size())
    std::copy(table.begin(),
              table.begin() +
                  int64_t(std::min(table.size(), values.size() - i)),
              values.begin() + int64_t(i));
}

namespace {

void require(int status) {
  if (status != MX_OK)
    stop(mx_last_error());
}

/// What the calls below share: a source, and a result of `dtype` of its shape.
class ElementwiseCall : public StreamCall {
public:
  ElementwiseCall(const Source &source, int64_t rows, int dtype)
      : source(source), sizes{rows, source.cols}, dtype(dtype),
        width(dtype == MX_F32  ? 4
              : dtype == MX_I8 ? 1
                               : 2),
        out(size_t(rows * source.cols * width)) {
    spec.version = MX_ABI_VERSION;
  }
  bool isRight() const override {
    for (int64_t row = 0; row < sizes[0];
         row += std::max<int64_t>(sizes[0] / 13, 1))
      if (!isRowRight(row))
        return false;
    return isRowRight(sizes[0] - 1);
  }
  int64_t bytesRead() const override { return sizes[0] * sizes[1] * 4; }
  int64_t bytesWritten() const override { return int64_t(out.size()); }

protected:
  virtual bool isRowRight(int64_t row) const = 0;
  mx_tensor input() const {
    return {const_cast<float *>(source.values.data()), MX_F32, 2, sizes,
            nullptr};
  }
  mx_tensor output() { return {out.data(), dtype, 2, sizes, nullptr}; }
  const float *inputRow(int64_t row) const {
    return source.values.data() + row * sizes[1];
  }
  uint32_t bitsAt(int64_t row, int64_t col) const {
    uint32_t bits = 0;
    std::memcpy(&bits, &out[size_t((row * sizes[1] + col) * width)],
                size_t(width));
    return bits;
  }
  const Source &source;
  int64_t sizes[2];
  int dtype;
  int64_t width;
  std::vector<uint8_t> out;
  mx_quantize_spec spec{};
};

class HadamardCall : public ElementwiseCall {
public:
  HadamardCall(int64_t size, const Source &source, int64_t rows)
      : ElementwiseCall(source, rows, MX_F32) {
    spec.hadamard_size = size;
    spec.signs = MX_SIGNS_SEED;
  }
  void run() override {
    mx_tensor in = input(), result = output();
    require(mx_hadamard(&spec, &in, 7, &result));
  }

private:
  bool isRowRight(int64_t row) const override {
    int64_t size = spec.hadamard_size;
    SignBits signs = seededSigns(7, 0, size);
    std::vector<float> values(inputRow(row), inputRow(row) + sizes[1]);
    for (int64_t g = 0; g < sizes[1]; g += size)
      hadamard(values.data() + g, size, signs);
    for (int64_t col = 0; col < sizes[1]; ++col)
      if (bitsOf(values[size_t(col)]) != bitsAt(row, col))
        return false;
    return true;
  }
};

class CastCall : public ElementwiseCall {
public:
  CastCall(int64_t element, int dtype, const Source &source, int64_t rows)
      : ElementwiseCall(source, rows, dtype) {
    spec.element = element;
  }
  void run() override {
    mx_tensor in = input(), result = output();
    require(mx_cast(&spec, &in, 0, nullptr, &result));
  }

private:
  bool isRowRight(int64_t row) const override {
    FloatFormat format = dtype == MX_BF16 ? kBF16 : kE4M3;
    for (int64_t col = 0; col < sizes[1]; ++col)
      if (castTo(format, inputRow(row)[col]) != bitsAt(row, col))
        return false;
    return true;
  }
};

class AmaxCall : public ElementwiseCall {
public:
  AmaxCall(const Source &source, int64_t rows)
      : ElementwiseCall(source, rows, MX_F32) {
    out.resize(4);
  }
  void run() override {
    mx_tensor in = input(), result{out.data(), MX_F32, 0, nullptr, nullptr};
    require(mx_amax(&in, &result));
  }

private:
  bool isRowRight(int64_t) const override { return true; }
  bool isRight() const override {
    MatrixView x{inputRow(0), 1, sizes[0], sizes[1], 0, sizes[1], 1};
    return bitsOf(finiteAmax(x)) == bitsAt(0, 0);
  }
};

class DequantizeCall : public ElementwiseCall {
public:
  DequantizeCall(int dtype, const Source &source, int64_t rows)
      : ElementwiseCall(source, rows, dtype),
        codeSizes{rows, sizes[1] / 32, 16}, codes(size_t(rows * sizes[1] / 2)),
        scales(size_t(rows * sizes[1] / 32)) {
    spec.element = MX_FORMAT_E2M1;
    spec.scale = MX_FORMAT_E8M0;
    spec.block_rows = 1;
    spec.block_cols = 32;
    uint32_t state = 5;
    for (uint8_t &byte : codes)
      byte = uint8_t((state = state * 1664525 + 1013904223) >> 24);
    for (uint8_t &scale : scales)
      scale = uint8_t(100 + ((state = state * 1664525 + 1013904223) >> 27));
  }
  void run() override {
    mx_tensor result = output();
    mx_tensor in{codes.data(), MX_I8, 3, codeSizes, nullptr};
    mx_tensor factors{scales.data(), MX_I8, 2, codeSizes, nullptr};
    require(mx_dequantize(&spec, &in, &factors, nullptr, &result));
  }
  int64_t bytesRead() const override {
    return int64_t(codes.size() + scales.size());
  }

private:
  bool isRowRight(int64_t row) const override {
    for (int64_t col = 0; col < sizes[1]; ++col) {
      int64_t at = row * sizes[1] + col;
      unsigned code = codes[size_t(at / 2)] >> (at % 2 * 4) & 15;
      double value = dequantizeElement(
          decode(kE2M1, code), scaleValue(kE8M0, scales[size_t(at / 32)]));
      if (roundDouble(dtype == MX_F32 ? kF32 : kBF16, value) !=
          bitsAt(row, col))
        return false;
    }
    return true;
  }
  int64_t codeSizes[3];
  std::vector<uint8_t> codes, scales;
};

} // namespace

std::unique_ptr<StreamCall> dequantizeCall(int dtype, const Source &source,
                                           int64_t rows) {
  return std::make_unique<DequantizeCall>(dtype, source, rows);
}
std::unique_ptr<StreamCall> hadamardCall(int64_t size, const Source &source,
                                         int64_t rows) {
  return std::make_unique<HadamardCall>(size, source, rows);
}
std::unique_ptr<StreamCall> castCall(int64_t element, int dtype,
                                     const Source &source, int64_t rows) {
  return std::make_unique<CastCall>(element, dtype, source, rows);
}
std::unique_ptr<StreamCall> amaxCall(const Source &source, int64_t rows) {
  return std::make_unique<AmaxCall>(source, rows);
}

} // namespace mx::bench

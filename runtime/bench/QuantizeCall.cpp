//===- QuantizeCall.cpp - Quantisation of a large matrix ------------------===//
//
// One result, or a row-wise and a transposed one through the entry point of
// compiled code that takes both.
//
//===----------------------------------------------------------------------===//

#include "Options.h"
#include "Streams.h"
#include "mx/Support/Pack.h"
#include "mx/Support/Quantize.h"

#include <algorithm>
#include <cstring>

using namespace mx::contract;

extern "C" void _mlir_ciface_mx_runtime_quantize2_f32_s8(
    void *, void *, void *, int64_t, void *, void *, void *, void *, void *,
    void *, int64_t, void *, void *, void *, void *);

namespace mx::bench {

namespace {

constexpr uint64_t kSeed = 7;
constexpr float kAmax = 6;

/// memref<*x…> without gaps.
struct MemRef {
  struct {
    void *allocated, *aligned;
    int64_t offset, sizesAndStrides[6];
  } descriptor;
  struct {
    int64_t rank;
    void *descriptor;
  } unranked;

  MemRef(void *data, std::vector<int64_t> sizes) {
    descriptor.allocated = descriptor.aligned = data;
    descriptor.offset = 0;
    int64_t stride = 1;
    for (size_t i = sizes.size(); i-- > 0;) {
      descriptor.sizesAndStrides[i] = sizes[i];
      descriptor.sizesAndStrides[sizes.size() + i] = stride;
      stride *= sizes[i];
    }
    unranked = {int64_t(sizes.size()), &descriptor};
  }
  MemRef(const MemRef &) = delete;
  operator void *() { return &unranked; }
};

mx_quantize_spec recordOf(const QuantizeCase &c, bool transpose) {
  mx_quantize_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.element = c.element;
  spec.scale = c.scale;
  spec.block_rows = 1;
  spec.block_cols = c.block;
  spec.has_tensor_scale = c.twoLevels;
  spec.scale_rule = c.rule;
  spec.rounding = c.rounding;
  spec.random_bits = 16;
  spec.hadamard_size = c.hadamard;
  spec.signs = c.hadamard ? MX_SIGNS_SEED : MX_SIGNS_NONE;
  spec.transpose = transpose;
  spec.stream = transpose;
  if (c.rounding == MX_ROUND_STOCHASTIC)
    spec.prescale = bitsOf(0.75f);
  return spec;
}

FloatFormat fromWord(int64_t word) {
  FloatFormat f;
  f.exponentBits = static_cast<uint8_t>(word & 0xFF);
  f.mantissaBits = static_cast<uint8_t>(word >> 8 & 0xFF);
  f.kind = static_cast<FloatKind>(word >> 16 & 0xF);
  f.isSigned = word >> 20 & 1;
  f.isInteger = word >> 21 & 1;
  f.isE8M0 = word >> 22 & 1;
  return f;
}

/// Codes and scales of one orientation.
struct Output {
  mx_quantize_spec spec;
  int64_t rows, cols; ///< as stored
  int64_t codeSizes[3], scaleSizes[2];
  std::vector<uint8_t> codes, scales;
  float tensorScale = 0;

  Output(const QuantizeCase &c, int64_t m, int64_t k, bool transpose)
      : spec(recordOf(c, transpose)), rows(transpose ? k : m),
        cols(transpose ? m : k) {
    ScaledFormat f{fromWord(c.element), fromWord(c.scale), 1, c.block};
    codeSizes[0] = scaleSizes[0] = rows;
    codeSizes[1] = scaleSizes[1] = f.numBlocks(cols);
    codeSizes[2] = f.bytesPerBlock(cols);
    codes.resize(size_t(rows * codeSizes[1] * codeSizes[2]));
    scales.resize(size_t(rows * scaleSizes[1]));
  }

  int64_t bytes() const { return int64_t(codes.size() + scales.size()); }

  QuantizeSpec contractSpec(const QuantizeCase &c, int64_t first,
                            int64_t count) const {
    QuantizeSpec result;
    result.format = {fromWord(c.element), fromWord(c.scale), 1, c.block,
                     c.twoLevels};
    result.rule = ScaleRule(c.rule);
    result.rounding = Rounding(c.rounding);
    result.prescale = spec.prescale ? floatOf(uint32_t(spec.prescale)) : 1;
    result.seed = kSeed;
    result.stream = uint32_t(spec.stream);
    result.hadamardSize = c.hadamard;
    if (c.hadamard)
      result.signs = seededSigns(kSeed, 0, c.hadamard);
    result.rowMap.rank = 1;
    result.rowMap.sizes[0] = count;
    result.rowMap.origins[0] = first;
    result.rowMap.extents[0] = rows;
    return result;
  }

  /// Rows [first, first + count) against lib/Support.
  bool sameAs(const QuantizeCase &c, const MatrixView &stored, int64_t first,
              int64_t count, float amax) const {
    MatrixView part = stored;
    part.data += first * stored.rowStride;
    part.rows = count;
    Quantized q;
    if (quantize(contractSpec(c, first, count), part, &amax, q))
      return false;
    if (c.twoLevels && bitsOf(tensorScale) != bitsOf(q.tensorScale))
      return false;
    int64_t bytes = codeSizes[2];
    std::vector<uint8_t> packed(static_cast<size_t>(bytes));
    for (int64_t i = 0; i < count * codeSizes[1]; ++i) {
      int64_t at = first * codeSizes[1] + i;
      packCodes(q.format.element.bits(), q.codes.data() + i * c.block, c.block,
                packed.data());
      if (std::memcmp(packed.data(), &codes[size_t(at * bytes)],
                      size_t(bytes)) != 0 ||
          scales[size_t(at)] != q.scales[size_t(i)])
        return false;
    }
    return true;
  }
};

class QuantizeCall : public StreamCall {
public:
  QuantizeCall(const QuantizeCase &c, const Source &source, int64_t rows)
      : c(c), source(source), sizes{rows, source.cols} {
    if (c.both || !c.transpose)
      outputs.emplace_back(c, rows, source.cols, false);
    if (c.both || c.transpose)
      outputs.emplace_back(c, rows, source.cols, true);
  }

  void run() override {
    if (c.both)
      return runBoth();
    Output &out = outputs[0];
    mx_tensor in{const_cast<float *>(source.values.data()), MX_F32, 2, sizes,
                 nullptr};
    mx_tensor codes{out.codes.data(), MX_I8, 3, out.codeSizes, nullptr};
    mx_tensor scales{out.scales.data(), MX_I8, 2, out.scaleSizes, nullptr};
    mx_tensor tensor{&out.tensorScale, MX_F32, 0, nullptr, nullptr};
    mx_tensor given{&amax, MX_F32, 0, nullptr, nullptr};
    if (mx_quantize(&out.spec, &in, c.givenAmax ? &given : nullptr, kSeed,
                    nullptr, &codes, &scales,
                    c.twoLevels ? &tensor : nullptr) != MX_OK)
      stop(mx_last_error());
  }

  bool isRight() const override {
    MatrixView x{source.values.data(), 1, sizes[0], sizes[1], 0, sizes[1], 1};
    float largest = kAmax;
    if (c.twoLevels && !c.givenAmax)
      largest = finiteAmax(x);
    for (const Output &out : outputs) {
      MatrixView stored = out.spec.transpose ? x.transposed() : x;
      int64_t count = std::min<int64_t>(out.rows, 17);
      for (int64_t first :
           {int64_t(0), (out.rows - count) / 2 | 1, out.rows - count})
        if (first + count <= out.rows &&
            !out.sameAs(c, stored, first, count, largest))
          return false;
    }
    return true;
  }

  int64_t bytesRead() const override { return sizes[0] * sizes[1] * 4; }
  int64_t bytesWritten() const override {
    int64_t bytes = 0;
    for (const Output &out : outputs)
      bytes += out.bytes();
    return bytes;
  }

private:
  void runBoth() {
    MemRef x(const_cast<float *>(source.values.data()), {sizes[0], sizes[1]});
    MemRef absent(nullptr, {0});
    constexpr int64_t kFields = sizeof(mx_quantize_spec) / sizeof(int64_t);
    MemRef spec0(&outputs[0].spec, {kFields}),
        spec1(&outputs[1].spec, {kFields});
    auto codesOf = [](Output &o) {
      return std::vector<int64_t>(o.codeSizes, o.codeSizes + 3);
    };
    auto scalesOf = [](Output &o) {
      return std::vector<int64_t>(o.scaleSizes, o.scaleSizes + 2);
    };
    MemRef codes0(outputs[0].codes.data(), codesOf(outputs[0]));
    MemRef codes1(outputs[1].codes.data(), codesOf(outputs[1]));
    MemRef scales0(outputs[0].scales.data(), scalesOf(outputs[0]));
    MemRef scales1(outputs[1].scales.data(), scalesOf(outputs[1]));
    _mlir_ciface_mx_runtime_quantize2_f32_s8(
        x, spec0, absent, kSeed, absent, codes0, scales0, absent, spec1, absent,
        kSeed, absent, codes1, scales1, absent);
  }

  const QuantizeCase c;
  const Source &source;
  int64_t sizes[2];
  float amax = kAmax;
  std::vector<Output> outputs;
};

} // namespace

std::unique_ptr<StreamCall> quantizeCall(const QuantizeCase &c,
                                         const Source &source, int64_t rows) {
  return std::make_unique<QuantizeCall>(c, source, rows);
}

} // namespace mx::bench

//===- large.cpp - Results that go past the caches ------------------------===//
//
// A matrix whose codes and whose dequantised numbers are streamed, along and
// across, by two calls and by one, into results that start at a cache line or
// elsewhere: the bytes of the portable kernels.
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"

using namespace mx::test;

namespace {

constexpr int64_t kRows = 1152, kCols = 8192;

/// Bytes from `offset` bytes behind the start of a cache line on.
struct Bytes {
  explicit Bytes(size_t count, size_t offset = 0)
      : start(static_cast<uint8_t *>(
            std::aligned_alloc(64, (count + offset + 63) / 64 * 64))),
        data(start + offset), count(count) {
    std::memset(data, 0xA5, count);
  }
  ~Bytes() { std::free(start); }
  Bytes(const Bytes &) = delete;
  bool operator==(const Bytes &other) const {
    return count == other.count && std::memcmp(data, other.data, count) == 0;
  }
  uint8_t *start, *data;
  size_t count;
};

/// MXFP8 of the matrix, along its rows or its columns, and the way back.
struct Result {
  Result(bool transpose, size_t offset)
      : codes(kRows * kCols, offset), scales(kRows * kCols / 32, offset),
        back(kRows * kCols * 4, offset), half(kRows * kCols * 2, offset) {
    int64_t m = transpose ? kCols : kRows, k = transpose ? kRows : kCols;
    spec.version = MX_ABI_VERSION;
    spec.element = MX_FORMAT_E4M3;
    spec.scale = MX_FORMAT_E8M0;
    spec.block_rows = 1;
    spec.block_cols = 32;
    spec.transpose = transpose;
    codeSizes[0] = scaleSizes[0] = m;
    codeSizes[1] = scaleSizes[1] = k / 32;
  }
  Result(const Result &) = delete;
  mx_quantizer get() const {
    return {&spec, nullptr, 0, nullptr, &codeTensor, &scaleTensor, nullptr};
  }
  bool operator==(const Result &other) const {
    return codes == other.codes && scales == other.scales &&
           back == other.back && half == other.half;
  }
  int run(const mx_tensor &x) {
    mx_quantizer q = get();
    return mx_quantize(q.spec, &x, nullptr, 0, nullptr, q.codes, q.scale,
                       nullptr);
  }
  int runBack() {
    int status =
        mx_dequantize(&spec, &codeTensor, &scaleTensor, nullptr, &backTensor);
    return status == MX_OK ? mx_dequantize(&spec, &codeTensor, &scaleTensor,
                                           nullptr, &halfTensor)
                           : status;
  }

  mx_quantize_spec spec{};
  int64_t codeSizes[3] = {0, 0, 32}, scaleSizes[2], sizes[2] = {kRows, kCols};
  Bytes codes, scales, back, half;
  mx_tensor codeTensor{codes.data, MX_I8, 3, codeSizes, nullptr};
  mx_tensor scaleTensor{scales.data, MX_I8, 2, scaleSizes, nullptr};
  mx_tensor backTensor{back.data, MX_F32, 2, sizes, nullptr};
  mx_tensor halfTensor{half.data, MX_BF16, 2, sizes, nullptr};
};

} // namespace

int main() {
  Bytes source(kRows * kCols * 4);
  auto *numbers = reinterpret_cast<float *>(source.data);
  Random random(5);
  for (int64_t i = 0; i < kRows * kCols; ++i)
    numbers[i] = randomFloat(random, true);
  int64_t sizes[2] = {kRows, kCols};
  mx_tensor x{numbers, MX_F32, 2, sizes, nullptr};
  Result expected[2] = {Result(false, 0), Result(true, 0)};
  setenv("MX_RUNTIME_ISA", "portable", 1);
  for (Result &result : expected)
    CHECK(result.run(x) == MX_OK && result.runBack() == MX_OK);
  for (size_t offset : {0, 16})
    forEachKernel("quantize2", [&] {
      Result single[2] = {Result(false, offset), Result(true, offset)};
      Result pair[2] = {Result(false, offset), Result(true, offset)};
      mx_quantizer first = pair[0].get(), second = pair[1].get();
      CHECK(mx_quantize2(&x, &first, &second) == MX_OK);
      for (int i = 0; i < 2; ++i) {
        CHECK(single[i].run(x) == MX_OK && single[i].runBack() == MX_OK);
        CHECK(pair[i].runBack() == MX_OK);
        CHECK(single[i] == expected[i]);
        CHECK(pair[i] == expected[i]);
      }
    });
  return finish("runtime large");
}

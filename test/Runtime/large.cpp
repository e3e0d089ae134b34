//===- large.cpp - Results that go past the caches ------------------------===//
//
// A matrix whose codes and whose dequantised numbers are streamed, along and
// across, by two calls and by one, into results that start at a cache line or
// elsewhere, with rows of whole lines and others: the bytes of the portable
// kernels.
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"

using namespace mx::test;

namespace {

/// Neither rows nor columns of codes are a whole number of lines, or of panels.
constexpr int64_t kRows = 1184, kCols = 8224;

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

/// The matrix in a format with E8M0 scales, along its rows or its columns, and
/// the way back.
struct Result {
  Result(int64_t element, bool transpose, size_t offset)
      : codeSizes{0, 0, element == MX_FORMAT_E2M1 ? 16 : 32},
        codes(size_t(kRows * kCols / 32 * codeSizes[2]), offset),
        scales(kRows * kCols / 32, offset), back(kRows * kCols * 4, offset),
        half(kRows * kCols * 2, offset) {
    int64_t m = transpose ? kCols : kRows, k = transpose ? kRows : kCols;
    spec.version = MX_ABI_VERSION;
    spec.element = element;
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
  int64_t codeSizes[3], scaleSizes[2], sizes[2] = {kRows, kCols};
  Bytes codes, scales, back, half;
  mx_tensor codeTensor{codes.data, MX_I8, 3, codeSizes, nullptr};
  mx_tensor scaleTensor{scales.data, MX_I8, 2, scaleSizes, nullptr};
  mx_tensor backTensor{back.data, MX_F32, 2, sizes, nullptr};
  mx_tensor halfTensor{half.data, MX_BF16, 2, sizes, nullptr};
};

void check(int64_t element, const mx_tensor &x) {
  Result expected[2] = {Result(element, false, 0), Result(element, true, 0)};
  setenv("MX_RUNTIME_ISA", "portable", 1);
  for (Result &result : expected)
    CHECK(result.run(x) == MX_OK && result.runBack() == MX_OK);
  for (size_t offset : {0, 37})
    forEachKernel("quantize2", [&] {
      Result single[2] = {Result(element, false, offset),
                          Result(element, true, offset)};
      Result pair[2] = {Result(element, false, offset),
                        Result(element, true, offset)};
      mx_quantizer first = pair[0].get(), second = pair[1].get();
      CHECK(mx_quantize2(&x, &first, &second) == MX_OK);
      for (int i = 0; i < 2; ++i) {
        CHECK(single[i].run(x) == MX_OK && single[i].runBack() == MX_OK);
        CHECK(pair[i].runBack() == MX_OK);
        CHECK(single[i] == expected[i]);
        CHECK(pair[i] == expected[i]);
      }
    });
}

} // namespace

int main() {
  Bytes source(kRows * kCols * 4);
  auto *numbers = reinterpret_cast<float *>(source.data);
  Random random(5);
  for (int64_t i = 0; i < kRows * kCols; ++i)
    numbers[i] = randomFloat(random, true);
  int64_t sizes[2] = {kRows, kCols};
  mx_tensor x{numbers, MX_F32, 2, sizes, nullptr};
  for (int64_t element : {MX_FORMAT_E4M3, MX_FORMAT_E2M1})
    check(element, x);
  return finish("runtime large");
}

//===- streamed.cpp - Dequantised numbers that go past the caches ---------===//
//
// Results of some megabytes that start anywhere in a cache line and end at a
// page that must not be touched, rows with gaps between them, last blocks that
// are not whole: the bytes of the portable kernel, and no others.
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"

#include <memory>
#include <sys/mman.h>
#include <unistd.h>

using namespace mx::test;

namespace {

constexpr int64_t kElements = (int64_t(2) << 20) + 4000; ///< at least

/// Bytes up to the end of the last page that may be touched.
class Guarded {
public:
  explicit Guarded(size_t count) : count(count) {
    auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    mapped = (count + page - 1) / page * page + 2 * page;
    start = static_cast<uint8_t *>(mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    CHECK(mprotect(start, page, PROT_NONE) == 0);
    CHECK(mprotect(start + mapped - page, page, PROT_NONE) == 0);
    data = start + mapped - page - count;
  }
  ~Guarded() { munmap(start, mapped); }
  Guarded(const Guarded &) = delete;

  uint8_t *start, *data;
  size_t count, mapped;
};

/// An MXFP8 matrix, [rows, cols].
struct Source {
  explicit Source(int64_t cols)
      : sizes{(kElements + cols - 1) / cols, cols},
        codeSizes{sizes[0], (cols + 31) / 32, 32},
        scaleSizes{codeSizes[0], codeSizes[1]},
        codes(size_t(codeSizes[0] * codeSizes[1] * 32)),
        scales(size_t(scaleSizes[0] * scaleSizes[1])) {
    spec.version = MX_ABI_VERSION;
    spec.element = MX_FORMAT_E4M3;
    spec.scale = MX_FORMAT_E8M0;
    spec.block_rows = 1;
    spec.block_cols = 32;
    Random random(uint64_t(cols) + 1);
    for (uint8_t &code : codes)
      code = uint8_t(random.next());
    for (uint8_t &scale : scales)
      scale = uint8_t(120 + random.below(16));
  }
  Source(const Source &) = delete;

  /// Into `out`, `gap` elements between rows.
  int dequantize(void *out, int dtype, int64_t gap) const {
    int64_t strides[2] = {sizes[1] + gap, 1};
    mx_tensor codeTensor{const_cast<uint8_t *>(codes.data()), MX_I8, 3,
                         codeSizes, nullptr};
    mx_tensor scaleTensor{const_cast<uint8_t *>(scales.data()), MX_I8, 2,
                          scaleSizes, nullptr};
    mx_tensor outTensor{out, dtype, 2, sizes, strides};
    return mx_dequantize(&spec, &codeTensor, &scaleTensor, nullptr, &outTensor);
  }

  mx_quantize_spec spec{};
  int64_t sizes[2], codeSizes[3], scaleSizes[2];
  std::vector<uint8_t> codes, scales;
};

/// A result with bytes in front of it and behind it that must stay.
struct Case {
  Case(const Source &source, int dtype, int64_t gap)
      : source(source), dtype(dtype), gap(gap), width(dtype == MX_F32 ? 4 : 2),
        expected(size_t(((source.sizes[0] - 1) * (source.sizes[1] + gap) +
                         source.sizes[1]) *
                        width),
                 0xA5) {
    setenv("MX_RUNTIME_ISA", "portable", 1);
    CHECK(source.dequantize(expected.data(), dtype, gap) == MX_OK);
    unsetenv("MX_RUNTIME_ISA");
  }

  /// With `behind` bytes between the result and the guarded page.
  void check(Guarded &memory, size_t behind) const {
    CHECK(expected.size() + behind + 64 <= memory.count);
    uint8_t *out = memory.data + memory.count - behind - expected.size();
    std::memset(out - 64, 0xA5, expected.size() + behind + 64);
    CHECK(source.dequantize(out, dtype, gap) == MX_OK);
    CHECK(std::memcmp(out, expected.data(), expected.size()) == 0);
    for (int64_t i = 1; i <= 64; ++i)
      CHECK(out[-i] == 0xA5);
    for (size_t i = 0; i < behind; ++i)
      CHECK(out[expected.size() + i] == 0xA5);
  }

  const Source &source;
  int dtype;
  int64_t gap, width;
  std::vector<uint8_t> expected;
};

} // namespace

int main() {
  // Rows of whole lines, of whole vectors, of several stretches, and odd ones.
  const Source sources[] = {Source(4096), Source(2064), Source(9001),
                            Source(71)};
  std::vector<std::unique_ptr<Case>> cases;
  for (const Source &source : sources)
    for (int dtype : {MX_F32, MX_BF16, MX_F16})
      for (int64_t gap : {0, 3})
        cases.push_back(std::make_unique<Case>(source, dtype, gap));
  Guarded memory(size_t(kElements + 65536) * 5);
  forEachKernel("dequantize", [&] {
    for (size_t i = 0; i < cases.size(); ++i)
      for (size_t behind = 0; behind < 64; behind += size_t(cases[i]->width)) {
        mx_set_num_threads(1 + int(behind / 4 % 3));
        cases[i]->check(memory, behind);
      }
    mx_set_num_threads(0);
  });
  return finish("runtime streamed");
}

//===- Buffers.h - Strided buffers and kernels under test -------*- C++ -*-===//
//
// Owning buffers of any layout for the C ABI, records of formats, and the loop
// over the kernels of an operation: every supported ISA, one and two threads,
// with and without FTZ and DAZ set by the caller.
//
//===----------------------------------------------------------------------===//

#ifndef MX_TEST_RUNTIME_BUFFERS_H
#define MX_TEST_RUNTIME_BUFFERS_H

#include "../Support/Harness.h"
#include "mx-runtime/mx_runtime.h"
#include "mx/Support/Quantize.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace mx::test {

enum class Layout { Contiguous, Padded, Reversed };

/// A buffer with its own strides; elements are reached by row-major index.
class Buffer {
public:
  Buffer(int dtype, std::vector<int64_t> shape, Layout layout)
      : dtype(dtype), sizes(std::move(shape)), strides(sizes.size()) {
    int64_t stride = layout == Layout::Padded ? 2 : 1;
    int rank = static_cast<int>(sizes.size());
    for (int i = 0; i < rank; ++i) { // Reversed: the first axis is innermost
      auto axis =
          static_cast<size_t>(layout == Layout::Reversed ? i : rank - 1 - i);
      strides[axis] = stride;
      stride *= sizes[axis] + (layout == Layout::Padded ? 1 : 0);
    }
    bytes.assign(static_cast<size_t>((stride + 1) * width()), 0xA5);
    tensor = {bytes.data(), dtype, rank, sizes.data(), strides.data()};
  }
  Buffer(const Buffer &) = delete;

  int64_t count() const {
    int64_t n = 1;
    for (int64_t size : sizes)
      n *= size;
    return n;
  }
  uint32_t bits(int64_t flat) const {
    uint32_t value = 0;
    std::memcpy(&value, bytes.data() + offset(flat), size_t(width()));
    return value;
  }
  float value(int64_t flat) const {
    uint32_t code = bits(flat);
    return dtype == MX_F32    ? contract::floatOf(code)
           : dtype == MX_BF16 ? contract::fromBF16(uint16_t(code))
                              : contract::fromF16(uint16_t(code));
  }
  void setBits(int64_t flat, uint32_t code) {
    std::memcpy(bytes.data() + offset(flat), &code, size_t(width()));
  }
  void set(int64_t flat, float value) {
    setBits(flat, dtype == MX_F32    ? contract::bitsOf(value)
                  : dtype == MX_BF16 ? contract::toBF16(value)
                                     : contract::toF16(value));
  }
  const mx_tensor *pointer() const { return &tensor; }

  int dtype;
  std::vector<int64_t> sizes, strides;

private:
  int64_t width() const {
    return dtype == MX_F32 ? 4 : dtype == MX_I8 ? 1 : dtype == MX_I64 ? 8 : 2;
  }
  size_t offset(int64_t flat) const {
    int64_t result = 0;
    for (size_t axis = sizes.size(); axis-- > 0;) {
      result += flat % sizes[axis] * strides[axis];
      flat /= sizes[axis];
    }
    return static_cast<size_t>(result * width());
  }
  std::vector<uint8_t> bytes;
  mx_tensor tensor;
};

/// Numbers of many magnitudes, some of them special.
inline float randomFloat(Random &random, bool specials) {
  if (specials && random.below(400) == 0) {
    const float list[] = {NAN, INFINITY, -INFINITY, 3.4e38f, 1e-45f, -0.0f};
    return list[random.below(6)];
  }
  if (random.below(16) == 0)
    return random.below(2) ? 0.0f : -0.0f;
  float value = 1.0f + float(random.below(1 << 23)) * 0x1p-23f;
  int exponent = int(random.below(specials ? 60 : 12)) - (specials ? 30 : 6);
  return std::ldexp(random.below(2) ? -value : value, exponent);
}

/// With `specials` also runs, for whole blocks, of zeros, subnormals and
/// numbers at the upper end.
inline void fill(Buffer &x, Random &random, bool specials) {
  const float scales[] = {0.0f, -0.0f, 1e-44f, 1e-39f, 1e-30f, 1e38f};
  int64_t left = 0;
  float scale = 1;
  for (int64_t i = 0; i < x.count(); ++i) {
    if (left > 0) {
      --left;
      x.set(i, scale * randomFloat(random, false) / 64);
      continue;
    }
    x.set(i, randomFloat(random, specials));
    if (specials && random.below(200) == 0) {
      left = random.below(100);
      scale = scales[random.below(6)];
    }
  }
}

inline int64_t formatWord(const contract::FloatFormat &f) {
  return MX_FORMAT(f.exponentBits, f.mantissaBits, int(f.kind), f.isSigned,
                   f.isInteger, f.isE8M0);
}

/// Sets FTZ and DAZ for a scope, as -ffast-math programs do.
class FlushScope {
public:
#if defined(__x86_64__)
  explicit FlushScope(bool on) : saved(_mm_getcsr()) {
    if (on)
      _mm_setcsr(saved | 0x8040);
    inside = _mm_getcsr();
  }
  ~FlushScope() {
    CHECK((_mm_getcsr() & 0xFFC0) == (inside & 0xFFC0)); // restored for us
    _mm_setcsr(saved);
  }

private:
  unsigned saved, inside;
#else
  explicit FlushScope(bool) {}
#endif
};

/// body(run) for each supported kernel of `op`, where run(call) calls it with
/// one and two threads, FTZ and DAZ clear and set. Prints what was skipped.
template <typename Body> void forEachKernel(const char *op, Body body) {
  struct Found {
    std::string op, isa;
    int supported;
  };
  std::vector<Found> kernels;
  mx_runtime_kernels(
      [](void *user, const char *name, const char *isa, int supported) {
        static_cast<std::vector<Found> *>(user)->push_back(
            {name, isa, supported});
      },
      &kernels);
  int ran = 0;
  for (const Found &kernel : kernels) {
    if (kernel.op != op)
      continue;
    if (!kernel.supported) {
      std::printf("SKIPPED %s.%s: this CPU lacks its features\n", op,
                  kernel.isa.c_str());
      continue;
    }
    setenv("MX_RUNTIME_ISA", kernel.isa.c_str(), 1);
    std::string chosen = std::string(" ") + op + "=" + kernel.isa;
    CHECK(std::strstr(mx_runtime_describe(), chosen.c_str()) != nullptr);
    std::printf("running %s.%s\n", op, kernel.isa.c_str());
    context() = std::string(op) + "." + kernel.isa;
    body();
    ++ran;
  }
  unsetenv("MX_RUNTIME_ISA");
  CHECK(ran > 0);
}

/// Calls call() under the settings of `round`: threads and flushing.
template <typename Call> void withSettings(int round, Call call) {
  mx_set_num_threads(1 + round % 2);
  {
    FlushScope flush(round / 2 % 2 != 0);
    int status = call();
    CHECK(status == MX_OK);
    if (status != MX_OK && counts().failed < 20)
      std::printf("  %s\n", mx_last_error());
  }
  mx_set_num_threads(0);
}

} // namespace mx::test

#endif // MX_TEST_RUNTIME_BUFFERS_H

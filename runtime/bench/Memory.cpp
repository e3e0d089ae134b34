//===- Memory.cpp - Rates of reading, copying and writing -----------------===//
//
// Each thread walks its own part, again and again within one parallel region,
// in vectors as wide as the machine has. A copy counts each byte once. Writes
// beyond the caches bypass them, as fast kernels do.
//
//===----------------------------------------------------------------------===//

#include "../lib/Features.h"
#include "../lib/avx512/Target.h"
#include "Limits.h"
#include "Peak.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <omp.h>

namespace mx::bench {

namespace {

constexpr int64_t kChunk = 1024; ///< parts are multiples of it

MX_AVX512_BEGIN
void readWide(const char *data, int64_t bytes) {
  __m512i sums[8];
  for (auto &sum : sums)
    sum = _mm512_setzero_si512();
  for (int64_t at = 0; at < bytes; at += 512)
    for (int i = 0; i < 8; ++i) {
      sums[i] =
          _mm512_or_si512(sums[i], _mm512_loadu_si512(data + at + 64 * i));
      asm volatile("" : "+v"(sums[i]));
    }
}
void writeWide(char *data, int64_t bytes) {
  const __m512i value = _mm512_set1_epi8(3);
  for (int64_t at = 0; at < bytes; at += 64)
    _mm512_stream_si512(reinterpret_cast<__m512i *>(data + at), value);
}
void copyWide(char *to, const char *from, int64_t bytes) {
  for (int64_t at = 0; at < bytes; at += 64)
    _mm512_stream_si512(reinterpret_cast<__m512i *>(to + at),
                        _mm512_loadu_si512(from + at));
}
MX_TARGET_END

void readNarrow(const char *data, int64_t bytes) {
  __m128i sums[8];
  for (auto &sum : sums)
    sum = _mm_setzero_si128();
  for (int64_t at = 0; at < bytes; at += 128)
    for (int i = 0; i < 8; ++i) {
      sums[i] = _mm_or_si128(
          sums[i], _mm_loadu_si128(
                       reinterpret_cast<const __m128i *>(data + at + 16 * i)));
      asm volatile("" : "+x"(sums[i]));
    }
}
void writeNarrow(char *data, int64_t bytes) {
  const __m128i value = _mm_set1_epi8(3);
  for (int64_t at = 0; at < bytes; at += 16)
    _mm_stream_si128(reinterpret_cast<__m128i *>(data + at), value);
}

/// GB/s of body(thread) over one part, the best of `tries`.
template <typename Body>
double bandwidth(int threads, int64_t partBytes, int tries, Body body) {
  int64_t passes = std::max<int64_t>((16 << 20) / (partBytes * threads), 1);
  double best = 1e9;
  for (int i = 0; i < tries; ++i) {
    double start = now();
#pragma omp parallel num_threads(threads)
    for (int64_t pass = 0; pass < passes; ++pass)
      body(omp_get_thread_num());
    best = std::min(best, now() - start);
  }
  return double(partBytes) * threads * double(passes) / best * 1e-9;
}

bool isWide() { return runtime::cpuSupports("avx512f avx512bw"); }
bool fitsCaches(int64_t bytes) { return bytes <= caches().l3 * 3 / 4; }

} // namespace

/// Parts of memory, each touched by the thread that uses it.
struct MemoryProbe::Parts {
  int64_t bytes; ///< of one part
  std::unique_ptr<char[]> memory;

  Parts(int threads, int64_t total, int64_t copies)
      : bytes(std::max(total / threads / kChunk, int64_t(1)) * kChunk),
        memory(new char[size_t(bytes * threads * copies + 64)]) {
#pragma omp parallel num_threads(threads)
    for (int64_t i = 0; i < copies; ++i)
      std::memset(part(i * threads + omp_get_thread_num()), 1, size_t(bytes));
  }
  char *part(int64_t i) const {
    auto address = reinterpret_cast<uintptr_t>(memory.get());
    return reinterpret_cast<char *>((address + 63) / 64 * 64) + i * bytes;
  }
};

MemoryProbe::MemoryProbe(int threads, int64_t bytes)
    : threads(threads), bytes(bytes),
      parts(std::make_unique<Parts>(threads, bytes, 1)) {}
MemoryProbe::~MemoryProbe() = default;

double MemoryProbe::read(int tries) const {
  bool wide = isWide();
  return bandwidth(threads, parts->bytes, tries, [&](int thread) {
    (wide ? readWide : readNarrow)(parts->part(thread), parts->bytes);
  });
}

double MemoryProbe::write(int tries) const {
  bool wide = isWide(), stream = !fitsCaches(bytes);
  return bandwidth(threads, parts->bytes, tries, [&](int thread) {
    if (stream)
      (wide ? writeWide : writeNarrow)(parts->part(thread), parts->bytes);
    else
      std::memset(parts->part(thread), 5, size_t(parts->bytes));
    asm volatile("" ::: "memory");
  });
}

double MemoryProbe::copy(int tries) const {
  // The halves of each part.
  int64_t half = parts->bytes / 2 / kChunk * kChunk;
  bool stream = !fitsCaches(bytes) && isWide();
  if (half == 0)
    return 0;
  return bandwidth(threads, half, tries, [&](int thread) {
    char *from = parts->part(thread), *to = from + half;
    if (stream)
      copyWide(to, from, half);
    else
      std::memcpy(to, from, size_t(half));
    asm volatile("" ::: "memory");
  });
}

} // namespace mx::bench

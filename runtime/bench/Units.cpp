//===- Units.cpp - Multipliers fed from caches, and narrow ones -----------===//
//
// Beside the register loops of Peak.cpp: AMX with four tile loads per two by
// two products, and units that not every kernel has: pairs of bf16, and 256
// bits.
//
//===----------------------------------------------------------------------===//

#include "../lib/Features.h"
#include "../lib/avx512/Target.h"
#include "Limits.h"
#include "Peak.h"

#include <omp.h>
#include <vector>

namespace mx::bench {

namespace {

constexpr int kVectorRounds = 16000, kChains = 12;

MX_AMX_BEGIN
void amxFromMemory(bool bytes, const uint8_t *data, int64_t size, int rounds) {
  alignas(64) unsigned char config[64] = {1};
  for (int tile = 0; tile < 8; ++tile) {
    config[16 + 2 * tile] = 64;
    config[48 + tile] = 16;
  }
  _tile_loadconfig(config);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  int64_t at = 0;
  for (int i = 0; i < rounds; ++i) {
    _tile_loadd(4, data + at, 64);
    _tile_loadd(5, data + at + 1024, 64);
    _tile_loadd(6, data + at + 2048, 64);
    _tile_loadd(7, data + at + 3072, 64);
    at = at + 4096 < size ? at + 4096 : 0;
    if (bytes) {
      _tile_dpbssd(0, 4, 6);
      _tile_dpbssd(1, 4, 7);
      _tile_dpbssd(2, 5, 6);
      _tile_dpbssd(3, 5, 7);
    } else {
      _tile_dpbf16ps(0, 4, 6);
      _tile_dpbf16ps(1, 4, 7);
      _tile_dpbf16ps(2, 5, 6);
      _tile_dpbf16ps(3, 5, 7);
    }
  }
  _tile_release();
}
MX_TARGET_END

MX_TARGET_BEGIN("avx2,fma")
void fmaYmm() {
  __m256 sums[kChains];
  for (auto &sum : sums)
    sum = _mm256_setzero_ps();
  const __m256 x = _mm256_set1_ps(1.25f);
  for (int i = 0; i < kVectorRounds; ++i)
    for (auto &sum : sums) {
      sum = _mm256_fmadd_ps(x, x, sum);
      asm volatile("" : "+x"(sum));
    }
}
MX_TARGET_END

MX_TARGET_BEGIN("avx512f,avx512bf16")
void bf16Zmm() {
  __m512 sums[kChains];
  for (auto &sum : sums)
    sum = _mm512_setzero_ps();
  const auto x = (__m512bh)_mm512_set1_epi16(0x3FA0); // 1.25
  for (int i = 0; i < kVectorRounds; ++i)
    for (auto &sum : sums) {
      sum = _mm512_dpbf16_ps(sum, x, x);
      asm volatile("" : "+v"(sum));
    }
}
MX_TARGET_END

MX_TARGET_BEGIN("avx2,avxvnni")
void vnniYmmVex() {
  __m256i sums[kChains];
  for (auto &sum : sums)
    sum = _mm256_setzero_si256();
  const __m256i x = _mm256_set1_epi8(1);
  for (int i = 0; i < kVectorRounds; ++i)
    for (auto &sum : sums) {
      sum = _mm256_dpbusd_avx_epi32(sum, x, x);
      asm volatile("" : "+x"(sum));
    }
}
MX_TARGET_END

MX_AVX512_BEGIN
void vnniYmmEvex() {
  __m256i sums[kChains];
  for (auto &sum : sums)
    sum = _mm256_setzero_si256();
  const __m256i x = _mm256_set1_epi8(1);
  for (int i = 0; i < kVectorRounds; ++i)
    for (auto &sum : sums) {
      sum = _mm256_dpbusd_epi32(sum, x, x);
      asm volatile("" : "+x"(sum));
    }
}
MX_TARGET_END

} // namespace

double amxLoadRate(int threads, bool bytes, int64_t bufferBytes) {
  if (!runtime::cpuSupports("amx-tile amx-bf16 amx-int8"))
    return 0;
  constexpr int kRounds = 6000;
  auto size = static_cast<size_t>(bufferBytes);
  std::vector<uint8_t> buffers(size * size_t(threads) + 64);
  uint32_t state = 1; // numbers of all kinds, see Peak.cpp
  for (size_t i = 1; i < buffers.size(); i += 2) {
    state = state * 1664525 + 1013904223;
    buffers[i - 1] = static_cast<uint8_t>(state >> 16);
    buffers[i] = static_cast<uint8_t>(0x3F | (state >> 8 & 0x80));
  }
  auto address = reinterpret_cast<uintptr_t>(buffers.data());
  uint8_t *start = buffers.data() + (64 - address % 64) % 64;
  double operations = 4.0 * kRounds * (bytes ? 32768 : 16384);
  return rate(threads, operations, [&] {
    amxFromMemory(bytes, start + size * size_t(omp_get_thread_num()),
                  bufferBytes, kRounds);
  });
}

double vnniYmmRate(int threads) {
  constexpr double kOperations = 64.0 * kChains * kVectorRounds;
  if (runtime::cpuSupports("avx512vnni avx512vl"))
    return rate(threads, kOperations, vnniYmmEvex);
  if (runtime::cpuSupports("avxvnni"))
    return rate(threads, kOperations, vnniYmmVex);
  return 0;
}

double bf16ZmmRate(int threads) {
  if (!runtime::cpuSupports("avx512f avx512bf16"))
    return 0;
  return rate(threads, 64.0 * kChains * kVectorRounds, bf16Zmm);
}

double fmaYmmRate(int threads) {
  if (!runtime::cpuSupports("avx2 fma"))
    return 0;
  return rate(threads, 16.0 * kChains * kVectorRounds, fmaYmm);
}

} // namespace mx::bench

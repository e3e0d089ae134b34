//===- Peak.cpp - What the multipliers of this machine give ---------------===//
//
// Loops that only multiply registers, on all threads of the measurement, so
// that a kernel's rate is told as a fraction of its limit in the same run.
//
//===----------------------------------------------------------------------===//

#include "Peak.h"

#include "../lib/Features.h"
#include "../lib/avx512/Target.h"

#include <chrono>
#include <cstdint>

namespace mx::bench {

double now() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

namespace {

constexpr int kRounds = 4000;

MX_AMX_BEGIN

void amxLoop(bool bytes) {
  alignas(64) unsigned char config[64] = {1};
  for (int tile = 0; tile < 8; ++tile) {
    config[16 + 2 * tile] = 64;
    config[48 + tile] = 16;
  }
  _tile_loadconfig(config);
  // Numbers of all kinds, and not zeros: multipliers that toggle take more
  // power and lower the clock, as they do in a kernel.
  alignas(64) uint16_t numbers[2048];
  uint32_t state = 1;
  for (uint16_t &number : numbers) {
    state = state * 1664525 + 1013904223;
    number = static_cast<uint16_t>(0x3F00 | (state >> 16 & 0x80FF));
  }
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_loadd(4, numbers, 64);
  _tile_loadd(5, numbers + 512, 64);
  _tile_loadd(6, numbers + 1024, 64);
  _tile_loadd(7, numbers + 1536, 64);
  for (int i = 0; i < kRounds; ++i) {
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

MX_AVX512_BEGIN

template <bool Bytes> void vectorLoop() {
  constexpr int kChains = 16;
  __m512i sums[kChains];
  for (auto &sum : sums)
    sum = _mm512_setzero_si512();
  const __m512i x = _mm512_set1_epi8(1);
  for (int i = 0; i < 8 * kRounds; ++i)
    for (int chain = 0; chain < kChains; ++chain) {
      if constexpr (Bytes)
        sums[chain] = _mm512_dpbusd_epi32(sums[chain], x, x);
      else
        sums[chain] = _mm512_castps_si512(
            _mm512_fmadd_ps(_mm512_castsi512_ps(x), _mm512_castsi512_ps(x),
                            _mm512_castsi512_ps(sums[chain])));
      asm volatile("" : "+v"(sums[chain]));
    }
}

MX_TARGET_END

} // namespace

Peaks measurePeaks(int threads) {
  Peaks peaks;
  constexpr double kTiles = 4.0 * kRounds, kVectors = 8.0 * 16 * kRounds;
  if (runtime::cpuSupports("amx-tile amx-bf16 amx-int8")) {
    peaks.amxBF16 = rate(threads, kTiles * 16384, [] { amxLoop(false); });
    peaks.amxS8 = rate(threads, kTiles * 32768, [] { amxLoop(true); });
  }
  if (runtime::cpuSupports("avx512f avx512vnni")) {
    peaks.vnni = rate(threads, kVectors * 128, [] { vectorLoop<true>(); });
    peaks.fma = rate(threads, kVectors * 32, [] { vectorLoop<false>(); });
  }
  return peaks;
}

} // namespace mx::bench

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
#include <omp.h>

namespace mx::bench {

double now() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

namespace {

constexpr int kRounds = 20000;

MX_AMX_BEGIN

void amxLoop(bool bytes) {
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
  _tile_zero(4);
  _tile_zero(5);
  _tile_zero(6);
  _tile_zero(7);
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

/// Billions of operations a second of body(), which does `operations`.
template <typename Body>
double rate(int threads, double operations, Body body) {
  double best = 1e9;
  for (int repeat = 0; repeat < 5; ++repeat) {
    double start = now();
#pragma omp parallel num_threads(threads)
    body();
    double seconds = now() - start;
    best = seconds < best ? seconds : best;
  }
  return operations * threads / best * 1e-9;
}

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

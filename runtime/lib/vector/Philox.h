//===- Philox.h - Random bits of sixteen lanes ------------------*- C++ -*-===//
//
// Philox4x32-10 with a counter per lane (contract 21, 22). Even and odd lanes
// go through the rounds apart, as low words of 64-bit lanes: what lies above
// them is never read.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_PHILOX_H
#define MX_RUNTIME_LIB_VECTOR_PHILOX_H

#include "mx/Support/Philox.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

struct PhiloxState {
  I c0, c1, c2, c3;

  MX_INLINE void round(uint32_t key0, uint32_t key1) {
    I a = mulLow(c0, setI(0xD2511F53)), b = mulLow(c2, setI(0xCD9E8D57));
    c0 = differ(highWords(b), c1, setI(key0));
    c1 = b;
    c2 = differ(highWords(a), c3, setI(key1));
    c3 = a;
  }
};

/// The four words of the calls with counters (call, row, stream, purpose).
MX_INLINE void philox(I call, I row, uint32_t stream, uint64_t seed, I words[4],
                      uint32_t purpose = contract::kElementPurpose) {
  const I stream4 = setI(stream), purpose4 = setI(purpose);
  PhiloxState even{call, row, stream4, purpose4};
  PhiloxState odd{highWords(call), highWords(row), stream4, purpose4};
  uint32_t key0 = uint32_t(seed), key1 = uint32_t(seed >> 32);
  for (int i = 0; i < 10; ++i) {
    even.round(key0, key1);
    odd.round(key0, key1);
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  words[0] = joinLow(even.c0, odd.c0);
  words[1] = joinLow(even.c1, odd.c1);
  words[2] = joinLow(even.c2, odd.c2);
  words[3] = joinLow(even.c3, odd.c3);
}

/// Calls that sixteen elements take.
template <unsigned Bits>
inline constexpr int kCalls = Bits == 24 ? 4 : Bits / 8;

/// The words for elements k … k + 15 of every lane, of which calls[0] is the
/// first call.
template <unsigned Bits>
MX_INLINE void drawSixteen(I firstCall, I row, uint32_t stream, uint64_t seed,
                           I words[4 * kCalls<Bits>]) {
  for (int call = 0; call < kCalls<Bits>; ++call)
    philox(add(firstCall, setI(uint32_t(call))), row, stream, seed,
           words + 4 * call);
}

/// The bits of element i of the sixteen.
template <unsigned Bits> MX_INLINE I drawn(const I *words, int i) {
  if (Bits == 24)
    return shr<8>(words[i]);
  constexpr int perWord = Bits == 8 ? 4 : 2;
  I word = words[i / perWord];
  switch (i % perWord * int(Bits)) {
  case 8:
    word = shr<8>(word);
    break;
  case 16:
    word = shr<16>(word);
    break;
  case 24:
    return shr<24>(word);
  }
  return i % perWord == perWord - 1 ? word : both(word, setI((1u << Bits) - 1));
}

/// The bytes of `count` calls of one row, a multiple of 16, in order.
inline void drawRow(uint32_t firstCall, int64_t count, uint32_t row,
                    uint32_t stream, uint64_t seed, uint8_t *bytes) {
  alignas(64) static constexpr uint32_t order[16] = {
      0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};
  const I calls = loadI(order); // undone by turnQuads
  for (int64_t call = 0; call < count; call += 16) {
    I words[4];
    philox(add(calls, setI(firstCall + uint32_t(call))), setI(row), stream,
           seed, words);
    turnQuads(words);
    for (int i = 0; i < 4; ++i)
      store(bytes + 16 * call + 64 * i, words[i]);
  }
}

/// The bits of elements i … i + 15 of a row, out of its bytes.
template <unsigned Bits>
MX_INLINE I drawnInOrder(const uint8_t *bytes, int64_t i) {
  return Bits == 8    ? loadBytes(bytes + i)
         : Bits == 16 ? loadWords(bytes + 2 * i)
                      : shr<8>(loadI(bytes + 4 * i));
}

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_PHILOX_H

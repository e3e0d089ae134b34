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

#include <type_traits>

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

inline constexpr uint32_t kPhilox0 = 0xD2511F53, kPhilox1 = 0xCD9E8D57;

struct PhiloxState {
  I c0, c1, c2, c3;

  MX_INLINE void round(uint32_t key0, uint32_t key1) {
    I a = mulLow(c0, setI(kPhilox0)), b = mulLow(c2, setI(kPhilox1));
    c0 = differ(highWords(b), c1, setI(key0));
    c1 = b;
    c2 = differ(highWords(a), c3, setI(key1));
    c3 = a;
  }
};

/// The keys of the rounds, in pairs.
struct PhiloxKeys {
  uint32_t of[20];

  explicit PhiloxKeys(uint64_t seed) {
    of[0] = uint32_t(seed);
    of[1] = uint32_t(seed >> 32);
    for (int i = 2; i < 20; i += 2) {
      of[i] = of[i - 2] + 0x9E3779B9;
      of[i + 1] = of[i - 1] + 0xBB67AE85;
    }
  }
};

/// Rounds [first, 10) of Count vectors: rounds wait for each other, vectors do
/// not.
template <int Count>
MX_INLINE void finishRounds(PhiloxState even[Count], PhiloxState odd[Count],
                            int first, const PhiloxKeys &keys) {
  for (int round = first; round < 10; ++round)
    for (int i = 0; i < Count; ++i) {
      even[i].round(keys.of[2 * round], keys.of[2 * round + 1]);
      odd[i].round(keys.of[2 * round], keys.of[2 * round + 1]);
    }
}

/// The four words of the calls with counters (call, row, stream, purpose), for
/// Count vectors of calls.
template <int Count>
MX_INLINE void philox(const I call[Count], I row, uint32_t stream,
                      const PhiloxKeys &keys, I words[][4],
                      uint32_t purpose = contract::kElementPurpose) {
  PhiloxState even[Count], odd[Count];
  for (int i = 0; i < Count; ++i) {
    even[i] = {call[i], row, setI(stream), setI(purpose)};
    odd[i] = {highWords(call[i]), highWords(row), setI(stream), setI(purpose)};
  }
  finishRounds<Count>(even, odd, 0, keys);
  for (int i = 0; i < Count; ++i) {
    words[i][0] = joinLow(even[i].c0, odd[i].c0);
    words[i][1] = joinLow(even[i].c1, odd[i].c1);
    words[i][2] = joinLow(even[i].c2, odd[i].c2);
    words[i][3] = joinLow(even[i].c3, odd[i].c3);
  }
}

/// Calls that sixteen elements take.
template <unsigned Bits>
inline constexpr int kCalls = Bits == 24 ? 4 : Bits / 8;

/// The words for elements k … k + 15 of every lane, of which calls[0] is the
/// first call.
template <unsigned Bits>
MX_INLINE void drawSixteen(I firstCall, I row, uint32_t stream,
                           const PhiloxKeys &keys, I words[][4]) {
  constexpr int together =
      kCalls<Bits> < kHeldPhilox ? kCalls<Bits> : kHeldPhilox;
  for (int call = 0; call < kCalls<Bits>; call += together) {
    I calls[together];
    for (int i = 0; i < together; ++i)
      calls[i] = add(firstCall, setI(uint32_t(call + i)));
    philox<together>(calls, row, stream, keys, words + call);
  }
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

/// The first two rounds of the calls of one row: half of the first one's and of
/// the second one's products are the same for all.
class RowCalls {
public:
  RowCalls(uint32_t row, uint32_t stream, const PhiloxKeys &keys)
      : key2(contract::kElementPurpose ^ keys.of[1]) {
    uint64_t b = uint64_t(stream) * kPhilox1;
    uint64_t a = uint64_t(uint32_t(b >> 32) ^ row ^ keys.of[0]) * kPhilox0;
    key0 = uint32_t(b) ^ keys.of[2];
    key3 = uint32_t(a >> 32) ^ keys.of[3];
    c3 = uint32_t(a);
  }
  /// Of calls in the low words of 64-bit lanes.
  MX_INLINE PhiloxState operator()(I call) const {
    I a = mulLow(call, setI(kPhilox0));
    I b = mulLow(differ(highWords(a), setI(key2)), setI(kPhilox1));
    return {differ(highWords(b), setI(key0)), b, differ(a, setI(key3)),
            setI(c3)};
  }

private:
  uint32_t key0, key2, key3, c3;
};

/// The bytes of eight calls, from the low words of 64-bit lanes: even lanes to
/// the first 64.
MX_INLINE void storeCalls(const PhiloxState &x, uint8_t *bytes) {
  I low = joinLow(x.c0, x.c1), high = joinLow(x.c2, x.c3);
  store(bytes, evenPairs(low, high));
  store(bytes + 64, oddPairs(low, high));
}

/// The bytes of `count` calls of one row, a multiple of 16, in order;
/// pass(integral_constant of a number of calls) before they are made.
template <class Pass>
MX_INLINE void drawRow(uint32_t firstCall, int64_t count, uint32_t row,
                       uint32_t stream, uint64_t seed, uint8_t *bytes,
                       Pass pass) {
  alignas(64) static constexpr uint32_t order[16] = {
      0, 8, 4, 12, 1, 9, 5, 13, 2, 10, 6, 14, 3, 11, 7, 15};
  const I calls = loadI(order); // undone by storeCalls
  const PhiloxKeys keys(seed);
  const RowCalls begin(row, stream, keys);
  auto draw = [&](auto vectors, int64_t call) {
    constexpr int number = decltype(vectors)::value;
    pass(std::integral_constant<int, 16 * number>());
    PhiloxState even[number], odd[number];
    for (int v = 0; v < number; ++v) {
      I of = add(calls, setI(firstCall + uint32_t(call + 16 * v)));
      even[v] = begin(of);
      odd[v] = begin(highWords(of));
    }
    finishRounds<number>(even, odd, 2, keys);
    for (int v = 0; v < number; ++v) {
      storeCalls(even[v], bytes + 16 * (call + 16 * v));
      storeCalls(odd[v], bytes + 16 * (call + 16 * v) + 128);
    }
  };
  int64_t call = 0;
  for (; call + 16 * kHeldPhilox <= count; call += 16 * kHeldPhilox)
    draw(std::integral_constant<int, kHeldPhilox>(), call);
  for (; call < count; call += 16)
    draw(std::integral_constant<int, 1>(), call);
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

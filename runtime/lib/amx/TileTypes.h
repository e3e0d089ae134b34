//===- TileTypes.h - What tiles hold ----------------------------*- C++ -*-===//
//
// The two products of tiles, for the kernels of this folder.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AMX_TILETYPES_H
#define MX_RUNTIME_LIB_AMX_TILETYPES_H

#include "../avx512/Target.h"
#include "../x86/Product.h"

namespace mx::runtime::amx {

MX_AMX_BEGIN

/// Pairs of bf16 into f32.
struct BF16 {
  template <int Sum, int Rows, int Pairs> static void multiply() {
    _tile_dpbf16ps(Sum, Rows, Pairs);
  }
  static __m512 load(const uint8_t *p) { return _mm512_loadu_ps(p); }
  static __m512 add(__m512 x, __m512 y) { return _mm512_add_ps(x, y); }
  static void store(uint8_t *p, __m512 x) { _mm512_storeu_ps(p, x); }
};

/// Four bytes into s32.
struct S8 {
  template <int Sum, int Rows, int Pairs> static void multiply() {
    _tile_dpbssd(Sum, Rows, Pairs);
  }
  static __m512i load(const uint8_t *p) { return _mm512_loadu_si512(p); }
  static __m512i add(__m512i x, __m512i y) { return _mm512_add_epi32(x, y); }
  static void store(uint8_t *p, __m512i x) { _mm512_storeu_si512(p, x); }
};

MX_TARGET_END

/// Multiplier::multiplyFew.
template <typename Type> void multiplyFew(const x86::FewRowsProduct &product);

} // namespace mx::runtime::amx

#endif // MX_RUNTIME_LIB_AMX_TILETYPES_H

//===- Words.h - Blocks of 16-bit integers ----------------------*- C++ -*-===//
//
// x86/S16.h in AVX-512 registers.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_VNNI_WORDS_H
#define MX_RUNTIME_LIB_AVX512_VNNI_WORDS_H

#include "../x86/Product.h"

namespace mx::runtime::avx512_vnni {

/// x86::S16Engine::multiplier.
x86::Multiplier wordMultiplier();

} // namespace mx::runtime::avx512_vnni

#endif // MX_RUNTIME_LIB_AVX512_VNNI_WORDS_H

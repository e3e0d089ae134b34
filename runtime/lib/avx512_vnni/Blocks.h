//===- Blocks.h - Blocks of bytes with scales -------------------*- C++ -*-===//
//
// x86::ByteBlocks by VNNI.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_VNNI_BLOCKS_H
#define MX_RUNTIME_LIB_AVX512_VNNI_BLOCKS_H

#include "../x86/Product.h"

namespace mx::runtime::avx512_vnni {

/// Of x86::ByteBlocks with packed rows of MXFP4: f32 sums.
x86::Multiplier blockMultiplier();

} // namespace mx::runtime::avx512_vnni

#endif // MX_RUNTIME_LIB_AVX512_VNNI_BLOCKS_H

//===- Decode.h - Codes of small formats to f32 -----------------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_DECODE_H
#define MX_LIB_TARGET_NVVM_KERNELS_DECODE_H

#include "../Builder/Kernel.h"
#include "mx/Support/FloatFormat.h"

namespace mx::nvvm {

/// The f32 of a code (i32; bits above the format's are ignored) of ExMy of up
/// to 8 bits, or of int8. Exact; NaN and Inf are such.
Value decodeSmall(Kernel &k, Int code, const contract::FloatFormat &format);

/// 2^(code - 127) · 2^shift of an E8M0 code (i32), NaN for its NaN; at most
/// 2^127.
Value decodeE8M0(Kernel &k, Int code, Int shift);

/// Code i of a row of packed codes of 4, 6 or 8 bits that starts in words[0],
/// with other bits above it.
Int pickCode(llvm::ArrayRef<Int> words, int i, unsigned bits);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_DECODE_H

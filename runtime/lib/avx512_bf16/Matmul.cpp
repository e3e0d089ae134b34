//===- Matmul.cpp - Products in pairs of bf16 -----------------------------===//
//
// Only where one bf16 number holds an element on both sides: with more of them
// f32 is as fast. Bound, with u = 2^-24: 32 columns take 32 additions in turn,
// so that an error is at most K·u·Σ|a·b|.
//
//===----------------------------------------------------------------------===//

#include "../avx512/Finish.h"
#include "../avx512/Folded.h"
#include "../avx512/MatmulBF16.h"
#include "../avx512_vnni/Blocks.h"
#include "../avx512_vnni/Multiply.h"
#include "../x86/ByteBlocks.h"

#include <algorithm>

namespace mx::runtime::avx512_bf16 {

constexpr static int64_t kFewRows = 8; ///< of a side that f32 takes
constexpr static double kMostExtraWork =
    1.6; ///< of bands, before bf16 is faster

bool matmul_default(const MatmulArgs &args) {
  bool hasFew = std::min(args.a.rows, args.b.rows) <= kFewRows;
  if (hasFew || avx512::bf16Limbs(args.a) > 1 ||
      avx512::bf16Limbs(args.b) > 1 || args.k == 0)
    return avx512_vnni::matmul_default(args);
  auto engine = x86::s8Engine<avx512::FoldedRows, avx512::Finisher>(
      avx512_vnni::s8Multiplier());
  return x86::multiplyS8(args, engine, kMostExtraWork) ||
         x86::multiplyByteBlocks(args, avx512_vnni::blockMultiplier(),
                                 engine) ||
         avx512::multiplyBF16(args, avx512_vnni::bf16Multiplier());
}

} // namespace mx::runtime::avx512_bf16

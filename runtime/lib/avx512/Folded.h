//===- Folded.h - Rows of MXFP4 as bytes ------------------------*- C++ -*-===//
//
// x86::FoldedRows, 128 columns at a time.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_FOLDED_H
#define MX_RUNTIME_LIB_AVX512_FOLDED_H

#include "../x86/Folded.h"

namespace mx::runtime::avx512 {

class FoldedRows final : public x86::FoldedRows {
public:
  using x86::FoldedRows::FoldedRows;

private:
  void decodeGroups(const uint8_t *bytes, const uint8_t *shifts,
                    const uint8_t *kept, int64_t groups, uint16_t *out,
                    int64_t stepStride) const override;
  void decodeStrip(const Strip &strip, int64_t groups, uint16_t *out,
                   int64_t stepStride) const override;
  void decodeWordStrip(const WordStrip &strip, int64_t steps, uint16_t *out,
                       int64_t stepStride) const override;
};

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_FOLDED_H

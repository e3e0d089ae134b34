//===- FewLinear.h - A few rows by rows of MXFP4 ----------------*- C++ -*-===//
//
// As FewTiled.h, for weights that are packed row by row: lanes are columns. The
// three digits of a number meet in one integer, which is exact: eight products
// of a raised code and a number are below 2^30.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_FEWLINEAR_H
#define MX_RUNTIME_LIB_X86_FEWLINEAR_H

#include "Digits.h"
#include "Finish.h"
#include "OperandRows.h"

namespace mx::runtime::x86 {

/// 128 columns of a row. Dword l has the digits of columns 8·l + i with even i,
/// or with odd ones.
struct alignas(64) DigitGroup {
  int8_t even[kDigits][64], odd[kDigits][64];
  int32_t starts[16]; ///< -12 times the sum of the numbers that they are
};

/// Rows of weights that are multiplied at a time.
inline constexpr int64_t kLinearRows = 4;

/// Some columns of them.
struct LinearRows {
  const uint8_t *codes[kLinearRows];  ///< 64 bytes to a group
  const uint8_t *scales[kLinearRows]; ///< four to a group; readable up to 16
  int32_t moves[kLinearRows]; ///< what is added to scales, to be near 127
  int64_t rowBytes;           ///< from one row to the next
};

/// The same columns of one of the few.
struct DigitColumns {
  const DigitGroup *groups;
  const float *units; ///< DigitBlock's, by block
  int64_t count;      ///< of groups
};

/// Adds the sums of all rows with one of the few, but for remainders.
using MultiplyLinear = void (*)(const DigitColumns &few, const LinearRows &rows,
                                float *sums);

/// Plain rows, at most `most` (kFewRows or less), by MXFP4 rows that are
/// contiguous. False, with nothing written, for other operands and where a
/// float is infinite.
bool multiplyFewLinear(
    const MatmulArgs &args, int64_t most, MultiplyLinear multiplyLinear,
    std::unique_ptr<Finisher> (*finisher)(const MatmulArgs &, int64_t item,
                                          const float *exponentsA,
                                          const float *exponentsB));

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_FEWLINEAR_H

//===- Philox.h - Philox4x32-10 as integer operations -----------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_REFERENCE_PHILOX_H
#define MX_LIB_CONVERSION_REFERENCE_PHILOX_H

#include "mx/Conversion/Scalar.h"

#include <array>

namespace mx::reference {

/// The four words (i32) of one call: counter words i32, key an i64 seed
/// (contract 21).
std::array<Int, 4> philox(std::array<Int, 4> counter, Int seed);

/// The same of counters of many columns (its first word) and rows (its second)
/// in parts: what the column decides alone, what the row does, and the rest,
/// with 15 of the 20 products.
using PhiloxColumn = std::array<Int, 4>;
using PhiloxRow = std::array<Int, 2>;
PhiloxColumn startPhiloxColumn(Int column, Int stream, Int purpose, Int seed);
PhiloxRow startPhiloxRow(Int row, Int stream, Int seed);
std::array<Int, 4> finishPhilox(PhiloxColumn column, PhiloxRow row, Int seed);

/// The rounding bits (i64) of element (row, k), both i64 (contract 22), or of a
/// block scale (29).
Int getRoundingBits(Int row, Int k, Int seed, int64_t stream,
                    unsigned randomBits, uint32_t purpose = 0);

/// i1: whether element j (i64) of a Hadamard group is negated (contract 23).
Int getSeededSign(Int j, Int seed, int64_t signStream);

/// A new seed (i64) for a call or an iteration (contract 24).
Int deriveSeed(Int seed, Int id);

} // namespace mx::reference

#endif // MX_LIB_CONVERSION_REFERENCE_PHILOX_H

//===- Scales.h - Ways to compute scales, one by one ------------*- C++ -*-===//

#ifndef MX_LIB_CHECK_SCALES_H
#define MX_LIB_CHECK_SCALES_H

#include "mx/Check/Check.h"
#include "mx/Support/Scale.h"

namespace mx::check {

/// Where a rule departs from the plain definition. For E8M0: how log2 and the
/// quotient are made. For FP scales: the order of operations.
enum class Formula : uint8_t {
  Contract,   ///< E8M0: on the bits, a true division. FP: contract 9 and 18.
  Log2,       ///< E8M0: log2 in f32, which rounds to an integer near one
  Reciprocal, ///< amax · fl(1 / max) instead of amax / max
  // Two levels only.
  QuotientTimesEncode,   ///< fl(amax / max) · s_enc
  QuotientOverDecode,    ///< fl(amax / max) / s_dec
  ReciprocalTimesEncode, ///< fl(amax · fl(1 / max)) · s_enc
  ReciprocalOverDecode,  ///< fl(amax · fl(1 / max)) / s_dec
};

/// The least value of an FP scale.
enum class Least : uint8_t {
  Any,
  MinNormal,    ///< pytorch/ao: at least the least normal number
  EpsilonIfZero ///< compressed-tensors: 2^-mantissa bits in place of 0
};

/// Where the tensor scale comes from.
enum class TensorRule : uint8_t {
  None,
  Encode, ///< contract 17: s_dec = fl(1 / fl(range / amax))
  Decode, ///< pytorch/ao: s_dec = fl(amax / range)
  Given,  ///< any number: a calibrated one, or of a larger tensor
};

struct ScaleVariant {
  contract::ScaleRule rule = contract::ScaleRule::Floor;
  Formula formula = Formula::Contract;
  Least least = Least::Any;
  TensorRule tensorRule = TensorRule::None;
  int encodeOffset = 0; ///< Given: ulps from fl(1 / s_dec) to s_enc
};

/// Every variant that makes sense for the dump's formats; the contract's come
/// first, and variants of one group (rule and formula) stand together.
std::vector<ScaleVariant> allScaleVariants(const Dump &dump);

/// Blocks for which libraries have habits of their own.
enum class BlockClass : uint8_t { Plain, Zero, NonFinite, Carry };
inline constexpr unsigned kBlockClasses = 4;

/// Largest magnitudes of all blocks, as f32 bits, and of the tensor.
struct Amaxes {
  std::vector<uint32_t> blocks;
  float tensor = 0; ///< over finite elements
};
Amaxes findAmaxes(const Dump &dump);

/// The scales that one variant gives.
struct Scales {
  contract::ScaleParams params;
  contract::TensorScale tensor;
  bool tensorDiffers = false;
  uint32_t expectedTensor = 0, foundTensor = 0; ///< f32 bits as the dump has it
  std::vector<uint32_t> codes;
  std::vector<BlockClass> classes;
};
Scales predictScales(const Dump &dump, const Amaxes &amaxes,
                     const ScaleVariant &variant);

/// What differs between predicted scales and those of the dump.
struct ScaleTally {
  int64_t differ = 0;
  int64_t first = -1; ///< block
  std::vector<std::string> habits;
  bool skip[kBlockClasses] = {};    ///< classes that are left out
  std::optional<uint32_t> zeroCode; ///< of all-zero blocks, where not ours
};
ScaleTally compareScales(const Dump &dump, const Scales &scales);

/// Whether block `block` differs, given the habits of `tally`.
bool scaleDiffers(const Dump &dump, const Scales &scales,
                  const ScaleTally &tally, int64_t block);

/// The formulas of a variant in words; nothing for the contract's only one.
std::vector<std::string> describe(const Dump &dump,
                                  const ScaleVariant &variant);

} // namespace mx::check

#endif // MX_LIB_CHECK_SCALES_H

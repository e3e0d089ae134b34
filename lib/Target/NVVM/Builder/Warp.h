//===- Warp.h - Instructions among the lanes of a warp, bytes ---*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_BUILDER_WARP_H
#define MX_LIB_TARGET_NVVM_BUILDER_WARP_H

#include "Kernel.h"

namespace mx::nvvm {

/// PTX ISA 9.7.13.5, redux.sync over all 32 lanes, signed.
Int warpMax(Kernel &k, Int x);
Int warpMin(Kernel &k, Int x);
/// Bitwise or over all lanes.
Int warpOr(Kernel &k, Int x);

/// PTX ISA 9.7.13.2, bar.warp.sync of all lanes.
void syncWarp(Kernel &k);

/// PTX ISA 9.7.9.6, shfl.sync.idx: lane 0's x in all lanes.
Int shareLane(Kernel &k, Int x);
/// The same of any lane, by all lanes.
Int readLane(Kernel &k, Int x, Int lane);
/// shfl.sync.bfly: x of the lane whose number differs in the bits of `mask`.
Int exchangeLanes(Kernel &k, Int x, int mask);
/// Four words of each four lanes that are `stride` (1 or 8) apart, transposed:
/// the i-th lane's word j becomes the j-th one's word i.
llvm::SmallVector<Int> transposeQuad(Kernel &k, llvm::ArrayRef<Int> words,
                                     int stride = 1);

/// PTX ISA 9.7.8.7, prmt: byte i of the result is the byte of {a, b} that
/// nibble i of the selector names (its bit 3 replicates the sign).
Int permuteBytes(Kernel &k, Int a, Int b, Int selector);

/// PTX ISA 9.7.1.23, dp4a: sum + Σ of the products of signed bytes.
Int dotBytes(Kernel &k, Int a, Int b, Int sum);

/// PTX ISA 9.7.1.24, dp2a: sum + half 0 or 1 of a word · factor (1 byte), all
/// unsigned.
Int addHalf(Kernel &k, Int word, int half, uint8_t factor, Int sum);

/// PTX ISA 9.7.3.5, mul.rz.f32: the product rounded toward zero.
Value multiplyTowardZero(Kernel &k, Value x, Value y);
/// The same in any body that becomes part of a kernel.
Value multiplyTowardZero(Emitter e, Value x, Value y);

/// PTX ISA 9.7.3.12, max.NaN.f32 of x and |y|: NaN where one is.
Value largerMagnitude(Kernel &k, Value x, Value y);

/// PTX ISA 9.7.9.22, cvt.rz.f16x2.f32: `low` and `high` as f16 in the halves of
/// a word, rounded toward zero.
Int convertToHalves(Kernel &k, Value low, Value high);
/// cvt.rn.bf16x2.f32 or cvt.rn.f16x2.f32, by the type: nearest even, NaN as
/// 0x7FFF.
Int convertTwo(Kernel &k, Value low, Value high, Type type);
/// PTX ISA 9.7.4.10 and 11, min.f16x2 and max.f16x2: both f16 of a word between
/// ±that of the bits `most`.
Int clampHalves(Kernel &k, Int x, uint16_t most);

/// PTX ISA 9.7.9.22, cvt.rn.satfinite to `format`: e4m3 or e5m2 (sm_89), e2m3
/// or e3m2 (sm_100a, sm_120a): the codes of `low` in bits 0-7 and of `high` in
/// bits 8-15 (i32).
Int convertToBytes(Kernel &k, Value low, Value high, llvm::StringRef format);
/// The same of one to e4m3 or e5m2, as an i8, in any body that becomes part of
/// a kernel; 0x7F for every NaN.
Value convertToByte(Emitter e, Value value, llvm::StringRef format);
/// The same of two to e2m1 (sm_100a, sm_120a): codes in bits 0-3 and
/// 4-7.
Int convertToNibbles(Kernel &k, Value low, Value high);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_BUILDER_WARP_H

//===- ByteEncoder.cpp - Elements of 6 and 8 bits by cvt -----------------===//

#include "ByteEncoder.h"

#include "../Builder/Warp.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

Value mx::nvvm::invertScale(Kernel &k, Int code) {
  // 2^-127, of code 254, is a subnormal.
  Int bits = code.slt(254).select((k.i32(254) - code) << 23, k.i32(0x400000));
  return floatOf(bits, k.f32Type());
}

/// Empty for formats that the chip does not convert to.
static StringRef getName(Type element, bool hasF8Convert,
                         bool hasNarrowConvert) {
  if (isa<Float8E4M3FNType, Float8E5M2Type>(element) && hasF8Convert)
    return isa<Float8E5M2Type>(element) ? "e5m2" : "e4m3";
  if (isa<Float6E2M3FNType, Float6E3M2FNType>(element) && hasNarrowConvert)
    return isa<Float6E2M3FNType>(element) ? "e2m3" : "e3m2";
  return "";
}

ByteEncoder::ByteEncoder(QuantizerAttr quantizer, bool hasF8Convert,
                         bool hasNarrowConvert)
    : name(getName(quantizer.getFormat().getElement(), hasF8Convert,
                   hasNarrowConvert)),
      isTaken(!name.empty() &&
              isa<Float8E8M0FNUType>(quantizer.getFormat().getScale()) &&
              quantizer.getRounding() == Rounding::NearestEven &&
              quantizer.getPrescale().getValueAsDouble() == 1) {}

SmallVector<Int> ByteEncoder::encode(Kernel &k, ArrayRef<Value> values,
                                     Value scale) const {
  // Exact but for what is far below the smallest quantum.
  Value inverse = invertScale(k, Int(k.emitter(), scale).zext(32));
  SmallVector<Int> codes;
  for (size_t i = 0; i < values.size(); i += 2) {
    Int pair = convertToBytes(k, k.fmul(values[i], inverse),
                              k.fmul(values[i + 1], inverse), name);
    codes.push_back(pair & 0xFF);
    codes.push_back(pair >> 8);
  }
  return codes;
}

//===- F8.cpp - Rounding to E4M3 and E5M2 by one instruction --------------===//

#include "F8.h"

#include "../Builder/Warp.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

Value mx::nvvm::invertScale(Kernel &k, Int code) {
  // 2^-127, of code 254, is a subnormal.
  Int bits = code.slt(254).select((k.i32(254) - code) << 23, k.i32(0x400000));
  return floatOf(bits, k.f32Type());
}

F8Encoder::F8Encoder(QuantizerAttr quantizer, bool hasConvert) {
  ScaledType format = quantizer.getFormat();
  isE5M2 = isa<Float8E5M2Type>(format.getElement());
  isTaken = hasConvert &&
            (isE5M2 || isa<Float8E4M3FNType>(format.getElement())) &&
            isa<Float8E8M0FNUType>(format.getScale()) &&
            quantizer.getRounding() == Rounding::NearestEven &&
            quantizer.getPrescale().getValueAsDouble() == 1;
}

SmallVector<Int> F8Encoder::encode(Kernel &k, ArrayRef<Value> values,
                                   Value scale) const {
  // Exact but for what is far below the smallest quantum.
  Value inverse = invertScale(k, Int(k.emitter(), scale).zext(32));
  SmallVector<Int> codes;
  for (size_t i = 0; i < values.size(); i += 2) {
    Int pair = convertToF8(k, k.fmul(values[i], inverse),
                           k.fmul(values[i + 1], inverse), isE5M2);
    codes.push_back(pair & 0xFF);
    codes.push_back(pair >> 8);
  }
  return codes;
}

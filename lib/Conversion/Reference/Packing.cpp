//===- Packing.cpp - Codes to bytes and back ------------------------------===//

#include "Lowerings.h"

#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;

namespace mx::reference {

static Value constantIndex(Emitter e, int64_t value) {
  return arith::ConstantIndexOp::create(e.b, e.loc, value);
}

/// The extent of a block of columns: static, or all K columns.
static Value getBlockCols(Emitter e, ScaledType format, Value k) {
  return format.getBlockCols() == ScaledType::kFull
             ? k
             : constantIndex(e, format.getBlockCols());
}

/// The code of column `col` of block `block` (i32); 0 beyond the block or K.
static Int readCode(Emitter e, Value codes, ArrayRef<Value> at, Int col,
                    Value blockCols, Value k) {
  Int inBlock = col.ult(Int(e, blockCols));
  Int column = Int(e, at[at.size() - 2]) * Int(e, blockCols) + col;
  SmallVector<Value> from(at.drop_back());
  from.back() = inBlock.select(column, Int(e, k)).get();
  return Int(e, readOrZero(e, codes, from, {{from.size() - 1, k}})).zext(32);
}

Value packCodes(Emitter e, Value codes, ScaledType format, Value init) {
  unsigned bits = getFloatFormat(format.getElement())->bits();
  Value k = toValue(e, getSizes(e, codes).back());
  Value blockCols = getBlockCols(e, format, k);
  return generate(
      e, getSizes(e, init), e.b.getI8Type(),
      [&](Emitter e, ArrayRef<Value> at) -> Value {
        Int byte(e, at.back());
        auto code = [&](Int col) {
          return readCode(e, codes, at, col, blockCols, k);
        };
        if (bits == 4)
          return (code(byte * 2) | (code(byte * 2 + 1) << 4)).zext(8).get();
        if (bits == 6) { // the byte holds bits 8·byte … 8·byte + 7
          Int first = (byte * 8).udiv(6), shift = (byte * 8).urem(6);
          Int wide = code(first) | (code(first + 1) << 6) |
                     (code(first + 2) << 12);
          return (wide >> shift.fromIndex(32)).zext(8).get();
        }
        if (bits <= 8)
          return code(byte).zext(8).get();
        Int half = code(byte.udiv(2));
        return (half >> (byte.urem(2) * 8).fromIndex(32)).zext(8).get();
      },
      init);
}

/// The index of block and column within it of element (…, m, k).
static SmallVector<Value> getByteIndex(ArrayRef<Value> at, Int block,
                                       Int byte) {
  SmallVector<Value> index(at.drop_back());
  index.push_back(block.get());
  index.push_back(byte.get());
  return index;
}

Int readPackedCode(Emitter e, Value packed, ScaledType format,
                   ArrayRef<Value> at) {
  unsigned bits = getFloatFormat(format.getElement())->bits();
  Int k(e, at.back());
  bool full = format.getBlockCols() == ScaledType::kFull;
  Int block = full ? Int(e, constantIndex(e, 0))
                   : k.udiv(format.getBlockCols());
  Int col = full ? k : k.urem(format.getBlockCols());
  auto byteAt = [&](Int byte) {
    return Int(e, extract(e, packed, getByteIndex(at, block, byte))).zext(32);
  };
  if (bits == 4) {
    Int shift = (col.urem(2) * 4).fromIndex(32);
    return (byteAt(col.udiv(2)) >> shift) & 0xF;
  }
  if (bits == 6) { // the code may reach into the next byte, which then exists
    Int bit = col * 6;
    Int first = bit.udiv(8), shift = bit.urem(8);
    Int crosses = shift.ugt(2);
    Int next = crosses.select(first + 1, first);
    Int wide = byteAt(first) | (byteAt(next) << 8);
    return (wide >> shift.fromIndex(32)) & 0x3F;
  }
  if (bits <= 8)
    return byteAt(col) & ((int64_t(1) << bits) - 1);
  Int wide = byteAt(col * 2) | (byteAt(col * 2 + 1) << 8);
  return wide & ((int64_t(1) << bits) - 1);
}

Value readScale(Emitter e, Value scale, ScaledType format,
                ArrayRef<Value> at) {
  SmallVector<Value> index(at);
  auto divide = [&](Value i, int64_t block) -> Value {
    return block == ScaledType::kFull ? constantIndex(e, 0)
                                      : Int(e, i).udiv(block).get();
  };
  index.back() = divide(at.back(), format.getBlockCols());
  if (index.size() > 1)
    index[index.size() - 2] =
        divide(at[at.size() - 2], format.getBlockRows());
  return extract(e, scale, index);
}

} // namespace mx::reference

//===- PackCodes.cpp - Codes into bytes and back, as IR -------------------===//
//
// A code occupies a slot of 4, 6, 8 or 16 bits (docs/contract.md, 12): slot i
// of a block starts at bit slot·i of its bytes, little-endian. One loop nest
// reads the at most two bytes or codes that overlap.
//
//===----------------------------------------------------------------------===//

#include "Packing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace mx {
namespace {

/// Integer arithmetic in the body of a loop nest.
class BodyBuilder {
public:
  BodyBuilder(OpBuilder &b, Location loc) : b(b), loc(loc) {}

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  Value word(int64_t value) {
    return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
  }
  Value loop(int64_t axis) { return linalg::IndexOp::create(b, loc, axis); }
  template <typename OpTy> Value make(Value x, Value y) {
    return OpTy::create(b, loc, x, y);
  }
  Value add(Value x, Value y) { return make<arith::AddIOp>(x, y); }
  Value mul(Value x, int64_t y) { return make<arith::MulIOp>(x, index(y)); }
  Value div(Value x, int64_t y) { return make<arith::DivUIOp>(x, index(y)); }
  Value rem(Value x, int64_t y) { return make<arith::RemUIOp>(x, index(y)); }
  Value toWord(Value x) {
    return arith::IndexCastOp::create(b, loc, b.getI32Type(), x);
  }
  Value toStorage(Value word, Type type) {
    return arith::TruncIOp::create(b, loc, type, word);
  }

  /// tensor[indices] as i32 where position < bound, else 0. Reads at bound - 1
  /// instead of past the end (nothing runs where bound is 0).
  Value readOrZero(Value tensor, SmallVector<Value> indices, unsigned axis,
                   Value position, Value bound) {
    Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                         position, bound);
    Value end = make<arith::SubIOp>(bound, index(1));
    indices[axis] = make<arith::MinUIOp>(position, end);
    Value code = tensor::ExtractOp::create(b, loc, tensor, indices);
    Value wide = arith::ExtUIOp::create(b, loc, b.getI32Type(), code);
    return arith::SelectOp::create(b, loc, inside, wide, word(0));
  }

private:
  OpBuilder &b;
  Location loc;
};

/// The layout of one stored tensor's codes.
struct Slots {
  int64_t bits;  // of a code
  int64_t slot;  // bits from one code to the next
  int64_t block; // elements of a block, kFull: all

  explicit Slots(ScaledType stored) : block(stored.getBlockCols()) {
    bits = mx::getScaledFormat(stored).element.bits();
    slot = bits == 4 || bits == 6 ? bits : bits <= 8 ? 8 : 16;
  }
  int64_t mask() const { return (int64_t(1) << bits) - 1; }
};

Value createLoops(OpBuilder &b, Location loc, Value init,
                  function_ref<void(OpBuilder &, Location, ValueRange)> body) {
  int64_t rank = cast<RankedTensorType>(init.getType()).getRank();
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
  return linalg::GenericOp::create(b, loc, init.getType(), ValueRange(), init,
                                   b.getMultiDimIdentityMap(rank), loops, body)
      .getResult(0);
}

} // namespace

Value packCodes(OpBuilder &b, Location loc, RankedTensorType type,
                ArrayRef<OpFoldResult> sizes, Value codes) {
  Slots slots(getScaledElement(type));
  int64_t rank = type.getRank();
  Value init = createInits(b, loc, type, sizes).front();
  Value k = asValue(b, loc, sizes.back());
  return createLoops(
      b, loc, init, [&](OpBuilder &nested, Location loc, ValueRange) {
        BodyBuilder body(nested, loc);
        SmallVector<Value> indices;
        for (int64_t axis = 0; axis < rank; ++axis)
          indices.push_back(body.loop(axis));
        // Byte t of a block holds parts of the codes first and first + 1.
        Value bit = body.mul(body.loop(rank), 8);
        Value first = body.div(bit, slots.slot);
        Value start, bound = k;
        if (slots.block == ScaledType::kFull) {
          start = body.index(0);
        } else {
          start = body.mul(indices.back(), slots.block);
          bound = body.make<arith::MinUIOp>(
              k, body.add(start, body.index(slots.block)));
        }
        auto read = [&](int64_t which) {
          Value position = body.add(body.add(start, first), body.index(which));
          Value code =
              body.readOrZero(codes, indices, rank - 1, position, bound);
          return body.make<arith::AndIOp>(code, body.word(slots.mask()));
        };
        Value bits = read(0);
        if (slots.slot < 8)
          bits = body.make<arith::OrIOp>(
              bits, body.make<arith::ShLIOp>(read(1), body.word(slots.slot)));
        Value shift = body.toWord(body.rem(bit, slots.slot));
        bits = body.make<arith::ShRUIOp>(bits, shift);
        linalg::YieldOp::create(nested, loc,
                                body.toStorage(bits, nested.getI8Type()));
      });
}

Value unpackCodes(OpBuilder &b, Location loc, RankedTensorType type,
                  ArrayRef<OpFoldResult> sizes, Value packed) {
  ScaledType format = getScaledElement(type);
  Slots slots(format);
  int64_t rank = type.getRank();
  Type storage = getCodeStorageType(format.getElement());
  Value init = createEmpty(b, loc, type.clone(storage), sizes);
  Value bytes = asValue(b, loc, tensor::getMixedSize(b, loc, packed, rank));
  return createLoops(
      b, loc, init, [&](OpBuilder &nested, Location loc, ValueRange) {
        BodyBuilder body(nested, loc);
        SmallVector<Value> indices;
        for (int64_t axis = 0; axis < rank; ++axis)
          indices.push_back(body.loop(axis));
        Value inBlock = indices.back();
        if (slots.block == ScaledType::kFull) {
          indices.back() = body.index(0);
        } else {
          inBlock = body.rem(indices.back(), slots.block);
          indices.back() = body.div(indices.back(), slots.block);
        }
        indices.push_back(Value());
        Value bit = body.mul(inBlock, slots.slot);
        Value byte = body.div(bit, 8);
        auto read = [&](int64_t which) {
          return body.readOrZero(packed, indices, rank,
                                 body.add(byte, body.index(which)), bytes);
        };
        Value bits = read(0);
        if (slots.slot != 4 && slots.slot != 8)
          bits = body.make<arith::OrIOp>(
              bits, body.make<arith::ShLIOp>(read(1), body.word(8)));
        bits = body.make<arith::ShRUIOp>(bits, body.toWord(body.rem(bit, 8)));
        bits = body.make<arith::AndIOp>(bits, body.word(slots.mask()));
        linalg::YieldOp::create(nested, loc, body.toStorage(bits, storage));
      });
}

} // namespace mx

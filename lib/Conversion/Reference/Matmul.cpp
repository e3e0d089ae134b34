//===- Matmul.cpp - packed.matmul with exact sums -------------------------===//
//
// Every accumulation mode of the reference target is the exact one: products
// are added in one integer that is wide enough for all of them and rounded
// once (contract 25).
//
//===----------------------------------------------------------------------===//

#include "Lowerings.h"

#include "mx/Dialect/MX/IR/Formats.h"

#include <cmath>

using namespace mlir;

namespace mx::reference {
namespace {

/// An operand decoded element by element: signed significands (i64), exponents
/// (i32) and a class (i8): 0 finite, 1 NaN, 2 infinite.
struct DecodedOperand {
  Value significand, exponent, kind;
  Value tensorScale;
  Sizes sizes;
  int low = 0;  ///< every element is a multiple of 2^low
  int high = 0; ///< and below 2^high in magnitude
  unsigned significandBits = 0;
};

/// The range of a format's numbers as powers of two.
void addRange(DecodedOperand &operand, const contract::FloatFormat &format) {
  operand.low += format.minExponent();
  operand.high += format.isInteger ? 2 : std::ilogb(format.max()) + 1;
  operand.significandBits += format.isE8M0      ? 1
                             : format.isInteger ? 8
                                                : format.mantissaBits + 1;
}

Value makeTensor(Emitter e, DecodedOperand &operand, Type type,
                 function_ref<Value(Emitter, const Number &)> pick,
                 function_ref<Number(Emitter, ArrayRef<Value>)> element) {
  return generate(e, operand.sizes, type, [&](Emitter e, ArrayRef<Value> at) {
    return pick(e, element(e, at));
  });
}

Value signedSignificand(Emitter e, const Number &n) {
  Int zero = n.significand.like(0);
  Int magnitude = n.isInf.select(n.significand.like(1), n.significand);
  magnitude = n.isNaN.select(zero, magnitude);
  return n.negative.select(zero - magnitude, magnitude).get();
}

Value kindOf(Emitter e, const Number &n) {
  Int none = Int::constant(e, e.b.getI8Type(), 0);
  return n.isNaN.select(none.like(1), n.isInf.select(none.like(2), none)).get();
}

/// Rows of bytes [batch…, rows, groups, bytes] or, for `bytes` of 0, [batch…,
/// rows, groups] from tiles of 16 × 4.
Value readTiles(Emitter e, Value tiles, OpFoldResult rows, OpFoldResult groups,
                int64_t bytes) {
  Sizes sizes = getSizes(e, tiles);
  sizes.truncate(sizes.size() - 3);
  size_t batch = sizes.size();
  sizes.append({rows, groups});
  if (bytes)
    sizes.push_back(e.b.getIndexAttr(bytes));
  return generate(e, sizes, e.b.getI8Type(),
                  [&](Emitter e, ArrayRef<Value> at) -> Value {
                    Int row(e, at[batch]), col(e, at[batch + 1]);
                    if (bytes)
                      col = col * bytes + Int(e, at[batch + 2]);
                    SmallVector<Value> from(at.take_front(batch));
                    from.append({row.udiv(16).get(), col.udiv(4).get(),
                                 (row.urem(16) * 4 + col.urem(4)).get()});
                    return extract(e, tiles, from);
                  });
}

/// An operand's values in linear layout; `rows` is its extent in the result.
SmallVector<Value> linearize(Emitter e, OperandRange values, ScaledType format,
                             ScaleLayout layout, OpFoldResult rows) {
  SmallVector<Value> linear(values);
  if (layout == ScaleLayout::Linear)
    return linear;
  int64_t bytes = getPackedCodesShape(format, {1, 1}).back();
  Sizes tiles = getSizes(e, values[0]);
  OpFoldResult blocks =
      ceilDiv(e, tiles[tiles.size() - 2], e.b.getIndexAttr(bytes / 4));
  linear[0] = readTiles(e, values[0], rows, blocks, bytes);
  linear[1] = readTiles(e, values[1], rows, blocks, 0);
  return linear;
}

DecodedOperand decodeOperand(Emitter e, ValueRange values, ScaledType format,
                             Value k) {
  DecodedOperand operand;
  Value first = values[0];
  operand.sizes = getSizes(e, first);
  if (format)
    operand.sizes.pop_back();
  operand.sizes.back() = k;
  auto element = [&](Emitter e, ArrayRef<Value> at) {
    if (!format)
      return decomposeF32(e, widenToF32(e, extract(e, first, at)));
    return multiply(decode(e, readPackedCode(e, first, format, at),
                           *getFloatFormat(format.getElement())),
                    decodeScale(e, readScale(e, values[1], format, at),
                                *getFloatFormat(format.getScale())));
  };
  if (format) {
    addRange(operand, *getFloatFormat(format.getElement()));
    addRange(operand, *getFloatFormat(format.getScale()));
    if (format.getHasTensorScale())
      operand.tensorScale = values[2];
  } else {
    addRange(operand, contract::kF32);
  }
  operand.significand =
      makeTensor(e, operand, e.b.getI64Type(), signedSignificand, element);
  operand.exponent = makeTensor(
      e, operand, e.b.getI32Type(),
      [](Emitter, const Number &n) { return n.exponent.get(); }, element);
  operand.kind = makeTensor(e, operand, e.b.getI8Type(), kindOf, element);
  return operand;
}

/// The operand's index for a result's batch indices: axes of extent 1 and
/// missing leading axes repeat.
SmallVector<Value> getOperandIndex(Emitter e, const DecodedOperand &operand,
                                   ArrayRef<Value> batch, Value row, Value k) {
  SmallVector<Value> index;
  size_t axes = operand.sizes.size() - 2;
  ArrayRef<Value> own = batch.take_back(axes);
  for (size_t axis = 0; axis < axes; ++axis) {
    Value extent = toValue(e, operand.sizes[axis]);
    Int repeats = Int(e, extent) == 1;
    Value zero = arith::ConstantIndexOp::create(e.b, e.loc, 0);
    index.push_back(repeats.select(zero, own[axis]));
  }
  index.push_back(row);
  index.push_back(k);
  return index;
}

/// What one product adds: the state is the sum (iN), and i1 flags for NaN, +Inf
/// and -Inf.
struct State {
  Int sum, nan, plusInf, minusInf;

  static State from(Emitter e, ValueRange values) {
    return {Int(e, values[0]), Int(e, values[1]), Int(e, values[2]),
            Int(e, values[3])};
  }
  SmallVector<Value> get() const {
    return {sum.get(), nan.get(), plusInf.get(), minusInf.get()};
  }
};

/// An extent of the result, counted from the end.
OpFoldResult getExtent(Emitter e, PackedMatmulOp op, size_t fromEnd) {
  Sizes sizes = getSizes(e, op.getInit());
  return sizes[sizes.size() - fromEnd];
}

class ExactMatmul {
public:
  ExactMatmul(Emitter e, PackedMatmulOp op)
      : op(op), a(decodeOperand(e,
                                linearize(e, op.getA(), op.getAScaledFormat(),
                                          op.getALayout(), getExtent(e, op, 2)),
                                op.getAScaledFormat(), op.getK())),
        b(decodeOperand(e,
                        linearize(e, op.getB(), op.getBScaledFormat(),
                                  op.getBLayout(), getExtent(e, op, 1)),
                        op.getBScaledFormat(), op.getK())) {
    base = a.low + b.low;
    // 62 bits for the number of products, one for the sign.
    width = llvm::alignTo(a.high + b.high - base + 63, 64);
    productWidth = a.significandBits + b.significandBits < 63 ? 64 : 128;
  }

  Value emit(Emitter e) {
    return generate(
        e, getSizes(e, op.getInit()), getResultType(),
        [&](Emitter e, ArrayRef<Value> at) { return emitElement(e, at); },
        op.getInit());
  }

private:
  Type getResultType() {
    return cast<RankedTensorType>(op.getInit().getType()).getElementType();
  }

  Value emitElement(Emitter e, ArrayRef<Value> at) {
    Value zero = arith::ConstantIndexOp::create(e.b, e.loc, 0);
    Value one = arith::ConstantIndexOp::create(e.b, e.loc, 1);
    Int no = Int::constant(e, e.b.getI1Type(), 0);
    State start{Int::constant(e, e.b.getIntegerType(width), 0), no, no, no};
    auto loop = scf::ForOp::create(
        e.b, e.loc, zero, op.getK(), one, start.get(),
        [&](OpBuilder &builder, Location loc, Value k, ValueRange state) {
          Emitter e{builder, loc};
          State next = addProduct(e, State::from(e, state), at, k);
          scf::YieldOp::create(builder, loc, next.get());
        });
    Value sum = roundSum(e, State::from(e, loop.getResults()));
    return finish(e, sum, at);
  }

  State addProduct(Emitter e, State state, ArrayRef<Value> at, Value k) {
    ArrayRef<Value> batch = at.drop_back(2);
    SmallVector<Value> ai = getOperandIndex(e, a, batch, at[at.size() - 2], k);
    SmallVector<Value> bi = getOperandIndex(e, b, batch, at.back(), k);
    Int as(e, extract(e, a.significand, ai)),
        bs(e, extract(e, b.significand, bi));
    Int product = as.sext(productWidth) * bs.sext(productWidth);
    Int exponent = Int(e, extract(e, a.exponent, ai)) +
                   Int(e, extract(e, b.exponent, bi)) - base;
    Int ak(e, extract(e, a.kind, ai)), bk(e, extract(e, b.kind, bi));
    Int isInf = (ak == 2) | (bk == 2);
    Int isNaN = (ak == 1) | (bk == 1) | (isInf & (product == 0));
    Int finite = (ak | bk) == 0;
    Int shift = finite.select(exponent, exponent.like(0)).smax(0);
    Int term = product.sext(width) << shift.zext(width);
    state.sum = state.sum + finite.select(term, term.like(0));
    state.nan = state.nan | isNaN;
    state.plusInf = state.plusInf | (isInf & product.sgt(0));
    state.minusInf = state.minusInf | (isInf & product.slt(0));
    return state;
  }

  /// The sum rounded once to f32: its 53 leading bits, the last one holding
  /// whether anything is below.
  Value roundSum(Emitter e, const State &state) {
    Int zero = state.sum.like(0);
    Number n;
    n.negative = state.sum.slt(0);
    Int magnitude = n.negative.select(zero - state.sum, state.sum);
    Int msb = zero.like(width - 1) - magnitude.leadingZeros();
    Int shift = (msb - 52).smax(0);
    Int kept = (magnitude >> shift).zext(64);
    Int below = magnitude & ((zero.like(1) << shift) - 1);
    n.significand = kept | (below != 0).zext(64);
    n.exponent = shift.zext(32) + base;
    n.isNaN = state.nan | (state.plusInf & state.minusInf);
    n.isInf = state.plusInf | state.minusInf;
    n.negative = n.isInf.select(state.minusInf, n.negative);
    return roundToFloat(n, e.b.getF32Type());
  }

  /// acc, tensor scales, alpha, each rounded to f32, and the result type.
  Value finish(Emitter e, Value sum, ArrayRef<Value> at) {
    auto mul = [&](Value value, Value factor) -> Value {
      return arith::MulFOp::create(e.b, e.loc, value, factor);
    };
    if (op.getAcc())
      sum = arith::AddFOp::create(e.b, e.loc, sum,
                                  widenToF32(e, extract(e, op.getAcc(), at)));
    for (Value tensorScale : {a.tensorScale, b.tensorScale})
      if (tensorScale)
        sum = mul(sum, extract(e, tensorScale, {}));
    if (op.getAlpha().convertToFloat() != 1.0f)
      sum = mul(sum, arith::ConstantOp::create(
                         e.b, e.loc,
                         e.b.getF32FloatAttr(op.getAlpha().convertToFloat())));
    return convertFromF32(e, sum, getResultType());
  }

  PackedMatmulOp op;
  DecodedOperand a, b;
  int base = 0;
  unsigned width = 0, productWidth = 0;
};

} // namespace

Value emitMatmul(Emitter e, PackedMatmulOp op) {
  return ExactMatmul(e, op).emit(e);
}

} // namespace mx::reference

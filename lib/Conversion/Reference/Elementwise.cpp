//===- Elementwise.cpp - dequantize, hadamard, cast, amax, relayout -------===//

#include "Lowerings.h"
#include "Philox.h"

#include "mx/Dialect/MX/IR/Formats.h"

#include <cmath>

using namespace mlir;

namespace mx::reference {

static Type getElementType(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getElementType();
}

Value emitDequantize(Emitter e, PackedDequantizeOp op) {
  ScaledType format = op.getScaledFormat();
  Type resultType = getElementType(op.getInit());
  return generate(
      e, getSizes(e, op.getInit()), resultType,
      [&](Emitter e, ArrayRef<Value> result) {
        SmallVector<Value> at(result);
        if (op.getTranspose())
          std::swap(at[at.size() - 1], at[at.size() - 2]);
        Number code = decode(e, readPackedCode(e, op.getCodes(), format, at),
                             *getFloatFormat(format.getElement()));
        Number scale = decodeScale(e, readScale(e, op.getScale(), format, at),
                                   *getFloatFormat(format.getScale()));
        Number value = multiply(code, scale);
        if (!op.getTensorScale())
          return roundToFloat(value, resultType);
        Value product = arith::MulFOp::create(
            e.b, e.loc, roundToFloat(value, e.b.getF32Type()),
            extract(e, op.getTensorScale(), {}));
        return convertFromF32(e, product, resultType);
      },
      op.getInit());
}

//===----------------------------------------------------------------------===//
// Hadamard
//===----------------------------------------------------------------------===//

/// The sign of column `col`: i1, or null where there are no signs.
static Value applySign(Emitter e, Value element, HadamardAttr hadamard, Int col,
                       Value seed, int64_t signStream) {
  if (hadamard.getSigns() == Signs::None)
    return element;
  Int j = col.urem(hadamard.getSize()).fromIndex(64);
  Int negative;
  if (hadamard.getSigns() == Signs::Seed) {
    negative = getSeededSign(j, Int(e, seed), signStream);
  } else {
    SmallVector<bool> signs;
    for (int32_t sign : hadamard.getFixedSigns())
      signs.push_back(sign < 0);
    Value table = arith::ConstantOp::create(
        e.b, e.loc,
        DenseElementsAttr::get(
            RankedTensorType::get({int64_t(signs.size())}, e.b.getI1Type()),
            signs));
    negative = Int(e, extract(e, table, {j.toIndex().get()}));
  }
  Int bits = bitsOf(e, element);
  Int flip = negative.select(bits.like(INT32_MIN), bits.like(0));
  return floatOf(bits ^ flip, e.b.getF32Type());
}

/// One step of the butterfly: (a + b, a - b) for columns that differ in
/// `stride`.
static Value emitButterfly(Emitter e, Value source, int64_t stride) {
  return generate(e, getSizes(e, source), e.b.getF32Type(),
                  [&](Emitter e, ArrayRef<Value> at) {
                    Int col = Int(e, at.back()).fromIndex(64);
                    SmallVector<Value> partner(at);
                    partner.back() = (col ^ col.like(stride)).toIndex().get();
                    Value own = extract(e, source, at),
                          other = extract(e, source, partner);
                    Value sum = arith::AddFOp::create(e.b, e.loc, own, other);
                    Value difference =
                        arith::SubFOp::create(e.b, e.loc, other, own);
                    return ((col & stride) == 0).select(sum, difference);
                  });
}

static Value canonicalizeNaN(Emitter e, Value value) {
  Int isNaN(e, arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::UNO,
                                     value, value));
  Int nan = Int::constant(e, e.b.getI32Type(), 0x7FC00000);
  return isNaN.select(floatOf(nan, e.b.getF32Type()), value);
}

Value emitHadamard(Emitter e, Value source, HadamardAttr hadamard, Value seed,
                   int64_t signStream, Value init) {
  Sizes sizes = getSizes(e, source);
  Value values = widenTensor(e, source);
  values =
      generate(e, sizes, e.b.getF32Type(), [&](Emitter e, ArrayRef<Value> at) {
        return applySign(e, extract(e, values, at), hadamard, Int(e, at.back()),
                         seed, signStream);
      });
  for (int64_t stride = 1; stride < hadamard.getSize(); stride *= 2)
    values = emitButterfly(e, values, stride);
  float factor = float(1.0 / std::sqrt(double(hadamard.getSize())));
  return generate(
      e, sizes, e.b.getF32Type(),
      [&](Emitter e, ArrayRef<Value> at) {
        Value scaled = arith::MulFOp::create(
            e.b, e.loc, extract(e, values, at),
            arith::ConstantOp::create(e.b, e.loc, e.b.getF32FloatAttr(factor)));
        return canonicalizeNaN(e, scaled);
      },
      init);
}

//===----------------------------------------------------------------------===//
// Cast, amax, relayout
//===----------------------------------------------------------------------===//

Value emitCast(Emitter e, CastOp op) {
  Type stored = getElementType(op.getInit());
  Round round;
  round.format = *getFloatFormat(op.getTargetFormat());
  round.rounding = static_cast<contract::Rounding>(op.getRounding());
  round.randomBits = op.getRandomBits();
  Sizes sizes = getSizes(e, op.getInput());
  return generate(
      e, sizes, stored,
      [&](Emitter e, ArrayRef<Value> at) -> Value {
        Value element = widenToF32(e, extract(e, op.getInput(), at));
        Round r = round;
        if (op.getRounding() == Rounding::Stochastic) {
          Position position =
              getPosition(e, at, sizes, op.getOrigin(), op.getExtents(), false);
          r.random =
              getRoundingBits(position.row, position.k, Int(e, op.getSeed()),
                              op.getStream(), round.randomBits);
        }
        Int code = roundCast(decomposeF32(e, element), r);
        Int bits = code.zext(stored.getIntOrFloatBitWidth());
        return isa<IntegerType>(stored) ? bits.get() : floatOf(bits, stored);
      },
      op.getInit());
}

Value emitAmax(Emitter e, Value source) {
  Value wide = widenTensor(e, source);
  int64_t rank = cast<RankedTensorType>(wide.getType()).getRank();
  Value zero = Int::constant(e, e.b.getI32Type(), 0).get();
  Value empty = tensor::EmptyOp::create(e.b, e.loc, Sizes(), e.b.getI32Type());
  Value init = linalg::FillOp::create(e.b, e.loc, zero, empty).getResult(0);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::reduction);
  AffineMap identity = e.b.getMultiDimIdentityMap(rank);
  AffineMap scalar = AffineMap::get(rank, 0, e.b.getContext());
  auto bits = linalg::GenericOp::create(
      e.b, e.loc, init.getType(), wide, init, {identity, scalar}, iterators,
      [](OpBuilder &b, Location loc, ValueRange args) {
        Emitter e{b, loc};
        Int bits = bitsOf(e, args[0]) & 0x7FFFFFFF;
        Int finite = bits.ult(0x7F800000).select(bits, bits.like(0));
        linalg::YieldOp::create(
            b, loc,
            arith::MaxUIOp::create(b, loc, finite.get(), args[1]).getResult());
      });
  return generate(e, {}, e.b.getF32Type(), [&](Emitter e, ArrayRef<Value>) {
    return floatOf(Int(e, extract(e, bits.getResult(0), {})), e.b.getF32Type());
  });
}

/// The place of byte (r, c) in tiles: tile row, tile column, byte.
Value emitRelayout(Emitter e, PackedRelayoutOp op) {
  Value input = op.getInput();
  Sizes sizes = getSizes(e, op.getInit());
  bool toTiles = op.getTo() != ScaleLayout::Linear;
  bool fromTiles = op.getFrom() != ScaleLayout::Linear;
  bool isTall = (toTiles ? op.getTo() : op.getFrom()) == ScaleLayout::Tile128x4;
  // Rows of a tile; after `turn` rows four more bytes of each begin.
  int64_t rows = isTall ? 128 : 16, turn = isTall ? 32 : 16;
  int64_t turnBytes = 4 * rows / turn;
  Sizes inputSizes = getSizes(e, input);
  return generate(
      e, sizes, e.b.getI8Type(),
      [&](Emitter e, ArrayRef<Value> at) -> Value {
        if (toTiles == fromTiles)
          return extract(e, input, at);
        if (fromTiles) {
          Int r(e, at[at.size() - 2]), c(e, at.back());
          SmallVector<Value> from(at);
          from[at.size() - 2] = r.udiv(rows).get();
          from.back() = c.udiv(4).get();
          from.push_back((r.urem(turn) * turnBytes +
                          r.urem(rows).udiv(turn) * 4 + c.urem(4))
                             .get());
          return extract(e, input, from);
        }
        Int tileRow(e, at[at.size() - 3]), tileCol(e, at[at.size() - 2]);
        Int byte(e, at.back());
        Int r = tileRow * rows + byte.urem(turnBytes).udiv(4) * turn +
                byte.udiv(turnBytes);
        Int c = tileCol * 4 + byte.urem(4);
        SmallVector<Value> from(at.drop_back());
        from[from.size() - 2] = r.get();
        from.back() = c.get();
        size_t rank = from.size();
        return readOrZero(e, input, from,
                          {{rank - 2, toValue(e, inputSizes[rank - 2])},
                           {rank - 1, toValue(e, inputSizes[rank - 1])}});
      },
      op.getInit());
}

} // namespace mx::reference

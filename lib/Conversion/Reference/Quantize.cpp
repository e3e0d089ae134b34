//===- Quantize.cpp - packed.quantize on tensors --------------------------===//
//
// Source → transpose, zero padding, Hadamard → amax of each block → scales →
// codes → bytes, each a linalg.generic.
//
//===----------------------------------------------------------------------===//

#include "Lowerings.h"
#include "Philox.h"
#include "Scales.h"
#include "Tensors.h"

#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;

namespace mx::reference {

Value widenTensor(Emitter e, Value tensor) {
  Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
  if (element.isF32())
    return tensor;
  return generate(e, getSizes(e, tensor), e.b.getF32Type(),
                  [&](Emitter e, ArrayRef<Value> at) {
                    return widenToF32(e, extract(e, tensor, at));
                  });
}

/// The last two axes swapped.
static Value swapLastAxes(Emitter e, Value tensor) {
  Sizes sizes = getSizes(e, tensor);
  int64_t rank = sizes.size();
  std::swap(sizes[rank - 1], sizes[rank - 2]);
  return generate(e, sizes,
                  cast<RankedTensorType>(tensor.getType()).getElementType(),
                  [&](Emitter e, ArrayRef<Value> at) {
                    SmallVector<Value> from(at);
                    std::swap(from[rank - 1], from[rank - 2]);
                    return extract(e, tensor, from);
                  });
}

/// Zeros appended along the last axis up to a multiple of `group`.
static Value padColumns(Emitter e, Value tensor, int64_t group) {
  Sizes sizes = getSizes(e, tensor);
  OpFoldResult k = sizes.back(), step = e.b.getIndexAttr(group);
  OpFoldResult padded = multiply(e, ceilDiv(e, k, step), step);
  if (isEqualConstantIntOrValue(k, padded))
    return tensor;
  sizes.back() = padded;
  Value extent = toValue(e, k);
  return generate(e, sizes, e.b.getF32Type(), [&](Emitter e,
                                                  ArrayRef<Value> at) {
    return readOrZero(e, tensor, at, {{at.size() - 1, extent}});
  });
}

Value readOrZero(Emitter e, Value tensor, ArrayRef<Value> at,
                 ArrayRef<std::pair<size_t, Value>> bounds) {
  SmallVector<Value> from(at);
  Int inside = Int::constant(e, e.b.getI1Type(), true);
  Value zeroIndex = arith::ConstantIndexOp::create(e.b, e.loc, 0);
  for (auto [axis, extent] : bounds) {
    Int within = Int(e, at[axis]).ult(Int(e, extent));
    from[axis] = within.select(at[axis], zeroIndex);
    inside = inside & within;
  }
  Value element = extract(e, tensor, from);
  Value zero = arith::ConstantOp::create(
      e.b, e.loc, e.b.getZeroAttr(element.getType()));
  return inside.select(element, zero);
}

namespace {

/// One quantizer of an op, step by step.
class Quantization {
public:
  Quantization(Emitter e, PackedQuantizeOp op, QuantizerAttr quantizer)
      : e(e), op(op), quantizer(quantizer), format(quantizer.getFormat()),
        element(*getFloatFormat(format.getElement())) {}

  SmallVector<Value> run(OperandRange inits) {
    prepareSource();
    Value encode, decode;
    if (format.getHasTensorScale()) {
      tensorScale(inits[2]);
      encode = encodeTensor, decode = decodeTensor;
    }
    Value scale = makeScales(inits[1]);
    Value codes = makeCodes(scale);
    SmallVector<Value> results = {packCodes(e, codes, format, inits[0]), scale};
    if (decode)
      results.push_back(decode);
    return results;
  }

private:
  void prepareSource() {
    source = widenTensor(e, op.getInput());
    if (quantizer.getTranspose())
      source = swapLastAxes(e, source);
    if (HadamardAttr hadamard = quantizer.getHadamard()) {
      if (quantizer.getPadToGroup())
        source = padColumns(e, source, hadamard.getSize());
      source = emitHadamard(e, source, hadamard, op.getSeed(),
                            quantizer.getSignStream(), Value());
    }
    sizes = getSizes(e, source);
    rank = sizes.size();
    rows = rank > 1 ? sizes[rank - 2] : OpFoldResult(e.b.getIndexAttr(1));
    cols = sizes.back();
    blockRows = format.getBlockRows() == ScaledType::kFull
                    ? rows
                    : OpFoldResult(e.b.getIndexAttr(format.getBlockRows()));
    blockCols = format.getBlockCols() == ScaledType::kFull
                    ? cols
                    : OpFoldResult(e.b.getIndexAttr(format.getBlockCols()));
  }

  /// A rank-0 tensor holds one number; both factors are computed once.
  void tensorScale(Value init) {
    Value amax = op.getTensorAmax() ? op.getTensorAmax() : emitAmax(e, source);
    encodeTensor = generate(e, {}, e.b.getF32Type(),
                            [&](Emitter e, ArrayRef<Value>) {
                              return getTensorScale(e, extract(e, amax, {}),
                                                    format)
                                  .encode;
                            });
    decodeTensor = generate(
        e, {}, e.b.getF32Type(),
        [&](Emitter e, ArrayRef<Value>) {
          return getTensorScale(e, extract(e, amax, {}), format).decode;
        },
        init);
  }

  /// The bits of each block's largest magnitude, by loops over the block.
  Value makeScales(Value init) {
    Sizes scaleSizes(sizes);
    scaleSizes.back() = ceilDiv(e, cols, blockCols);
    if (rank > 1)
      scaleSizes[rank - 2] = ceilDiv(e, rows, blockRows);
    Value c = toValue(e, blockCols), r = toValue(e, blockRows);
    Value k = toValue(e, cols), m = toValue(e, rows);
    return generate(
        e, scaleSizes, getScaleStorageType(format),
        [&](Emitter e, ArrayRef<Value> at) {
          Int amax = getBlockAmax(e, at, r, c, m, k);
          Value encode =
              encodeTensor ? extract(e, encodeTensor, {}) : Value();
          return getBlockScale(amax, quantizer, encode);
        },
        init);
  }

  Int getBlockAmax(Emitter e, ArrayRef<Value> block, Value r, Value c, Value m,
                   Value k) {
    Value zero = arith::ConstantIndexOp::create(e.b, e.loc, 0);
    Value one = arith::ConstantIndexOp::create(e.b, e.loc, 1);
    Value none = Int::constant(e, e.b.getI32Type(), 0).get();
    auto begin = [&](Value index, Value step) {
      return (Int(e, index) * Int(e, step)).get();
    };
    auto end = [&](Value from, Value step, Value limit) {
      return (Int(e, from) + Int(e, step)).umin(Int(e, limit)).get();
    };
    Value c0 = begin(block.back(), c), c1 = end(c0, c, k);
    Value r0 = zero, r1 = one;
    if (rank > 1) {
      r0 = begin(block[rank - 2], r);
      r1 = end(r0, r, m);
    }
    auto rowLoop = scf::ForOp::create(
        e.b, e.loc, r0, r1, one, ValueRange{none},
        [&](OpBuilder &b, Location loc, Value row, ValueRange outer) {
          auto colLoop = scf::ForOp::create(
              b, loc, c0, c1, one, outer,
              [&](OpBuilder &b, Location loc, Value col, ValueRange inner) {
                Emitter e{b, loc};
                SmallVector<Value> at(block);
                at.back() = col;
                if (rank > 1)
                  at[rank - 2] = row;
                Int bits = bitsOf(e, extract(e, source, at)) & 0x7FFFFFFF;
                Int amax(e, arith::MaxUIOp::create(b, loc, bits.get(),
                                                   inner[0]));
                scf::YieldOp::create(b, loc, amax.get());
              });
          scf::YieldOp::create(b, loc, colLoop.getResults());
        });
    return Int(e, rowLoop.getResult(0));
  }

  /// One code (i16) an element.
  Value makeCodes(Value scale) {
    Value c = toValue(e, blockCols), r = toValue(e, blockRows);
    return generate(
        e, sizes, e.b.getI16Type(), [&](Emitter e, ArrayRef<Value> at) {
          SmallVector<Value> block(at);
          block.back() = Int(e, at.back()).udiv(Int(e, c)).get();
          if (rank > 1)
            block[rank - 2] = Int(e, at[rank - 2]).udiv(Int(e, r)).get();
          Value stored = extract(e, scale, block);
          Value decode = decodeTensor ? extract(e, decodeTensor, {}) : Value();
          Number number = scaleElement(e, extract(e, source, at), stored,
                                       quantizer, decode);
          Round round = getRound(e, at);
          Int code = roundSaturating(number, round);
          return isNaNScale(e, stored, format)
              .select(code.like(0), code)
              .zext(16)
              .get();
        });
  }

  Round getRound(Emitter e, ArrayRef<Value> at) {
    Round round;
    round.format = element;
    round.rounding = static_cast<contract::Rounding>(quantizer.getRounding());
    round.randomBits = quantizer.getRandomBits();
    if (quantizer.getRounding() == Rounding::Stochastic) {
      Position position = getPosition(e, at, sizes, op.getOrigin(),
                                      op.getExtents(), quantizer.getTranspose());
      round.random =
          getRoundingBits(position.row, position.k, Int(e, op.getSeed()),
                          quantizer.getStream(), round.randomBits);
    }
    return round;
  }

  Emitter e;
  PackedQuantizeOp op;
  QuantizerAttr quantizer;
  ScaledType format;
  contract::FloatFormat element;
  Value source, encodeTensor, decodeTensor;
  Sizes sizes;
  int64_t rank = 0;
  OpFoldResult rows, cols, blockRows, blockCols;
};

} // namespace

Position getPosition(Emitter e, ArrayRef<Value> at, const Sizes &sizes,
                     ValueRange origin, ValueRange extents, bool transpose) {
  SmallVector<Value> start(origin);
  if (transpose && start.size() > 1)
    std::swap(start[start.size() - 1], start[start.size() - 2]);
  auto index = [&](size_t axis) {
    Int i = Int(e, at[axis]);
    if (!start.empty())
      i = i + Int(e, start[axis]);
    return i.fromIndex(64);
  };
  size_t last = at.size() - 1;
  Int row = Int::constant(e, e.b.getI64Type(), 0);
  for (size_t axis = 0; axis < last; ++axis) {
    Value extent = extents.empty() ? toValue(e, sizes[axis]) : extents[axis];
    row = row * Int(e, extent).fromIndex(64) + index(axis);
  }
  return {row, index(last)};
}

SmallVector<Value> emitQuantize(Emitter e, PackedQuantizeOp op) {
  SmallVector<Value> results;
  for (auto [i, quantizer] : llvm::enumerate(op.getQuantizerAttrs()))
    llvm::append_range(results, Quantization(e, op, quantizer)
                                    .run(op.getInitsOf(i)));
  return results;
}

} // namespace mx::reference

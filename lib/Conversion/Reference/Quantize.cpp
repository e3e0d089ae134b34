//===- Quantize.cpp - packed.quantize on tensors --------------------------===//
//
// Source → transpose, zero padding, Hadamard → amax of each block → scales →
// codes → bytes, each a linalg.generic.
//
//===----------------------------------------------------------------------===//

#include "BlockRules.h"
#include "Blocks.h"
#include "Lowerings.h"
#include "Philox.h"
#include "Tensors.h"

#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Support/Philox.h"

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
  return generate(e, sizes, e.b.getF32Type(),
                  [&](Emitter e, ArrayRef<Value> at) {
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
  Value zero =
      arith::ConstantOp::create(e.b, e.loc, e.b.getZeroAttr(element.getType()));
  return inside.select(element, zero);
}

namespace {

/// How the element at an index is rounded.
using RoundFn = llvm::function_ref<Round(Emitter, ArrayRef<Value>)>;

/// A block of a tensor, by loops.
class TensorBlock : public BlockElements {
public:
  TensorBlock(const Blocks &blocks, ArrayRef<Value> block, RoundFn getRound)
      : blocks(blocks), block(block), getRound(getRound) {}

  SmallVector<Value> sum(Emitter e, unsigned count, Terms terms) const final {
    Value zero = arith::ConstantOp::create(e.b, e.loc, e.b.getF32FloatAttr(0));
    SmallVector<Value> start(count, zero);
    return blocks.fold(
        e, block, start, [&](Emitter e, ArrayRef<Value> at, ValueRange sums) {
          SmallVector<Value> next = terms(e, {blocks.read(e, at), at});
          for (auto [term, sum] : llvm::zip(next, sums))
            term = arith::AddFOp::create(e.b, e.loc, sum, term);
          return next;
        });
  }
  Value getSize(Emitter e) const final { return blocks.getSize(e, block); }
  Value round(Emitter e, Value scaled, const Element &element) const final {
    Round round = getRound(e, element.at);
    Int code = roundSaturating(decomposeF32(e, scaled), round);
    return roundToFloat(decode(e, code, round.format), e.b.getF32Type());
  }

private:
  const Blocks &blocks;
  ArrayRef<Value> block;
  RoundFn getRound;
};

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
    // What codes are made by is stored too, but for ms_eden.
    bool isCorrected = quantizer.getScaleRule() == ScaleRule::MSEden;
    Value scale = makeScales(isCorrected ? Value() : inits[1]);
    Value stored = isCorrected ? correctScales(scale, inits[1]) : scale;
    Value codes = makeCodes(scale);
    SmallVector<Value> results = {packCodes(e, codes, format, inits[0]),
                                  stored};
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
    blocks = Blocks(e, source, format);
  }

  /// A rank-0 tensor holds one number; both factors are computed once.
  void tensorScale(Value init) {
    Value amax = op.getTensorAmax() ? op.getTensorAmax() : emitAmax(e, source);
    encodeTensor =
        generate(e, {}, e.b.getF32Type(), [&](Emitter e, ArrayRef<Value>) {
          return getTensorScale(e, extract(e, amax, {}), quantizer).encode;
        });
    decodeTensor = generate(
        e, {}, e.b.getF32Type(),
        [&](Emitter e, ArrayRef<Value>) {
          return getTensorScale(e, extract(e, amax, {}), quantizer).decode;
        },
        init);
  }

  Value makeScales(Value init) {
    return generate(
        e, blocks.getCounts(e), getScaleStorageType(format),
        [&](Emitter e, ArrayRef<Value> block) {
          Int amax = getBlockAmax(e, block);
          Value encode = encodeTensor ? extract(e, encodeTensor, {}) : Value();
          auto rounding = [&](Emitter e, ArrayRef<Value> at) {
            return getRound(e, at);
          };
          TensorBlock elements(blocks, block, rounding);
          switch (quantizer.getScaleRule()) {
          case ScaleRule::Quest:
            return getQuestScale(e, elements, amax);
          case ScaleRule::FourOverSix:
            return getFourOverSixScale(e, elements, amax, quantizer, encode,
                                       extract(e, decodeTensor, {}));
          default:
            return getBlockScale(amax, quantizer, encode);
          }
        },
        init);
  }

  /// What ms_eden stores; bits are keyed by the row and the number of the block
  /// in it.
  Value correctScales(Value scale, Value init) {
    return generate(
        e, blocks.getCounts(e), getScaleStorageType(format),
        [&](Emitter e, ArrayRef<Value> block) {
          Position position = getElementPosition(e, blocks.getFirst(e, block));
          Int random = getRoundingBits(
              position.row, position.k.udiv(format.getBlockCols()),
              Int(e, op.getSeed()), quantizer.getStream(),
              quantizer.getRandomBits(), contract::kScalePurpose);
          auto rounding = [&](Emitter e, ArrayRef<Value> at) {
            return getRound(e, at);
          };
          return getEdenScale(e, TensorBlock(blocks, block, rounding),
                              extract(e, scale, block), quantizer,
                              extract(e, decodeTensor, {}), random);
        },
        init);
  }

  /// The bits of a block's largest magnitude.
  Int getBlockAmax(Emitter e, ArrayRef<Value> block) {
    Value none = Int::constant(e, e.b.getI32Type(), 0).get();
    SmallVector<Value> amax = blocks.fold(
        e, block, none, [&](Emitter e, ArrayRef<Value> at, ValueRange carried) {
          Int bits = bitsOf(e, blocks.read(e, at)) & 0x7FFFFFFF;
          Value larger =
              arith::MaxUIOp::create(e.b, e.loc, bits.get(), carried[0]);
          return SmallVector<Value>{larger};
        });
    return Int(e, amax[0]);
  }

  /// One code (i16) an element.
  Value makeCodes(Value scale) {
    return generate(
        e, blocks.getSizes(), e.b.getI16Type(),
        [&](Emitter e, ArrayRef<Value> at) {
          Value stored = extract(e, scale, blocks.getBlockOf(e, at));
          Value decode = decodeTensor ? extract(e, decodeTensor, {}) : Value();
          Number number =
              scaleElement(e, blocks.read(e, at), stored, quantizer, decode);
          Int code = roundSaturating(number, getRound(e, at));
          return isNaNScale(e, stored, format)
              .select(code.like(0), code)
              .zext(16)
              .get();
        });
  }

  Position getElementPosition(Emitter e, ArrayRef<Value> at) {
    return getPosition(e, at, blocks.getSizes(), op.getOrigin(),
                       op.getExtents(), quantizer.getTranspose());
  }

  Round getRound(Emitter e, ArrayRef<Value> at) {
    Round round;
    round.format = element;
    round.rounding = static_cast<contract::Rounding>(quantizer.getRounding());
    round.randomBits = quantizer.getRandomBits();
    if (quantizer.getRounding() == Rounding::Stochastic) {
      Position position = getElementPosition(e, at);
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
  Blocks blocks;
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
  Int row = Int::constant(e, e.b.getI64Type(), 0);
  if (at.empty())
    return {row, row};
  size_t last = at.size() - 1;
  for (size_t axis = 0; axis < last; ++axis) {
    Value extent = extents.empty() ? toValue(e, sizes[axis]) : extents[axis];
    row = row * Int(e, extent).fromIndex(64) + index(axis);
  }
  return {row, index(last)};
}

SmallVector<Value> emitQuantize(Emitter e, PackedQuantizeOp op) {
  SmallVector<Value> results;
  for (auto [i, quantizer] : llvm::enumerate(op.getQuantizerAttrs()))
    llvm::append_range(results,
                       Quantization(e, op, quantizer).run(op.getInitsOf(i)));
  return results;
}

} // namespace mx::reference

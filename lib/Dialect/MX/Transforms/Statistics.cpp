//===- Statistics.cpp - What each quantisation does to its numbers --------===//
//
// mx-statistics counts beside the program, in ordinary linalg: its products and
// bits stay as they are, and without the pass nothing is counted.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Dialect/MX/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXSTATISTICS
#include "mx/Dialect/MX/Transforms/Passes.h.inc"

namespace {

using Iterator = utils::IteratorType;

/// Builds the counters of one quantisation.
class Counters {
public:
  Counters(OpBuilder &b, QuantizeOp op)
      : b(b), loc(op.getLoc()), op(op), type(op.getResult().getType()),
        format(op.getFormat()), element(*getFloatFormat(format.getElement())) {}

  static constexpr int64_t kNumbers = 8, kBins = 256;

  /// Elements, clipped, flushed; blocks, scales at their clamp; Σx·q, Σx², Σq²:
  /// rank-0 values (f64).
  SmallVector<Value> numbers;
  /// tensor<256xi64>: blocks by the exponent field of their largest magnitude.
  Value histogram;

  void build() {
    Type i8 = b.getI8Type(), i16 = b.getIntegerType(16);
    auto parts = DisassembleOp::create(
        b, loc,
        RankedTensorType::get(type.getShape(), element.bits() > 8 ? i16 : i8),
        RankedTensorType::get(getPackedScaleShape(format, type.getShape()),
                              getScaleStorageType(format)),
        format.getHasTensorScale() ? RankedTensorType::get({}, b.getF32Type())
                                   : Type(),
        op.getResult());
    countElements(parts.getCodes());
    countBlocks(parts.getScale(), getBlockAmax());
  }

private:
  Value integer(Value like, int64_t value) {
    return arith::ConstantOp::create(b, loc,
                                     b.getIntegerAttr(like.getType(), value));
  }
  Value widen(Value value) {
    if (value.getType().isF32())
      return value;
    return arith::ExtFOp::create(b, loc, b.getF32Type(), value);
  }
  Value magnitudeBits(Value value) {
    Value bits = arith::BitcastOp::create(b, loc, b.getI32Type(), widen(value));
    return arith::AndIOp::create(b, loc, bits, integer(bits, 0x7FFFFFFF));
  }
  Value compare(arith::CmpIPredicate how, Value left, Value right) {
    return arith::CmpIOp::create(b, loc, how, left, right);
  }
  Value both(Value left, Value right) {
    return arith::AndIOp::create(b, loc, left, right);
  }
  Value addCount(Value count, Value isCounted) {
    Value one = arith::ExtUIOp::create(b, loc, b.getI64Type(), isCounted);
    return arith::AddIOp::create(b, loc, count, one);
  }
  Value zeros(ArrayRef<int64_t> shape, Type type) {
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
    Value empty = tensor::EmptyOp::create(b, loc, shape, type);
    return linalg::FillOp::create(b, loc, zero, empty).getResult(0);
  }

  /// Rank-0 sums over all elements of inputs of one shape.
  SmallVector<Value>
  reduce(ValueRange inputs, ArrayRef<Type> types,
         function_ref<SmallVector<Value>(ValueRange, ValueRange)> step) {
    int64_t rank = cast<RankedTensorType>(inputs[0].getType()).getRank();
    SmallVector<AffineMap> maps(inputs.size(), b.getMultiDimIdentityMap(rank));
    SmallVector<Value> inits;
    for (Type type : types) {
      maps.push_back(AffineMap::get(rank, 0, b.getContext()));
      inits.push_back(zeros({}, type));
    }
    auto generic = linalg::GenericOp::create(
        b, loc, ValueRange(inits).getTypes(), inputs, inits, maps,
        SmallVector<Iterator>(rank, Iterator::reduction),
        [&](OpBuilder &inner, Location, ValueRange args) {
          OpBuilder::InsertionGuard guard(b);
          b.restoreInsertionPoint(inner.saveInsertionPoint());
          linalg::YieldOp::create(b, loc,
                                  step(args.take_front(inputs.size()),
                                       args.drop_front(inputs.size())));
        });
    SmallVector<Value> results;
    for (Value tensor : generic.getResults())
      results.push_back(tensor::ExtractOp::create(b, loc, tensor));
    return results;
  }

  Value toDouble(Value value) {
    if (value.getType().isF64())
      return value;
    return arith::SIToFPOp::create(b, loc, b.getF64Type(), value);
  }
  void addNumber(Value value) { numbers.push_back(toDouble(value)); }
  Value count(RankedTensorType counted) {
    return arith::ConstantOp::create(
        b, loc, b.getI64IntegerAttr(counted.getNumElements()));
  }

  /// The code without its sign.
  Value getMagnitude(Value code) {
    if (!element.isInteger)
      return both(
          code,
          integer(code,
                  (1 << (element.bits() - (element.isSigned ? 1 : 0))) - 1));
    Value negated = arith::SubIOp::create(b, loc, integer(code, 0), code);
    return arith::MaxSIOp::create(b, loc, code, negated);
  }

  void countElements(Value codes) {
    Value decoded = DequantizeOp::create(
        b, loc, RankedTensorType::get(type.getShape(), b.getF32Type()),
        op.getResult());
    Type i64 = b.getI64Type(), f64 = b.getF64Type();
    SmallVector<Value> sums = reduce(
        {op.getInput(), codes, decoded}, {i64, i64, f64, f64, f64},
        [&](ValueRange at, ValueRange sums) {
          Value x = widen(at[0]), magnitude = getMagnitude(at[1]);
          Value prescale = arith::ConstantOp::create(
              b, loc, b.getF32FloatAttr(op.getPrescale().convertToFloat()));
          Value scaled = arith::MulFOp::create(b, loc, x, prescale);
          using enum_ = arith::CmpIPredicate;
          Value isLargest = compare(enum_::eq, magnitude,
                                    integer(magnitude, element.maxCode()));
          Value isBeyond =
              compare(enum_::ugt, magnitudeBits(scaled), magnitudeBits(at[2]));
          Value isZero = compare(enum_::eq, magnitude, integer(magnitude, 0));
          Value bits = magnitudeBits(x);
          Value isNonZero = compare(enum_::ne, bits, integer(bits, 0));
          Value isFinite = compare(enum_::ult, bits, integer(bits, 0x7F800000));
          auto product = [&](Value left, Value right) -> Value {
            Value a = arith::ExtFOp::create(b, loc, f64, left);
            Value c = arith::ExtFOp::create(b, loc, f64, right);
            Value zero =
                arith::ConstantOp::create(b, loc, b.getF64FloatAttr(0));
            Value value = arith::MulFOp::create(b, loc, a, c);
            return arith::SelectOp::create(b, loc, isFinite, value, zero);
          };
          auto add = [&](Value sum, Value value) -> Value {
            return arith::AddFOp::create(b, loc, sum, value);
          };
          return SmallVector<Value>{
              addCount(sums[0], both(both(isLargest, isBeyond), isFinite)),
              addCount(sums[1], both(both(isZero, isNonZero), isFinite)),
              add(sums[2], product(x, at[2])), add(sums[3], product(x, x)),
              add(sums[4], product(at[2], at[2]))};
        });
    addNumber(count(type));
    addNumber(sums[0]);
    addNumber(sums[1]);
    products.assign(sums.begin() + 2, sums.end());
  }

  /// The bits of each block's largest magnitude, as the scales lie: the input
  /// padded to whole blocks, one more axis for each divided one.
  Value getBlockAmax() {
    ArrayRef<int64_t> shape = type.getShape();
    int64_t rank = shape.size();
    SmallVector<int64_t> block(rank, 1);
    auto extent = [&](int64_t size, int64_t axis) {
      return size == ScaledType::kFull ? shape[axis] : size;
    };
    block[rank - 1] = extent(format.getBlockCols(), rank - 1);
    if (rank > 1)
      block[rank - 2] = extent(format.getBlockRows(), rank - 2);
    SmallVector<int64_t> padded, expanded, blocks;
    SmallVector<OpFoldResult> low(rank, b.getIndexAttr(0)), high;
    SmallVector<ReassociationIndices> groups;
    SmallVector<Iterator> iterators;
    SmallVector<AffineExpr> outer;
    for (int64_t axis = 0; axis < rank; ++axis) {
      blocks.push_back(llvm::divideCeil(shape[axis], block[axis]));
      padded.push_back(blocks.back() * block[axis]);
      high.push_back(b.getIndexAttr(padded.back() - shape[axis]));
      int64_t at = expanded.size();
      groups.push_back({at, at + 1});
      outer.push_back(b.getAffineDimExpr(at));
      llvm::append_values(expanded, blocks.back(), block[axis]);
      llvm::append_values(iterators, Iterator::parallel, Iterator::reduction);
    }
    Type inputElement = op.getInput().getType().getElementType();
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(inputElement));
    Value whole = tensor::PadOp::create(
        b, loc, RankedTensorType::get(padded, inputElement), op.getInput(), low,
        high, zero);
    Value divided = tensor::ExpandShapeOp::create(
        b, loc, RankedTensorType::get(expanded, inputElement), whole, groups);
    Value init = zeros(blocks, b.getI32Type());
    SmallVector<AffineMap> maps = {
        b.getMultiDimIdentityMap(2 * rank),
        AffineMap::get(2 * rank, 0, outer, b.getContext())};
    return linalg::GenericOp::create(
               b, loc, init.getType(), divided, init, maps, iterators,
               [&](OpBuilder &inner, Location, ValueRange args) {
                 OpBuilder::InsertionGuard guard(b);
                 b.restoreInsertionPoint(inner.saveInsertionPoint());
                 Value larger = arith::MaxUIOp::create(
                     b, loc, magnitudeBits(args[0]), args[1]);
                 linalg::YieldOp::create(b, loc, larger);
               })
        .getResult(0);
  }

  void countBlocks(Value scales, Value amax) {
    auto blocks = cast<RankedTensorType>(amax.getType());
    contract::FloatFormat scale = *getFloatFormat(format.getScale());
    SmallVector<Value> sums = reduce(
        {scales, amax}, {b.getI64Type()},
        [&](ValueRange at, ValueRange sums) -> SmallVector<Value> {
          if (scale == contract::kF32)
            return {sums[0]};
          using enum_ = arith::CmpIPredicate;
          int64_t largest = scale.isE8M0 ? 254 : scale.maxCode();
          Value code = arith::ExtUIOp::create(b, loc, b.getI32Type(), at[0]);
          Value atTop = compare(enum_::eq, code, integer(code, largest));
          Value atBottom = compare(enum_::eq, code, integer(code, 0));
          Value isNonZero = compare(enum_::ne, at[1], integer(at[1], 0));
          Value clamped =
              arith::OrIOp::create(b, loc, atTop, both(atBottom, isNonZero));
          return {addCount(sums[0], clamped)};
        });
    addNumber(count(blocks));
    addNumber(sums[0]);
    llvm::append_range(numbers, products);
    countExponents(amax);
  }

  void countExponents(Value amax) {
    int64_t rank = cast<RankedTensorType>(amax.getType()).getRank();
    SmallVector<AffineExpr> places;
    for (int64_t axis = 1; axis <= rank; ++axis)
      places.push_back(b.getAffineDimExpr(axis));
    SmallVector<AffineMap> maps = {
        AffineMap::get(rank + 1, 0, places, b.getContext()),
        AffineMap::get(rank + 1, 0, b.getAffineDimExpr(0))};
    SmallVector<Iterator> iterators(rank + 1, Iterator::reduction);
    iterators.front() = Iterator::parallel;
    Value init = zeros({kBins}, b.getI64Type());
    histogram =
        linalg::GenericOp::create(
            b, loc, init.getType(), amax, init, maps, iterators,
            [&](OpBuilder &inner, Location, ValueRange args) {
              OpBuilder::InsertionGuard guard(b);
              b.restoreInsertionPoint(inner.saveInsertionPoint());
              Value field =
                  arith::ShRUIOp::create(b, loc, args[0], integer(args[0], 23));
              Value bin = arith::IndexCastOp::create(
                  b, loc, b.getI32Type(), linalg::IndexOp::create(b, loc, 0));
              Value isThis = compare(arith::CmpIPredicate::eq, field, bin);
              linalg::YieldOp::create(b, loc, addCount(args[1], isThis));
            })
            .getResult(0);
  }

  OpBuilder &b;
  Location loc;
  QuantizeOp op;
  RankedTensorType type;
  ScaledType format;
  contract::FloatFormat element;
  SmallVector<Value> products;
};

struct Statistics : impl::MXStatisticsBase<Statistics> {
  using MXStatisticsBase::MXStatisticsBase;

  void runOnOperation() final {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function.isPublic() && !function.isExternal())
        addTo(function);
  }

private:
  /// Why a quantisation is not counted, or nothing.
  static StringRef findProblem(QuantizeOp op, func::FuncOp function) {
    Operation *parent = op->getParentOp();
    while (isa<scf::ForOp>(parent))
      parent = parent->getParentOp();
    if (parent != function || !function.getBody().hasOneBlock())
      return "it stands in a branch or in a loop that is not 'scf.for'";
    if (!op.getResult().getType().hasStaticShape())
      return "its extents are dynamic";
    if (op.getFormat().isColumnWise())
      return "its blocks lie along the last axis but one";
    return "";
  }

  /// The numbers of one execution, and the histogram after them.
  static SmallVector<Value> count(QuantizeOp op) {
    OpBuilder b(op->getBlock()->getTerminator());
    Counters counters(b, op);
    counters.build();
    SmallVector<Value> counts = counters.numbers;
    counts.push_back(counters.histogram);
    return counts;
  }

  /// Sums over the iterations of each loop around `op`, to the function's own
  /// block; takes the histogram off `counts`.
  static Value sumOverLoops(QuantizeOp op, SmallVector<Value> &counts) {
    IRRewriter rewriter(op->getContext());
    Location loc = op.getLoc();
    Operation *parent = op->getParentOp();
    while (auto loop = dyn_cast<scf::ForOp>(parent)) {
      rewriter.setInsertionPoint(loop);
      SmallVector<Value> zeros;
      for (Value value : counts)
        zeros.push_back(getZero(rewriter, loc, value.getType()));
      auto add = [&](OpBuilder &b, Location, ArrayRef<BlockArgument> sums) {
        SmallVector<Value> next;
        for (auto [sum, value] : llvm::zip(sums, counts))
          next.push_back(addTo(b, loc, sum, value));
        return next;
      };
      // Of scf.for it never fails.
      auto grown = *loop.replaceWithAdditionalYields(
          rewriter, zeros, /*replaceInitOperandUsesInLoop=*/false, add);
      ResultRange sums = grown->getResults().take_back(counts.size());
      counts.assign(sums.begin(), sums.end());
      parent = grown->getParentOp();
    }
    return counts.pop_back_val();
  }

  static Value getZero(OpBuilder &b, Location loc, Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    Type element = tensor ? tensor.getElementType() : type;
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(element));
    if (!tensor)
      return zero;
    Value empty = tensor::EmptyOp::create(b, loc, tensor.getShape(), element);
    return linalg::FillOp::create(b, loc, zero, empty).getResult(0);
  }

  static Value addTo(OpBuilder &b, Location loc, Value sum, Value value) {
    if (!isa<RankedTensorType>(value.getType()))
      return arith::AddFOp::create(b, loc, sum, value);
    return linalg::AddOp::create(b, loc, sum.getType(), ValueRange{sum, value},
                                 ValueRange{sum})
        .getResult(0);
  }

  void addTo(func::FuncOp function) {
    SmallVector<QuantizeOp> counted;
    function.walk([&](QuantizeOp op) {
      StringRef problem = findProblem(op, function);
      if (problem.empty())
        counted.push_back(op);
      else
        emitRemark(op.getLoc()) << "no statistics: " << problem;
    });
    if (counted.empty())
      return;
    Operation *end = function.getBody().front().getTerminator();
    OpBuilder b(end);
    SmallVector<Value> numbers;
    SmallVector<Attribute> labels;
    int64_t rows = counted.size(), bins = Counters::kBins;
    Value histograms = tensor::EmptyOp::create(
        b, function.getLoc(), ArrayRef<int64_t>{rows, bins}, b.getI64Type());
    for (auto [row, op] : llvm::enumerate(counted)) {
      SmallVector<Value> counts = count(op);
      Value histogram = sumOverLoops(op, counts);
      llvm::append_range(numbers, counts);
      b.setInsertionPoint(end);
      auto at = [&](int64_t first, int64_t second) {
        return SmallVector<OpFoldResult>{b.getIndexAttr(first),
                                         b.getIndexAttr(second)};
      };
      histograms =
          tensor::InsertSliceOp::create(b, op.getLoc(), histogram, histograms,
                                        at(row, 0), at(1, bins), at(1, 1));
      labels.push_back(b.getStringAttr(getLabel(op)));
    }
    Value table = tensor::FromElementsOp::create(
        b, function.getLoc(),
        RankedTensorType::get({rows, Counters::kNumbers}, b.getF64Type()),
        numbers);
    end->insertOperands(end->getNumOperands(), {table, histograms});
    FunctionType type = function.getFunctionType();
    SmallVector<Type> results(type.getResults());
    llvm::append_values(results, table.getType(), histograms.getType());
    function.setFunctionType(b.getFunctionType(type.getInputs(), results));
    if (ArrayAttr attributes = function.getAllResultAttrs()) {
      SmallVector<Attribute> all(attributes.begin(), attributes.end());
      all.append(2, b.getDictionaryAttr({}));
      function.setAllResultAttrs(b.getArrayAttr(all));
    }
    function->setAttr(MXDialect::kStatisticsAttrName, b.getArrayAttr(labels));
  }

  /// A recipe gives product p the streams 2p and 2p + 1.
  static std::string getLabel(QuantizeOp op) {
    std::string format;
    llvm::raw_string_ostream(format) << Type(op.getFormat());
    return llvm::formatv("product {0} {1} {2}", op.getStream() / 2,
                         op.getStream() % 2 ? "rhs" : "lhs", format);
  }
};

} // namespace
} // namespace mx

//===- Contraction.cpp - What a matrix product looks like -----------------===//

#include "mx/Dialect/MX/Transforms/Contraction.h"

#include "mx/Interfaces/ProductOpInterface.h"

using namespace mlir;

namespace mx {

/// Skips extf and truncf, which products of narrow floats carry.
static Value skipCasts(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<arith::ExtFOp, arith::TruncFOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// Whether the body is out + lhs * rhs, in any order.
static bool isMultiplyAdd(linalg::LinalgOp op) {
  Block *body = op.getBlock();
  if (!body || body->getNumArguments() != 3)
    return false;
  auto add = skipCasts(body->getTerminator()->getOperand(0))
                 .getDefiningOp<arith::AddFOp>();
  if (!add)
    return false;
  Value out = body->getArgument(2);
  Value first = skipCasts(add.getLhs()), second = skipCasts(add.getRhs());
  if (first != out)
    std::swap(first, second);
  auto mul = second.getDefiningOp<arith::MulFOp>();
  if (first != out || !mul)
    return false;
  Value a = skipCasts(mul.getLhs()), b = skipCasts(mul.getRhs());
  Value lhs = body->getArgument(0), rhs = body->getArgument(1);
  return (a == lhs && b == rhs) || (a == rhs && b == lhs);
}

bool isProductLike(Operation *op) {
  if (isa<ProductOpInterface, linalg::MatmulOp, linalg::BatchMatmulOp,
          linalg::ContractOp, linalg::MatvecOp, linalg::VecmatOp, linalg::DotOp,
          linalg::BatchMatvecOp, linalg::BatchVecmatOp,
          linalg::BatchReduceMatmulOp, linalg::Mmt4DOp>(op))
    return true;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && generic.getNumDpsInputs() == 2 &&
         generic.getNumDpsInits() == 1 && generic.getNumReductionLoops() > 0 &&
         isMultiplyAdd(generic);
}

int64_t Contraction::getExtent(unsigned loop) const {
  AffineExpr dim = getAffineDimExpr(loop, lhsMap.getContext());
  if (auto axis = lhsMap.getResultPosition(dim))
    return cast<RankedTensorType>(getLhs().getType()).getDimSize(*axis);
  auto axis = rhsMap.getResultPosition(dim);
  return cast<RankedTensorType>(getRhs().getType()).getDimSize(*axis);
}

bool Contraction::isBatched() const {
  auto extent = [](Value value, AffineMap map, unsigned loop) {
    AffineExpr dim = getAffineDimExpr(loop, map.getContext());
    return cast<RankedTensorType>(value.getType())
        .getDimSize(*map.getResultPosition(dim));
  };
  return llvm::any_of(batch, [&](unsigned loop) {
    return extent(getLhs(), lhsMap, loop) != 1 &&
           extent(getRhs(), rhsMap, loop) != 1;
  });
}

static LogicalResult checkTypes(ArrayRef<Type> types, std::string &whyNot) {
  for (Type operand : types) {
    auto type = dyn_cast_or_null<RankedTensorType>(operand);
    if (!type) {
      whyNot = "its operands are not tensors";
      return failure();
    }
    Type element = type.getElementType();
    if (element.isF32() || element.isBF16() || element.isF16())
      continue;
    llvm::raw_string_ostream(whyNot)
        << "it has elements of type " << element
        << ", and only f32, bf16 and f16 are quantised";
    return failure();
  }
  return success();
}

static LogicalResult rejectLoop(unsigned loop, std::string &whyNot) {
  whyNot = "loop " + std::to_string(loop) +
           " is of no kind that a product has (batch, row, column, "
           "contraction)";
  return failure();
}

/// Sorts each loop by the operands that it appears in.
static LogicalResult classifyLoops(Contraction &contraction,
                                   std::string &whyNot) {
  for (AffineMap map :
       {contraction.lhsMap, contraction.rhsMap, contraction.resultMap})
    if (!map.isProjectedPermutation()) {
      whyNot = "an operand is not indexed by a permutation of its loops";
      return failure();
    }
  for (unsigned loop = 0; loop < contraction.lhsMap.getNumDims(); ++loop) {
    bool lhs = contraction.lhsMap.isFunctionOfDim(loop);
    bool rhs = contraction.rhsMap.isFunctionOfDim(loop);
    bool out = contraction.resultMap.isFunctionOfDim(loop);
    if (lhs && rhs && out) {
      contraction.batch.push_back(loop);
    } else if (lhs && !rhs && out) {
      contraction.m.push_back(loop);
    } else if (!lhs && rhs && out) {
      contraction.n.push_back(loop);
    } else if (lhs && rhs && !out) {
      contraction.k.push_back(loop);
    } else {
      return rejectLoop(loop, whyNot);
    }
  }
  if (contraction.m.empty() || contraction.n.empty() || contraction.k.empty()) {
    whyNot = contraction.k.empty()
                 ? "it has no contraction loop"
                 : "it is a product with a vector, not with a matrix";
    return failure();
  }
  return success();
}

/// A linalg op of two inputs and one output.
static FailureOr<Contraction> describe(linalg::LinalgOp op,
                                       std::string &whyNot) {
  if (failed(checkTypes(llvm::to_vector(op->getOperandTypes()), whyNot)))
    return failure();
  if (!isMultiplyAdd(op)) {
    whyNot = "its body is not a multiply and an add";
    return failure();
  }
  Contraction contraction;
  contraction.op = op;
  contraction.lhs = op.getDpsInputOperand(0);
  contraction.rhs = op.getDpsInputOperand(1);
  contraction.init = op.getDpsInits()[0];
  contraction.type = cast<RankedTensorType>(contraction.init.getType());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  contraction.lhsMap = maps[0];
  contraction.rhsMap = maps[1];
  contraction.resultMap = maps[2];
  for (auto [loop, kind] : llvm::enumerate(op.getIteratorTypesArray()))
    if (kind == utils::IteratorType::reduction &&
        contraction.resultMap.isFunctionOfDim(loop))
      return rejectLoop(loop, whyNot);
  return contraction;
}

/// An op of another dialect. What linalg's verifier knows of its ops is checked
/// here: a map for each axis, and one extent for each loop.
static FailureOr<Contraction> describe(ProductOpInterface op,
                                       std::string &whyNot) {
  Contraction contraction;
  contraction.op = op;
  contraction.lhs = &op.getLhsOperand();
  contraction.rhs = &op.getRhsOperand();
  contraction.type = op.getProductType();
  Type types[] = {contraction.getLhs().getType(),
                  contraction.getRhs().getType(), contraction.type};
  if (failed(checkTypes(types, whyNot)))
    return failure();
  SmallVector<AffineMap> maps = op.getProductMaps();
  if (op->getNumResults() != 1 || maps.size() != 3) {
    whyNot = "expected one result and three maps, but found " +
             std::to_string(op->getNumResults()) + " and " +
             std::to_string(maps.size());
    return failure();
  }
  SmallVector<int64_t> extents(maps[0].getNumDims(), ShapedType::kDynamic);
  for (auto [type, map] : llvm::zip(types, maps)) {
    auto tensor = cast<RankedTensorType>(type);
    if (map.getNumResults() != tensor.getRank() ||
        map.getNumDims() != extents.size() || map.getNumSymbols() != 0) {
      llvm::raw_string_ostream(whyNot)
          << "its map " << map << " does not fit " << type << " in "
          << extents.size() << " loops";
      return failure();
    }
    for (auto [axis, expr] : llvm::enumerate(map.getResults())) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (!dim || tensor.isDynamicDim(axis))
        continue;
      int64_t &extent = extents[dim.getPosition()];
      if (!ShapedType::isDynamic(extent) && extent != tensor.getDimSize(axis)) {
        whyNot = "its operands give loop " + std::to_string(dim.getPosition()) +
                 " extents " + std::to_string(extent) + " and " +
                 std::to_string(tensor.getDimSize(axis));
        return failure();
      }
      extent = tensor.getDimSize(axis);
    }
  }
  contraction.lhsMap = maps[0];
  contraction.rhsMap = maps[1];
  contraction.resultMap = maps[2];
  return contraction;
}

FailureOr<Contraction> getContraction(Operation *op, std::string &whyNot) {
  FailureOr<Contraction> contraction = failure();
  if (auto product = dyn_cast<ProductOpInterface>(op)) {
    contraction = describe(product, whyNot);
  } else {
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    if (!linalgOp || linalgOp.getNumDpsInputs() != 2 ||
        linalgOp.getNumDpsInits() != 1) {
      whyNot = "it is not a linalg op of two operands and one result";
      return failure();
    }
    contraction = describe(linalgOp, whyNot);
  }
  if (failed(contraction) || failed(classifyLoops(*contraction, whyNot)))
    return failure();
  return contraction;
}

} // namespace mx

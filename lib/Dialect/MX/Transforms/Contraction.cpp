//===- Contraction.cpp - What a matrix product looks like -----------------===//

#include "mx/Dialect/MX/Transforms/Contraction.h"

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
  if (isa<linalg::MatmulOp, linalg::BatchMatmulOp, linalg::ContractOp,
          linalg::MatvecOp, linalg::VecmatOp, linalg::DotOp,
          linalg::BatchMatvecOp, linalg::BatchVecmatOp,
          linalg::BatchReduceMatmulOp, linalg::Mmt4DOp>(op))
    return true;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && generic.getNumDpsInputs() == 2 &&
         generic.getNumDpsInits() == 1 && generic.getNumReductionLoops() > 0 &&
         isMultiplyAdd(generic);
}

bool Contraction::isBatched() const {
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  return llvm::any_of(batch, [&](unsigned loop) { return ranges[loop] != 1; });
}

static LogicalResult checkElementTypes(linalg::LinalgOp op,
                                       std::string &whyNot) {
  for (Value value : op->getOperands()) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
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

/// Sorts each loop by the operands that it appears in.
static LogicalResult classifyLoops(Contraction &contraction,
                                   std::string &whyNot) {
  linalg::LinalgOp op = contraction.op;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (AffineMap map : maps)
    if (!map.isProjectedPermutation()) {
      whyNot = "an operand is not indexed by a permutation of its loops";
      return failure();
    }
  for (auto [loop, kind] : llvm::enumerate(op.getIteratorTypesArray())) {
    bool lhs = maps[0].isFunctionOfDim(loop);
    bool rhs = maps[1].isFunctionOfDim(loop);
    bool out = maps[2].isFunctionOfDim(loop);
    bool reduction = kind == utils::IteratorType::reduction;
    if (lhs && rhs && out && !reduction) {
      contraction.batch.push_back(loop);
    } else if (lhs && !rhs && out) {
      contraction.m.push_back(loop);
    } else if (!lhs && rhs && out) {
      contraction.n.push_back(loop);
    } else if (lhs && rhs && !out) {
      contraction.k.push_back(loop);
    } else {
      whyNot = "loop " + std::to_string(loop) +
               " is of no kind that a product has (batch, row, column, "
               "contraction)";
      return failure();
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

FailureOr<Contraction> getContraction(Operation *op, std::string &whyNot) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || linalgOp.getNumDpsInputs() != 2 ||
      linalgOp.getNumDpsInits() != 1) {
    whyNot = "it is not a linalg op of two operands and one result";
    return failure();
  }
  if (failed(checkElementTypes(linalgOp, whyNot)))
    return failure();
  if (!isMultiplyAdd(linalgOp)) {
    whyNot = "its body is not a multiply and an add";
    return failure();
  }
  Contraction contraction;
  contraction.op = linalgOp;
  if (failed(classifyLoops(contraction, whyNot)))
    return failure();
  return contraction;
}

} // namespace mx

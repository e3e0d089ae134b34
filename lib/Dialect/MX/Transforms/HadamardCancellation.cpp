//===- HadamardCancellation.cpp - Transforms of a product cancel ----------===//
//
// (A·R)(B·R)ᵀ = A·Bᵀ only if both operands see the same R along the axis that
// the product sums over. Walks from the operands back to their transforms.
//
//===----------------------------------------------------------------------===//

#include "HadamardCancellation.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

namespace mx {

namespace {
/// The transforms behind one operand, the last one first.
struct History {
  SmallVector<HadamardOp> transforms;
  Operation *moved = nullptr; // moves the last axis after a transform
  bool complete = false;      // nothing outside can have transformed it
};
} // namespace

/// Whether `op` leaves its first operand's last axis where it is not.
static bool movesLastAxis(Operation *op) {
  if (isa<TransposeOp>(op))
    return true;
  auto transpose = dyn_cast<linalg::TransposeOp>(op);
  return transpose && transpose.getPermutation().back() !=
                          int64_t(transpose.getPermutation().size()) - 1;
}

static bool passesThrough(Operation *op) {
  return isa<QuantizeOp, DequantizeOp, TransposeOp, CastOp, linalg::TransposeOp,
             tensor::CastOp, tensor::PadOp>(op);
}

static History trace(Value value) {
  History history;
  Operation *move = nullptr;
  bool quantized = false;
  while (Operation *op = value.getDefiningOp()) {
    // What was quantised before along another axis (saved for the backward
    // pass) may be transformed along that one: the result is transformed back.
    if (isa<DequantizeOp>(op) && quantized && move)
      return history;
    if (auto transform = dyn_cast<HadamardOp>(op)) {
      history.transforms.push_back(transform);
      if (move && !history.moved)
        history.moved = move;
    } else if (!passesThrough(op)) {
      break;
    } else if (movesLastAxis(op)) {
      move = op;
    }
    quantized |= isa<QuantizeOp>(op);
    value = op->getOperand(0);
  }
  // A float that is quantised here has no transform but those seen if it is
  // the function's or was computed; constants, loops and calls may hide one.
  Operation *origin = value.getDefiningOp();
  auto argument = dyn_cast<BlockArgument>(value);
  bool plain =
      origin ? isa<linalg::LinalgOp>(origin)
             : isa<FunctionOpInterface>(argument.getOwner()->getParentOp()) &&
                   argument.getOwner()->isEntryBlock();
  history.complete = quantized && plain;
  return history;
}

static LogicalResult verifySame(MatmulOp product, HadamardOp a, HadamardOp b) {
  auto differ = [&](StringRef what, StringRef remedy) -> LogicalResult {
    InFlightDiagnostic error = product.emitOpError()
                               << "expected Hadamard transforms that cancel, "
                                  "but found "
                               << what << "; " << remedy;
    error.attachNote(a.getLoc()) << "transform of operand a";
    error.attachNote(b.getLoc()) << "transform of operand b";
    return error;
  };
  HadamardAttr left = a.getTransform(), right = b.getTransform();
  if (left.getSize() != right.getSize())
    return differ("sizes " + std::to_string(left.getSize()) + " and " +
                      std::to_string(right.getSize()),
                  "give both operands one size");
  if (left.getSigns() != right.getSigns())
    return differ("different kinds of signs", "give both the same signs");
  if (left.getFixedSigns() != right.getFixedSigns())
    return differ("different fixed signs", "give both the same list");
  if (left.getSigns() != Signs::Seed)
    return success();
  if (a.getSeed() != b.getSeed())
    return differ("signs drawn from different seeds", "use one seed");
  if (a.getSignStream() != b.getSignStream())
    return differ("sign streams " + std::to_string(a.getSignStream()) +
                      " and " + std::to_string(b.getSignStream()),
                  "give both one sign_stream");
  return success();
}

LogicalResult verifyHadamardCancels(MatmulOp product) {
  History a = trace(product.getA()), b = trace(product.getB());
  for (const History &history : {a, b})
    if (history.moved) {
      InFlightDiagnostic error =
          product.emitOpError()
          << "expected Hadamard transforms along the contraction axis, but "
             "found one along another; transpose before 'mx.hadamard'";
      error.attachNote(history.moved->getLoc()) << "the axis moves here";
      return error;
    }
  for (auto [left, right] : llvm::zip(a.transforms, b.transforms))
    if (failed(verifySame(product, left, right)))
      return failure();
  size_t numA = a.transforms.size(), numB = b.transforms.size();
  if (numA == numB || !(numA < numB ? a : b).complete)
    return success();
  return product.emitOpError()
         << "expected as many Hadamard transforms of both operands, but found "
         << numA << " of a and " << numB
         << " of b; transform both along the contraction axis";
}

} // namespace mx

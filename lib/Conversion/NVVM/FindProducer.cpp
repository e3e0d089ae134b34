//===- FindProducer.cpp - What is computed only to be quantised -----------===//

#include "FindProducer.h"

#include "Buffers.h"
#include "HostCode.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// The op that writes a buffer which a quantisation alone reads.
static linalg::GenericOp findWriter(PackedQuantizeOp op) {
  auto room = op.getInput().getDefiningOp<memref::AllocOp>();
  linalg::GenericOp writer;
  if (!room || room->getBlock() != op->getBlock())
    return nullptr;
  for (OpOperand &use : room->getUses()) {
    Operation *user = use.getOwner();
    if (user == op || isa<memref::DeallocOp>(user))
      continue;
    auto generic = dyn_cast<linalg::GenericOp>(user);
    if (writer || !generic || !generic.isDpsInit(&use) ||
        generic->getBlock() != op->getBlock() || !generic->isBeforeInBlock(op))
      return nullptr;
    writer = generic;
  }
  return writer;
}

static bool isFloat(Type type) {
  return type.isF32() || type.isBF16() || type.isF16();
}

/// Whether a map is (…, i, j) -> (…, i), or with a last axis of one element.
static bool isOfRows(AffineMap map) {
  unsigned rank = map.getNumDims();
  ArrayRef<AffineExpr> axes = map.getResults();
  if (axes.size() == rank && isa<AffineConstantExpr>(axes.back()))
    axes = axes.drop_back();
  if (axes.size() + 1 != rank)
    return false;
  for (auto [i, axis] : llvm::enumerate(axes))
    if (axis != getAffineDimExpr(i, map.getContext()))
      return false;
  return true;
}

/// Whether a kernel can compute the op for each element that it reads.
static bool isElementwise(linalg::GenericOp op) {
  if (op.getNumDpsInits() != 1 || op.getNumDpsInputs() == 0 ||
      op.getNumReductionLoops() > 0 || op.hasIndexSemantics() ||
      op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)))
    return false;
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    AffineMap map = op.getMatchingIndexingMap(&operand);
    bool mayBeOfRows =
        op.isDpsInput(&operand) && operand.getOperandNumber() > 0;
    if (!type || !isFloat(type.getElementType()) ||
        !type.getLayout().isIdentity() ||
        !(map.isIdentity() || (mayBeOfRows && isOfRows(map))))
      return false;
  }
  return llvm::all_of(*op.getBody(), [&](Operation &inner) {
    return inner.getNumRegions() == 0 &&
           (isMemoryEffectFree(&inner) || isa<linalg::YieldOp>(inner)) &&
           llvm::all_of(inner.getOperands(), [&](Value operand) {
             return operand.getParentBlock() == op.getBody() ||
                    matchPattern(operand, m_Constant());
           });
  });
}

linalg::GenericOp mx::nvvm::findProducer(PackedQuantizeOp op) {
  linalg::GenericOp writer = findWriter(op);
  if (!writer || !isElementwise(writer))
    return nullptr;
  for (Value input : writer.getDpsInputs())
    for (Operation *between = writer->getNextNode(); between != op;
         between = between->getNextNode())
      if (mayChange(between, getRoot(input)))
        return nullptr;
  return writer;
}

void mx::nvvm::eraseProducer(PackedQuantizeOp op, linalg::GenericOp producer) {
  Value room = op.getInput();
  op->replaceUsesOfWith(room, producer.getDpsInputs()[0]);
  producer->erase();
  eraseUnused(room);
}

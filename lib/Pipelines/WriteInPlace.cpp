//===- WriteInPlace.cpp - Buffers that are copied into others -------------===//

#include "WriteInPlace.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace {

/// The buffer that a chain of views of these kinds is of.
template <typename... Ops> Value skip(Value view) {
  while (Operation *op = view.getDefiningOp()) {
    if (!isa<Ops...>(op))
      break;
    view = op->getOperand(0);
  }
  return view;
}

/// Elements [start, end) of a buffer in row-major order.
struct Part {
  int64_t start, end;

  bool overlaps(const Part &other) const {
    return start < other.end && other.start < end;
  }
};

/// The part that a contiguous view of known place is.
std::optional<Part> getPart(Value view) {
  auto type = cast<MemRefType>(view.getType());
  if (!memref::isStaticShapeAndContiguousRowMajor(type))
    return std::nullopt;
  int64_t offset = type.getStridesAndOffset().second;
  if (ShapedType::isDynamic(offset))
    return std::nullopt;
  return Part{offset, offset + type.getNumElements()};
}

/// An op of the block that reads or writes a buffer, itself or within.
struct Use {
  Operation *op; ///< of the block
  OpOperand *operand;
  Value view;
};

/// One copy, of `from` to `part` of `to`: allocations of the copy's block.
class Candidate {
public:
  explicit Candidate(memref::CopyOp copy) : copy(copy) {}

  bool match() {
    from = getAllocation(
        skip<memref::CollapseShapeOp, memref::ExpandShapeOp>(copy.getSource()));
    to = getAllocation(
        skip<memref::CollapseShapeOp, memref::ExpandShapeOp, memref::SubViewOp>(
            copy.getTarget()));
    std::optional<Part> found = getPart(copy.getTarget());
    if (!from || !to || from == to || !found ||
        from.getType().getElementType() != to.getType().getElementType())
      return false;
    part = *found;
    SmallVector<Use> ofFrom, ofTo;
    return collect(from, ofFrom) && collect(to, ofTo) && checkFrom(ofFrom) &&
           checkTo(ofTo);
  }

  void rewrite() {
    if (from->isBeforeInBlock(to))
      to->moveBefore(from);
    OpBuilder b(from);
    MemRefType type = from.getType();
    SmallVector<int64_t> strides;
    int64_t unused;
    (void)type.getStridesAndOffset(strides, unused);
    auto layout = StridedLayoutAttr::get(b.getContext(), part.start, strides);
    auto placed =
        MemRefType::get(type.getShape(), type.getElementType(), layout);
    Value view = memref::ReinterpretCastOp::create(b, from.getLoc(), placed,
                                                   to.getResult(), part.start,
                                                   type.getShape(), strides);
    copy.erase();
    replace(from.getResult(), view);
    from.erase();
  }

private:
  memref::AllocOp getAllocation(Value value) {
    auto alloc = value.getDefiningOp<memref::AllocOp>();
    return alloc && alloc->getBlock() == copy->getBlock() &&
                   alloc.getType().hasStaticShape() &&
                   alloc.getType().getLayout().isIdentity()
               ? alloc
               : memref::AllocOp();
  }

  /// All uses of a buffer through its views; false where there may be others.
  bool collect(Value value, SmallVectorImpl<Use> &uses) {
    for (OpOperand &use : value.getUses()) {
      Operation *op = use.getOwner();
      Operation *outer = copy->getBlock()->findAncestorOpInBlock(*op);
      if (!outer)
        return false;
      if (isa<memref::CollapseShapeOp, memref::ExpandShapeOp, memref::SubViewOp,
              memref::ReinterpretCastOp>(op)) {
        if (op->getBlock() != copy->getBlock() ||
            !collect(op->getResult(0), uses))
          return false;
        continue;
      }
      uses.push_back({outer, &use, value});
    }
    return true;
  }

  static bool isDealloc(const Use &use) {
    return isa<memref::DeallocOp>(use.operand->getOwner());
  }

  /// Whether an op is known only to read an operand.
  static bool onlyReads(const Use &use) {
    Operation *op = use.operand->getOwner();
    if (auto destination = dyn_cast<DestinationStyleOpInterface>(op))
      return destination.isDpsInput(use.operand);
    if (auto other = dyn_cast<memref::CopyOp>(op))
      return use.operand == &other.getSourceMutable();
    return isa<memref::LoadOp>(op);
  }
  static bool isKnown(const Use &use) {
    return isa<DestinationStyleOpInterface, memref::CopyOp, memref::LoadOp,
               memref::StoreOp>(use.operand->getOwner());
  }

  /// After the copy, `from` is only read.
  bool checkFrom(ArrayRef<Use> uses) {
    last = copy;
    first = copy;
    for (const Use &use : uses) {
      if (isDealloc(use))
        continue;
      if (!isKnown(use) || !canMove(use.view))
        return false;
      if (use.op != copy && copy->isBeforeInBlock(use.op) && !onlyReads(use))
        return false;
      if (use.op->isBeforeInBlock(first))
        first = use.op;
      if (last->isBeforeInBlock(use.op))
        last = use.op;
    }
    return true;
  }

  /// Whether the views up to a buffer can be of another place.
  static bool canMove(Value view) {
    Value buffer =
        skip<memref::CollapseShapeOp, memref::ExpandShapeOp, memref::SubViewOp>(
            view);
    return !buffer.getDefiningOp<ViewLikeOpInterface>();
  }

  /// From the first use of `from` to the last, nothing but the copy touches the
  /// part; after the copy it may be read.
  bool checkTo(ArrayRef<Use> uses) {
    for (const Use &use : uses) {
      if (use.op == copy || use.op->isBeforeInBlock(first))
        continue;
      if (isDealloc(use)) {
        if (use.op->isBeforeInBlock(last))
          return false;
        continue;
      }
      std::optional<Part> other = getPart(use.view);
      if (other && !part.overlaps(*other) && isKnown(use))
        continue;
      bool isAfterCopy = copy->isBeforeInBlock(use.op);
      if (!isAfterCopy || (!onlyReads(use) && !last->isBeforeInBlock(use.op)))
        return false;
    }
    return true;
  }

  static MemRefType getType(memref::SubViewOp op, Value source) {
    return memref::SubViewOp::inferRankReducedResultType(
        op.getType().getShape(), cast<MemRefType>(source.getType()),
        op.getMixedOffsets(), op.getMixedSizes(), op.getMixedStrides());
  }

  /// Views of a replaced buffer have the types of its place.
  static void replace(Value old, Value made) {
    for (OpOperand &use : llvm::make_early_inc_range(old.getUses())) {
      Operation *op = use.getOwner();
      OpBuilder b(op);
      if (isa<memref::DeallocOp>(op)) {
        op->erase();
        continue;
      }
      Value view;
      if (auto collapse = dyn_cast<memref::CollapseShapeOp>(op))
        view = memref::CollapseShapeOp::create(
            b, op->getLoc(), made, collapse.getReassociationIndices());
      else if (auto expand = dyn_cast<memref::ExpandShapeOp>(op))
        view = memref::ExpandShapeOp::create(
            b, op->getLoc(), expand.getResultType().getShape(), made,
            expand.getReassociationIndices(), expand.getMixedOutputShape());
      else if (auto subview = dyn_cast<memref::SubViewOp>(op))
        view = memref::SubViewOp::create(
            b, op->getLoc(), getType(subview, made), made,
            subview.getMixedOffsets(), subview.getMixedSizes(),
            subview.getMixedStrides());
      if (!view) {
        use.set(made);
        continue;
      }
      replace(op->getResult(0), view);
      op->erase();
    }
  }

  memref::CopyOp copy;
  memref::AllocOp from, to;
  Part part{0, 0};
  Operation *first = nullptr, *last = nullptr; ///< uses of `from`
};

struct WriteInPlace : PassWrapper<WriteInPlace, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(WriteInPlace)

  StringRef getArgument() const override { return "mx-write-in-place"; }
  StringRef getDescription() const override {
    return "buffers that are copied into others are parts of them";
  }
  void runOnOperation() override {
    SmallVector<memref::CopyOp> copies;
    getOperation()->walk([&](memref::CopyOp copy) { copies.push_back(copy); });
    for (memref::CopyOp copy : copies)
      if (Candidate candidate(copy); candidate.match())
        candidate.rewrite();
  }
};
} // namespace

std::unique_ptr<Pass> mx::createWriteInPlacePass() {
  return std::make_unique<WriteInPlace>();
}

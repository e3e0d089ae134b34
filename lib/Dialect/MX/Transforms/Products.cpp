//===- Products.cpp - The products of a module and how they relate --------===//

#include "mx/Dialect/MX/Transforms/Products.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;

namespace mx {

//===----------------------------------------------------------------------===//
// Locations
//===----------------------------------------------------------------------===//

static void appendNames(Location loc, SmallVectorImpl<StringRef> &names) {
  if (auto name = dyn_cast<NameLoc>(loc)) {
    names.push_back(name.getName());
    appendNames(name.getChildLoc(), names);
  } else if (auto fused = dyn_cast<FusedLoc>(loc)) {
    for (Location part : fused.getLocations())
      appendNames(part, names);
  } else if (auto call = dyn_cast<CallSiteLoc>(loc)) {
    appendNames(call.getCallee(), names);
    appendNames(call.getCaller(), names);
  }
}

SmallVector<StringRef> getLocationNames(Location loc) {
  SmallVector<StringRef> names;
  appendNames(loc, names);
  return names;
}

NameStackVote getNameStackVote(Location loc) {
  bool forward = false, backward = false;
  for (StringRef name : getLocationNames(loc)) {
    if (name.contains("rematted_computation"))
      return NameStackVote::Forward;
    backward |= name.contains("transpose(jvp");
    forward |= name.contains("jvp(");
  }
  if (backward)
    return NameStackVote::Backward;
  return forward ? NameStackVote::Forward : NameStackVote::None;
}

/// JAX begins a new name stack in a loop's body: without a word there, the
/// loop's own counts.
static NameStackVote getNameStackVote(Operation *op) {
  NameStackVote vote = NameStackVote::None;
  while (op && !isa<FunctionOpInterface>(op) && vote == NameStackVote::None) {
    vote = getNameStackVote(op->getLoc());
    op = op->getParentOp();
  }
  return vote;
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

/// A linalg.generic that moves elements without changing more than their type.
static bool isCopy(linalg::GenericOp op) {
  if (op.getNumDpsInputs() != 1 || op.getNumDpsInits() != 1 ||
      op.getNumReductionLoops() != 0)
    return false;
  Value yielded = op.getBlock()->getTerminator()->getOperand(0);
  while (Operation *cast = yielded.getDefiningOp()) {
    if (!isa<arith::ExtFOp, arith::TruncFOp>(cast))
      return false;
    yielded = cast->getOperand(0);
  }
  return yielded == op.getBlock()->getArgument(0);
}

/// Steps from a copy's result to its source; false where axes are repeated.
static bool stepThroughCopy(linalg::GenericOp op, OperandView &view) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (!maps[0].isProjectedPermutation() || !maps[1].isPermutation() ||
      maps[0].getNumResults() != maps[1].getNumResults())
    return false;
  SmallVector<AxisParts> axes;
  for (AffineExpr expr : maps[0].getResults())
    axes.push_back(view.axes[*maps[1].getResultPosition(expr)]);
  view = {op.getDpsInputs()[0], axes};
  return true;
}

/// Appends an inner part; parts of one use make one, and those of extent 1
/// nothing.
static void appendPart(AxisParts &parts, AxisPart part) {
  if (part.extent == 1)
    return;
  if (parts.empty() || parts.back().use != part.use) {
    parts.push_back(part);
    return;
  }
  int64_t &extent = parts.back().extent;
  bool isDynamic =
      ShapedType::isDynamic(extent) || ShapedType::isDynamic(part.extent);
  extent = isDynamic ? ShapedType::kDynamic : extent * part.extent;
}

static void stepThroughExpand(tensor::ExpandShapeOp op, OperandView &view) {
  SmallVector<AxisParts> axes;
  for (ArrayRef<int64_t> group : op.getReassociationIndices()) {
    AxisParts &parts = axes.emplace_back();
    for (int64_t axis : group)
      for (AxisPart part : view.axes[axis])
        appendPart(parts, part);
    if (parts.empty())
      parts.push_back({1, view.axes[group.front()].front().use});
  }
  view = {op.getSrc(), axes};
}

/// Takes the innermost `extent` elements of an axis off its parts; nothing
/// where no part ends there.
static std::optional<AxisParts> takeInner(AxisParts &parts, int64_t extent) {
  AxisParts taken;
  while (parts.size() > 1 && extent != 1) {
    AxisPart &last = parts.back();
    if (ShapedType::isDynamic(extent) || ShapedType::isDynamic(last.extent))
      return std::nullopt;
    int64_t common = std::min(extent, last.extent);
    if (extent % common != 0 || last.extent % common != 0)
      return std::nullopt;
    taken.insert(taken.begin(), {common, last.use});
    extent /= common;
    last.extent /= common;
    if (last.extent == 1)
      parts.pop_back();
  }
  // The outermost part reaches over all that is left.
  if (extent != 1 || taken.empty())
    taken.insert(taken.begin(), {extent, parts.back().use});
  return taken;
}

/// False where an axis of the source would begin within a part.
static bool stepThroughCollapse(tensor::CollapseShapeOp op, OperandView &view) {
  ArrayRef<int64_t> shape = op.getSrcType().getShape();
  SmallVector<AxisParts> axes(shape.size());
  for (auto [axis, group] : llvm::enumerate(op.getReassociationIndices())) {
    AxisParts left = view.axes[axis];
    for (int64_t source : llvm::reverse(group)) {
      std::optional<AxisParts> taken = takeInner(left, shape[source]);
      if (!taken)
        return false;
      axes[source] = *taken;
    }
  }
  view = {op.getSrc(), axes};
  return true;
}

static OperandView traceToRoot(OperandView view) {
  while (Operation *op = view.root.getDefiningOp()) {
    if (auto transpose = dyn_cast<linalg::TransposeOp>(op)) {
      SmallVector<AxisParts> axes(view.axes.size());
      for (auto [axis, source] : llvm::enumerate(transpose.getPermutation()))
        axes[source] = view.axes[axis];
      view = {transpose.getInput(), axes};
    } else if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
      stepThroughExpand(expand, view);
    } else if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
      if (!stepThroughCollapse(collapse, view))
        break;
    } else if (auto cast = dyn_cast<tensor::CastOp>(op)) {
      view.root = cast.getSource();
    } else {
      auto generic = dyn_cast<linalg::GenericOp>(op);
      if (!generic || !isCopy(generic) || !stepThroughCopy(generic, view))
        break;
    }
  }
  return view;
}

static OperandView getView(const Contraction &contraction, unsigned operand) {
  AffineMap map = operand == 0 ? contraction.lhsMap : contraction.rhsMap;
  OperandView view;
  view.root = operand == 0 ? contraction.getLhs() : contraction.getRhs();
  auto type = cast<RankedTensorType>(view.root.getType());
  for (auto [extent, expr] : llvm::zip(type.getShape(), map.getResults())) {
    unsigned loop = cast<AffineDimExpr>(expr).getPosition();
    AxisUse use = llvm::is_contained(contraction.k, loop) ? AxisUse::Contracted
                  : llvm::is_contained(contraction.batch, loop) ? AxisUse::Batch
                                                                : AxisUse::Free;
    view.axes.push_back({{extent, use}});
  }
  return traceToRoot(view);
}

bool isParameter(Value value) {
  while (true) {
    OperandView view;
    view.root = value;
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type)
      return false;
    for (int64_t extent : type.getShape())
      view.axes.push_back({{extent, AxisUse::Free}});
    Value root = traceToRoot(view).root;
    Operation *op = root.getDefiningOp();
    if (auto slice = dyn_cast_or_null<tensor::ExtractSliceOp>(op)) {
      value = slice.getSource();
      continue;
    }
    if (op)
      return op->hasTrait<OpTrait::ConstantLike>();
    auto argument = cast<BlockArgument>(root);
    return isa<FunctionOpInterface>(argument.getOwner()->getParentOp());
  }
}

static bool isFlipped(AxisUse forward, AxisUse backward) {
  if (forward == AxisUse::Batch || backward == AxisUse::Batch)
    return forward == backward;
  return forward != backward;
}

static bool isFlipped(AxisParts forward, AxisParts backward) {
  while (!forward.empty() && !backward.empty()) {
    AxisPart &before = forward.back(), &after = backward.back();
    if (!isFlipped(before.use, after.use))
      return false;
    // The last part on a side reaches over all that is left on the other.
    if (forward.size() == 1 || backward.size() == 1) {
      (forward.size() == 1 ? backward : forward).pop_back();
      continue;
    }
    if (before.extent == after.extent) {
      forward.pop_back();
      backward.pop_back();
      continue;
    }
    int64_t common = std::min(before.extent, after.extent);
    if (common <= 0 || before.extent % common || after.extent % common)
      return false;
    before.extent /= common;
    after.extent /= common;
    (before.extent == 1 ? forward : backward).pop_back();
  }
  return true;
}

/// Whether `backward` contracts what `forward` leaves free and the other way
/// round. Axes of extent 1 decide nothing.
static bool isFlipped(const OperandView &forward, const OperandView &backward) {
  if (forward.axes.size() != backward.axes.size())
    return false;
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(forward.root.getType()).getShape();
  return llvm::all_of(llvm::zip(shape, forward.axes, backward.axes),
                      [](auto axis) {
                        auto [extent, before, after] = axis;
                        return extent == 1 || isFlipped(before, after);
                      });
}

//===----------------------------------------------------------------------===//
// The analysis
//===----------------------------------------------------------------------===//

std::optional<Role> Product::getRole() const {
  auto role =
      getOperation()->getAttrOfType<StringAttr>(MXDialect::kRoleAttrName);
  return role ? symbolizeRole(role.getValue()) : std::nullopt;
}

ProductAnalysis::ProductAnalysis(Operation *root) {
  collect(root);
  computeDependences(root);
  relate();
}

void ProductAnalysis::collect(Operation *root) {
  root->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!isProductLike(op))
      return;
    std::string whyNot;
    FailureOr<Contraction> contraction = getContraction(op, whyNot);
    if (failed(contraction)) {
      rejected.emplace_back(op, whyNot);
      return;
    }
    Product product;
    product.contraction = *contraction;
    product.lhs = getView(*contraction, 0);
    product.rhs = getView(*contraction, 1);
    product.vote = getNameStackVote(op);
    products.push_back(std::move(product));
  });
}

/// Every op's results depend on its operands, on what its regions use, and on
/// the products inside; a block argument on all operands of the op around it.
/// One bit a product: one pass over the module, in order.
void ProductAnalysis::computeDependences(Operation *root) {
  DenseMap<Operation *, unsigned> numbers;
  for (auto [number, product] : llvm::enumerate(products))
    numbers[product.getOperation()] = number;
  if (products.empty())
    return;
  auto addValue = [&](BitVector &bits, Value value) {
    Operation *op = value.getDefiningOp();
    if (!op)
      op = cast<BlockArgument>(value).getOwner()->getParentOp();
    if (auto it = dependences.find(op); it != dependences.end())
      bits |= it->second;
  };
  std::function<void(Operation *)> visit = [&](Operation *op) {
    BitVector bits(products.size());
    for (Value operand : op->getOperands())
      addValue(bits, operand);
    bool tracked = op != root && !isa<FunctionOpInterface>(op);
    if (tracked)
      dependences[op] = bits; // what the regions' arguments depend on
    if (!isa<linalg::LinalgOp>(op))
      for (Region &region : op->getRegions())
        for (Block &block : region)
          for (Operation &inner : block) {
            visit(&inner);
            if (tracked)
              bits |= dependences[&inner];
          }
    if (auto it = numbers.find(op); it != numbers.end())
      bits.set(it->second);
    if (tracked)
      dependences[op] = std::move(bits);
  };
  visit(root);
}

bool ProductAnalysis::dependsOn(unsigned product, unsigned other) const {
  auto it = dependences.find(products[product].getOperation());
  return it != dependences.end() && it->second.test(other);
}

void ProductAnalysis::relate() {
  // Users of each root, as (product, view).
  llvm::MapVector<Value, SmallVector<std::pair<unsigned, const OperandView *>>>
      users;
  for (auto [number, product] : llvm::enumerate(products)) {
    users[product.lhs.root].emplace_back(number, &product.lhs);
    users[product.rhs.root].emplace_back(number, &product.rhs);
  }
  auto findUses = [&](unsigned number, const OperandView &view,
                      SmallVectorImpl<unsigned> &uses) {
    for (auto [other, otherView] : users[view.root])
      if (other != number && !llvm::is_contained(uses, other) &&
          isFlipped(view, *otherView) && dependsOn(other, number)) {
        uses.push_back(other);
        const Contraction &user = products[other].contraction;
        products[other].sharedOperand =
            otherView == &products[other].lhs ? user.lhs : user.rhs;
      }
  };
  for (auto [number, product] : llvm::enumerate(products)) {
    findUses(number, product.lhs, product.usesOfLhs);
    findUses(number, product.rhs, product.usesOfRhs);
  }
}

unsigned ProductAnalysis::getGradient(unsigned number) const {
  const Product &product = products[number];
  return product.sharedOperand == product.contraction.lhs ? 1 : 0;
}

/// Which operands could be the weight: those that a dgrad shares if there is
/// one; else, beside one that a wgrad shares, the other; else those that reach
/// only parameters.
std::pair<bool, bool>
ProductAnalysis::getWeightCandidates(unsigned number) const {
  const Product &product = products[number];
  auto isShared = [&](ArrayRef<unsigned> uses, Role role) {
    return llvm::any_of(
        uses, [&](unsigned use) { return products[use].getRole() == role; });
  };
  bool left = isShared(product.usesOfLhs, Role::DGrad);
  bool right = isShared(product.usesOfRhs, Role::DGrad);
  if (left == right) {
    left = isShared(product.usesOfRhs, Role::WGrad);
    right = isShared(product.usesOfLhs, Role::WGrad);
  }
  if (left == right) {
    left = isParameter(product.contraction.getLhs());
    right = isParameter(product.contraction.getRhs());
  }
  return {left, right};
}

bool ProductAnalysis::isWeightTied(unsigned number) const {
  auto [left, right] = getWeightCandidates(number);
  return left == right;
}

unsigned ProductAnalysis::getWeight(unsigned number) const {
  auto [left, right] = getWeightCandidates(number);
  return left && !right ? 0 : 1;
}

} // namespace mx

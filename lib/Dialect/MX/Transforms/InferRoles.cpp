//===- InferRoles.cpp - Which product is forward, dgrad or wgrad ----------===//
//
// mx-infer-roles: the user's `mx.role` first, then the name stack that JAX
// leaves in locations, then the structure of the graph.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/Transforms/Passes.h"
#include "mx/Dialect/MX/Transforms/Products.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXINFERROLES
#include "mx/Dialect/MX/Transforms/Passes.h.inc"

namespace {

/// A forward product and the side of it that a backward product shares.
struct Origin {
  unsigned forward;
  bool sharesLhs;
};

class RoleInference {
public:
  explicit RoleInference(const ProductAnalysis &analysis)
      : products(analysis.getProducts()), roles(products.size()),
        reasons(products.size()), origins(products.size()) {
    for (auto [number, product] : llvm::enumerate(products)) {
      for (unsigned use : product.usesOfLhs)
        origins[use].push_back({unsigned(number), true});
      for (unsigned use : product.usesOfRhs)
        origins[use].push_back({unsigned(number), false});
    }
    for (unsigned number = 0; number < products.size(); ++number)
      roles[number] = infer(number);
  }

  std::optional<Role> getRole(unsigned number) const { return roles[number]; }
  /// Why a role is undecided.
  StringRef getReason(unsigned number) const { return reasons[number]; }

private:
  std::optional<Role> infer(unsigned number) {
    const Product &product = products[number];
    if (std::optional<Role> given = product.getRole())
      return given;
    if (product.vote == NameStackVote::Forward)
      return Role::Forward;
    SmallVector<Origin> forwardOrigins = getForwardOrigins(number);
    if (product.vote == NameStackVote::Backward)
      return forwardOrigins.empty() ? inferFromLayout(number)
                                    : inferFromOrigins(number, forwardOrigins);
    if (forwardOrigins.empty())
      return Role::Forward;
    if (!isConvincing(number, forwardOrigins))
      return std::nullopt;
    return inferFromOrigins(number, forwardOrigins);
  }

  SmallVector<Origin> getForwardOrigins(unsigned number) const {
    SmallVector<Origin> forward;
    for (Origin origin : origins[number])
      if (roles[origin.forward] == Role::Forward)
        forward.push_back(origin);
    return forward;
  }

  /// Graphs without gradients can look like a backward product too: x·xᵀ that
  /// multiplies x, an embedding whose transpose makes the logits.
  bool isConvincing(unsigned number, ArrayRef<Origin> forwardOrigins) {
    for (Origin origin : forwardOrigins) {
      const Product &forward = products[origin.forward];
      if (forward.lhs.root == forward.rhs.root) {
        reasons[number] = "a product of a value with itself multiplies that "
                          "value again, which forward and backward products "
                          "both do";
        return false;
      }
      bool otherIsUsed = origin.sharesLhs ? !forward.usesOfRhs.empty()
                                          : !forward.usesOfLhs.empty();
      bool sharesWeight = getWeightSide(forward) == (origin.sharesLhs ? 0 : 1);
      if (!otherIsUsed && sharesWeight) {
        reasons[number] = "it shares a weight with an earlier product as a "
                          "dgrad would, but that product has no wgrad";
        return false;
      }
    }
    return true;
  }

  /// 0, 1, or 2 where both operands are activations (attention).
  static unsigned getWeightSide(const Product &forward) {
    if (forward.contraction.isBatched())
      return 2;
    bool left = isParameter(forward.contraction.getLhs());
    bool right = isParameter(forward.contraction.getRhs());
    if (left != right)
      return left ? 0 : 1;
    // The first layer needs no gradient of its input: a lone backward product
    // shares the activation.
    if (forward.usesOfLhs.empty() != forward.usesOfRhs.empty())
      return forward.usesOfLhs.empty() ? 0 : 1;
    return 1;
  }

  std::optional<Role> inferFromOrigins(unsigned number,
                                       ArrayRef<Origin> forwardOrigins) {
    std::optional<Role> role;
    for (Origin origin : forwardOrigins) {
      unsigned weight = getWeightSide(products[origin.forward]);
      unsigned shared = origin.sharesLhs ? 0 : 1;
      Role vote = weight == 2 || weight == shared ? Role::DGrad : Role::WGrad;
      if (role && *role != vote) {
        reasons[number] = "it is a dgrad of one forward product and a wgrad of "
                          "another";
        return std::nullopt;
      }
      role = vote;
    }
    return role;
  }

  /// JAX puts dY on the left: a wgrad contracts its leading axes, a dgrad its
  /// trailing ones.
  std::optional<Role> inferFromLayout(unsigned number) {
    const Product &product = products[number];
    if (product.contraction.isBatched())
      return Role::DGrad;
    SmallVector<AxisUse> axes;
    for (const AxisParts &parts : product.lhs.axes)
      for (AxisPart part : parts)
        if (part.use != AxisUse::Batch &&
            (axes.empty() || axes.back() != part.use))
          axes.push_back(part.use);
    if (axes.size() == 2 && axes[0] == AxisUse::Contracted)
      return Role::WGrad;
    if (axes.size() == 2 && axes[1] == AxisUse::Contracted)
      return Role::DGrad;
    reasons[number] = "its location says backward, but it shares no operand "
                      "with a forward product";
    return std::nullopt;
  }

  ArrayRef<Product> products;
  SmallVector<std::optional<Role>> roles;
  SmallVector<std::string> reasons;
  SmallVector<SmallVector<Origin>> origins;
};

struct InferRoles : impl::MXInferRolesBase<InferRoles> {
  void runOnOperation() final {
    ProductAnalysis analysis(getOperation());
    RoleInference inference(analysis);
    for (auto [number, product] : llvm::enumerate(analysis.getProducts())) {
      Operation *op = product.getOperation();
      if (std::optional<Role> role = inference.getRole(number))
        op->setAttr(MXDialect::kRoleAttrName,
                    StringAttr::get(&getContext(), stringifyRole(*role)));
      else
        emitRemark(op->getLoc())
            << "the role of this product is undecided: "
            << inference.getReason(number) << "; name it with "
            << MXDialect::kRoleAttrName;
    }
  }
};

} // namespace
} // namespace mx

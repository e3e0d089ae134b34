//===- Outline.cpp - One function for each distinct loop nest -------------===//

#include "Outline.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace {

/// Below this many loop nests a function is left as it is.
constexpr size_t kFewLoopNests = 16;

/// What an op needs of its surroundings: arguments of the function that it
/// moves to, and constants, which are copied into it.
struct Captures {
  SmallVector<Value> arguments;
  SmallVector<Operation *> constants;

  explicit Captures(linalg::LinalgOp op) {
    llvm::SetVector<Value> values(op->operand_begin(), op->operand_end());
    getUsedValuesDefinedAbove(op->getRegions(), values);
    for (Value value : values) {
      Operation *constant = value.getDefiningOp();
      if (constant && constant->hasTrait<OpTrait::ConstantLike>())
        constants.push_back(constant);
      else
        arguments.push_back(value);
    }
  }
};

/// Whether two ops do the same to their arguments, position by position.
bool areEqual(linalg::LinalgOp a, const Captures &capturesOfA,
              linalg::LinalgOp b, const Captures &capturesOfB) {
  if (capturesOfA.arguments.size() != capturesOfB.arguments.size() ||
      capturesOfA.constants.size() != capturesOfB.constants.size())
    return false;
  DenseMap<Value, Value> pairs;
  for (auto [x, y] : llvm::zip(capturesOfA.arguments, capturesOfB.arguments)) {
    if (x.getType() != y.getType())
      return false;
    pairs[x] = y;
  }
  for (auto [x, y] : llvm::zip(capturesOfA.constants, capturesOfB.constants)) {
    if (!OperationEquivalence::isEquivalentTo(
            x, y, OperationEquivalence::IgnoreLocations))
      return false;
    pairs[x->getResult(0)] = y->getResult(0);
  }
  return OperationEquivalence::isEquivalentTo(
      a, b,
      [&](Value x, Value y) {
        auto it = pairs.find(x);
        return success(it != pairs.end() ? it->second == y : x == y);
      },
      [&](Value x, Value y) { pairs[x] = y; },
      OperationEquivalence::IgnoreLocations);
}

/// A hash that equal ops share, whatever their operands.
llvm::hash_code hash(linalg::LinalgOp op) {
  return OperationEquivalence::computeHash(
      op, OperationEquivalence::ignoreHashValue,
      OperationEquivalence::ignoreHashValue,
      OperationEquivalence::IgnoreLocations);
}

struct OutlineLinalg : PassWrapper<OutlineLinalg, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(OutlineLinalg)

  StringRef getArgument() const override { return "mx-outline-linalg"; }
  StringRef getDescription() const override {
    return "one private function for each distinct linalg op on memrefs";
  }

  void runOnOperation() override {
    SymbolTable table(getOperation());
    symbols = &table;
    for (auto function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      SmallVector<linalg::LinalgOp> ops;
      function.walk([&](linalg::LinalgOp op) {
        if (op.hasPureBufferSemantics())
          ops.push_back(op);
      });
      if (ops.size() >= kFewLoopNests)
        llvm::for_each(ops, [&](linalg::LinalgOp op) { outline(op); });
    }
    outlined.clear();
  }

private:
  struct Outlined {
    linalg::LinalgOp op;
    Captures captures; ///< as seen from inside the function
    func::FuncOp function;
  };

  void outline(linalg::LinalgOp op) {
    Captures captures(op);
    SmallVectorImpl<Outlined> &candidates = outlined[hash(op)];
    auto *equal = llvm::find_if(candidates, [&](const Outlined &other) {
      return areEqual(other.op, other.captures, op, captures);
    });
    if (equal == candidates.end()) {
      candidates.push_back(create(op, captures));
      equal = std::prev(candidates.end());
    }
    OpBuilder b(op);
    func::CallOp::create(b, op.getLoc(), equal->function, captures.arguments);
    op.erase();
  }

  Outlined create(linalg::LinalgOp op, const Captures &captures) {
    MLIRContext *context = &getContext();
    OpBuilder b(context);
    auto type = b.getFunctionType(
        llvm::to_vector(TypeRange(ValueRange(captures.arguments))), {});
    auto function = func::FuncOp::create(b, op.getLoc(), "mx_loops", type);
    function.setPrivate();
    // Inlined again, they would cost what they cost before.
    function->setAttr("passthrough",
                      b.getArrayAttr({b.getStringAttr("noinline")}));
    symbols->insert(function);
    Block *body = function.addEntryBlock();
    b.setInsertionPointToStart(body);
    IRMapping mapping;
    mapping.map(captures.arguments, body->getArguments());
    for (Operation *constant : captures.constants)
      b.clone(*constant, mapping);
    auto copy = cast<linalg::LinalgOp>(b.clone(*op, mapping));
    func::ReturnOp::create(b, op.getLoc());
    return {copy, Captures(copy), function};
  }

  SymbolTable *symbols = nullptr;
  DenseMap<llvm::hash_code, SmallVector<Outlined, 1>> outlined;
};

} // namespace

std::unique_ptr<Pass> mx::createOutlineLinalgPass() {
  return std::make_unique<OutlineLinalg>();
}

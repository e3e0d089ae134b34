//===- Seeds.cpp - The seed of every call and iteration -------------------===//
//
// A function's seed is its last argument. A call site passes
// derive_seed(seed, 2^32 + its number in the module), a loop's body works with
// derive_seed(seed, iteration), so that no two executions share random bits.
//
//===----------------------------------------------------------------------===//

#include "Seeds.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;

namespace mx {

static BlockArgument findSeed(func::FuncOp function) {
  for (unsigned i = function.getNumArguments(); i-- > 0;)
    if (function.getArgAttr(i, MXDialect::kSeedAttrName))
      return function.getArgument(i);
  return {};
}

/// Loops around an op, innermost first, up to its function.
static SmallVector<LoopLikeOpInterface> getLoops(Operation *op) {
  SmallVector<LoopLikeOpInterface> loops;
  for (Operation *parent = op->getParentOp();
       parent && !isa<func::FuncOp>(parent); parent = parent->getParentOp())
    if (auto loop = dyn_cast<LoopLikeOpInterface>(parent))
      loops.push_back(loop);
  return loops;
}

LogicalResult SeedBuilder::canSeed(Operation *op, std::string &whyNot) {
  if (!op->getParentOfType<func::FuncOp>()) {
    whyNot = "it needs random bits and is in no func.func that could take a "
             "seed";
    return failure();
  }
  for (LoopLikeOpInterface loop : getLoops(op))
    if (!loop.getLoopInductionVars() || !loop.getLoopLowerBounds() ||
        !loop.getLoopUpperBounds() || !loop.getLoopSteps()) {
      whyNot = "it needs random bits in '" +
               loop->getName().getStringRef().str() +
               "', a loop that does not count its iterations";
      return failure();
    }
  return success();
}

void SeedBuilder::addSeedArguments(ArrayRef<Operation *> ops) {
  llvm::SetVector<Operation *> seeded;
  for (Operation *op : ops)
    seeded.insert(op->getParentOfType<func::FuncOp>());
  // Callers need a seed too, and so do theirs.
  SmallVector<func::CallOp> calls;
  module.walk([&](func::CallOp call) { calls.push_back(call); });
  SymbolTable symbols(module);
  auto getCallee = [&](func::CallOp call) {
    return symbols.lookup<func::FuncOp>(call.getCallee());
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (func::CallOp call : calls)
      if (seeded.contains(getCallee(call)))
        changed |= seeded.insert(call->getParentOfType<func::FuncOp>());
  }

  Builder b(module.getContext());
  llvm::SetVector<Operation *> extended;
  for (Operation *op : seeded) {
    auto function = cast<func::FuncOp>(op);
    if (findSeed(function))
      continue;
    auto seedAttr = b.getDictionaryAttr(
        b.getNamedAttr(MXDialect::kSeedAttrName, b.getUnitAttr()));
    (void)function.insertArgument(function.getNumArguments(), b.getI64Type(),
                                  seedAttr, function.getLoc());
    extended.insert(op);
  }
  for (auto [number, call] : llvm::enumerate(calls)) {
    if (!extended.contains(getCallee(call)))
      continue;
    OpBuilder builder(call);
    Value id = arith::ConstantOp::create(
        builder, call.getLoc(),
        builder.getI64IntegerAttr((int64_t(1) << 32) + int64_t(number)));
    Value seed =
        DeriveSeedOp::create(builder, call.getLoc(), getSeed(call), id);
    call->insertOperands(call->getNumOperands(), seed);
  }
}

/// The number of the iteration: row-major where the loop has several variables.
static Value getIteration(OpBuilder &b, Location loc,
                          LoopLikeOpInterface loop) {
  SmallVector<Value> variables(*loop.getLoopInductionVars());
  SmallVector<OpFoldResult> lower = *loop.getLoopLowerBounds();
  SmallVector<OpFoldResult> upper = *loop.getLoopUpperBounds();
  SmallVector<OpFoldResult> steps = *loop.getLoopSteps();
  Type i64 = b.getI64Type();
  auto toI64 = [&](OpFoldResult value, Type type) -> Value {
    Value v = getValueOrCreateConstantIndexOp(b, loc, value);
    if (v.getType().isIndex())
      return arith::IndexCastOp::create(b, loc, i64, v);
    if (v.getType().getIntOrFloatBitWidth() < 64)
      return arith::ExtSIOp::create(b, loc, i64, v);
    return v;
  };
  Value iteration;
  for (unsigned i = 0; i < variables.size(); ++i) {
    Value first = toI64(lower[i], i64), step = toI64(steps[i], i64);
    Value index = arith::DivSIOp::create(
        b, loc, arith::SubIOp::create(b, loc, toI64(variables[i], i64), first),
        step);
    if (iteration) {
      Value count = arith::CeilDivSIOp::create(
          b, loc, arith::SubIOp::create(b, loc, toI64(upper[i], i64), first),
          step);
      index = arith::AddIOp::create(
          b, loc, arith::MulIOp::create(b, loc, iteration, count), index);
    }
    iteration = index;
  }
  return iteration;
}

Value SeedBuilder::getSeed(Operation *op) {
  SmallVector<LoopLikeOpInterface> loops = getLoops(op);
  if (loops.empty())
    return findSeed(op->getParentOfType<func::FuncOp>());
  LoopLikeOpInterface loop = loops.front();
  Value &seed = loopSeeds[loop];
  if (seed)
    return seed;
  Value outer = getSeed(loop);
  Block &body = loop.getLoopRegions().front()->front();
  OpBuilder b = OpBuilder::atBlockBegin(&body);
  Value iteration = getIteration(b, loop.getLoc(), loop);
  Value derived = DeriveSeedOp::create(b, loop.getLoc(), outer, iteration);
  return loopSeeds[loop] = derived;
}

} // namespace mx

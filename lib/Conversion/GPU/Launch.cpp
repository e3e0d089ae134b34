//===- Launch.cpp - gpu.launch of plain kernels ---------------------------===//

#include "Launch.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace mx;

Value gpu_kernels::constant(OpBuilder &b, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

/// Names kernel and module alike, since the kernels of a program may be printed
/// as one file. (Upstream would name all kernels of a function alike.)
static void name(gpu::LaunchOp op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  unsigned number = 0;
  function.walk([&](gpu::LaunchOp other) { number += other != op; });
  auto symbol = FlatSymbolRefAttr::get(
      op.getContext(), (function.getName() + "_kernel_" + Twine(number)).str());
  op.setModuleAttr(symbol);
  op.setFunctionAttr(symbol);
}

gpu::LaunchOp gpu_kernels::launchBlocks(OpBuilder &b, Location loc,
                                        Value numBlocks) {
  Value one = constant(b, loc, 1);
  Value block = constant(b, loc, kThreadsPerBlock);
  auto op = gpu::LaunchOp::create(b, loc, numBlocks, one, one, block, one, one);
  name(op);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&op.getBody().front());
  gpu::TerminatorOp::create(b, loc);
  return op;
}

void gpu_kernels::launchThreads(OpBuilder &b, Location loc, Value numThreads,
                                function_ref<void(OpBuilder &, Value)> fill) {
  Value grid = arith::CeilDivUIOp::create(b, loc, numThreads,
                                          constant(b, loc, kThreadsPerBlock));
  gpu::LaunchOp op = launchBlocks(b, loc, grid);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&op.getBody().front());
  Value first =
      arith::MulIOp::create(b, loc, op.getBlockIds().x, op.getBlockSize().x);
  Value thread = arith::AddIOp::create(b, loc, first, op.getThreadIds().x);
  Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                       thread, numThreads);
  auto guarded = scf::IfOp::create(b, loc, inside);
  b.setInsertionPointToStart(guarded.thenBlock());
  fill(b, thread);
}

/// Whether every number below the product of extents is one of 31 bits, which
/// are divided by a constant in few instructions.
static bool isShort(ValueRange extents) {
  int64_t product = 1;
  for (Value extent : extents) {
    std::optional<int64_t> size = getConstantIntValue(extent);
    if (!size || *size <= 0 || *size > INT32_MAX / product)
      return false;
    product *= *size;
  }
  return true;
}

SmallVector<Value> gpu_kernels::delinearize(OpBuilder &b, Location loc,
                                            Value number, ValueRange extents) {
  SmallVector<Value> indices(extents.size());
  if (extents.size() < 2) {
    if (!extents.empty())
      indices[0] = number;
    return indices;
  }
  Type type = isShort(extents) ? Type(b.getI32Type()) : b.getIndexType();
  auto convert = [&](Value value, Type type) -> Value {
    if (value.getType() == type)
      return value;
    return arith::IndexCastUIOp::create(b, loc, type, value);
  };
  number = convert(number, type);
  for (size_t i = extents.size(); i-- > 1;) {
    Value extent = convert(extents[i], type);
    Value index = arith::RemUIOp::create(b, loc, number, extent);
    indices[i] = convert(index, b.getIndexType());
    number = arith::DivUIOp::create(b, loc, number, extent);
  }
  indices[0] = convert(number, b.getIndexType());
  return indices;
}

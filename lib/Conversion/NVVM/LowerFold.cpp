//===- LowerFold.cpp - What s8_fold and bf16_fold launch alike ------------===//

#include "LowerFold.h"

#include "mx/Conversion/NVVM/Families.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

FoldShape::FoldShape(HostCode &host, PackedMatmulOp op) {
  Value out = op.getInit();
  int64_t rank = cast<MemRefType>(out.getType()).getRank();
  Value batch = host.sizes(out, 0, rank - 2);
  m = host.size(out, rank - 2);
  n = host.size(out, rank - 1);
  bool isOneProduct = getBatch(op, /*isB=*/true).empty();
  items = isOneProduct ? host.index(1) : batch;
  if (isOneProduct)
    m = host.multiply(batch, m);
}

Value mx::nvvm::allocateFactors(HostCode &host, Value rows) {
  return host.allocate(host.b.getF32Type(), host.add(rows, fold::kTileN));
}

fold::Form mx::nvvm::getForm(fold::Units units, Value out,
                             const FoldedOperand &a, const FoldedOperand &b) {
  fold::Form form;
  form.units = units;
  auto type = cast<MemRefType>(out.getType());
  form.type = type.getElementType();
  form.evenN = isLastMultipleOf(type, 2);
  form.alignedN = isLastMultipleOf(type, 8);
  auto describe = [](const FoldedOperand &o) {
    return fold::Operand{static_cast<bool>(o.factors),
                         static_cast<bool>(o.tensorScale), o.parts,
                         o.isTransposed};
  };
  form.a = describe(a);
  form.b = describe(b);
  return form;
}

fold::Form mx::nvvm::getForm(fold::Units units, PackedMatmulOp op,
                             const FoldedOperand &a, const FoldedOperand &b,
                             const Epilogue &epilogue) {
  fold::Form form = getForm(units, op.getInit(), a, b);
  setEpilogue(form, epilogue);
  form.alpha = op.getAlpha().convertToFloat();
  form.hasAcc = static_cast<bool>(op.getAcc());
  return form;
}

std::string mx::nvvm::describeForm(const fold::Form &form) {
  std::string name;
  llvm::raw_string_ostream os(name);
  os << "_" << form.type;
  if (form.evenN)
    os << (form.storesQuads() ? "_aligned" : "_even");
  if (form.hasAcc)
    os << "_acc";
  if (form.tileN != fold::kTileN)
    os << "_" << form.tileN;
  if (form.unitSums != 32)
    os << "_sums" << form.unitSums;
  if (form.canSplit)
    os << "_split";
  os << nameAlpha(form.alpha) << nameEpilogue(form.epilogue);
  return name;
}

/// Steps of kTileBytes of K in one part.
static Value countSteps(HostCode &host, const FoldedOperand &a,
                        const FoldedOperand &b) {
  // A part is a whole number of tiles where there are several.
  const FoldedOperand &one = a.parts > 1 ? b : a;
  return one.isTransposed ? host.ceilDiv(one.rowsPerItem, fold::kTileBytes / 2)
                          : host.ceilDiv(one.rowBytes, fold::kTileBytes);
}

SmallVector<Value>
mx::nvvm::getMultiplyOperands(HostCode &host, const fold::Form &form,
                              const FoldShape &shape, const FoldedOperand &a,
                              const FoldedOperand &b, Value out, Value acc,
                              ValueRange more, Value choice) {
  auto map = [&](const FoldedOperand &o, int64_t boxRows) {
    return host.mapBytes(
        o.rows, {shape.items, o.rowsPerItem, o.rowBytes},
        {o.isTransposed ? fold::kTileBytes / 2 : boxRows, fold::kTileBytes});
  };
  SmallVector<Value> operands = {
      map(a, fold::kTileM),   map(b, form.tileN / fold::kCluster),
      host.address(out),      host.toI32(shape.m),
      host.toI32(shape.n),    host.toI32(countSteps(host, a, b)),
      host.toI32(shape.items)};
  for (Value buffer : {a.factors, b.factors, a.tensorScale, b.tensorScale})
    if (buffer)
      operands.push_back(host.address(buffer));
  if (form.hasAcc)
    operands.push_back(host.address(acc));
  llvm::append_range(operands, more);
  appendOperands(operands, host, form.epilogue);
  if (form.choice)
    operands.push_back(host.address(choice));
  return operands;
}

void mx::nvvm::launchMultiply(HostCode &host, gpu::GPUModuleOp kernels,
                              const fold::Form &form, ValueRange operands) {
  host.launch(kernels, "multiply",
              host.countBlocks(/*perMultiprocessor=*/1, fold::kCluster),
              fold::kThreads, operands, form.getSharedBytes(), fold::kCluster);
}

/// Steps that a cluster makes of a tile that it shares, at least.
static constexpr int64_t kLeastSteps = 4;

/// The least product of sizes.
static int64_t multiplySizes(ArrayRef<int64_t> sizes) {
  int64_t product = 1;
  for (int64_t size : sizes)
    product *= ShapedType::isDynamic(size) ? 1 : size;
  return product;
}

bool mx::nvvm::mayShareTiles(const fold::Form &form,
                             const ProductSizes &sizes) {
  constexpr int64_t kLong = 2 * kLeastSteps * fold::kTileBytes / 2;
  int64_t tiles =
      multiplySizes(sizes.batch) *
      llvm::divideCeil(multiplySizes(sizes.m), fold::kTileM * fold::kCluster) *
      llvm::divideCeil(multiplySizes(sizes.n), form.tileN);
  return tiles < fold::kClusters / 2 && (ShapedType::isDynamicShape(sizes.k) ||
                                         multiplySizes(sizes.k) >= kLong);
}

Split mx::nvvm::planSplit(HostCode &host, Value tiles, Value steps,
                          int64_t leastSteps, Value size) {
  auto atLeastOne = [&](Value x) -> Value {
    return arith::MaxUIOp::create(host.b, host.loc, x, host.index(1));
  };
  auto divide = [&](Value x, Value y) -> Value {
    return arith::DivUIOp::create(host.b, host.loc, x, y);
  };
  auto ceilDivide = [&](Value x, Value y) -> Value {
    return arith::CeilDivUIOp::create(host.b, host.loc, x, y);
  };
  steps = atLeastOne(steps);
  Value clusters =
      host.divide(host.countBlocks(/*perMultiprocessor=*/1, fold::kCluster),
                  fold::kCluster);
  Value wanted = atLeastOne(divide(clusters, atLeastOne(tiles)));
  Value most = atLeastOne(host.divide(steps, leastSteps));
  wanted = arith::MinUIOp::create(host.b, host.loc, wanted, most);
  Split split;
  split.steps = ceilDivide(steps, wanted);
  split.splits = ceilDivide(steps, split.steps);
  Value isOne = arith::CmpIOp::create(
      host.b, host.loc, arith::CmpIPredicate::eq, split.splits, host.index(1));
  split.partials = host.allocate(
      host.b.getF32Type(),
      arith::SelectOp::create(host.b, host.loc, isOne, host.index(0),
                              host.multiply(split.splits, size)));
  return split;
}

SmallVector<Value> mx::nvvm::getSplitOperands(HostCode &host,
                                              const Split &split) {
  return {host.toI32(split.splits), host.toI32(split.steps),
          host.address(split.partials)};
}

void mx::nvvm::launchReduce(HostCode &host, gpu::GPUModuleOp kernels,
                            const fold::Form &form, const FoldShape &shape,
                            const FoldedOperand &a, const FoldedOperand &b,
                            Value out, Value acc, const Split &split) {
  SmallVector<Value> operands = {
      host.address(split.partials), host.toI32(split.splits),
      host.toI32(shape.m),          host.toI32(shape.n),
      host.toI32(shape.items),      host.address(out)};
  for (Value buffer : {a.factors, b.factors, a.tensorScale, b.tensorScale,
                       form.hasAcc ? acc : Value()})
    if (buffer)
      operands.push_back(host.address(buffer));
  appendOperands(operands, host, form.epilogue);
  host.launch(kernels, "reduce", host.countBlocks(/*perMultiprocessor=*/4, 1),
              fold::kReduceThreads, operands);
}

void mx::nvvm::buildProduct(OpBuilder &b, gpu::GPUModuleOp module,
                            const fold::Form &form) {
  fold::buildMultiply(b, module, form);
  if (form.canSplit)
    fold::buildReduce(b, module, form);
}

void mx::nvvm::launchProduct(HostCode &host, gpu::GPUModuleOp kernels,
                             const fold::Form &form, const FoldShape &shape,
                             const FoldedOperand &a, const FoldedOperand &b,
                             Value out, Value acc) {
  Split split;
  SmallVector<Value> splitOperands;
  if (form.canSplit) {
    Value tiles =
        host.multiply(host.ceilDiv(shape.m, fold::kTileM * fold::kCluster),
                      host.ceilDiv(shape.n, form.tileN));
    Value steps = host.multiply(countSteps(host, a, b),
                                host.index(std::max(a.parts, b.parts)));
    split =
        planSplit(host, host.multiply(tiles, shape.items), steps, kLeastSteps,
                  host.multiply(host.multiply(shape.items, shape.m), shape.n));
    splitOperands = getSplitOperands(host, split);
  }
  launchMultiply(
      host, kernels, form,
      getMultiplyOperands(host, form, shape, a, b, out, acc, splitOperands));
  if (form.canSplit)
    launchReduce(host, kernels, form, shape, a, b, out, acc, split);
}

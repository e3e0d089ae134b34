//===- LowerS8Fold.cpp - Launches of the s8_fold kernels ------------------===//

#include "LowerFold.h"

#include "../../Target/NVVM/Kernels/ExtraSteps.h"
#include "../../Target/NVVM/Kernels/S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

namespace {

/// One operand of a product as the integer units take it.
struct Expanded : FoldedOperand {
  Value codes, scales;         ///< contiguous, as packed
  Value slots, bands, misfits; ///< what expand says of its rows
  Value allRows, blocks, room;
  Value raw;                ///< sums of bands
  Value numZeros;           ///< i32 of the two that follow
  Value counts, extraSteps; ///< pointers

  /// The same operand for floats, in the same room.
  SpareOperand getSpare(Value rowCount) const {
    SpareOperand spare{codes, scales, allRows, blocks, *this};
    spare.folded.rowsPerItem = rowCount;
    return spare;
  }
};

/// Room for as many bands again as there are rows, or for an eighth of them
/// where 16 bytes an element of the result were too much, evenly. Batches go
/// without.
Value getRoom(HostCode &host, const FoldShape &shape, Value rows) {
  constexpr int64_t kManyElements = int64_t(1) << 27;
  auto compare = [&](arith::CmpIPredicate predicate, Value x, int64_t y) {
    return arith::CmpIOp::create(host.b, host.loc, predicate, x, host.index(y));
  };
  auto select = [&](Value condition, Value yes, Value no) -> Value {
    return arith::SelectOp::create(host.b, host.loc, condition, yes, no);
  };
  Value isSmall = compare(arith::CmpIPredicate::ule,
                          host.multiply(shape.m, shape.n), kManyElements);
  Value isOne = compare(arith::CmpIPredicate::eq, shape.items, 1);
  Value few = host.multiply(host.divide(rows, 16), host.index(2));
  Value room = select(isSmall, rows, few);
  return select(isOne, room, host.index(0));
}

Expanded prepare(HostCode &host, OperandRange parts, const FoldShape &shape,
                 Value rows, bool mayBeFloats) {
  Expanded e;
  Type i32 = host.b.getI32Type();
  e.codes = host.makeContiguous(parts[0]);
  e.scales = host.makeContiguous(parts[1]);
  int64_t rank = cast<MemRefType>(e.codes.getType()).getRank();
  e.blocks = host.size(e.codes, rank - 2);
  e.allRows = host.multiply(shape.items, rows);
  e.room = getRoom(host, shape, rows);
  e.rowsPerItem = host.add(rows, e.room);
  e.rowBytes = host.multiply(e.blocks, host.index(32));
  Value more = mayBeFloats ? e.allRows : e.room;
  e.rows = host.allocate(host.b.getI8Type(),
                         host.multiply(host.add(e.allRows, more), e.rowBytes));
  e.factors = allocateFactors(host, host.add(e.allRows, e.room));
  e.slots = host.allocate(i32, e.allRows);
  e.bands = host.allocate(i32, host.multiply(e.room, host.index(4)));
  e.misfits = host.allocate(i32, e.allRows);
  Value tiles = host.add(
      host.divide(host.add(e.allRows, e.room), s8_fold::kExtraTile), 1);
  Value steps = host.ceilDiv(e.blocks, s8_fold::kStepBlocks);
  Value perTile = host.add(host.multiply(steps, host.index(2)), 1);
  e.numZeros = host.add(host.add(host.multiply(tiles, perTile), steps),
                        s8_fold::kNumCounts);
  return e;
}

/// What both operands count in, set to 0.
void clearCounts(HostCode &host, Expanded &a, Expanded &b) {
  Type i32 = host.b.getI32Type();
  auto advance = [&](Value pointer, Value count) -> Value {
    Value number = arith::IndexCastOp::create(host.b, host.loc,
                                              host.b.getI64Type(), count);
    return LLVM::GEPOp::create(host.b, host.loc, pointer.getType(), i32,
                               pointer, ValueRange{number});
  };
  Value count = host.add(a.numZeros, b.numZeros);
  Value zeros = host.allocate(i32, count);
  host.clear(zeros, host.multiply(count, host.index(4)));
  a.counts = host.address(zeros);
  b.counts = advance(a.counts, a.numZeros);
  for (Expanded *e : {&a, &b})
    e->extraSteps = advance(e->counts, host.index(s8_fold::kNumCounts));
}

void launchExpand(HostCode &host, gpu::GPUModuleOp kernels, const Expanded &e) {
  constexpr int64_t rowsPerBlock = s8_fold::kExpandThreads / 32;
  SmallVector<Value> operands;
  for (Value buffer : {e.codes, e.scales, e.rows, e.factors})
    operands.push_back(host.address(buffer));
  operands.push_back(e.counts);
  for (Value buffer : {e.slots, e.bands, e.misfits})
    operands.push_back(host.address(buffer));
  for (Value size : {e.allRows, e.blocks, e.room})
    operands.push_back(host.toI32(size));
  operands.push_back(e.extraSteps);
  host.launch(kernels, "expand", host.ceilDiv(e.allRows, rowsPerBlock),
              s8_fold::kExpandThreads, operands);
}

/// Where multiply leaves the sums of bands.
void allocateRaw(HostCode &host, const FoldShape &shape, Expanded &a,
                 Expanded &b) {
  Type i32 = host.b.getI32Type();
  Value two = host.index(2);
  a.raw = host.allocate(i32, host.multiply(host.multiply(two, a.room),
                                           host.add(shape.n, b.room)));
  b.raw =
      host.allocate(i32, host.multiply(shape.m, host.multiply(two, b.room)));
}

/// The operands of multiply that a form with bands has.
SmallVector<Value> getBandOperands(HostCode &host, const Expanded &a,
                                   const Expanded &b) {
  SmallVector<Value> operands;
  operands.append({a.counts, b.counts});
  for (Value buffer : {a.slots, b.slots, a.raw, b.raw})
    operands.push_back(host.address(buffer));
  operands.append({a.extraSteps, b.extraSteps});
  operands.append({host.toI32(a.room), host.toI32(b.room)});
  return operands;
}

/// Returns the buffer with the choice.
Value launchChoose(HostCode &host, gpu::GPUModuleOp kernels, const Expanded &a,
                   const Expanded &b) {
  Value choice = host.allocate(host.b.getI32Type(), host.index(1));
  SmallVector<Value> operands = {host.address(choice)};
  for (const Expanded *e : {&a, &b})
    operands.append({e->counts, host.toI32(e->allRows), host.toI32(e->room)});
  operands.push_back(host.toI32(a.blocks));
  host.launch(kernels, "choose", host.index(1), s8_fold::kChooseThreads,
              operands);
  return choice;
}

void launchFinish(HostCode &host, gpu::GPUModuleOp kernels,
                  const fold::Form &form, const FoldShape &shape,
                  const Expanded &a, const Expanded &b, Value out,
                  Value choice) {
  SmallVector<Value> operands = {host.address(out), host.toI32(shape.m),
                                 host.toI32(shape.n), host.toI32(a.blocks)};
  auto append = [&](ArrayRef<Value> buffers) {
    for (Value buffer : buffers)
      operands.push_back(host.address(buffer));
  };
  append({a.codes, b.codes, a.scales, b.scales});
  operands.append({a.counts, b.counts});
  append({a.slots, b.slots, a.bands, b.bands, a.misfits, b.misfits, a.factors,
          b.factors, a.raw, b.raw});
  operands.append({host.toI32(a.room), host.toI32(b.room)});
  appendOperands(operands, host, form.epilogue);
  if (choice)
    operands.push_back(host.address(choice));
  host.launch(kernels, "finish", host.countBlocks(/*perMultiprocessor=*/4, 1),
              s8_fold::kFinishThreads, operands);
}

} // namespace

void mx::nvvm::lowerS8Fold(HostCode &host, PackedMatmulOp op,
                           const Epilogue &epilogue) {
  FoldShape shape(host, op);
  bool mayBeFloats = op.getAccumulate() != Accumulate::Exact;
  Expanded a = prepare(host, op.getA(), shape, shape.m, mayBeFloats);
  Expanded b = prepare(host, op.getB(), shape, shape.n, mayBeFloats);
  fold::Form form = getForm(fold::Units::S8, op, a, b, epilogue);
  form.hasBands = true;
  if (mayBeFloats)
    form.choice = Choice::Integers;
  gpu::GPUModuleOp kernels =
      host.getKernels("mx_s8_fold" + describeForm(form),
                      [&](OpBuilder &builder, gpu::GPUModuleOp module) {
                        s8_fold::buildExpand(builder, module);
                        if (mayBeFloats)
                          s8_fold::buildChoose(builder, module);
                        fold::buildMultiply(builder, module, form);
                        s8_fold::buildFinish(builder, module, form);
                      });
  clearCounts(host, a, b);
  launchExpand(host, kernels, a);
  launchExpand(host, kernels, b);
  Value choice;
  if (mayBeFloats)
    choice = launchChoose(host, kernels, a, b);
  allocateRaw(host, shape, a, b);
  Value out = host.makeContiguousOutput(op.getInit());
  launchMultiply(host, kernels, form, shape, a, b, out, /*acc=*/Value(),
                 getBandOperands(host, a, b), choice);
  launchFinish(host, kernels, form, shape, a, b, out, choice);
  if (mayBeFloats)
    launchSpare(host, op, shape, a.getSpare(shape.m), b.getSpare(shape.n),
                choice, out, epilogue);
  host.freeAll();
}

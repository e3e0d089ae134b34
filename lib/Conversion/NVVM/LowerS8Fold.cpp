//===- LowerS8Fold.cpp - Launches of the s8_fold kernels ------------------===//

#include "LowerDecode.h"

#include "../../Target/NVVM/Kernels/ExtraSteps.h"
#include "../../Target/NVVM/Kernels/S8Fold.h"
#include "mx/Conversion/NVVM/Families.h"
#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

namespace {

/// One operand of a product as the integer units take it.
struct Expanded : FoldedOperand {
  Value codes, scales;                 ///< contiguous, as packed
  Value ranges, slots, bands, misfits; ///< what survey says of its rows
  Value allRows, blocks, room;
  Value raw;                ///< sums of bands
  Value numZeros;           ///< i32 of the two that follow
  Value counts, extraSteps; ///< pointers

  /// The same operand for floats, in the same room.
  FoldedOperand getFloats(HostCode &host, Value rowCount,
                          fold::Units units) const {
    FoldedOperand floats = *this;
    floats.rowsPerItem = rowCount;
    if (units == fold::Units::BF16)
      floats.rowBytes = host.multiply(rowBytes, host.index(2));
    return floats;
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
  e.ranges = host.allocate(i32, e.allRows);
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
void clearCounts(HostCode &host, gpu::GPUModuleOp kernels, Expanded &a,
                 Expanded &b) {
  Type i32 = host.b.getI32Type();
  auto advance = [&](Value pointer, Value count) -> Value {
    Value number = arith::IndexCastOp::create(host.b, host.loc,
                                              host.b.getI64Type(), count);
    return LLVM::GEPOp::create(host.b, host.loc, pointer.getType(), i32,
                               pointer, ValueRange{number});
  };
  Value count = host.add(a.numZeros, b.numZeros);
  Value zeros = host.allocate(i32, count);
  a.counts = host.address(zeros);
  host.launch(kernels, "clear", host.index(s8_fold::kClearBlocks),
              s8_fold::kClearThreads, {a.counts, host.toI32(count)});
  b.counts = advance(a.counts, a.numZeros);
  for (Expanded *e : {&a, &b})
    e->extraSteps = advance(e->counts, host.index(s8_fold::kNumCounts));
}

/// A warp for each row of both.
void launchForRows(HostCode &host, gpu::GPUModuleOp kernels, StringRef name,
                   const Expanded &a, const Expanded &b, ValueRange operands) {
  constexpr int threads = s8_fold::kRowThreads;
  host.launch(kernels, name,
              host.ceilDiv(host.add(a.allRows, b.allRows), threads / 32),
              threads, operands);
}

void launchSurvey(HostCode &host, gpu::GPUModuleOp kernels, const Expanded &a,
                  const Expanded &b) {
  SmallVector<Value> operands;
  for (const Expanded *e : {&a, &b}) {
    for (Value buffer :
         {e->codes, e->scales, e->factors, e->ranges, e->slots, e->bands})
      operands.push_back(host.address(buffer));
    operands.append({e->counts, host.address(e->misfits), e->extraSteps,
                     host.address(e->rows), host.toI32(e->allRows),
                     host.toI32(e->room)});
  }
  operands.push_back(host.toI32(a.blocks));
  launchForRows(host, kernels, "survey", a, b, operands);
}

/// With a buffer for the choice if there is one.
void launchExpand(HostCode &host, gpu::GPUModuleOp kernels, const Expanded &a,
                  const Expanded &b, Value cols, Value choice) {
  SmallVector<Value> operands;
  for (const Expanded *e : {&a, &b}) {
    for (Value buffer :
         {e->codes, e->scales, e->factors, e->ranges, e->slots, e->bands})
      operands.push_back(host.address(buffer));
    operands.append({e->counts, host.address(e->rows), host.toI32(e->allRows),
                     host.toI32(e->room)});
  }
  operands.push_back(host.toI32(a.blocks));
  if (choice)
    operands.append({host.toI32(cols), host.address(choice)});
  launchForRows(host, kernels, "expand", a, b, operands);
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

/// The forms that the data may choose in place of the integers'.
void appendFloats(SmallVectorImpl<fold::Form> &forms, PackedMatmulOp op,
                  const Expanded &a, const Expanded &b,
                  const Epilogue &epilogue) {
  for (auto [units, choice] : {std::pair(fold::Units::E5M2, Choice::E5M2),
                               std::pair(fold::Units::BF16, Choice::BF16)}) {
    forms.push_back(getForm(units, op, a, b, epilogue));
    forms.back().choice = choice;
  }
  if (op.getAccumulate() == Accumulate::Fast)
    forms[1].unitSums = 128;
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

/// The form that multiplies codes of B, where such a kernel takes the product.
std::optional<decode::Form> getPackedForm(PackedMatmulOp op,
                                          const Epilogue &epilogue) {
  auto codes = cast<MemRefType>(op.getB()[0].getType());
  int64_t blocks = codes.getShape()[codes.getRank() - 2];
  bool hasPlainB = getBatch(op, /*isB=*/true).empty();
  if (!hasPlainB || getTokens(op) > s8_fold::kMostPackedRows ||
      ShapedType::isDynamic(blocks) || blocks == 0 ||
      blocks * 32 % decode::Form().getTileK() != 0)
    return std::nullopt;
  decode::Form form;
  setDecodeForm(form, op, blocks * 32, chooseDecodeRows(op));
  setEpilogue(form, epilogue);
  return form;
}

void launchPacked(HostCode &host, gpu::GPUModuleOp kernels,
                  const decode::Form &form, const FoldShape &shape,
                  const Expanded &a, const Expanded &b, Value out,
                  Value choice) {
  SmallVector<Value> operands = getDecodeOperands(
      host, form, shape, a.rows, a.rowBytes, b.codes, b.rows, out);
  for (Value buffer : {a.factors, b.factors})
    operands.push_back(host.address(buffer));
  appendOperands(operands, host, form.epilogue);
  operands.push_back(host.address(choice));
  launchDecodeLoop(host, kernels, "multiply_packed", form, operands);
}

} // namespace

void mx::nvvm::lowerS8Fold(HostCode &host, PackedMatmulOp op,
                           const Epilogue &epilogue) {
  FoldShape shape(host, op);
  bool mayBeFloats = op.getAccumulate() != Accumulate::Exact;
  Expanded a = prepare(host, op.getA(), shape, shape.m, mayBeFloats);
  Expanded b = prepare(host, op.getB(), shape, shape.n, mayBeFloats);
  bool isFast = op.getAccumulate() == Accumulate::Fast;
  SmallVector<fold::Form> forms = {
      getForm(fold::Units::S8, op, a, b, epilogue)};
  forms[0].hasBands = true;
  std::optional<decode::Form> packed = getPackedForm(op, epilogue);
  s8_fold::Choices choices{{}, packed.has_value()};
  if (mayBeFloats) {
    choices.floats = s8_fold::Floats{{getScaledFormat(op.getAScaledFormat())}};
    if (isFast)
      choices.floats->e5m2Cost = s8_fold::kFastE5M2;
    appendFloats(forms, op, a, b, epilogue);
  }
  if (choices)
    forms[0].choice = Choice::Integers;
  const fold::Form &form = forms[0];
  std::string name = "mx_s8_fold" + describeForm(form);
  if (isFast)
    name += "_fast";
  else if (mayBeFloats)
    name += "_floats";
  if (packed)
    name += "_packed" + std::to_string(packed->tileM) + "x" +
            std::to_string(packed->cols);
  gpu::GPUModuleOp kernels =
      host.getKernels(name, [&](OpBuilder &builder, gpu::GPUModuleOp module) {
        s8_fold::buildClear(builder, module);
        s8_fold::buildSurvey(builder, module, choices.hasPacked);
        s8_fold::buildExpand(builder, module, choices);
        if (packed)
          s8_fold::buildMultiplyPacked(builder, module, *packed);
        fold::buildMultiply(builder, module, forms);
        s8_fold::buildFinish(builder, module, form);
      });
  clearCounts(host, kernels, a, b);
  Value choice;
  if (choices)
    choice = host.allocate(host.b.getI32Type(), host.index(1));
  launchSurvey(host, kernels, a, b);
  launchExpand(host, kernels, a, b, op.getK(), choice);
  allocateRaw(host, shape, a, b);
  Value out = host.makeContiguousOutput(op.getInit());
  if (packed)
    launchPacked(host, kernels, *packed, shape, a, b, out, choice);
  SmallVector<Value> operands =
      getMultiplyOperands(host, form, shape, a, b, out, /*acc=*/Value(),
                          getBandOperands(host, a, b), choice);
  for (const fold::Form &floats : ArrayRef(forms).drop_front())
    llvm::append_range(
        operands,
        getMultiplyOperands(host, floats, shape,
                            a.getFloats(host, shape.m, floats.units),
                            b.getFloats(host, shape.n, floats.units), out,
                            /*acc=*/Value(), /*more=*/{}, choice));
  launchMultiply(host, kernels, form, operands);
  launchFinish(host, kernels, form, shape, a, b, out, choice);
  host.freeAll();
}

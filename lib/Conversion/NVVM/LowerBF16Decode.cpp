//===- LowerBF16Decode.cpp - The launch of the bf16_decode kernel ---------===//

#include "LowerBF16Decode.h"

#include "LowerBF16Rows.h"
#include "LowerDecode.h"
#include "RowScales.h"
#include "mx/Conversion/NVVM/Families.h"
#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// Columns of a cluster that shares a tile along K, at least.
static constexpr int64_t kLeastCols = 512;

bool mx::nvvm::hasManyWeights(PackedMatmulOp op) {
  constexpr int64_t kMany = int64_t(1) << 25;
  int64_t n = cast<ShapedType>(op.getInit().getType()).getShape().back();
  return !ShapedType::isDynamic(n) && n * countBF16Columns(op) >= kMany;
}

int64_t mx::nvvm::countRowsBesideS8(PackedMatmulOp op) {
  return hasManyWeights(op) ? kFewDecodeRows : kManyDecodeRows;
}

int64_t mx::nvvm::chooseBF16DecodeRows(PackedMatmulOp op) {
  int64_t m = getTokens(op);
  if (m < 0 || m > kManyDecodeRows)
    return chooseDecodeRows(op);
  return m > kFewDecodeRows     ? kManyDecodeRows
         : m > kLeastDecodeRows ? kFewDecodeRows
                                : kLeastDecodeRows;
}

/// Whether tiles may be so few that two clusters may share each.
static bool canSplit(PackedMatmulOp op, const bf16_decode::Form &form) {
  int64_t m = getTokens(op);
  int64_t n = cast<ShapedType>(op.getInit().getType()).getShape().back();
  int64_t tiles = 1;
  if (m >= 0)
    tiles *= llvm::divideCeil(m, form.tileM);
  if (!ShapedType::isDynamic(n))
    tiles *= llvm::divideCeil(n, decode::kTileN * decode::kCluster);
  return 2 * tiles <= fold::kClusters && form.cols >= 2 * kLeastCols;
}

bf16_decode::Form mx::nvvm::getBF16DecodeForm(PackedMatmulOp op,
                                              int64_t tileM) {
  bf16_decode::Form form;
  form.format = getScaledFormat(getRowFormat(op.getBScaledFormat()));
  setDecodeForm(form, op, countBF16Columns(op), tileM);
  form.codeBits = int(form.format.element.bits());
  form.codeBytes =
      form.format.numBlocks(form.cols) * form.format.bytesPerBlock(form.cols);
  setBF16Rows(form, op);
  form.canSplit = canSplit(op, form);
  return form;
}

static std::string describe(const bf16_decode::Form &form, ScaledType format) {
  std::string name;
  llvm::raw_string_ostream os(name);
  os << "mx_bf16_decode_" << nameFormat(format) << "_" << form.type << "_"
     << form.tileM << "x" << form.cols;
  if (form.evenN)
    os << (form.storesQuads() ? "_aligned" : "_even");
  if (form.hasAcc)
    os << "_acc";
  if (form.canSplit)
    os << "_split";
  os << nameBF16Rows(form.hasFactors, form.hasTensorScaleX)
     << nameAlpha(form.alpha) << nameEpilogue(form.epilogue);
  return name;
}

/// What is left to do with whole sums, which have the factors of rows.
static fold::Form getReduceForm(const bf16_decode::Form &form) {
  fold::Form reduce;
  reduce.units = fold::Units::F16;
  reduce.type = form.type;
  reduce.alpha = form.alpha;
  reduce.evenN = form.evenN;
  reduce.alignedN = form.alignedN;
  reduce.hasAcc = form.hasAcc;
  reduce.a.hasFactors = reduce.b.hasFactors = false;
  reduce.a.hasTensorScale = form.hasTensorScaleX;
  reduce.b.hasTensorScale = form.format.hasTensorScale;
  reduce.epilogue = form.epilogue;
  return reduce;
}

static void launchDecode(HostCode &host, PackedMatmulOp op, int64_t tileM,
                         const Epilogue &epilogue) {
  bf16_decode::Form form = getBF16DecodeForm(op, tileM);
  setEpilogue(form, epilogue);
  gpu::GPUModuleOp kernels =
      host.getKernels(describe(form, op.getBScaledFormat()),
                      [&](OpBuilder &b, gpu::GPUModuleOp module) {
                        bf16_decode::buildMultiply(b, module, form);
                        if (form.canSplit)
                          fold::buildReduce(b, module, getReduceForm(form));
                      });
  FoldShape shape(host, op);
  Value out = host.makeContiguousOutput(op.getInit());
  auto contiguous = [&](Value buffer) { return host.makeContiguous(buffer); };
  BF16Rows x = makeBF16Rows(host, op);
  SmallVector<Value> operands = getDecodeOperands(
      host, form, shape, x.rows, host.index(2 * form.cols),
      contiguous(op.getB()[0]), contiguous(op.getB()[1]), out);
  Split split;
  if (form.canSplit) {
    split =
        planSplit(host, countDecodeTiles(host, shape, tileM),
                  host.index(form.countTilesK()), kLeastCols / form.getTileK(),
                  host.multiply(shape.m, shape.n));
    llvm::append_range(operands, getSplitOperands(host, split));
  }
  FoldedOperand rows, weights;
  rows.tensorScale = x.tensorScale;
  if (form.format.hasTensorScale)
    weights.tensorScale = op.getB()[2];
  Value acc = form.hasAcc ? contiguous(op.getAcc()) : Value();
  for (Value buffer : {x.factors, rows.tensorScale, weights.tensorScale, acc})
    if (buffer)
      operands.push_back(host.address(buffer));
  appendOperands(operands, host, form.epilogue);
  launchDecodeLoop(host, kernels, "multiply", form, operands);
  if (form.canSplit)
    launchReduce(host, kernels, getReduceForm(form), shape, rows, weights, out,
                 acc, split);
  host.freeAll();
}

/// What chooseBF16DecodeRows() would say of the extents: whether few.
static Value areFewRows(HostCode &host, PackedMatmulOp op) {
  FoldShape shape(host, op);
  auto isUpTo = [&](Value x, int64_t most) -> Value {
    return arith::CmpIOp::create(host.b, host.loc, arith::CmpIPredicate::ule, x,
                                 host.index(most));
  };
  Value isOneRound =
      isUpTo(countDecodeTiles(host, shape, kFewDecodeRows), fold::kClusters);
  return arith::SelectOp::create(host.b, host.loc,
                                 isUpTo(shape.m, kManyDecodeRows),
                                 isUpTo(shape.m, kFewDecodeRows), isOneRound);
}

/// A branch for rows that all fit a tile of so many; what is built next is for
/// more.
static void launchIfUpTo(HostCode &host, PackedMatmulOp op, int64_t rows,
                         const Epilogue &epilogue) {
  Value areFew =
      arith::CmpIOp::create(host.b, host.loc, arith::CmpIPredicate::ule,
                            FoldShape(host, op).m, host.index(rows));
  auto branch = scf::IfOp::create(host.b, host.loc, areFew,
                                  /*withElseRegion=*/true);
  host.b.setInsertionPointToStart(branch.thenBlock());
  launchDecode(host, op, rows, epilogue);
  host.b.setInsertionPointToStart(branch.elseBlock());
}

void mx::nvvm::lowerDecodeOfFewRows(HostCode &host, PackedMatmulOp op,
                                    const Epilogue &epilogue) {
  for (int64_t rows : {kFewDecodeRows, kManyDecodeRows})
    if (rows <= countRowsBesideS8(op))
      launchIfUpTo(host, op, rows, epilogue);
}

void mx::nvvm::lowerBF16Decode(HostCode &host, PackedMatmulOp op,
                               ScheduleAttr schedule,
                               const Epilogue &epilogue) {
  int64_t m = getTokens(op), rows = schedule.getTile()[0];
  int64_t n = cast<MemRefType>(op.getInit().getType()).getShape().back();
  bool isKnown = m >= 0 && (m <= kManyDecodeRows || !ShapedType::isDynamic(n));
  if (isKnown || rows != kManyDecodeRows)
    return launchDecode(host, op, rows, epilogue);
  auto branch = scf::IfOp::create(host.b, host.loc, areFewRows(host, op),
                                  /*withElseRegion=*/true);
  host.b.setInsertionPointToStart(branch.thenBlock());
  launchDecode(host, op, kFewDecodeRows, epilogue);
  host.b.setInsertionPointToStart(branch.elseBlock());
  launchDecode(host, op, kManyDecodeRows, epilogue);
}

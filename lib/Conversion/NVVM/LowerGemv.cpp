//===- LowerGemv.cpp - The launch of the gemv kernel ----------------------===//

#include "LowerGemv.h"

#include "ConstantBuffer.h"
#include "FindEpilogue.h"
#include "LowerBF16Rows.h"
#include "Lowerings.h"
#include "RowScales.h"
#include "mx/Conversion/NVVM/Families.h"
#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

gemv::Form mx::nvvm::getGemvForm(PackedMatmulOp op, const Chip &chip,
                                 int64_t tokens) {
  gemv::Form form;
  form.format = getScaledFormat(getRowFormat(op.getBScaledFormat()));
  form.type = cast<ShapedType>(op.getInit().getType()).getElementType();
  form.tokens = tokens;
  form.hasCount = getTokens(op) < 0;
  form.cols = llvm::alignTo<8>(countBF16Columns(op));
  int64_t n = cast<ShapedType>(op.getInit().getType()).getShape().back();
  form.rows = ShapedType::isDynamic(n) ? -1 : n;
  form.sharedMemory = chip.sharedMemory;
  form.alpha = op.getAlpha().convertToFloat();
  form.hasAcc = static_cast<bool>(op.getAcc());
  setBF16Rows(form, op);
  auto isThere = [](Value part) { // not a copy that is made before
    return isConstantBuffer(part) && isContiguous(part);
  };
  form.isConstant = chip.has(Feature::BulkCopy) && !form.isFull() &&
                    llvm::all_of(op.getB(), isThere);
  return form;
}

/// Kernels of numbers of rows of weights that make no difference have one name.
static std::string describe(const gemv::Form &form, ScaledType format) {
  std::string name;
  llvm::raw_string_ostream os(name);
  os << "mx_gemv_" << nameFormat(format) << "_" << form.type << "_"
     << (form.hasCount ? "to" : "") << form.tokens << "x" << form.cols;
  os << "_" << form.getTile() << "x" << form.getWarps()
     << (form.hasEvenRows() ? "_even" : "");
  if (form.hasAcc)
    os << "_acc";
  if (form.isConstant)
    os << "_constant";
  os << nameBF16Rows(form.hasFactors, form.hasTensorScaleX)
     << nameAlpha(form.alpha) << nameEpilogue(form.epilogue);
  return name;
}

/// Rows of the result, those of all batch axes.
static Value countRows(HostCode &host, PackedMatmulOp op) {
  Value out = op.getInit();
  return host.sizes(out, 0, cast<MemRefType>(out.getType()).getRank() - 1);
}

/// A multiprocessor's own block where there are no more blocks than those.
static Value chooseSharedBytes(HostCode &host, const gemv::Form &form,
                               Value blocks) {
  auto bytes = [&](int64_t count) {
    return arith::ConstantOp::create(
        host.b, host.loc,
        host.b.getI32IntegerAttr(static_cast<int32_t>(count)));
  };
  Value all = host.countBlocks(/*perMultiprocessor=*/1, /*cluster=*/1);
  Value areAlone = arith::CmpIOp::create(
      host.b, host.loc, arith::CmpIPredicate::ule, blocks, all);
  return arith::SelectOp::create(host.b, host.loc, areAlone,
                                 bytes(form.getExclusiveBytes()),
                                 bytes(form.getSharedBytes()));
}

static void launchGemv(HostCode &host, PackedMatmulOp op, gemv::Form form,
                       const Epilogue &epilogue) {
  setEpilogue(form, epilogue);
  gpu::GPUModuleOp kernels =
      host.getKernels(describe(form, op.getBScaledFormat()),
                      [&](OpBuilder &b, gpu::GPUModuleOp module) {
                        gemv::buildGemv(b, module, form);
                      });
  Value out = host.makeContiguousOutput(op.getInit());
  Value n = host.size(out, cast<MemRefType>(out.getType()).getRank() - 1);
  auto address = [&](Value buffer) {
    return host.address(host.makeContiguous(buffer));
  };
  // Rows of x are loaded 16 bytes at a time.
  BF16Rows x;
  if (countBF16Columns(op) == form.cols)
    x = makeBF16Rows(host, op);
  else
    x.rows = host.padColumns(op.getA()[0], form.cols);
  SmallVector<Value> operands = {host.address(x.rows), address(op.getB()[0]),
                                 address(op.getB()[1]), host.address(out),
                                 host.toI32(n)};
  if (form.hasCount)
    operands.push_back(host.toI32(countRows(host, op)));
  Value weightScale;
  if (form.format.hasTensorScale)
    weightScale = op.getB()[2];
  for (Value buffer : {x.factors, x.tensorScale, weightScale})
    if (buffer)
      operands.push_back(host.address(buffer));
  if (form.hasAcc)
    operands.push_back(address(op.getAcc()));
  appendOperands(operands, host, form.epilogue);
  Value blocks = host.ceilDiv(n, form.getTile());
  host.launch(kernels, "gemv", blocks, form.getThreads(), operands,
              chooseSharedBytes(host, form, blocks));
  host.freeAll();
}

void mx::nvvm::lowerGemv(HostCode &host, PackedMatmulOp op, const Chip &chip,
                         const Epilogue &epilogue) {
  launchGemv(host, op, getGemvForm(op, chip, getTokens(op)), epilogue);
}

void mx::nvvm::lowerFewRows(HostCode &host, PackedMatmulOp op, const Chip &chip,
                            const Epilogue &epilogue) {
  Value rows = countRows(host, op);
  for (int64_t most : gemv::kFewTokens) {
    Value areFew = arith::CmpIOp::create(
        host.b, host.loc, arith::CmpIPredicate::ule, rows, host.index(most));
    auto branch = scf::IfOp::create(host.b, host.loc, areFew,
                                    /*withElseRegion=*/true);
    host.b.setInsertionPointToStart(branch.thenBlock());
    launchGemv(host, op, getGemvForm(op, chip, most), epilogue);
    host.b.setInsertionPointToStart(branch.elseBlock());
  }
}

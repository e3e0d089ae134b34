//===- LowerFloatProduct.cpp - Launches of products of floats -------------===//

#include "FloatProduct.h"
#include "LowerFold.h"

#include "../../Target/NVVM/Kernels/TiledProduct.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// The fill with zero right before an op that adds to `out`.
static linalg::FillOp findZeroFill(linalg::LinalgOp op, Value out) {
  for (Operation *before = op->getPrevNode(); before;
       before = before->getPrevNode()) {
    auto fill = dyn_cast<linalg::FillOp>(before);
    if (fill && fill.getOutputs()[0] == out) {
      bool isZero = matchPattern(fill.getInputs()[0], m_AnyZeroFloat());
      return isZero ? fill : linalg::FillOp();
    }
    if (!isMemoryEffectFree(before) && !isa<memref::AllocOp>(before))
      return nullptr;
  }
  return nullptr;
}

namespace {

/// What both kernels take.
struct Launch {
  Value a, b, out, acc; ///< contiguous; acc is null or a copy of out
  Value items, m, n, k;
};

Launch prepare(HostCode &host, const FloatProduct &product, bool hasAcc) {
  Launch launch;
  launch.a = host.makeContiguous(product.a.value);
  launch.b = host.makeContiguous(product.b.value);
  // A result that is added to may be read where it is written.
  if (hasAcc)
    launch.acc = host.makeContiguous(product.out);
  launch.out = host.makeContiguousOutput(product.out);
  int64_t rank = cast<MemRefType>(launch.out.getType()).getRank();
  int64_t lastM = product.numBatch + product.numM;
  launch.items = host.sizes(launch.out, 0, product.numBatch);
  launch.m = host.sizes(launch.out, product.numBatch, lastM);
  launch.n = host.sizes(launch.out, lastM, rank);
  auto [first, last] = product.getContractedAxes(product.a);
  launch.k = host.sizes(launch.a, first, last);
  return launch;
}

Type getElement(Value buffer) {
  return cast<MemRefType>(buffer.getType()).getElementType();
}

std::string describe(const FloatProduct &product) {
  std::string name;
  llvm::raw_string_ostream os(name);
  for (const FloatProduct::Operand *operand : {&product.a, &product.b})
    os << "_" << getElement(operand->value)
       << (operand->isTransposed ? "t" : "");
  return name;
}

void launchFold(HostCode &host, const FloatProduct &product,
                const Launch &launch, bool isNarrow, const Epilogue &epilogue) {
  auto fold = [&](Value rows, Value count, bool isTransposed) {
    FoldedOperand operand;
    Value across = isTransposed ? count : launch.k;
    operand.rows = rows;
    operand.rowsPerItem = isTransposed ? launch.k : count;
    operand.rowBytes = host.multiply(across, host.index(2));
    operand.isTransposed = isTransposed;
    return operand;
  };
  FoldedOperand a = fold(launch.a, launch.m, product.a.isTransposed);
  FoldedOperand b = fold(launch.b, launch.n, product.b.isTransposed);
  bool isF16 = getElement(launch.a).isF16();
  fold::Form form =
      getForm(isF16 ? fold::Units::F16 : fold::Units::BF16, launch.out, a, b);
  form.hasAcc = static_cast<bool>(launch.acc);
  setEpilogue(form, epilogue);
  if (isNarrow)
    form.tileN = fold::kTileN / 2;
  auto getShape = [](Value buffer) {
    return cast<MemRefType>(buffer.getType()).getShape();
  };
  ArrayRef<int64_t> sizes = getShape(launch.out);
  auto [first, last] = product.getContractedAxes(product.a);
  form.canSplit =
      mayShareTiles(form, {sizes.take_front(product.numBatch),
                           sizes.slice(product.numBatch, product.numM),
                           sizes.drop_front(product.numBatch + product.numM),
                           getShape(launch.a).slice(first, last - first)});
  gpu::GPUModuleOp kernels =
      host.getKernels("mx_bf16_fold" + describe(product) + describeForm(form),
                      [&](OpBuilder &builder, gpu::GPUModuleOp module) {
                        buildProduct(builder, module, form);
                      });
  FoldShape shape(launch.items, launch.m, launch.n);
  launchProduct(host, kernels, form, shape, a, b, launch.out, launch.acc);
}

void launchTiled(HostCode &host, const FloatProduct &product,
                 const Launch &launch, bool isSmall, const Epilogue &epilogue) {
  tiled::Form form;
  form.a = {getElement(launch.a), product.a.isTransposed};
  form.b = {getElement(launch.b), product.b.isTransposed};
  form.type = getElement(launch.out);
  setEpilogue(form, epilogue);
  form.hasAcc = static_cast<bool>(launch.acc);
  form.evenN = isLastMultipleOf(launch.out.getType(), 2);
  form.perThread = isSmall ? 4 : 8;
  int64_t tile = form.getTile();
  std::string name = "mx_tiled" + describe(product);
  llvm::raw_string_ostream(name)
      << "_" << form.type << "_" << tile << (form.evenN ? "_even" : "")
      << (form.hasAcc ? "_acc" : "") << nameEpilogue(form.epilogue);
  gpu::GPUModuleOp kernels =
      host.getKernels(name, [&](OpBuilder &builder, gpu::GPUModuleOp module) {
        tiled::buildProduct(builder, module, form);
      });
  if (launch.acc && launch.acc != launch.out)
    memref::CopyOp::create(host.b, host.loc, launch.acc, launch.out);
  Value tiles =
      host.multiply(host.ceilDiv(launch.m, tile), host.ceilDiv(launch.n, tile));
  SmallVector<Value> operands;
  for (Value buffer : {launch.a, launch.b, launch.out})
    operands.push_back(host.address(buffer));
  for (Value size : {launch.m, launch.n, launch.k})
    operands.push_back(host.toI32(size));
  appendOperands(operands, host, form.epilogue);
  host.launch(kernels, "product", host.multiply(launch.items, tiles),
              tiled::kThreads, operands, form.getSharedBytes());
}

} // namespace

Epilogue mx::nvvm::findEpilogue(linalg::LinalgOp op) {
  Value out = op.getDpsInits()[0];
  linalg::FillOp fill = findZeroFill(op, out);
  return fill ? findEpilogue(op, out, /*isStoredTwice=*/false, fill)
              : Epilogue();
}

void mx::nvvm::lowerFloatProduct(HostCode &host, linalg::LinalgOp op,
                                 ScheduleAttr schedule,
                                 const Epilogue &epilogue) {
  FloatProduct product = *getFloatProduct(op);
  linalg::FillOp fill = findZeroFill(op, product.out);
  bool hasAcc = !fill;
  if (fill)
    fill->erase();
  if (epilogue)
    product.out = linalg::GenericOp(epilogue.op).getDpsInits()[0];
  Launch launch = prepare(host, product, hasAcc);
  if (schedule.getFamily() == "bf16_fold")
    launchFold(host, product, launch, schedule.getTile()[1] <= 128, epilogue);
  else
    launchTiled(host, product, launch, schedule.getTile()[0] <= 64, epilogue);
  host.freeAll();
}

//===- LowerDequantize.cpp - Launches of the dequantize kernels -----------===//

#include "Lowerings.h"

#include "../../Target/NVVM/Kernels/Dequantize.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using dequantize::Form;

static Form getForm(PackedDequantizeOp op) {
  auto type = cast<MemRefType>(op.getInit().getType());
  Form form{op.getScaledFormat(), type.getElementType()};
  int64_t cols = type.getShape().back();
  bool isStatic = !ShapedType::isDynamic(cols);
  form.isWhole = isStatic && cols % form.format.getBlockCols() == 0;
  form.isAligned = isStatic && cols % form.getPiece() == 0;
  return form;
}

static std::string getModuleName(const Form &form) {
  std::string type;
  llvm::raw_string_ostream(type) << form.result;
  return "mx_dequantize_" + nameFormat(form.format) + "_" + type +
         (form.isWhole     ? ""
          : form.isAligned ? "_aligned"
                           : "_odd");
}

void mx::nvvm::lowerDequantize(HostCode &host, PackedDequantizeOp op) {
  Form form = getForm(op);
  gpu::GPUModuleOp kernels = host.getKernels(
      getModuleName(form), [&](OpBuilder &b, gpu::GPUModuleOp module) {
        dequantize::build(b, module, form);
      });
  Value codes = host.makeContiguous(op.getCodes());
  Value scales = host.makeContiguous(op.getScale());
  Value out = host.makeContiguousOutput(op.getInit());
  int64_t rank = cast<MemRefType>(out.getType()).getRank();
  Value items = host.sizes(out, 0, std::max<int64_t>(rank - 2, 0));
  Value rows = rank > 1 ? host.size(out, rank - 2) : host.index(1);
  Value blocks = host.size(codes, rank - 1);
  int64_t perBlock = form.format.getBlockCols() / form.getPiece();
  Value pieces = host.multiply(host.multiply(items, rows),
                               host.multiply(blocks, host.index(perBlock)));
  SmallVector<Value> operands = {
      host.address(codes), host.address(scales),
      host.address(out),   host.toI32(items),
      host.toI32(rows),    host.toI32(host.size(out, rank - 1)),
      host.toI32(blocks)};
  if (op.getTensorScale())
    operands.push_back(host.address(op.getTensorScale()));
  host.launch(kernels, "dequantize",
              host.ceilDiv(pieces, dequantize::kThreads * dequantize::kPieces),
              dequantize::kThreads, operands);
  host.freeAll();
}

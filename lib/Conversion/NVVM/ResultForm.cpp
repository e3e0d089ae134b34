//===- ResultForm.cpp - Quantisations that products compute ---------------===//

#include "ResultForm.h"

#include "../../Target/NVVM/Kernels/QuantizeResult.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

std::optional<quantize::Form> mx::nvvm::getResultForm(PackedQuantizeOp op,
                                                      const Chip &chip) {
  if (op.getQuantizerAttrs().size() != 1)
    return std::nullopt;
  auto type = cast<MemRefType>(op.getInput().getType());
  quantize::Form form{dropStreams(op.getQuantizerAttrs()[0]),
                      type.getElementType()};
  form.hasF8Convert = chip.has(Feature::Fp8Convert);
  form.hasNarrowConvert = chip.has(Feature::NarrowConvert);
  int64_t cols = type.getShape().back();
  form.isWhole =
      !ShapedType::isDynamic(cols) && cols % quantize::kResultUnit == 0;
  if (type.getRank() < 2 || !quantize::findProblemOfResult(form).empty())
    return std::nullopt;
  return form;
}

void mx::nvvm::appendOperands(SmallVectorImpl<Value> &operands, HostCode &host,
                              PackedQuantizeOp op) {
  QuantizerAttr quantizer = op.getQuantizerAttrs()[0];
  auto constant = [&](Attribute value) -> Value {
    return arith::ConstantOp::create(host.b, host.loc, cast<TypedAttr>(value));
  };
  Value seed = op.getSeed();
  operands.push_back(seed ? seed : constant(host.b.getI64IntegerAttr(0)));
  for (Value init : op.getInitsOf(0))
    operands.push_back(host.address(host.makeContiguousOutput(init)));
  int64_t rank = cast<MemRefType>(op.getInput().getType()).getRank();
  operands.push_back(host.toI32(host.size(op.getInput(), rank - 1)));
  operands.push_back(
      constant(host.b.getI32IntegerAttr(int32_t(quantizer.getStream()))));
}

std::string
mx::nvvm::nameResultForm(const std::optional<quantize::Form> &form) {
  if (!form)
    return "";
  std::string text;
  llvm::raw_string_ostream(text)
      << form->quantizer << form->isWhole << form->hasF8Convert
      << form->hasNarrowConvert;
  return "_quantized_" +
         llvm::utohexstr(llvm::xxh3_64bits(text), /*LowerCase=*/true);
}

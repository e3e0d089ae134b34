//===- LowerQuantize.cpp - Launches of the quantize kernel ----------------===//

#include "Lowerings.h"

#include "../../Target/NVVM/Kernels/Quantize.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// The same for equal forms.
static std::string getModuleName(const quantize::Form &form) {
  std::string text, type;
  llvm::raw_string_ostream(text)
      << form.quantizer << form.isWhole << form.hasF8Convert;
  llvm::raw_string_ostream(type) << form.source;
  return "mx_quantize_" + type + "_" +
         llvm::utohexstr(llvm::xxh3_64bits(text), /*LowerCase=*/true);
}

/// Without the streams, which are arguments of the kernel.
static QuantizerAttr dropStreams(QuantizerAttr q) {
  return QuantizerAttr::get(
      q.getContext(), q.getFormat(), q.getScaleRule(), q.getRounding(),
      q.getPrescale(), q.getRandomBits(), q.getScaleMinNormal(), /*stream=*/0,
      q.getTranspose(), q.getPadToGroup(), q.getHadamard(),
      /*signStream=*/0);
}

static bool isWhole(int64_t cols, int64_t unit) {
  return !ShapedType::isDynamic(cols) && cols % unit == 0;
}

static void launchQuantize(HostCode &host, PackedQuantizeOp op, unsigned i,
                           Value input, const Chip &chip) {
  auto type = cast<MemRefType>(input.getType());
  int64_t rank = type.getRank();
  QuantizerAttr quantizer = op.getQuantizerAttrs()[i];
  int64_t rowAxis = rank - 2, colAxis = rank - 1;
  if (quantizer.getTranspose())
    std::swap(rowAxis, colAxis);
  quantize::Form form{dropStreams(quantizer), type.getElementType()};
  form.hasF8Convert = chip.has(Feature::Fp8Convert);
  form.isWhole = isWhole(type.getDimSize(colAxis), form.getUnit());
  gpu::GPUModuleOp kernels = host.getKernels(
      getModuleName(form), [&](OpBuilder &b, gpu::GPUModuleOp module) {
        quantize::build(b, module, form);
      });
  Value items = host.sizes(input, 0, std::max<int64_t>(rank - 2, 0));
  Value rows = rank > 1 ? host.size(input, rowAxis) : host.index(1);
  Value cols = host.size(input, colAxis), padded = cols;
  if (quantizer.getHadamard() && quantizer.getPadToGroup()) {
    int64_t group = quantizer.getHadamard().getSize();
    padded = host.multiply(host.ceilDiv(cols, group), host.index(group));
  }
  Value units = host.ceilDiv(padded, form.getUnit());
  Value threads = host.multiply(host.multiply(items, rows), units);
  Value seed = op.getSeed();
  if (!seed)
    seed = arith::ConstantOp::create(host.b, host.loc,
                                     host.b.getI64IntegerAttr(0));
  Value codes = host.makeContiguousOutput(op.getInitsOf(i)[0]);
  Value scales = host.makeContiguousOutput(op.getInitsOf(i)[1]);
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(host.b, host.loc,
                                     host.b.getI32IntegerAttr(int32_t(value)));
  };
  host.launch(kernels, "quantize", host.ceilDiv(threads, quantize::kThreads),
              quantize::kThreads,
              {host.address(input), host.address(codes), host.address(scales),
               host.toI32(items), host.toI32(rows), host.toI32(cols),
               host.toI32(padded), seed, constant(quantizer.getStream()),
               constant(quantizer.getSignStream())});
}

void mx::nvvm::lowerQuantize(HostCode &host, PackedQuantizeOp op,
                             const Chip &chip) {
  Value input = host.makeContiguous(op.getInput());
  for (unsigned i = 0; i < op.getQuantizers().size(); ++i)
    launchQuantize(host, op, i, input, chip);
  host.freeAll();
}

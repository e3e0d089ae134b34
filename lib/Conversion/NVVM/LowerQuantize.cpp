//===- LowerQuantize.cpp - Launches of the quantize kernels ---------------===//

#include "DescribeBody.h"
#include "FindProducer.h"
#include "Lowerings.h"
#include "ResultForm.h"

#include "../../Target/NVVM/Kernels/QuantizeSource.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using quantize::Form;

/// The same for equal forms.
static std::string getModuleName(StringRef kernel, ArrayRef<Form> forms) {
  std::string text, type;
  llvm::raw_string_ostream os(text);
  for (const Form &form : forms)
    os << form.quantizer << form.isWhole << form.hasWholeWarps
       << form.hasF8Convert << form.hasNarrowConvert << form.hasRing
       << form.units;
  if (linalg::GenericOp producer = forms[0].producer)
    describeBody(os, producer);
  llvm::raw_string_ostream(type) << forms[0].source;
  return ("mx_" + kernel + "_" + type + "_").str() +
         llvm::utohexstr(llvm::xxh3_64bits(text), /*LowerCase=*/true);
}

QuantizerAttr mx::nvvm::dropStreams(QuantizerAttr q) {
  return QuantizerAttr::get(
      q.getContext(), q.getFormat(), q.getScaleRule(), q.getRounding(),
      q.getPrescale(), q.getRandomBits(), q.getScaleMinNormal(), /*stream=*/0,
      q.getTranspose(), q.getPadToGroup(), q.getHadamard(),
      /*signStream=*/0);
}

/// What decides the largest magnitude: the transform, and where there is one
/// the rows.
static QuantizerAttr dropRounding(QuantizerAttr q) {
  return QuantizerAttr::get(
      q.getContext(), q.getFormat(), ScaleRule::Amax, Rounding::NearestEven,
      q.getPrescale(), /*randomBits=*/16, /*scaleMinNormal=*/false,
      /*stream=*/0, q.getTranspose() && q.getHadamard(), q.getPadToGroup(),
      q.getHadamard(), /*signStream=*/0);
}

static bool isWhole(int64_t extent, int64_t unit) {
  return !ShapedType::isDynamic(extent) && extent % unit == 0;
}

static Value constant(HostCode &host, int64_t value) {
  return arith::ConstantOp::create(host.b, host.loc,
                                   host.b.getI32IntegerAttr(int32_t(value)));
}

/// Of quantize::getSignParams.
static SmallVector<Value> getSignOperands(HostCode &host, const Form &form,
                                          Value seed, int64_t stream) {
  return llvm::map_to_vector(
      host.drawSigns(seed, stream, form.countSignWords()),
      [](Int word) { return quantize::sortSigns(word).get(); });
}

namespace {

/// The launches of one op.
class Launches {
public:
  Launches(HostCode &host, PackedQuantizeOp op, const Chip &chip)
      : host(host), op(op), chip(chip),
        type(cast<MemRefType>(op.getInput().getType())) {
    producer = findUsefulProducer();
    input = host.makeContiguous(producer ? producer.getDpsInputs()[0]
                                         : op.getInput());
    type = cast<MemRefType>(input.getType());
    int64_t rank = type.getRank();
    items = host.sizes(input, 0, std::max<int64_t>(rank - 2, 0));
    rows = rank > 1 ? host.size(input, rank - 2) : host.index(1);
    cols = host.size(input, rank - 1);
    seed = op.getSeed();
    if (!seed)
      seed = arith::ConstantOp::create(host.b, host.loc,
                                       host.b.getI64IntegerAttr(0));
  }

  void launchAll() {
    SmallVector<Form> forms = getForms();
    if (takesTiles(forms))
      launchTiles(forms);
    else
      for (unsigned i = 0; i < forms.size(); ++i)
        launchOne(i);
    if (producer)
      eraseProducer(op, producer);
  }

private:
  SmallVector<Form> getForms() {
    return llvm::map_to_vector(op.getQuantizerAttrs(),
                               [&](QuantizerAttr q) { return getForm(q); });
  }

  /// One kernel is to read the source: to compute it twice saves nothing.
  linalg::GenericOp findUsefulProducer() {
    if (llvm::any_of(op.getQuantizerAttrs(), [](QuantizerAttr q) {
          return q.getFormat().getHasTensorScale();
        }))
      return nullptr;
    SmallVector<Form> forms = getForms();
    return forms.size() == 1 || takesTiles(forms) ? findProducer(op) : nullptr;
  }

  /// Whether to go by tiles of the matrix, which pays where a row of the
  /// operand is not a row of the source, or rows share blocks.
  bool takesTiles(ArrayRef<Form> forms) const {
    int64_t rank = type.getRank();
    return rank > 1 && isWhole(type.getDimSize(rank - 1), quantize::kTile) &&
           isWhole(type.getDimSize(rank - 2), quantize::kTile) &&
           llvm::all_of(forms,
                        [](const Form &form) {
                          return form.hasTiles() || // lanes share others
                                 form.getUnit() <= quantize::kMaxHeld / 2;
                        }) &&
           quantize::countTileBytes(forms, chip.sharedMemory) <=
               chip.sharedMemory &&
           llvm::any_of(forms, [](const Form &form) {
             return form.hasTiles() || form.quantizer.getTranspose();
           });
  }

  void launchTiles(MutableArrayRef<Form> forms) {
    for (Form &form : forms) {
      form.isOfTile = true;
      form.hasRing = false;
      form.units = 0;
    }
    gpu::GPUModuleOp kernels = host.getKernels(
        getModuleName("quantize_tiles", forms),
        [&](OpBuilder &b, gpu::GPUModuleOp module) {
          quantize::buildTiles(b, module, forms, chip.sharedMemory);
        });
    SmallVector<Output> outputs;
    for (unsigned i = 0; i < forms.size(); ++i)
      outputs.push_back(prepareOutput(i));
    Value tiles = host.multiply(host.ceilDiv(rows, quantize::kTile),
                                host.ceilDiv(cols, quantize::kTile));
    Value atOnce = host.countBlocks(
        quantize::countTilesAtOnce(forms, chip.sharedMemory), /*cluster=*/1);
    Value blocks = arith::MinUIOp::create(host.b, host.loc,
                                          host.multiply(items, tiles), atOnce);
    host.launch(kernels, "quantize_tiles", blocks, quantize::kTileThreads,
                getOperands(outputs),
                quantize::countTileBytes(forms, chip.sharedMemory));
  }

  void launchOne(unsigned i) {
    Form form = getForm(op.getQuantizerAttrs()[i]);
    gpu::GPUModuleOp kernels =
        host.getKernels(getModuleName("quantize", form),
                        [&](OpBuilder &b, gpu::GPUModuleOp module) {
                          quantize::build(b, module, form);
                        });
    host.launch(kernels, "quantize", countBlocks(form), quantize::kThreads,
                getOperands({prepareOutput(i)}), quantize::countBytes(form));
  }

  Form getForm(QuantizerAttr quantizer) const {
    Form form{dropStreams(quantizer), type.getElementType()};
    form.hasF8Convert = chip.has(Feature::Fp8Convert);
    form.hasNarrowConvert = chip.has(Feature::NarrowConvert);
    form.producer = producer;
    int64_t rank = type.getRank();
    int64_t rowCount = rank > 1 ? type.getDimSize(rank - 2) : 1;
    int64_t colCount = type.getDimSize(rank - 1);
    if (quantizer.getTranspose())
      std::swap(rowCount, colCount);
    form.hasRing = !ShapedType::isDynamic(colCount) && form.takesRing(colCount);
    form.isWhole = isWhole(colCount, form.getUnit());
    // Random bits want the row and column of an element in its number.
    if (form.hasRing ||
        (form.isWhole && quantizer.getRounding() == Rounding::Stochastic))
      form.units = colCount / form.getUnit();
    int64_t known = ShapedType::isDynamic(rowCount) ? 1 : rowCount;
    form.hasWholeWarps =
        form.hasTiles()
            ? isWhole(rowCount, quantize::kWarpRows)
            : form.isWhole && isWhole(known * colCount, 32 * form.getHeld());
    return form;
  }

  Value getOperandRows(QuantizerAttr q) {
    return q.getTranspose() ? cols : rows;
  }

  /// The operand's columns, padded to whole Hadamard groups.
  Value getPadded(QuantizerAttr quantizer) {
    Value count = quantizer.getTranspose() ? rows : cols;
    if (!quantizer.getHadamard() || !quantizer.getPadToGroup())
      return count;
    int64_t group = quantizer.getHadamard().getSize();
    return host.multiply(host.ceilDiv(count, group), host.index(group));
  }

  Value countBlocks(const Form &form) {
    Value units = host.ceilDiv(getPadded(form.quantizer), form.getUnit());
    Value count = getOperandRows(form.quantizer);
    if (form.hasTiles())
      count = host.multiply(host.ceilDiv(count, quantize::kWarpRows),
                            host.index(quantize::kWarpRows));
    Value lanes = host.index(form.getUnit() / form.getHeld());
    Value threads =
        host.multiply(host.multiply(items, count), host.multiply(units, lanes));
    Value blocks = host.ceilDiv(threads, quantize::kThreads);
    return form.hasRing ? limitBlocks(form, blocks) : blocks;
  }

  /// As many as are on the GPU at a time, for threads with several rows, and
  /// at least those that a row takes.
  Value limitBlocks(const Form &form, Value blocks) {
    Value atOnce = host.countBlocks(quantize::kRingAtOnce, /*cluster=*/1);
    Value ofRow = host.index(
        llvm::divideCeil(form.countThreadsOfRow(), quantize::kThreads));
    Value most = arith::MaxUIOp::create(host.b, host.loc, atOnce, ofRow);
    return arith::MinUIOp::create(host.b, host.loc, blocks, most);
  }

  SmallVector<Value> getSourceOperands() {
    return {host.address(input), host.toI32(items), host.toI32(rows),
            host.toI32(cols), seed};
  }

  /// The buffers of one quantizer.
  struct Output {
    QuantizerAttr quantizer;
    Value codes, scales, amax, tensorScale;
  };

  Output prepareOutput(unsigned i) {
    QuantizerAttr quantizer = op.getQuantizerAttrs()[i];
    OperandRange inits = op.getInitsOf(i);
    Output output{quantizer, host.makeContiguousOutput(inits[0]),
                  host.makeContiguousOutput(inits[1]), Value(), Value()};
    if (quantizer.getFormat().getHasTensorScale()) {
      output.amax = getAmax(quantizer);
      output.tensorScale = inits[2];
    }
    return output;
  }

  /// Addresses are taken once all buffers are there.
  SmallVector<Value> getOperands(ArrayRef<Output> outputs) {
    SmallVector<Value> operands = getSourceOperands();
    for (const Output &output : outputs) {
      QuantizerAttr quantizer = output.quantizer;
      operands.append({host.address(output.codes), host.address(output.scales),
                       host.toI32(getPadded(quantizer)),
                       constant(host, quantizer.getStream())});
      operands.append(getSignOperands(host, getForm(quantizer), seed,
                                      quantizer.getSignStream()));
      if (output.amax)
        operands.append(
            {host.address(output.amax), host.address(output.tensorScale)});
    }
    if (producer)
      for (Value other : llvm::drop_begin(producer.getDpsInputs()))
        operands.push_back(host.address(other));
    return operands;
  }

  /// The largest magnitude of the tensor, which two quantizers share unless a
  /// transform comes before it.
  Value getAmax(QuantizerAttr quantizer) {
    if (op.getTensorAmax())
      return op.getTensorAmax();
    if (!quantizer.getHadamard() && plainAmax)
      return plainAmax;
    Value amax = host.allocate(host.b.getI32Type(), host.index(1));
    host.clear(amax, host.index(4));
    Form form = getForm(dropRounding(quantizer));
    gpu::GPUModuleOp kernels =
        host.getKernels(getModuleName("amax", form),
                        [&](OpBuilder &b, gpu::GPUModuleOp module) {
                          quantize::buildAmax(b, module, form);
                        });
    SmallVector<Value> operands = getSourceOperands();
    operands.push_back(host.toI32(getPadded(form.quantizer)));
    operands.append(
        getSignOperands(host, form, seed, quantizer.getSignStream()));
    operands.push_back(host.address(amax));
    constexpr int64_t kBlocks = 16;
    host.launch(kernels, "amax", host.countBlocks(kBlocks, /*cluster=*/1),
                quantize::kThreads, operands);
    if (!quantizer.getHadamard())
      plainAmax = amax;
    return amax;
  }

  HostCode &host;
  PackedQuantizeOp op;
  const Chip &chip;
  MemRefType type;                      ///< of the input
  linalg::GenericOp producer = nullptr; ///< none: the input is quantised
  Value input;                          ///< of the kernels
  Value items, rows, cols, seed, plainAmax;
};

} // namespace

void mx::nvvm::lowerQuantize(HostCode &host, PackedQuantizeOp op,
                             const Chip &chip) {
  Launches(host, op, chip).launchAll();
  host.freeAll();
}

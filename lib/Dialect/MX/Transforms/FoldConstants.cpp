//===- FoldConstants.cpp - Quantise constants at compile time -------------===//
//
// mx-fold-constants: with the scalar definition of lib/Support, so that the
// bytes are those that any target would have made; and their order, where it is
// one of tiles.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/Passes.h"
#include "mx/Support/Pack.h"
#include "mx/Support/Quantize.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include <cstring>

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXFOLDCONSTANTS
#include "mx/Dialect/MX/Transforms/Passes.h.inc"

namespace {

/// The bytes of a dense constant, in order; nothing for a splat.
ArrayRef<char> getBytes(ElementsAttr constant) {
  if (auto dense = dyn_cast<DenseElementsAttr>(constant))
    return dense.getRawData();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(constant))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      return blob->getData();
  return {};
}

float toFloat(const char *bytes, Type type) {
  uint32_t word = 0;
  if (type.isF32()) {
    std::memcpy(&word, bytes, 4);
  } else {
    uint16_t half;
    std::memcpy(&half, bytes, 2);
    if (!type.isBF16()) {
      APFloat value(APFloat::IEEEhalf(), APInt(16, half));
      bool exact;
      value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                    &exact);
      return value.convertToFloat();
    }
    word = uint32_t(half) << 16;
  }
  float value;
  std::memcpy(&value, &word, 4);
  return value;
}

/// The elements of an f32, bf16 or f16 constant; false where it has other ones
/// or its bytes are not at hand.
bool readFloats(ElementsAttr constant, std::vector<float> &values) {
  Type type = constant.getElementType();
  if (!type.isF32() && !type.isBF16() && !type.isF16())
    return false;
  size_t count = constant.getNumElements(), size = type.isF32() ? 4 : 2;
  ArrayRef<char> bytes = getBytes(constant);
  bool isSplat = constant.isSplat();
  if (bytes.size() != (isSplat ? 1 : count) * size)
    return false;
  values.resize(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = toFloat(bytes.data() + (isSplat ? 0 : i * size), type);
  return true;
}

/// Rows of the last two axes; everything before them is a batch.
contract::MatrixView getView(const std::vector<float> &values,
                             ArrayRef<int64_t> shape) {
  contract::MatrixView view;
  view.data = values.data();
  view.cols = view.rowStride = shape.back();
  view.rows = shape.size() > 1 ? shape[shape.size() - 2] : 1;
  view.itemStride = view.rows * view.cols;
  for (int64_t extent : shape.drop_back(std::min<size_t>(shape.size(), 2)))
    view.items *= extent;
  return view;
}

contract::QuantizeSpec getSpec(QuantizerAttr quantizer, uint64_t seed,
                               int64_t cols) {
  contract::QuantizeSpec spec;
  spec.format = getScaledFormat(quantizer.getFormat());
  spec.rule = static_cast<contract::ScaleRule>(quantizer.getScaleRule());
  spec.rounding = static_cast<contract::Rounding>(quantizer.getRounding());
  spec.prescale = quantizer.getPrescale().getValue().convertToFloat();
  spec.randomBits = quantizer.getRandomBits();
  spec.seed = seed;
  spec.stream = static_cast<uint32_t>(quantizer.getStream());
  spec.scaleMinNormal = quantizer.getScaleMinNormal();
  HadamardAttr hadamard = quantizer.getHadamard();
  if (!hadamard)
    return spec;
  int64_t size = spec.hadamardSize = hadamard.getSize();
  if (quantizer.getPadToGroup())
    spec.paddedCols = (cols + size - 1) / size * size;
  if (hadamard.getSigns() == Signs::Seed)
    spec.signs = contract::seededSigns(
        seed, static_cast<uint32_t>(quantizer.getSignStream()), size);
  for (auto [i, sign] : llvm::enumerate(hadamard.getFixedSigns()))
    if (sign < 0)
      spec.signs[i / 64] |= uint64_t(1) << i % 64;
  return spec;
}

/// Codes as bytes, block by block.
std::vector<char> packBytes(const contract::Quantized &x) {
  int64_t block = x.format.cols(x.cols), blocks = x.format.numBlocks(x.cols);
  int64_t size = x.format.bytesPerBlock(x.cols);
  unsigned bits = x.format.element.bits();
  std::vector<char> bytes(x.items * x.rows * blocks * size);
  std::vector<uint16_t> codes(block);
  char *target = bytes.data();
  for (int64_t row = 0; row < x.items * x.rows; ++row)
    for (int64_t first = 0; first < x.cols; first += block, target += size) {
      int64_t count = std::min(block, x.cols - first);
      const uint16_t *source = x.codes.data() + row * x.cols + first;
      std::fill(std::copy_n(source, count, codes.begin()), codes.end(), 0);
      contract::packCodes(bits, codes.data(), block,
                          reinterpret_cast<uint8_t *>(target));
    }
  return bytes;
}

std::vector<char> storeScales(const contract::Quantized &x, Type type) {
  size_t size = type.isF32() ? 4 : 1;
  std::vector<char> bytes(x.scales.size() * size);
  for (auto [i, scale] : llvm::enumerate(x.scales))
    std::memcpy(&bytes[i * size], &scale, size); // little-endian
  return bytes;
}

class Folder {
public:
  explicit Folder(PackedQuantizeOp op) : op(op) {}

  /// Replaces the op by constants, if all it takes is known.
  bool fold() {
    ElementsAttr constant;
    if (op->getNumResults() == 0 || !op.getOrigin().empty() ||
        op.getTensorAmax() ||
        !matchPattern(op.getInput(), m_Constant(&constant)) || !readSeed() ||
        !readFloats(constant, values))
      return false;
    ArrayRef<int64_t> shape = constant.getShapedType().getShape();
    for (auto [i, quantizer] : llvm::enumerate(op.getQuantizerAttrs()))
      if (!quantize(quantizer, shape))
        return false;
    OpBuilder b(op);
    for (auto [result, attribute] : llvm::zip(op->getResults(), constants)) {
      if (attribute.getType() != result.getType())
        return false;
      folded.push_back(
          arith::ConstantOp::create(b, op.getLoc(), attribute).getResult());
    }
    op->replaceAllUsesWith(folded);
    op.erase();
    return true;
  }

private:
  bool readSeed() {
    bool isNeeded =
        llvm::any_of(op.getQuantizerAttrs(), [](QuantizerAttr quantizer) {
          HadamardAttr hadamard = quantizer.getHadamard();
          return drawsBits(quantizer.getScaleRule(), quantizer.getRounding()) ||
                 (hadamard && hadamard.getSigns() == Signs::Seed);
        });
    APInt value(64, 0);
    if (isNeeded &&
        (!op.getSeed() || !matchPattern(op.getSeed(), m_ConstantInt(&value))))
      return false;
    seed = value.getZExtValue();
    return true;
  }

  bool quantize(QuantizerAttr quantizer, ArrayRef<int64_t> shape) {
    if (shape.empty() || (quantizer.getTranspose() && shape.size() < 2))
      return false;
    contract::MatrixView view = getView(values, shape);
    if (quantizer.getTranspose())
      view = view.transposed();
    contract::Quantized result;
    if (contract::quantize(getSpec(quantizer, seed, view.cols), view, nullptr,
                           result))
      return false;
    // As stored, batch axes first.
    SmallVector<int64_t> codes(
        shape.drop_back(std::min<size_t>(shape.size(), 2)));
    SmallVector<int64_t> scales = codes;
    if (shape.size() > 1) {
      codes.push_back(result.rows);
      scales.push_back(result.scaleRows);
    }
    codes.push_back(result.format.numBlocks(result.cols));
    codes.push_back(result.format.bytesPerBlock(result.cols));
    scales.push_back(result.scaleCols);
    MLIRContext *context = op.getContext();
    Type scale = getScaleStorageType(quantizer.getFormat());
    add(codes, IntegerType::get(context, 8), packBytes(result));
    add(scales, scale, storeScales(result, scale));
    if (quantizer.getFormat().getHasTensorScale())
      constants.push_back(DenseElementsAttr::get(
          RankedTensorType::get({}, Float32Type::get(context)),
          result.tensorScale));
    return true;
  }

  void add(ArrayRef<int64_t> shape, Type element,
           const std::vector<char> &bytes) {
    constants.push_back(DenseElementsAttr::getFromRawBuffer(
        RankedTensorType::get(shape, element), bytes));
  }

  PackedQuantizeOp op;
  uint64_t seed = 0;
  std::vector<float> values;
  SmallVector<DenseElementsAttr> constants;
  SmallVector<Value> folded;
};

/// The bytes of a constant of i8; a splat's as often as it has elements.
bool readBytes(ElementsAttr constant, std::vector<char> &bytes) {
  ArrayRef<char> found = getBytes(constant);
  size_t count = constant.getNumElements();
  if (!constant.getElementType().isInteger(8) ||
      found.size() != (constant.isSplat() ? 1 : count))
    return false;
  bytes.assign(count, constant.isSplat() ? found[0] : 0);
  if (!constant.isSplat())
    std::copy(found.begin(), found.end(), bytes.begin());
  return true;
}

/// Rows of bytes [batch…, rows, cols] in tiles of 16 × 4.
std::vector<char> tileBytes(const std::vector<char> &linear,
                            ArrayRef<int64_t> shape) {
  int64_t cols = shape.back(), rows = shape[shape.size() - 2];
  int64_t strips = (rows + 15) / 16, tiles = (cols + 3) / 4;
  int64_t items = cols * rows == 0 ? 0 : linear.size() / (rows * cols);
  std::vector<char> tiled(items * strips * tiles * 64, 0);
  for (int64_t item = 0; item < items; ++item)
    for (int64_t row = 0; row < rows; ++row) {
      const char *source = linear.data() + (item * rows + row) * cols;
      char *target =
          tiled.data() + (item * strips + row / 16) * tiles * 64 + row % 16 * 4;
      for (int64_t col = 0; col < cols; ++col)
        target[col / 4 * 64 + col % 4] = source[col];
    }
  return tiled;
}

/// Replaces a relayout to the CPU's tiles by a constant.
bool foldRelayout(PackedRelayoutOp op) {
  ElementsAttr constant;
  std::vector<char> bytes;
  if (!op.getResult() || op.getFrom() != ScaleLayout::Linear ||
      op.getTo() != ScaleLayout::Tile16x4 ||
      !matchPattern(op.getInput(), m_Constant(&constant)) ||
      !readBytes(constant, bytes))
    return false;
  auto type = dyn_cast<RankedTensorType>(op.getResult().getType());
  if (!type || !type.hasStaticShape())
    return false;
  OpBuilder b(op);
  auto tiled = DenseElementsAttr::getFromRawBuffer(
      type, tileBytes(bytes, constant.getShapedType().getShape()));
  op.getResult().replaceAllUsesWith(
      arith::ConstantOp::create(b, op.getLoc(), tiled).getResult());
  return true;
}

struct FoldConstants : impl::MXFoldConstantsBase<FoldConstants> {
  void runOnOperation() override {
    SmallVector<PackedQuantizeOp> ops;
    getOperation()->walk([&](PackedQuantizeOp op) { ops.push_back(op); });
    for (PackedQuantizeOp op : ops) {
      Operation *constant = op.getInput().getDefiningOp();
      SmallVector<Value> inits(op.getInits());
      if (!Folder(op).fold())
        continue;
      for (Value init : inits)
        if (Operation *empty = init.getDefiningOp();
            empty && isOpTriviallyDead(empty))
          empty->erase();
      if (isOpTriviallyDead(constant))
        constant->erase();
    }
    SmallVector<PackedRelayoutOp> relayouts;
    getOperation()->walk([&](PackedRelayoutOp op) { relayouts.push_back(op); });
    for (PackedRelayoutOp op : relayouts)
      if (foldRelayout(op)) {
        SmallVector<Operation *> sources = {op.getInput().getDefiningOp(),
                                            op.getInit().getDefiningOp()};
        op.erase();
        for (Operation *source : sources)
          if (source && isOpTriviallyDead(source))
            source->erase();
      }
  }
};

} // namespace
} // namespace mx

//===- ScaledValues.cpp - Block-scaled tensors as arrays ------------------===//
//
// Arrays hold one code an element, as people write them; functions after
// mx-pack take packed bytes.
//
//===----------------------------------------------------------------------===//

#include "ScaledValues.h"

#include "Elements.h"
#include "mlir/IR/TypeUtilities.h"
#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Support/Pack.h"
#include "llvm/ADT/StringExtras.h"
#include <cstring>

using namespace mlir;
using namespace mxc;

static mx::ScaledType getScaled(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? dyn_cast<mx::ScaledType>(tensor.getElementType())
                : mx::ScaledType();
}

bool mxc::isScaled(Type type) { return static_cast<bool>(getScaled(type)); }

namespace {
/// How the codes of a tensor lie in packed rows.
struct Layout {
  int64_t rows, cols;           // of the stored (K-innermost) matrix
  int64_t block, bytesPerBlock; // codes and bytes of one block
  unsigned bits;
  bool transposed;  // stored as the transpose of the logical tensor
  int64_t matrices; // the product of the batch extents
};
} // namespace

static Layout getLayout(mx::ScaledType format, ArrayRef<int64_t> shape) {
  Layout layout{1, shape.back(), 0, 0, 0, format.isColumnWise(), 1};
  if (shape.size() > 1)
    layout.rows = shape[shape.size() - 2];
  for (int64_t extent : shape.drop_back(std::min<size_t>(shape.size(), 2)))
    layout.matrices *= extent;
  if (layout.transposed) {
    std::swap(layout.rows, layout.cols);
    format = format.getTransposed();
  }
  mx::contract::ScaledFormat scaled = mx::getScaledFormat(format);
  layout.block = scaled.cols(layout.cols);
  layout.bytesPerBlock = scaled.bytesPerBlock(layout.cols);
  layout.bits = scaled.element.bits();
  return layout;
}

/// Calls visit(position of the block in the packed rows, elements) for every
/// block; `elements` are the logical indices of its codes.
static void forEachBlock(
    const Layout &layout,
    llvm::function_ref<void(int64_t block, ArrayRef<int64_t> elements)> visit) {
  SmallVector<int64_t> elements;
  int64_t blocks = (layout.cols + layout.block - 1) / layout.block;
  for (int64_t matrix = 0; matrix < layout.matrices; ++matrix)
    for (int64_t row = 0; row < layout.rows; ++row)
      for (int64_t j = 0; j < blocks; ++j) {
        elements.clear();
        int64_t end = std::min(layout.cols, (j + 1) * layout.block);
        for (int64_t col = j * layout.block; col < end; ++col)
          elements.push_back(matrix * layout.rows * layout.cols +
                             (layout.transposed ? col * layout.rows + row
                                                : row * layout.cols + col));
        visit((matrix * layout.rows + row) * blocks + j, elements);
      }
}

static void packInto(const Layout &layout, const Array &codes, Array &packed) {
  SmallVector<uint16_t> block;
  forEachBlock(layout, [&](int64_t index, ArrayRef<int64_t> elements) {
    block.assign(layout.block, 0);
    for (auto [i, element] : llvm::enumerate(elements))
      std::memcpy(&block[i], &codes.data[element * codes.itemSize],
                  codes.itemSize);
    mx::contract::packCodes(layout.bits, block.data(), layout.block,
                            &packed.data[index * layout.bytesPerBlock]);
  });
}

static void unpackFrom(const Layout &layout, const Array &packed,
                       Array &codes) {
  SmallVector<uint16_t> block(layout.block);
  forEachBlock(layout, [&](int64_t index, ArrayRef<int64_t> elements) {
    mx::contract::unpackCodes(layout.bits,
                              &packed.data[index * layout.bytesPerBlock],
                              layout.block, block.data());
    for (auto [i, element] : llvm::enumerate(elements))
      std::memcpy(&codes.data[element * codes.itemSize], &block[i],
                  codes.itemSize);
  });
}

/// The unsigned array type of unpacked codes.
static Array makeCodes(unsigned bits, ArrayRef<int64_t> shape) {
  Array array;
  array.kind = 'u';
  array.itemSize = bits <= 8 ? 1 : 2;
  array.shape.assign(shape.begin(), shape.end());
  array.data.resize(array.getNumElements() * array.itemSize);
  return array;
}

static llvm::Error checkCodes(const Array &codes, unsigned bits,
                              RankedTensorType type) {
  Array wanted = makeCodes(bits, codes.shape);
  bool raw = codes.kind == 'V' && codes.itemSize == wanted.itemSize;
  if (codes.getTypeName() != wanted.getTypeName() && !raw)
    return llvm::createStringError("expected element type " +
                                   wanted.getTypeName() + ", found " +
                                   codes.getTypeName());
  if (failed(verifyCompatibleShape(codes.shape, type.getShape())))
    return llvm::createStringError("expected the shape of " + formatType(type) +
                                   ", found " + formatShape(codes.shape));
  for (int64_t i = 0, e = codes.getNumElements(); i < e; ++i) {
    uint16_t code = 0;
    std::memcpy(&code, &codes.data[i * codes.itemSize], codes.itemSize);
    if (code >> bits && bits < 16)
      return llvm::createStringError(
          "element " + Twine(i) + " is 0x" + llvm::utohexstr(code) +
          ", which has more than " + Twine(bits) + " bits");
  }
  return llvm::Error::success();
}

/// Reads a part that is stored as bytes (or f32), whatever numpy calls them.
static llvm::Error readStored(StringRef name, RankedTensorType type,
                              const Arrays &arrays, Buffer &buffer) {
  Arrays copy;
  auto it = arrays.find(name.str());
  if (it != arrays.end()) {
    Array &array = copy[name.str()] = it->second;
    if (array.itemSize == 1 && (array.kind == 'V' || array.kind == 'u'))
      array.kind = 'i';
  }
  buffer.type = type;
  return readArray(name, type, copy, buffer.array);
}

/// Codes that are packed already, [.., blocks, bytes of a block], as `mxc
/// convert` writes them. Finds the shape of the elements.
static llvm::Error takePacked(const Array &codes, mx::ScaledType format,
                              RankedTensorType type,
                              SmallVectorImpl<int64_t> &shape) {
  mx::contract::ScaledFormat scaled = mx::getScaledFormat(format);
  shape.assign(codes.shape.begin(), codes.shape.end() - 1);
  int64_t k = type.getShape().back();
  bool isRagged =
      !ShapedType::isDynamic(k) && scaled.numBlocks(k) == shape.back();
  shape.back() = isRagged ? k : shape.back() * scaled.cols(k);
  if (succeeded(verifyCompatibleShape(shape, type.getShape())) &&
      llvm::equal(mx::getPackedCodesShape(format, shape), codes.shape))
    return llvm::Error::success();
  return llvm::createStringError("expected the shape of " + formatType(type) +
                                 " or of its packed codes, found " +
                                 formatShape(codes.shape));
}

/// The packed codes of an array, and the shape of the elements.
static llvm::Error packCodes(const Array &codes, mx::ScaledType format,
                             RankedTensorType type, Array &packed,
                             SmallVectorImpl<int64_t> &shape) {
  bool isPacked =
      static_cast<int64_t>(codes.shape.size()) == type.getRank() + 1 &&
      codes.itemSize == 1 && !format.isColumnWise();
  Type byte = IntegerType::get(type.getContext(), 8);
  if (isPacked) {
    if (llvm::Error error = takePacked(codes, format, type, shape))
      return error;
    packed = makeArray(byte, codes.shape);
    packed.data = codes.data;
    return llvm::Error::success();
  }
  unsigned bits = mx::getScaledFormat(format).element.bits();
  if (llvm::Error error = checkCodes(codes, bits, type))
    return error;
  shape.assign(codes.shape.begin(), codes.shape.end());
  packed = makeArray(byte, mx::getPackedCodesShape(format, shape));
  packInto(getLayout(format, shape), codes, packed);
  return llvm::Error::success();
}

llvm::Error mxc::readScaledPort(const Port &port, const Arrays &arrays,
                                std::vector<Buffer> &buffers) {
  auto type = cast<RankedTensorType>(port.type);
  mx::ScaledType format = getScaled(type);
  std::string name = port.name + "_codes";
  auto it = arrays.find(name);
  if (it == arrays.end())
    return llvm::createStringError("the inputs lack array '" + name + "' (" +
                                   formatType(type) + ")");
  Array packed;
  SmallVector<int64_t> shape;
  if (llvm::Error error = packCodes(it->second, format, type, packed, shape))
    return llvm::createStringError("array '" + name +
                                   "': " + llvm::toString(std::move(error)));
  buffers.push_back({port.parts[0], std::move(packed)});

  auto scaleType = RankedTensorType::get(mx::getPackedScaleShape(format, shape),
                                         mx::getScaleStorageType(format));
  Buffer scale;
  if (llvm::Error error =
          readStored(port.name + "_scale", scaleType, arrays, scale))
    return error;
  buffers.push_back(std::move(scale));
  ArrayRef<Type> rest = ArrayRef(port.parts).drop_front(2);
  if (format.getHasTensorScale()) {
    Buffer tensorScale;
    if (llvm::Error error = readStored(port.name + "_tensor_scale",
                                       cast<RankedTensorType>(rest.front()),
                                       arrays, tensorScale))
      return error;
    buffers.push_back(std::move(tensorScale));
    rest = rest.drop_front();
  }
  for (Type extent : rest) {
    Array array = makeArray(extent, {});
    int64_t cols = getLayout(format, shape).cols;
    std::memcpy(array.data.data(), &cols, sizeof(cols));
    buffers.push_back({extent, std::move(array)});
  }
  return llvm::Error::success();
}

/// The logical shape of a result, whose static extents its type tells and the
/// dynamic ones the packed codes and the extent.
static SmallVector<int64_t> getLogicalShape(RankedTensorType type,
                                            ArrayRef<Buffer> parts) {
  SmallVector<int64_t> shape(type.getShape());
  bool transposed = getScaled(type).isColumnWise();
  size_t rank = shape.size();
  for (size_t axis = 0; axis < rank; ++axis) {
    if (!ShapedType::isDynamic(shape[axis]))
      continue;
    size_t stored = axis;
    if (transposed && axis + 2 >= rank)
      stored = axis + 1 == rank ? rank - 2 : rank - 1;
    shape[axis] = parts[0].array.shape[stored];
    if (stored + 1 == rank)
      std::memcpy(&shape[axis], parts.back().array.data.data(),
                  sizeof(int64_t));
  }
  return shape;
}

void mxc::writeScaledPort(const Port &port, ArrayRef<Buffer> parts,
                          std::vector<std::pair<std::string, Array>> &arrays) {
  auto type = cast<RankedTensorType>(port.type);
  mx::ScaledType format = getScaled(type);
  SmallVector<int64_t> shape = getLogicalShape(type, parts);
  Layout layout = getLayout(format, shape);
  Array codes = makeCodes(layout.bits, shape);
  unpackFrom(layout, parts[0].array, codes);
  arrays.emplace_back(port.name + "_codes", std::move(codes));
  Array scale = parts[1].array;
  if (scale.itemSize == 1)
    scale.kind = 'u';
  arrays.emplace_back(port.name + "_scale", std::move(scale));
  if (format.getHasTensorScale())
    arrays.emplace_back(port.name + "_tensor_scale", parts[2].array);
}

unsigned mxc::getNumParts(RankedTensorType type) {
  mx::ScaledType format = getScaled(type);
  unsigned axis = type.getRank() - (format.isColumnWise() ? 2 : 1);
  return 2 + format.getHasTensorScale() + type.isDynamicDim(axis);
}

//===- Elements.cpp - Element types as NumPy stores them ------------------===//

#include "Elements.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mx/Dialect/MX/IR/Formats.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>

using namespace mlir;
using namespace mxc;

static bool isSmallFloat(Type type) {
  return isa<FloatType>(type) && type.getIntOrFloatBitWidth() <= 8;
}

unsigned mxc::getElementSize(Type type) {
  if (isa<IndexType>(type))
    return 8;
  if (isSmallFloat(type) || type.isInteger(1))
    return 1;
  if (type.isF16() || type.isBF16() || type.isF32() || type.isF64() ||
      type.isInteger(8) || type.isInteger(16) || type.isInteger(32) ||
      type.isInteger(64))
    return type.getIntOrFloatBitWidth() / 8;
  return 0;
}

/// The numpy types that may hold elements of a type; the first one is written.
static SmallVector<StringRef> getArrayTypes(Type type) {
  if (type.isF64())
    return {"<f8"};
  if (type.isF32())
    return {"<f4"};
  if (type.isF16())
    return {"<f2"};
  if (type.isBF16())
    return {"<u2", "|V2"};
  if (isa<FloatType>(type))
    return {"|u1", "|V1"};
  if (isa<IndexType>(type))
    return {"<i8"};
  switch (type.getIntOrFloatBitWidth()) {
  case 1:
    return {"|b1"};
  case 8:
    return {"|i1", "|u1"};
  case 16:
    return {"<i2", "<u2"};
  case 32:
    return {"<i4", "<u4"};
  default:
    return {"<i8", "<u8"};
  }
}

llvm::Error mxc::checkElements(const Array &array, Type type) {
  SmallVector<StringRef> names = getArrayTypes(type);
  if (!llvm::is_contained(names, array.getTypeName()))
    return llvm::createStringError(
        "expected element type " + llvm::join(names, " or ") + " for " +
        formatType(type) + ", found " + array.getTypeName());
  unsigned bits = isa<IndexType>(type) ? 64 : type.getIntOrFloatBitWidth();
  if (bits >= 8)
    return llvm::Error::success();
  for (auto [i, byte] : llvm::enumerate(array.data))
    if (byte >> bits)
      return llvm::createStringError(
          "element " + Twine(i) + " is 0x" + llvm::utohexstr(byte) +
          ", which is no code of " + formatType(type) + "; expected below 0x" +
          llvm::utohexstr(1u << bits));
  return llvm::Error::success();
}

Array mxc::makeArray(Type type, ArrayRef<int64_t> shape) {
  Array array;
  StringRef name = getArrayTypes(type).front();
  array.kind = name[1];
  array.itemSize = getElementSize(type);
  array.shape.assign(shape.begin(), shape.end());
  array.data.resize(array.getNumElements() * array.itemSize);
  return array;
}

static uint64_t getBits(const Array &array, int64_t index) {
  uint64_t bits = 0;
  std::memcpy(&bits, &array.data[index * array.itemSize], array.itemSize);
  return bits;
}

double mxc::getElement(const Array &array, Type type, int64_t index) {
  uint64_t bits = getBits(array, index);
  if (type.isF64())
    return llvm::bit_cast<double>(bits);
  if (type.isF32())
    return llvm::bit_cast<float>(static_cast<uint32_t>(bits));
  if (isa<FloatType>(type))
    return mx::contract::decode(*mx::getFloatFormat(type), bits);
  if (type.isInteger(1))
    return bits;
  return llvm::SignExtend64(bits, array.itemSize * 8);
}

std::string mxc::formatType(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

//===- DescribeLayout.cpp - A scaled type in words ------------------------===//

#include "DescribeLayout.h"

#include "mx/Dialect/MX/IR/Formats.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mx {
namespace {

std::string toString(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// One part of the packed form: its type and what it holds.
struct Part {
  const char *name;
  RankedTensorType type;
  std::string remark;

  std::optional<int64_t> getBytes() const {
    if (!type.hasStaticShape())
      return std::nullopt;
    return type.getNumElements() * type.getElementTypeBitWidth() / 8;
  }
};

std::string describeBlock(ScaledType format) {
  constexpr int64_t full = ScaledType::kFull;
  int64_t rows = format.getBlockRows(), cols = format.getBlockCols();
  auto extent = [](int64_t value) { return std::to_string(value); };
  if (rows == full && cols == full)
    return "one block a matrix";
  if (rows == full)
    return cols == 1 ? "one block a column"
                     : "blocks of " + extent(cols) + " columns";
  if (cols == full)
    return rows == 1 ? "one block a row"
                     : "blocks of " + extent(rows) + " rows";
  if (format.isColumnWise())
    return "blocks of " + extent(rows) + " along the last axis but one";
  if (!format.isRowWise())
    return "blocks of " + extent(rows) + " x " + extent(cols);
  return "blocks of " + extent(cols) + " along the last axis";
}

/// How the codes of a block lie in its bytes (contract 12).
std::string describeCodes(ScaledType format) {
  unsigned bits = getScaledFormat(format).element.bits();
  std::string text = bits == 4
                         ? "two codes a byte, the even one in the low half"
                     : bits == 6 ? "four codes in three bytes, little-endian"
                     : bits <= 8 ? "one code a byte"
                                 : "one code in two bytes, little-endian";
  return format.isColumnWise() ? text + "; stored as the transpose's" : text;
}

SmallVector<Part> getParts(RankedTensorType type) {
  auto format = cast<ScaledType>(type.getElementType());
  Type byte = IntegerType::get(type.getContext(), 8);
  Type scale = getScaleStorageType(format);
  SmallVector<Part> parts = {
      {"codes",
       RankedTensorType::get(getPackedCodesShape(format, type.getShape()),
                             byte),
       describeCodes(format)},
      {"scales",
       RankedTensorType::get(getPackedScaleShape(format, type.getShape()),
                             scale),
       "one a block"}};
  if (format.getHasTensorScale())
    parts.push_back(
        {"tensor scale",
         RankedTensorType::get({}, Float32Type::get(type.getContext())),
         "one in all"});
  return parts;
}

} // namespace

std::string describeLayout(RankedTensorType type) {
  auto format = cast<ScaledType>(type.getElementType());
  std::string text =
      llvm::formatv("`{0}`: `{1}` elements, `{2}` scales, {3}\n\n",
                    toString(type), toString(format.getElement()),
                    toString(format.getScale()), describeBlock(format));
  std::optional<int64_t> total = 0;
  for (const Part &part : getParts(type)) {
    std::optional<int64_t> bytes = part.getBytes();
    text += llvm::formatv(
        "- {0} `{1}`{2}: {3}\n", part.name, toString(part.type),
        bytes ? llvm::formatv(", {0} bytes", *bytes).str() : std::string(),
        part.remark);
    total = total && bytes ? std::optional(*total + *bytes) : std::nullopt;
  }
  if (!total)
    return text + "- bytes depend on dynamic extents\n";
  text += llvm::formatv("- together {0} bytes", *total);
  if (int64_t count = type.getNumElements())
    text += llvm::formatv(", {0:F2} bits an element", *total * 8.0 / count);
  return text + "\n";
}

} // namespace mx

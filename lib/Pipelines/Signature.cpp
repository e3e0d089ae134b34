//===- Signature.cpp - What a call of a public function takes -------------===//

#include "mx/Pipelines/Signature.h"

#include "mlir/IR/TypeUtilities.h"
#include "mx/Dialect/MX/IR/Formats.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using mx::FunctionSignature;
using mx::ValueSignature;

static std::string print(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

static unsigned getItemSize(Type type) {
  if (isa<IndexType>(type))
    return 8;
  if (!isa<FloatType, IntegerType>(type))
    return 0;
  unsigned bits = type.getIntOrFloatBitWidth();
  if (bits <= 8)
    return isa<FloatType>(type) || bits == 1 || bits == 8 ? 1 : 0;
  bool known = type.isBF16() || type.isF16() || type.isF32() || type.isF64() ||
               type.isInteger(16) || type.isInteger(32) || type.isInteger(64);
  return known ? bits / 8 : 0;
}

static ValueSignature makePart(StringRef what, StringRef element, unsigned size,
                               std::optional<SmallVector<int64_t>> shape) {
  ValueSignature part;
  part.type = what.str();
  part.element = element.str();
  part.itemSize = size;
  part.bits = 8 * size;
  part.shape = std::move(shape);
  return part;
}

static std::vector<ValueSignature> readParts(RankedTensorType type,
                                             mx::ScaledType scaled) {
  bool isF32 = mx::getScaleStorageType(scaled).isF32();
  std::vector<ValueSignature> parts = {
      makePart("codes", "i8", 1,
               mx::getPackedCodesShape(scaled, type.getShape())),
      makePart("scale", isF32 ? "f32" : "i8", isF32 ? 4 : 1,
               mx::getPackedScaleShape(scaled, type.getShape()))};
  if (scaled.getHasTensorScale())
    parts.push_back(makePart("tensor_scale", "f32", 4, SmallVector<int64_t>()));
  if (type.isDynamicDim(type.getRank() - (scaled.isColumnWise() ? 2 : 1)))
    parts.push_back(makePart("extent", "index", 8, std::nullopt));
  return parts;
}

static ValueSignature read(Type type) {
  ValueSignature value;
  Type element = getElementTypeOrSelf(type);
  value.type = print(type);
  value.element = print(element);
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (tensor)
    value.shape.emplace(tensor.getShape());
  if (tensor || !isa<ShapedType>(type))
    value.itemSize = getItemSize(element);
  value.bits = value.itemSize == 1 ? element.getIntOrFloatBitWidth()
                                   : 8 * value.itemSize;
  if (auto scaled = dyn_cast<mx::ScaledType>(element)) {
    value.isColumnWise = scaled.isColumnWise();
    value.format = mx::getScaledFormat(
        value.isColumnWise ? scaled.getTransposed() : scaled);
    value.parts = readParts(tensor, scaled);
  }
  return value;
}

std::vector<FunctionSignature> mx::readSignatures(ModuleOp module) {
  std::vector<FunctionSignature> functions;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic() || function.isExternal())
      continue;
    FunctionSignature signature;
    signature.name = function.getSymName().str();
    for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
      signature.arguments.push_back(read(type));
      signature.arguments.back().isSeed =
          static_cast<bool>(function.getArgAttr(i, MXDialect::kSeedAttrName));
    }
    for (Type type : function.getResultTypes())
      signature.results.push_back(read(type));
    functions.push_back(std::move(signature));
  }
  return functions;
}

llvm::Error mx::checkEqualExtents(const FunctionSignature &function,
                                  ArrayRef<SmallVector<int64_t>> shapes,
                                  ArrayRef<std::string> names) {
  for (ArrayRef<ArgumentExtent> extents : function.equal) {
    auto get = [&](const ArgumentExtent &extent) {
      return extent.argument < 0 ? extent.axis
                                 : shapes[extent.argument][extent.axis];
    };
    if (llvm::all_equal(llvm::map_range(extents, get)))
      continue;
    auto spell = [&](const ArgumentExtent &extent) {
      if (extent.argument < 0)
        return std::to_string(extent.axis);
      return "axis " + std::to_string(extent.axis) + " of " +
             names[extent.argument] + " (" + std::to_string(get(extent)) + ")";
    };
    return llvm::createStringError(
        std::make_error_code(std::errc::invalid_argument),
        "expected equal extents: " +
            llvm::join(llvm::map_range(extents, spell), ", "));
  }
  return llvm::Error::success();
}

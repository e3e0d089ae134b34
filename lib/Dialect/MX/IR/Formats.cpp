//===- Formats.cpp - From MLIR types to the contract's formats ------------===//

#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace mx {

std::optional<contract::FloatFormat> getFloatFormat(Type type) {
  using Result = std::optional<contract::FloatFormat>;
  return llvm::TypeSwitch<Type, Result>(type)
      .Case<Float4E2M1FNType>([](auto) { return contract::kE2M1; })
      .Case<Float6E2M3FNType>([](auto) { return contract::kE2M3; })
      .Case<Float6E3M2FNType>([](auto) { return contract::kE3M2; })
      .Case<Float8E4M3FNType>([](auto) { return contract::kE4M3; })
      .Case<Float8E5M2Type>([](auto) { return contract::kE5M2; })
      .Case<Float8E8M0FNUType>([](auto) { return contract::kE8M0; })
      .Case<Float16Type>([](auto) { return contract::kF16; })
      .Case<BFloat16Type>([](auto) { return contract::kBF16; })
      .Case<Float32Type>([](auto) { return contract::kF32; })
      .Case<MiniFloatType>([](MiniFloatType mini) {
        return contract::FloatFormat{
            uint8_t(mini.getExponentBits()), uint8_t(mini.getMantissaBits()),
            contract::FloatKind(mini.getKind()), !mini.getIsUnsigned()};
      })
      .Case<IntegerType>([](IntegerType integer) {
        return integer.isSignlessInteger(8) ? Result(contract::kInt8)
                                            : std::nullopt;
      })
      .Default([](Type) { return std::nullopt; });
}

llvm::Expected<ScaledType> parseFormat(StringRef text, MLIRContext &context) {
  if (ScaledType named = ScaledType::getNamed(&context, text))
    return named;
  if (!text.starts_with("!"))
    return llvm::createStringError("unknown format '" + text + "'; expected " +
                                   llvm::join(ScaledType::getNames(), ", ") +
                                   ", or a type, !mx.scaled<…>");
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    if (message.empty())
      message = diagnostic.str();
  });
  Type type = parseType(text, &context);
  if (auto scaled = dyn_cast_if_present<ScaledType>(type))
    return scaled;
  return llvm::createStringError(
      "format '" + text +
      "': " + (type ? "expected a block-scaled type, !mx.scaled<…>" : message));
}

contract::ScaledFormat getScaledFormat(ScaledType type) {
  return {*getFloatFormat(type.getElement()), *getFloatFormat(type.getScale()),
          type.getBlockRows(), type.getBlockCols(), type.getHasTensorScale()};
}

Type getCodeStorageType(Type type) {
  if (type.isF32())
    return type;
  return IntegerType::get(type.getContext(), getFloatFormat(type)->bytes() * 8);
}

Type getScaleStorageType(ScaledType type) {
  return getCodeStorageType(type.getScale());
}

/// The shape as stored: transposed for [B, 1].
static SmallVector<int64_t> getStoredShape(ScaledType &format,
                                           ArrayRef<int64_t> shape) {
  SmallVector<int64_t> stored(shape);
  if (!format.isColumnWise())
    return stored;
  std::swap(stored[stored.size() - 1], stored[stored.size() - 2]);
  format = format.getTransposed();
  return stored;
}

/// ceil(extent / block), dynamic where the extent is.
static int64_t ceilDivExtent(int64_t extent, int64_t block) {
  if (block == ScaledType::kFull)
    return 1;
  return ShapedType::isDynamic(extent) ? extent : (extent + block - 1) / block;
}

SmallVector<int64_t> getPackedCodesShape(ScaledType format,
                                         ArrayRef<int64_t> shape) {
  SmallVector<int64_t> packed = getStoredShape(format, shape);
  contract::ScaledFormat layout = getScaledFormat(format);
  int64_t k = packed.back();
  packed.back() = ceilDivExtent(k, format.getBlockCols());
  bool dynamicBlock =
      format.getBlockCols() == ScaledType::kFull && ShapedType::isDynamic(k);
  packed.push_back(dynamicBlock ? ShapedType::kDynamic
                                : layout.bytesPerBlock(k));
  return packed;
}

SmallVector<int64_t> getPackedScaleShape(ScaledType format,
                                         ArrayRef<int64_t> shape) {
  SmallVector<int64_t> packed = getStoredShape(format, shape);
  packed.back() = ceilDivExtent(packed.back(), format.getBlockCols());
  if (packed.size() > 1) {
    int64_t &rows = packed[packed.size() - 2];
    rows = ceilDivExtent(rows, format.getBlockRows());
  }
  return packed;
}

} // namespace mx

//===- MXBytecode.cpp - Versioned bytecode of the mx dialect --------------===//
//
// Types and attributes are written in their textual form; the dialect's version
// says which text. A reader refuses what a later major version wrote, since it
// could misread it. Operations that got attributes after version 1.0 are
// written here: the generated order has all of them.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Bytecode/BytecodeImplementation.h"

using namespace mlir;

namespace {

/// Major: files of another one are not understood. Minor: additions only.
constexpr uint64_t kMajor = 1, kMinor = 1;

struct Version : DialectVersion {
  uint64_t major = kMajor, minor = kMinor;
};

struct BytecodeInterface : BytecodeDialectInterface {
  explicit BytecodeInterface(Dialect *dialect)
      : BytecodeDialectInterface(dialect) {}

  void writeVersion(DialectBytecodeWriter &writer) const override {
    writer.writeVarInt(kMajor);
    writer.writeVarInt(kMinor);
  }

  std::unique_ptr<DialectVersion>
  readVersion(DialectBytecodeReader &reader) const override {
    auto version = std::make_unique<Version>();
    if (failed(reader.readVarInt(version->major)) ||
        failed(reader.readVarInt(version->minor)))
      return nullptr;
    if (version->major <= kMajor)
      return version;
    reader.emitError() << "expected bytecode of the mx dialect of version "
                       << kMajor << " at most, but found " << version->major
                       << "." << version->minor
                       << "; read it with a later release";
    return nullptr;
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// mx.packed.matmul
//===----------------------------------------------------------------------===//

/// A format, or an array of it and a layout that is not linear, which version
/// 1.0 refuses.
static LogicalResult readFormat(DialectBytecodeReader &reader, TypeAttr &format,
                                mx::ScaleLayoutAttr &layout) {
  Attribute written;
  if (failed(reader.readOptionalAttribute(written)))
    return failure();
  auto pair = dyn_cast_or_null<ArrayAttr>(written);
  if (pair && pair.size() == 2) {
    layout = dyn_cast<mx::ScaleLayoutAttr>(pair[1]);
    written = layout ? pair[0] : written;
  }
  format = dyn_cast_or_null<TypeAttr>(written);
  if (written && !format)
    return reader.emitError()
           << "expected a format, or one and a layout, but found " << written;
  return success();
}

static void writeFormat(DialectBytecodeWriter &writer, TypeAttr format,
                        mx::ScaleLayoutAttr layout) {
  if (!format || !layout || layout.getValue() == mx::ScaleLayout::Linear)
    return writer.writeOptionalAttribute(format);
  writer.writeOptionalAttribute(
      ArrayAttr::get(format.getContext(), {format, layout}));
}

LogicalResult mx::PackedMatmulOp::readProperties(DialectBytecodeReader &reader,
                                                 OperationState &state) {
  auto &properties = state.getOrAddProperties<Properties>();
  MutableArrayRef<int32_t> sizes(properties.operandSegmentSizes);
  if (failed(readFormat(reader, properties.a_format, properties.a_layout)) ||
      failed(reader.readOptionalAttribute(properties.accumulate)) ||
      failed(reader.readOptionalAttribute(properties.alpha)) ||
      failed(readFormat(reader, properties.b_format, properties.b_layout)))
    return failure();
  return reader.readSparseArray(sizes);
}

void mx::PackedMatmulOp::writeProperties(DialectBytecodeWriter &writer) {
  const Properties &properties = getProperties();
  writeFormat(writer, properties.a_format, properties.a_layout);
  writer.writeOptionalAttribute(properties.accumulate);
  writer.writeOptionalAttribute(properties.alpha);
  writeFormat(writer, properties.b_format, properties.b_layout);
  writer.writeSparseArray(ArrayRef<int32_t>(properties.operandSegmentSizes));
}

void mx::MXDialect::registerBytecodeInterface() {
  addInterfaces<BytecodeInterface>();
}

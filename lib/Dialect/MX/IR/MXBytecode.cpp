//===- MXBytecode.cpp - Versioned bytecode of the mx dialect --------------===//
//
// Types and attributes are written in their textual form; the dialect's version
// says which text. A reader refuses what a later major version wrote, since it
// could misread it.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Bytecode/BytecodeImplementation.h"

using namespace mlir;

namespace {

/// Major: files of another one are not understood. Minor: additions only.
constexpr uint64_t kMajor = 1, kMinor = 0;

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

void mx::MXDialect::registerBytecodeInterface() {
  addInterfaces<BytecodeInterface>();
}

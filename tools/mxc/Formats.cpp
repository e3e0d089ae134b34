//===- Formats.cpp - The words of --format --------------------------------===//

#include "Formats.h"

#include "Commands.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Diagnostics.h"

using namespace llvm;
using namespace mxc;

Expected<mx::ScaledType> mxc::parseFormat(StringRef text,
                                          mlir::MLIRContext &context) {
  if (mx::ScaledType named = mx::ScaledType::getNamed(&context, text))
    return named;
  if (!text.starts_with("!")) {
    ArrayRef<StringLiteral> forms = mx::ScaledType::getNames();
    SmallVector<StringRef> names(forms.begin(), forms.end());
    names.push_back("or a type, !mx.scaled<…>");
    if (Error error = checkChoice("format", text, names))
      return std::move(error);
  }
  std::string message;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) {
    if (message.empty())
      message = d.str();
  });
  mlir::Type type = mlir::parseType(text, &context);
  if (auto scaled = dyn_cast_if_present<mx::ScaledType>(type))
    return scaled;
  return createStringError(
      "--format=" + text + ": " +
      (type ? "expected a block-scaled type, !mx.scaled<…>" : message));
}

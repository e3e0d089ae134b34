//===- HoverFilter.cpp - Layouts in the hover texts of MLIR's server ------===//

#include "HoverFilter.h"

#include "DescribeLayout.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace mlir;

namespace mx {
namespace {

/// The tensor type that `text` starts with, by its angle brackets.
StringRef getTensorText(StringRef text) {
  int depth = 0;
  for (auto [i, c] : llvm::enumerate(text)) {
    bool arrow = c == '>' && i > 0 && text[i - 1] == '-';
    if (c == '<')
      ++depth;
    else if (c == '>' && !arrow && --depth == 0)
      return text.take_front(i + 1);
  }
  return {};
}

class HoverFilter {
public:
  HoverFilter() : context(MLIRContext::Threading::DISABLED) {
    context.loadDialect<MXDialect>();
    // What looks like a type and is none of ours is no matter of the user's.
    context.getDiagEngine().registerHandler([](Diagnostic &) {});
  }

  /// A message as it goes on: the same text unless it is a hover reply.
  std::string filter(StringRef message) {
    llvm::Expected<llvm::json::Value> value = llvm::json::parse(message);
    if (!value) {
      llvm::consumeError(value.takeError());
      return message.str();
    }
    llvm::json::Object *reply = value->getAsObject();
    llvm::json::Object *result = reply ? reply->getObject("result") : nullptr;
    llvm::json::Object *contents =
        result ? result->getObject("contents") : nullptr;
    std::optional<StringRef> text =
        contents ? contents->getString("value") : std::nullopt;
    std::string layouts = text ? describeTypes(*text) : std::string();
    if (layouts.empty())
      return message.str();
    (*contents)["value"] = text->rtrim().str() + layouts;
    // MLIR's server indents its messages for tests only.
    bool pretty = message.contains('\n');
    return llvm::formatv(pretty ? "{0:2}\n" : "{0}", *value).str();
  }

private:
  std::string describeTypes(StringRef text) {
    llvm::SetVector<Type> types;
    for (size_t at = text.find("tensor<"); at != StringRef::npos;
         at = text.find("tensor<", at + 1)) {
      StringRef spelling = getTensorText(text.drop_front(at));
      if (!spelling.contains("!mx."))
        continue;
      auto type = dyn_cast_or_null<RankedTensorType>(
          parseType(spelling, &context, /*numRead=*/nullptr,
                    /*isKnownNullTerminated=*/false));
      if (type && isa<ScaledType>(type.getElementType()))
        types.insert(type);
    }
    std::string layouts;
    for (Type type : types)
      layouts += "\n\n" + describeLayout(cast<RankedTensorType>(type));
    return layouts;
  }

  MLIRContext context;
};

/// A line with its end; empty at the end of the file.
std::string readLine(std::FILE *in) {
  std::string line;
  for (int c; (c = std::fgetc(in)) != EOF;) {
    line += static_cast<char>(c);
    if (c == '\n')
      break;
  }
  return line;
}

/// The length that a header line announces; nothing where it is another line.
std::optional<size_t> getContentLength(StringRef line) {
  size_t length = 0;
  if (!line.consume_front_insensitive("content-length:") ||
      line.trim().getAsInteger(10, length))
    return std::nullopt;
  return length;
}

void write(StringRef text, std::FILE *out) {
  std::fwrite(text.data(), 1, text.size(), out);
}

} // namespace

void filterHovers(std::FILE *in, std::FILE *out) {
  HoverFilter filter;
  std::optional<size_t> length;
  for (std::string line = readLine(in); !line.empty(); line = readLine(in)) {
    if (std::optional<size_t> announced = getContentLength(line)) {
      length = announced;
      continue;
    }
    if (!length || !StringRef(line).trim().empty()) {
      write(line, out);
      continue;
    }
    std::string message(*length, '\0');
    message.resize(std::fread(message.data(), 1, message.size(), in));
    message = filter.filter(message);
    write("Content-Length: " + std::to_string(message.size()) + "\r\n\r\n",
          out);
    write(message, out);
    std::fflush(out);
    length.reset();
  }
  std::fflush(out);
}

} // namespace mx

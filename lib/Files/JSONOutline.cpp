//===- JSONOutline.cpp - What a look at a JSON text tells -----------------===//

#include "JSONOutline.h"

#include <algorithm>

using namespace mx::files;

JSONOutline mx::files::outlineJSON(llvm::StringRef text) {
  JSONOutline result;
  unsigned depth = 0;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString) {
      i += c == '\\';
      inString = c != '"';
    } else if (c == '"') {
      inString = true;
    } else if (c == '{' || c == '[') {
      result.depth = std::max(result.depth, ++depth);
    } else if (c == '}' || c == ']') {
      depth -= depth > 0;
    } else {
      result.keys += c == ':';
    }
  }
  return result;
}

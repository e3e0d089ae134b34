//===- JSONOutline.h - What a look at a JSON text tells ---------*- C++ -*-===//

#ifndef MX_LIB_FILES_JSONOUTLINE_H
#define MX_LIB_FILES_JSONOUTLINE_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace mx::files {

/// How deep a text nests, before a recursive parser follows it, and how many
/// keys it has, of which a parser keeps one of each name.
struct JSONOutline {
  unsigned depth = 0;
  uint64_t keys = 0;
};
JSONOutline outlineJSON(llvm::StringRef text);

} // namespace mx::files

#endif // MX_LIB_FILES_JSONOUTLINE_H

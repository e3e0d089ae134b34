//===- StoredTensor.cpp - Tensors as files hold them ----------------------===//

#include "mx/Files/StoredTensor.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace mx::files;

StringRef mx::files::getName(FileKind kind) {
  switch (kind) {
  case FileKind::Npz:
    return "npz";
  case FileKind::Safetensors:
    return "safetensors";
  case FileKind::GGUF:
    return "gguf";
  }
  return "";
}

std::optional<uint64_t> mx::files::getByteSize(ArrayRef<uint64_t> shape,
                                               unsigned bits) {
  bool overflow = false;
  uint64_t count = bits;
  for (uint64_t extent : shape) {
    bool one = false;
    count = SaturatingMultiply(count, extent, &one);
    overflow |= one;
  }
  // An extent of 0 makes any other extent harmless.
  if (is_contained(shape, 0u))
    return 0;
  if (overflow || count % 8 != 0)
    return std::nullopt;
  return count / 8;
}

std::string mx::files::formatExtents(ArrayRef<uint64_t> shape) {
  return "[" +
         join(map_range(shape,
                        [](uint64_t extent) { return std::to_string(extent); }),
              ", ") +
         "]";
}

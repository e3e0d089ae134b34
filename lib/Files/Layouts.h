//===- Layouts.h - Which tensors make a block-scaled one --------*- C++ -*-===//

#ifndef MX_LIB_FILES_LAYOUTS_H
#define MX_LIB_FILES_LAYOUTS_H

#include "mx/Files/Weights.h"

namespace mx::files {

/// A block-scaled tensor of a file: indices of its parts.
struct Group {
  std::string name;
  Layout layout;
  const PackedFormat *format;
  std::vector<uint64_t> shape;
  size_t codes, scales; ///< equal in GGUF
  std::optional<size_t> tensorScale;
};

/// The block-scaled tensors among those of a safetensors or GGUF file. Tensors
/// whose names fit a layout and whose types or shapes do not belong to none.
std::vector<Group> findGroups(llvm::ArrayRef<StoredTensor> tensors,
                              FileKind kind);

} // namespace mx::files

#endif // MX_LIB_FILES_LAYOUTS_H

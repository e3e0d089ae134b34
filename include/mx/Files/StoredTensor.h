//===- StoredTensor.h - Tensors as files hold them --------------*- C++ -*-===//

#ifndef MX_FILES_STOREDTENSOR_H
#define MX_FILES_STOREDTENSOR_H

#include "mx/Files/Content.h"

#include <optional>
#include <vector>

namespace mx::files {

/// The kinds of files, by what their headers are.
enum class FileKind : uint8_t { Npz, Safetensors, GGUF };
llvm::StringRef getName(FileKind kind);

/// One tensor of a file, row-major: its shape has the fastest axis last in
/// every kind of file.
struct StoredTensor {
  std::string name;
  /// In safetensors' words (F32, BF16, U8, F8_E4M3, …), and in GGUF's for the
  /// types that only GGUF has (MXFP4, Q8_0, …).
  std::string dtype;
  std::vector<uint64_t> shape;
  Content content;
};

/// What a file says beside its tensors' bytes, verbatim, so that the file can
/// be made again byte by byte.
struct Header {
  FileKind kind = FileKind::Npz;
  /// safetensors: the JSON text with its padding. GGUF: from the magic to the
  /// first tensor.
  std::string text;
  uint64_t tailPadding = 0; ///< GGUF: zeros after the last tensor
};

/// A file's tensors, in the order of their bytes.
struct TensorFile {
  Header header;
  std::vector<StoredTensor> tensors;
  /// The header of the file that this one was made from, where that was of
  /// another kind.
  std::optional<Header> origin;
};

/// Bytes of `shape` elements of `bits` bits each, or nothing where they are too
/// many or end within a byte.
std::optional<uint64_t> getByteSize(llvm::ArrayRef<uint64_t> shape,
                                    unsigned bits);
/// A shape as messages print it: `[3, 4]`.
std::string formatExtents(llvm::ArrayRef<uint64_t> shape);

} // namespace mx::files

#endif // MX_FILES_STOREDTENSOR_H

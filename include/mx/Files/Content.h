//===- Content.h - Bytes of tensors, read when they are needed --*- C++ -*-===//
//
// Weights are larger than memory: the readers keep where the bytes of a tensor
// are, and the writers pull them through in pieces.
//
//===----------------------------------------------------------------------===//

#ifndef MX_FILES_CONTENT_H
#define MX_FILES_CONTENT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace mx::files {

/// Bytes that are read once, from front to back.
class ByteSource {
public:
  virtual ~ByteSource() = default;
  /// Fills all of `bytes`, or fails. At most the size of the content is asked
  /// for in all.
  virtual llvm::Error read(llvm::MutableArrayRef<uint8_t> bytes) = 0;
};

/// A number of bytes that can be read as often as one likes.
struct Content {
  uint64_t size = 0;
  std::function<llvm::Expected<std::unique_ptr<ByteSource>>()> open;
};

/// Bytes of a buffer (a mapped file) that outlives the content.
Content fromMemory(llvm::StringRef bytes);
/// A copy of `bytes`, for headers and numbers.
Content fromString(std::string bytes);
/// The `first` content followed by the `second`.
Content concatenate(Content first, Content second);

/// All of it in memory.
llvm::Expected<std::string> readAll(const Content &content);
/// Calls visit with one piece after the other.
llvm::Error
forEachPiece(const Content &content,
             llvm::function_ref<llvm::Error(llvm::StringRef)> visit);

} // namespace mx::files

#endif // MX_FILES_CONTENT_H

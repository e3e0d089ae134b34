//===- GGUF.h - The GGUF format of ggml and llama.cpp -----------*- C++ -*-===//
//
// https://github.com/ggml-org/ggml/blob/master/docs/gguf.md: little-endian,
// versions 2 and 3. Key-value pairs, descriptions of tensors, aligned tensors.
//
//===----------------------------------------------------------------------===//

#ifndef MX_FILES_GGUF_H
#define MX_FILES_GGUF_H

#include "mx/Files/StoredTensor.h"
#include "llvm/Support/raw_ostream.h"

namespace mx::files {

/// A ggml type: `typeSize` bytes for `blockSize` elements of the fastest axis.
struct GGMLType {
  uint32_t number;
  const char *name; ///< as StoredTensor::dtype
  unsigned blockSize, typeSize;
};
const GGMLType *findGGMLType(uint32_t number);
const GGMLType *findGGMLType(llvm::StringRef name);

/// What stands before the tensors.
struct GGUFHeader {
  uint64_t numPairs = 0;
  llvm::StringRef pairs; ///< the key-value pairs, verbatim
  uint64_t alignment = 32;
  std::vector<StoredTensor> tensors; ///< contents are empty, sizes are not
  uint64_t size = 0; ///< up to the first tensor, padding included
  std::optional<Header> origin;
};

/// Reads a header; `file` may go on after it.
llvm::Expected<GGUFHeader> parseGGUFHeader(llvm::StringRef file);

/// Reads a whole file, which outlives the result. Strict: tensors follow each
/// other with no more than the alignment's padding, which is zero.
llvm::Expected<TensorFile> parseGGUF(llvm::StringRef file);

/// A header for `tensors` with the key-value pairs of `like`, if that is a
/// header of GGUF, and with `origin` as one more.
llvm::Expected<std::string> makeGGUFHeader(llvm::ArrayRef<StoredTensor> tensors,
                                           const Header *like,
                                           const Header *origin);

/// Writes a file of `header` and `tensors`, which are in the header's order.
llvm::Error writeGGUF(llvm::raw_ostream &os, const Header &header,
                      llvm::ArrayRef<StoredTensor> tensors);

} // namespace mx::files

#endif // MX_FILES_GGUF_H

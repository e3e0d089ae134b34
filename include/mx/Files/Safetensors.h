//===- Safetensors.h - The safetensors format -------------------*- C++ -*-===//
//
// https://github.com/huggingface/safetensors: eight bytes with the length of a
// JSON header, the header, the tensors.
//
//===----------------------------------------------------------------------===//

#ifndef MX_FILES_SAFETENSORS_H
#define MX_FILES_SAFETENSORS_H

#include "mx/Files/StoredTensor.h"
#include "llvm/Support/raw_ostream.h"

namespace mx::files {

/// The longest header that the format allows.
inline constexpr uint64_t kMaxSafetensorsHeader = 100'000'000;

/// Reads a whole file, which outlives the result. Strict: every tensor's bytes
/// fit its type and shape, and together they are the file, without holes.
llvm::Expected<TensorFile> parseSafetensors(llvm::StringRef file);

/// The tensors that a header alone tells of, without contents.
llvm::Expected<std::vector<StoredTensor>>
parseSafetensorsHeader(llvm::StringRef text);

/// Bits of an element, or 0 for a type that safetensors does not have.
unsigned getSafetensorsBits(llvm::StringRef dtype);

/// A header for `tensors`, with the `__metadata__` of `like`, if that is a
/// header of safetensors, and with `origin` as metadata.
llvm::Expected<std::string>
makeSafetensorsHeader(llvm::ArrayRef<StoredTensor> tensors, const Header *like,
                      const Header *origin);

/// Writes a file of `header` and `tensors`, which follow each other in the
/// order of the header's offsets.
llvm::Error writeSafetensors(llvm::raw_ostream &os, llvm::StringRef header,
                             llvm::ArrayRef<StoredTensor> tensors);

} // namespace mx::files

#endif // MX_FILES_SAFETENSORS_H

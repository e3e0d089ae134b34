//===- OutputFile.h - Files that appear whole or not at all -----*- C++ -*-===//

#ifndef MX_FILES_OUTPUTFILE_H
#define MX_FILES_OUTPUTFILE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace mx::files {

/// A temporary file beside the place where the output belongs; `commit` renames
/// it, the destructor removes it otherwise. What is no regular file (/dev/null,
/// a pipe) is not replaced but written to.
class OutputFile {
public:
  /// Fails where `path` cannot be written, before any work is done.
  static llvm::Expected<OutputFile> create(llvm::StringRef path);
  OutputFile(OutputFile &&other);
  OutputFile &operator=(OutputFile &&) = delete;
  ~OutputFile();

  const std::string &getTemporaryPath() const { return temporary; }
  llvm::Error write(llvm::StringRef bytes);
  /// Replaces the contents by what `writer` writes.
  llvm::Error
  write(llvm::function_ref<llvm::Error(llvm::raw_ostream &)> writer);
  llvm::Error commit();

private:
  OutputFile(llvm::StringRef path, llvm::StringRef temporary, bool isSpecial)
      : path(path), temporary(temporary), isSpecial(isSpecial) {}
  std::string path, temporary;
  bool isSpecial; ///< there is something that is no regular file
};

/// Writes `bytes` to `path`, or to standard output where it is "-".
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef bytes);

} // namespace mx::files

#endif // MX_FILES_OUTPUTFILE_H

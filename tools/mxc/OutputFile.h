//===- OutputFile.h - Files that appear whole or not at all -----*- C++ -*-===//

#ifndef MX_TOOLS_MXC_OUTPUTFILE_H
#define MX_TOOLS_MXC_OUTPUTFILE_H

#include "llvm/Support/Error.h"
#include <string>

namespace mxc {

/// A temporary file beside the place where the output belongs; `commit` renames
/// it, the destructor removes it otherwise.
class OutputFile {
public:
  /// Fails where `path` cannot be written, before any work is done.
  static llvm::Expected<OutputFile> create(llvm::StringRef path);
  OutputFile(OutputFile &&other);
  OutputFile &operator=(OutputFile &&) = delete;
  ~OutputFile();

  const std::string &getTemporaryPath() const { return temporary; }
  llvm::Error write(llvm::StringRef bytes);
  llvm::Error commit();

private:
  OutputFile(llvm::StringRef path, llvm::StringRef temporary)
      : path(path), temporary(temporary) {}
  std::string path, temporary;
};

/// Writes `bytes` to `path`, or to standard output where it is "-".
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef bytes);

} // namespace mxc

#endif // MX_TOOLS_MXC_OUTPUTFILE_H

//===- LibraryFile.h - Archives and shared libraries ------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_LIBRARYFILE_H
#define MX_TOOLS_MXC_LIBRARYFILE_H

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"

namespace mxc {

/// The library that code needs: mx_runtime or mx_cuda_runtime.
struct Runtime {
  llvm::StringRef name; ///< "" for none
  bool isPart;          ///< of the file that is made; else needed beside it
};

/// An object as a member of an archive: `stem`.o, beside the object of a
/// runtime that is a part.
llvm::Expected<llvm::SmallString<0>>
makeArchive(llvm::StringRef object, llvm::StringRef stem, Runtime runtime);

/// An object as a shared library called `name`, linked by the C compiler of
/// this machine; the runtime's functions are hidden where it is a part.
llvm::Expected<llvm::SmallString<0>> makeSharedLibrary(llvm::StringRef object,
                                                       llvm::StringRef name,
                                                       Runtime runtime);

} // namespace mxc

#endif // MX_TOOLS_MXC_LIBRARYFILE_H

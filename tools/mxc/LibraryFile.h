//===- LibraryFile.h - Archives and shared libraries ------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_LIBRARYFILE_H
#define MX_TOOLS_MXC_LIBRARYFILE_H

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"

namespace mxc {

/// An object as a member of an archive: `stem`.o, and with `withRuntime` the
/// object of libmx_runtime beside it.
llvm::Expected<llvm::SmallString<0>>
makeArchive(llvm::StringRef object, llvm::StringRef stem, bool withRuntime);

/// An object as a shared library called `name`, linked by the C compiler of
/// this machine; libmx_runtime is part of it, hidden, or needed by it.
llvm::Expected<llvm::SmallString<0>> makeSharedLibrary(llvm::StringRef object,
                                                       llvm::StringRef name,
                                                       bool withRuntime);

} // namespace mxc

#endif // MX_TOOLS_MXC_LIBRARYFILE_H

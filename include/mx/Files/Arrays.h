//===- Arrays.h - Arrays of any kind of file --------------------*- C++ -*-===//

#ifndef MX_FILES_ARRAYS_H
#define MX_FILES_ARRAYS_H

#include "mx/Files/Npz.h"

namespace mx::files {

/// The arrays of a .npz, .npy (one, by the name of the file) or safetensors
/// file. Types that NumPy lacks are bytes: V2 for BF16, V1 for F8.
llvm::Expected<std::vector<NpzEntry>> openArrays(llvm::StringRef path);

/// All of them in memory, by name.
llvm::Expected<Arrays> readArrays(llvm::StringRef path);

} // namespace mx::files

#endif // MX_FILES_ARRAYS_H

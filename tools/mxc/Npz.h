//===- Npz.h - NumPy's .npy and .npz files ----------------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_NPZ_H
#define MX_TOOLS_MXC_NPZ_H

#include "OutputFile.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mxc {

/// An array in C order, little-endian.
struct Array {
  char kind = 'f';       // numpy's: f, i, u, b, V
  unsigned itemSize = 4; // bytes of an element
  std::vector<int64_t> shape;
  std::vector<uint8_t> data;

  int64_t getNumElements() const;
  /// As numpy writes it: `<f4`, `|u1`.
  std::string getTypeName() const;
};

/// A shape as numpy prints it: `(3, 4)`.
std::string formatShape(llvm::ArrayRef<int64_t> shape);

/// Reads the bytes of a `.npy` file; `name` is for messages.
llvm::Expected<Array> parseNpy(llvm::StringRef bytes, llvm::StringRef name);
llvm::Expected<Array> readNpy(llvm::StringRef path);

using Arrays = std::map<std::string, Array>;

/// All arrays of a `.npz` file, by name.
llvm::Expected<Arrays> readNpz(llvm::StringRef path);

/// Writes arrays in the given order, into a file that is committed at the end.
llvm::Error writeNpz(OutputFile file,
                     llvm::ArrayRef<std::pair<std::string, Array>> arrays);

} // namespace mxc

#endif // MX_TOOLS_MXC_NPZ_H

//===- Npz.h - NumPy's .npy and .npz files ----------------------*- C++ -*-===//

#ifndef MX_FILES_NPZ_H
#define MX_FILES_NPZ_H

#include "mx/Files/Content.h"
#include "mx/Files/OutputFile.h"
#include "llvm/ADT/SmallVector.h"
#include <map>
#include <utility>
#include <vector>

namespace mx::files {

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

/// What stands before the elements of a `.npy` file.
struct NpyHeader {
  Array array; ///< without elements
  bool fortranOrder = false;
  uint64_t size = 0; ///< bytes
};
/// No header is longer; numpy's own have some hundred bytes.
inline constexpr uint64_t kMaxNpyHeader = 1 << 16;
/// Reads a header; `bytes` may go on after it.
llvm::Expected<NpyHeader> parseNpyHeader(llvm::StringRef bytes);
/// Fails unless the elements of `array` take `size` bytes.
llvm::Error checkNpySize(const Array &array, uint64_t size);
/// The array of a header and its elements, in C order.
void setElements(const NpyHeader &header, llvm::StringRef bytes, Array &array);

/// One array of an archive, read when it is needed.
struct NpzEntry {
  std::string name;
  Array array; ///< without elements
  bool fortranOrder = false;
  Content content; ///< the elements
};

/// The arrays of a `.npz` file, in its order; `name` is for messages. The
/// entries keep the archive open.
llvm::Expected<std::vector<NpzEntry>> openNpz(llvm::StringRef path);
llvm::Expected<std::vector<NpzEntry>> parseNpz(llvm::StringRef bytes,
                                               llvm::StringRef name);
/// All elements of one.
llvm::Expected<Array> readEntry(const NpzEntry &entry);

using Arrays = std::map<std::string, Array>;

/// Writes arrays in the given order, into a file that is committed at the end.
llvm::Error writeNpz(OutputFile file, llvm::ArrayRef<NpzEntry> entries);
llvm::Error writeNpz(OutputFile file,
                     llvm::ArrayRef<std::pair<std::string, Array>> arrays);

} // namespace mx::files

#endif // MX_FILES_NPZ_H

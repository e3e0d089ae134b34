//===- CheckInput.h - Arrays of a dump, interpreted -------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_CHECKINPUT_H
#define MX_TOOLS_MXC_CHECKINPUT_H

#include "Npz.h"
#include "mx/Check/Check.h"

namespace mxc {

/// What the command line says of a dump; empty or 0: inferred.
struct DumpOptions {
  std::string source, codes, scale, tensorScale; ///< names of arrays
  std::optional<mx::contract::ScaledFormat> format;
  std::vector<int64_t> block; ///< one or two extents
  bool tiledScales = false;   ///< scales in the 128x4 layout
};

/// A dump and how its elements are called.
struct NamedDump {
  mx::check::Dump dump;
  std::string source;         ///< name of the source array
  std::vector<int64_t> shape; ///< of the source array
  bool transposed = false;    ///< dump holds the last two axes swapped
  bool rounded = false;       ///< the source was of f64

  /// The indices of element `element` of the dump in the source array.
  std::vector<int64_t> indicesOf(int64_t element) const;
};

/// Finds the arrays by name, and infers what their types leave open from how
/// well the codes and scales represent the source.
llvm::Expected<NamedDump> readDump(const Arrays &arrays,
                                   const DumpOptions &options);

/// The numbers of a float array (f2, f4, bf16 as V2 or u2, and f8 that f32
/// holds). With `rounded`, other f8 are rounded to f32, and it becomes true.
llvm::Expected<std::vector<float>>
toFloats(const Array &array, llvm::StringRef name, bool *rounded = nullptr);

/// As the type's literal in MLIR: `f4E2M1FN`, `i8`.
std::string nameOf(const mx::contract::FloatFormat &format);

} // namespace mxc

#endif // MX_TOOLS_MXC_CHECKINPUT_H

//===- NpzWeights.h - Weights as arrays -------------------------*- C++ -*-===//

#ifndef MX_LIB_FILES_NPZWEIGHTS_H
#define MX_LIB_FILES_NPZWEIGHTS_H

#include "mx/Files/Npz.h"
#include "mx/Files/Weights.h"

namespace mx::files {

/// Names of the arrays that tell what the others are.
inline constexpr llvm::StringLiteral kManifest("mxc"), kHeader("mxc_header");

/// Weights of the entries of an archive. Where `mxc convert` wrote it, array
/// `mxc` says what each is; `format` is the format otherwise.
llvm::Expected<WeightFile> gatherEntries(std::vector<NpzEntry> entries,
                                         const PackedFormat *format);

/// The entries of an archive of `file`.
llvm::Expected<std::vector<NpzEntry>> scatterEntries(const WeightFile &file);

} // namespace mx::files

#endif // MX_LIB_FILES_NPZWEIGHTS_H

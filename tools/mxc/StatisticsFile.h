//===- StatisticsFile.h - What quantisations did, as JSON -------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_STATISTICSFILE_H
#define MX_TOOLS_MXC_STATISTICSFILE_H

#include "Runner.h"

#include "llvm/Support/JSON.h"

namespace mxc {

/// Takes the tables of mx-statistics out of a run's results, one object for
/// each label: name, elements, clipped, flushed, blocks, scales_at_clamp,
/// cosine (null where a side is all zero) and amax_exponents, blocks by ⌊log2
/// amax⌋.
llvm::json::Array takeStatistics(llvm::ArrayRef<std::string> labels,
                                 NamedArrays &results);

/// Writes them whole or not at all.
llvm::Error writeStatistics(llvm::StringRef path, llvm::json::Array statistics);

} // namespace mxc

#endif // MX_TOOLS_MXC_STATISTICSFILE_H

//===- CallerMemory.h - What functions on their caller's memory have ------===//
//
// With PipelineOptions::callerMemory a public function F of the stage `lowered`
// takes, after its own arguments, one memref for each memref result, and a
// `memref<?xi8>` as workspace. Beside it stands a private F.workspace_bytes
// with the same arguments but the workspace, which returns the bytes that one
// needs.
//
//===----------------------------------------------------------------------===//

#ifndef MX_PIPELINES_CALLERMEMORY_H
#define MX_PIPELINES_CALLERMEMORY_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace mx {

inline constexpr llvm::StringLiteral kWorkspaceSuffix = ".workspace_bytes";
/// The alignment of arrays that callers have in GPU memory, in bytes: kernels
/// copy so many at once.
inline constexpr int64_t kDeviceAlignment = 16;
/// On functions some of whose temporaries remain on the heap.
inline constexpr llvm::StringLiteral kHeapAttrName = "mx_heap";

} // namespace mx

#endif // MX_PIPELINES_CALLERMEMORY_H
